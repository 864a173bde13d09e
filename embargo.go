package dealmap

import "encoding/json"

// PutEmbargo hides a place from everyone but its owner and the procureur until the end of a day, or lifts that. It is the
// procureur's, who names the place by the reference that the case file has and is never shown it.
type PutEmbargo struct {
	Reference string
	Until     Date // zero lifts the embargo
}

// Decide implements Command.
func (c PutEmbargo) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !v.May(ActionEmbargo) {
		return nil, v.allow(ActionEmbargo, nil)
	}
	p := s.ByReference(c.Reference)
	if p != nil {
		p = survivor(s, p.ID)
	}
	scope := NewScope(v, env.Today())
	if _, ok := scope.See(p); !ok || !v.MayAt(ActionEmbargo, p.Territories) {
		return nil, NotFound()
	}
	facts := p.Facts
	facts.Handling.EmbargoUntil = c.Until
	if !c.Until.IsZero() && c.Until.Before(env.Today()) {
		return nil, Invalid("until", "la fin est déjà passée")
	}
	patch, err := diffPatch(p.Facts, facts)
	if err != nil || string(patch) == "{}" {
		return nil, err
	}
	return []Event{env.event(v, p.ID, PlaceChanged{Patch: json.RawMessage(patch)})}, nil
}
