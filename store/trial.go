package store

import (
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// trial is what decisions ask besides the map: which entries concern a place, those decided but not appended yet included, and where places are.
type trial struct {
	kept    func(dealmap.ID) []dealmap.Seq
	decided map[dealmap.ID][]dealmap.Seq
	apart   bool        // it was settled
	waiting []placement // changes of places that it is still to be settled for
	// before finds places as they were before anything was decided, moved those that were changed.
	before  spots
	changed map[dealmap.ID]bool
	moved   geo.Index[*record]
}

// move lets a place be found where it is instead of where it was.
func (t *trial) move(c placement) {
	for _, p := range []*dealmap.Place{c.before, c.after} {
		if p != nil {
			t.changed[p.ID] = true
		}
	}
	t.moved.Replace(c.old, c.fresh)
}

// radius is that of spots.
func (t *trial) radius(centre orb.Point, metres float64, yield func(*dealmap.Place, float64) bool) {
	goOn := true
	t.before.radius(centre, metres, func(p *dealmap.Place, metres float64) bool {
		goOn = t.changed[p.ID] || yield(p, metres)
		return goOn
	})
	if goOn {
		t.moved.Radius(centre, metres, func(r *record, metres float64) bool { return yield(r.place(), metres) })
	}
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
	c.trial = &trial{kept: kept, decided: map[dealmap.ID][]dealmap.Seq{}, before: spots{s.plots, s.columns}, changed: map[dealmap.ID]bool{}}
	return &c
}

// settle brings a tentative state to where places are found as they were decided to be. Until somebody looks for one, or something else than a
// place is to change, it has all but the places themselves in common with the state that it was copied from: most decisions need no more.
func (s *state) settle() {
	if s.trial == nil || s.trial.apart {
		return
	}
	s.trial.apart = true
	s.refs, s.communes = s.refs.copy(), s.communes.Copy()
	s.copyRest(s)
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
