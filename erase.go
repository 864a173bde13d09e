package dealmap

import "fmt"

// ErasureReason says why a record is erased.
type ErasureReason string

// ErasureReasons returns the reasons for erasing with their labels.
func ErasureReasons() []Term {
	return []Term{
		{"retention", "Durée de conservation atteinte"}, {"order", "Décision d’une autorité"}, {"unlawful", "Donnée qui n’aurait pas dû être collectée"},
	}
}

// ErasePlace erases the record of a place, or one that was withdrawn with its import: what its journal entries said goes, that there were entries stays provable.
type ErasePlace struct {
	ID       ID
	Revision int // 0 accepts any
	Reason   ErasureReason
	// Decision is the opaque reference of the decision, where there is one.
	Decision string
}

// Decide implements Command.
func (c ErasePlace) Decide(s State, v Viewer, env Env) ([]Event, error) {
	p := s.Place(c.ID)
	scope := NewScope(v, env.Today())
	if _, withdrawn := scope.SeeWithdrawn(p); !withdrawn || !v.MayAt(ActionErase, p.Territories) {
		var err error
		if p, _, err = target(s, v, env, c.ID, c.Revision, ActionErase); err != nil {
			return nil, err
		}
	}
	var errs fieldErrors
	if !known(ErasureReasons(), string(c.Reason)) {
		errs.add("reason", "« %s » est inconnu (%s)", clip(string(c.Reason)), oneOf(ErasureReasons()))
	}
	if checkText(&errs, "decision", c.Decision, 0, 100); c.Reason == "order" && c.Decision == "" {
		errs.add("decision", "manque : la référence de la décision")
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	events, err := c.erase(s, v, env, p)
	if err != nil {
		return nil, err
	}
	links, err := c.eraseLinks(s, v, env, events)
	return append(events, links...), err
}

// eraseLinks erases all links of the records that are erased, whoever sees them: they would dangle, and tell of them.
func (c ErasePlace) eraseLinks(s State, v Viewer, env Env, records []Event) (events []Event, err error) {
	erased := map[ID]bool{}
	for _, record := range records {
		for _, l := range s.LinksOf(record.Subject) {
			if erased[l.ID] {
				continue
			}
			erased[l.ID] = true
			entries := s.EntriesOf(l.ID)
			if len(entries) == 0 {
				return nil, fmt.Errorf("erase link %s: the state knows no entry of it", l.ID)
			}
			events = append(events, env.event(v, l.ID, LinkErased{Reason: c.Reason, Decision: c.Decision, Entries: entries}))
		}
	}
	return events, nil
}

// erase erases a place with all records that were merged into it: what it says was theirs.
func (c ErasePlace) erase(s State, v Viewer, env Env, p *Place) ([]Event, error) {
	entries := s.EntriesOf(p.ID)
	if len(entries) == 0 {
		return nil, fmt.Errorf("erase %s: the state knows no entry of it", p.ID)
	}
	events := []Event{env.event(v, p.ID, PlaceErased{Reason: c.Reason, Decision: c.Decision, Entries: entries})}
	for _, id := range p.Members() {
		member := s.Place(id)
		if member == nil {
			continue
		}
		inner, err := c.erase(s, v, env, member)
		if err != nil {
			return nil, err
		}
		events = append(events, inner...)
	}
	return events, nil
}
