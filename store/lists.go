package store

import (
	"math"
	"slices"

	"github.com/mesure5/dealmap"
)

// ListOf yields the sights that are shown and that a filter lets through, in the order of ids, strictly after one, until yield returns
// false.
func (s *Snapshot) ListOf(scope dealmap.Scope, filter *dealmap.Filter, after dealmap.ID, yield func(dealmap.Sight) bool) {
	j := newJudge(s.columns.classes, &scope, filter)
	j.within = nil // the walk is of the territory
	if filter.Territory == "" || filter.Territory == dealmap.France {
		s.places.Ascend(&record{id: after}, func(r *record) bool {
			_, e := s.columns.at(r.at)
			if r.id == after || !e.stands {
				return true
			}
			sight, ok := j.see(r, e.ground, e.terms, e.traits, e.seen)
			return !ok || yield(sight)
		})
		return
	}
	for some := range slices.Chunk(s.columns.walkFrom(filter.Territory, after), together) {
		s.fetch(some)
		for _, at := range some {
			r, e := s.columns.at(at)
			if !e.stands {
				continue
			}
			if sight, ok := j.see(r, e.ground, e.terms, e.traits, e.seen); ok && !yield(sight) {
				return
			}
		}
	}
}

// together is how many places are looked up before any is judged.
const together = 64

// fetch looks up some places, and returns how many are kept whole. Where places lie in memory has nothing to do with where they lie on the
// map: what each leads to is asked of all of them before the next is, which the processor does for many at once. What is returned, and that the
// call is not inlined, keep the compiler from leaving out reads of which nothing else is used.
//
//go:noinline
func (s *Snapshot) fetch(some []slot) (whole int) {
	var records [together]*record
	var places [together]*dealmap.Place
	for i, at := range some {
		records[i], _ = s.columns.at(at)
	}
	for i, r := range records[:len(some)] {
		if r != nil {
			places[i] = r.whole.Load()
		}
	}
	for _, p := range places[:len(some)] {
		if p != nil && p.Revision > 0 { // beside the id, which whoever gets a sight reads first
			whole++
		}
	}
	return whole
}

// judge makes the sights of places for one scope and filter, what places share judged once.
type judge struct {
	*gathering
	views [64]judged
}

type judged struct {
	terms, standing uint32
	view            dealmap.View
}

func newJudge(c *classes, scope *dealmap.Scope, filter *dealmap.Filter) *judge {
	j := &judge{gathering: newGathering(c, scope, filter)}
	for i := range j.views {
		j.views[i].terms = math.MaxUint32
	}
	return j
}

// see returns the sight of a place that stands for itself, of which the columns say what is given, when it is shown and passes the filter.
func (j *judge) see(r *record, ground, terms, traits uint32, seen int32) (dealmap.Sight, bool) {
	if j.shown(r, ground, terms, traits, seen) == dealmap.Nothing {
		return dealmap.Sight{}, false
	}
	return j.sight(r, ground, terms), true
}

// shown returns in what detail such a place is shown, Nothing when it is not or does not pass the filter.
func (j *judge) shown(r *record, ground, terms, traits uint32, seen int32) dealmap.Detail {
	if seen < j.first || seen > j.last {
		return dealmap.Nothing
	}
	d := j.gathering.see(ground, terms, traits)
	if d < dealmap.Blurred || j.singly && !j.sieve.Passes(r.glance(), d) {
		return dealmap.Nothing
	}
	return d
}

// sight returns the sight of a place that is shown.
func (j *judge) sight(r *record, ground, terms uint32) dealmap.Sight {
	standing := uint32(j.lens.standing(j.sieve, ground))
	one := &j.views[(terms*dealmap.Standings+standing)%uint32(len(j.views))]
	if one.terms != terms || one.standing != standing {
		*one = judged{terms, standing, j.sieve.View(&j.terms[terms].Value, dealmap.Standing(standing))}
	}
	return one.view.Of(r.place())
}
