package store

import "github.com/mesure5/dealmap"

// trial is what decisions ask besides the map: which entries concern a place, those decided but not appended yet included.
type trial struct {
	kept    func(dealmap.ID) []dealmap.Seq
	decided map[dealmap.ID][]dealmap.Seq
	apart   bool        // it was settled
	waiting []placement // changes of places that it is still to be settled for
}

// placement is a change of a place with its records; what is not there is nil.
type placement struct {
	before, after *dealmap.Place
	old, fresh    *record
}

// try returns a copy that decisions are tried on, good until this state changes: nobody searches it or counts it. kept tells which entries in the
// journal concern a place.
func (s *state) try(kept func(dealmap.ID) []dealmap.Seq) *state {
	c := *s
	c.places = s.places.Copy()
	c.columns, c.plots, c.strands, c.vault = nil, nil, nil, nil
	c.trial = &trial{kept: kept, decided: map[dealmap.ID][]dealmap.Seq{}}
	return &c
}

// settle brings a tentative state to where places are found as they were decided to be. Until somebody looks for one, or something else than a
// place is to change, it has all but the places themselves in common with the state that it was copied from: most decisions need no more.
func (s *state) settle() {
	if s.trial == nil || s.trial.apart {
		return
	}
	s.trial.apart = true
	s.refs, s.index, s.communes = s.refs.copy(), s.index.Copy(), s.communes.Copy()
	s.copyShelves(s)
	for _, c := range s.trial.waiting {
		s.find(c)
	}
	s.trial.waiting = nil
}

// found returns the state itself, once places are found in it as they were decided to be.
func (s *state) found() *state {
	if s.trial != nil && len(s.trial.waiting) > 0 {
		s.settle()
	}
	return s
}
