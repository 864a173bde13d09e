package dealmap

import "encoding/json"

// ChangePlace changes facts of a place.
type ChangePlace struct {
	ID ID
	// Revision is the one the author saw; 0 accepts any.
	Revision int
	// Patch is a JSON merge patch (RFC 7396) of Facts.
	Patch json.RawMessage
}

// Decide implements Command.
func (c ChangePlace) Decide(s State, v Viewer, env Env) ([]Event, error) {
	p, _, err := target(s, v, env, c.ID, c.Revision, ActionEdit)
	if err != nil {
		return nil, err
	}
	facts, err := patchRecord(p.Facts, c.Patch)
	if err != nil {
		return nil, err
	}
	if known(Kinds(), string(facts.Kind)) && facts.Kind.IsDealPoint() != p.Facts.Kind.IsDealPoint() {
		return nil, Invalid("kind", "un point de deal ne devient pas un site de soutien, ni l’inverse : ajoutez l’autre, et liez-les")
	}
	moved := !samePosition(p.Facts, facts)
	if moved && facts.Commune == p.Facts.Commune {
		relocateCommune(&facts, env)
	}
	if facts.Commune != p.Facts.Commune && facts.CommuneYear == p.Facts.CommuneYear {
		facts.CommuneYear = 0 // that of the code before: the gazetteer tells the new one's
	}
	if facts.Handling.shortens(p.Facts.Handling, env.Today()) {
		return nil, Invalid("handling.embargo_until", "un embargo en cours n’est levé ou abrégé que par le procureur")
	}
	relocate := moved || facts.Commune != p.Facts.Commune || facts.Accuracy != p.Facts.Accuracy
	var errs fieldErrors
	chain := facts.check(&errs, env, relocate)
	checkClosed(&errs, "first_seen", p.Closing, facts)
	if err := errs.err(); err != nil {
		return nil, err
	}
	located := p.Territories
	if relocate {
		located = chain
		if err := v.allow(ActionEdit, chain); err != nil {
			return nil, err
		}
	}
	if err := staysInSight(v, env, facts, located); err != nil {
		return nil, err
	}
	patch, err := diffPatch(p.Facts, facts)
	if err != nil {
		return nil, err
	}
	if string(patch) == "{}" {
		return nil, nil
	}
	return []Event{env.event(v, p.ID, PlaceChanged{Patch: patch, Territories: chain})}, nil
}

// relocateCommune lets a moved position decide the commune anew where outlines tell it; where they do not, the commune
// declared before stays as long as its département holds the new position.
func relocateCommune(facts *Facts, env Env) {
	if facts.Position == nil {
		return
	}
	located := env.Gazetteer.Locate(*facts.Position)
	if com := chainAt(located, LevelCommune); com != "" {
		facts.Commune, facts.CommuneYear = com.ID(), env.Gazetteer.Year(com)
		return
	}
	declared, _ := env.Gazetteer.Chain(TerritoryCode("com:" + facts.Commune))
	if located != nil && chainAt(located, LevelDepartement) != chainAt(declared, LevelDepartement) {
		facts.Commune, facts.CommuneYear = "", 0
	}
}

func samePosition(a, b Facts) bool {
	if a.Position == nil || b.Position == nil {
		return a.Position == b.Position
	}
	return *a.Position == *b.Position
}
