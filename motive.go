package dealmap

import "strings"

// Motive is a stated reason to consult the map.
type Motive struct {
	Value string
	Label string
	// Case: a reference of the case must go with it. Text: a few words must.
	Case, Text bool
}

// Motives returns the motives that are offered, the most frequent first.
func Motives() []Motive {
	return []Motive{
		{Value: "enquete", Label: "Enquête judiciaire", Case: true},
		{Value: "renseignement", Label: "Renseignement criminel"},
		{Value: "operation", Label: "Préparation d’une opération"},
		{Value: "patrouille", Label: "Préparation de patrouille"},
		{Value: "mise_a_jour", Label: "Mise à jour de la carte"},
		{Value: "clct", Label: "Préparation du CLCT"},
		{Value: "signalement", Label: "Signalement d’un partenaire"},
		{Value: "controle", Label: "Contrôle et audit"},
		{Value: "administration", Label: "Administration"},
		{Value: "autre", Label: "Autre motif", Text: true},
	}
}

// StateMotive judges a stated motive and returns it as the logs keep it: motive is one of the list or words of one's own, text
// a few words more. The words are checked for personal data like every free text.
func StateMotive(motive, text, caseRef string) (stated, caseReference string, err error) {
	motive, text, caseRef = strings.TrimSpace(motive), strings.TrimSpace(text), strings.TrimSpace(caseRef)
	var errs fieldErrors
	stated = motive
	for _, m := range Motives() {
		if m.Value != motive {
			continue
		}
		stated = m.Label
		if m.Case && caseRef == "" {
			errs.add("case", "manque : ce motif veut une référence de procédure")
		}
		if m.Text && text == "" {
			errs.add("motive_text", "manque : précisez le motif")
		}
		motive = ""
	}
	if motive != "" || stated == "" {
		checkText(&errs, "motive", motive, 3, 300)
	}
	checkText(&errs, "motive_text", text, 0, 300)
	checkText(&errs, "case", caseRef, 0, 100)
	if err := errs.err(); err != nil {
		return "", "", err
	}
	if text != "" {
		stated += " : " + text
	}
	return stated, caseRef, nil
}
