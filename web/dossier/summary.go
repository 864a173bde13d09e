package dossier

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/mesure5/dealmap"
)

// summary is what the dossier is, label and text: the cover of the workbook.
func (r *Report) summary() [][2]string {
	lines := [][2]string{
		{"Contenu", "Dossier de territoire, tableaux"},
		{"Territoire", r.Territory.Name + " (" + r.Territory.subtitle() + ")"},
		{"Situation au", day(r.AsOf)},
		{"Réunion précédente", r.previousDay()},
		{"Établi pour", cmp.Or(r.Made.For, none)},
		{"Établi par", r.Made.by()},
		{"Édité le", r.Made.moment()},
	}
	if r.Synthetic {
		lines = append(lines, [2]string{"Nature des données", syntheticMention})
	}
	if l := r.Lifetime; l.Ended.Known {
		lines = append(lines, [2]string{"Durée de vie", l.words()})
	}
	if h := r.HotSpots; h != nil && h.Refusal != "" {
		lines = append(lines, [2]string{"Concentrations", notComputed + h.Refusal})
	} else if h != nil {
		lines = append(lines, [2]string{"Concentrations", fmt.Sprintf("%s Graine du tirage : %d.", h.Method, h.Seed)})
	}
	for _, note := range r.methodNotes() {
		label, text, _ := strings.Cut(note, " : ")
		if text == "" {
			label, text = "Note", note
		}
		lines = append(lines, [2]string{label, text})
	}
	return lines
}

const notComputed = "Le calcul n’a pas été fait. "

func (r *Report) previousDay() string {
	if r.Previous.IsZero() {
		return "Aucune réunion enregistrée"
	}
	return day(r.Previous)
}

func (m Making) by() string { return cmp.Or(strings.Trim(m.By+", "+m.Service, ", "), none) }

// moment is when the dossier was made, in the zone that it was given in.
func (m Making) moment() string {
	return day(dealmap.DateOf(m.At)) + " à " + m.At.Format("15") + noBreak + "h" + noBreak + m.At.Format("04")
}

func (l Lifetime) words() string {
	switch {
	case !l.Ended.Known || !l.Running.Known:
		return "Durée de vie : n. c."
	case l.Ended == Count(0):
		return "Aucune fermeture connue : la durée de vie ne se mesure pas."
	case !l.Quarter.Known:
		return fmt.Sprintf("Durée de vie (Kaplan-Meier) : moins d’un quart des points ont fermé (%s fermés, %s encore ouverts).", l.Ended, l.Running)
	case !l.Median.Known:
		return fmt.Sprintf("Durée de vie (Kaplan-Meier) : un quart des points ferment en %s jours, moins de la moitié ont fermé (%s fermés, %s encore ouverts).",
			l.Quarter.text(0), l.Ended, l.Running)
	}
	return fmt.Sprintf("Durée de vie (Kaplan-Meier) : la moitié des points ferment en %s jours, un quart en %s (%s fermés, %s encore ouverts).",
		l.Median.text(0), l.Quarter.text(0), l.Ended, l.Running)
}

// effortNote is printed wherever numbers could be taken for the trade itself.
const effortNote = "les points signalés mesurent aussi l’effort de recherche : un service ou un territoire qui n’enregistre rien n’est pas un territoire sans trafic."

// methodNotes are what always holds, and then the notes of the report.
func (r *Report) methodNotes() []string {
	rule := cmp.Or(strings.TrimSpace(r.Rule), "non précisée")
	notes := []string{
		"Règle : " + strings.TrimSuffix(rule, ".") + ".",
		"Dates : chiffres au " + day(r.AsOf) + r.previousWords() + ".",
	}
	if r.Suppression.Applied {
		notes = append(notes, "Petits nombres : les nombres inférieurs à "+whole(r.Suppression.Threshold)+
			", et ceux qui permettraient de les déduire, ne sont pas communiqués (« n. c. »).")
	} else {
		notes = append(notes, "Petits nombres : ils sont communiqués sans seuil, ce dossier étant destiné aux membres du comité du territoire.")
	}
	notes = append(notes, "Qualité : "+effortNote)
	if r.Territory.Indicative {
		notes = append(notes, "Territoire : le contour est indicatif, il n’est pas officiel .")
	}
	if r.Synthetic {
		notes = append(notes, "Démonstration : toutes les données de ce dossier sont synthétiques.")
	}
	return append(notes, r.Notes...)
}

func (r *Report) previousWords() string {
	if r.Previous.IsZero() {
		return ", sans réunion précédente"
	}
	return ", comparés à la réunion du " + day(r.Previous)
}
