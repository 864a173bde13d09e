package store

import (
	"math"

	"github.com/mesure5/dealmap"
)

// tying judges links for one scope and filter, each class of places and of terms once. It says what Scope.SeeLink and
// LinkFilter.Match say; what the classes do not tell is asked of them.
type tying struct {
	snapshot *Snapshot
	scope    *dealmap.Scope
	filter   *dealmap.LinkFilter
	sieve    dealmap.Sieve
	grounds  []*dealmap.Shared[[]dealmap.TerritoryCode]
	terms    []*dealmap.Shared[dealmap.Held]
	// The verdicts are 0 as long as they are not given, and else one more than what is said here.
	standings []uint8                    // by ground: a Standing
	within    []bool                     // by ground: the filter's territory holds it
	details   [][dealmap.Standings]uint8 // by terms and standing: a Detail
	kinds     [dealmap.KindsOfLink]bool
	means     [dealmap.MeansOfLink]bool
	// network is the number of the code asked for, 0 for all of them.
	network uint32
	// A link passes that began on a day up to latest and did not end before earliest.
	earliest, latest int32
}

func newTying(s *Snapshot, scope *dealmap.Scope, f *dealmap.LinkFilter) *tying {
	classes := s.columns.classes
	t := &tying{
		snapshot: s, scope: scope, filter: f, sieve: dealmap.NewSieve(scope, &dealmap.Filter{Territory: f.Territory}),
		grounds: classes.grounds.all(), terms: classes.terms.all(), latest: math.MaxInt32,
	}
	t.standings, t.within = make([]uint8, len(t.grounds)), make([]bool, len(t.grounds))
	t.details = make([][dealmap.Standings]uint8, len(t.terms))
	for i := range t.kinds {
		t.kinds[i] = len(f.Kinds) == 0
	}
	for _, k := range f.Kinds {
		if n, known := k.Number(); known {
			t.kinds[n] = true
		}
	}
	for i := range t.means {
		t.means[i] = len(f.Means) == 0
	}
	for _, m := range f.Means {
		if n, known := m.Number(); known {
			t.means[n] = true
		}
	}
	if f.Network != "" {
		var known bool
		if t.network, known = classes.network(f.Network); !known {
			t.network = math.MaxUint32
		}
	}
	for _, day := range []dealmap.Date{f.On, f.From} {
		t.earliest = max(t.earliest, day.Number())
	}
	for _, day := range []dealmap.Date{f.On, f.To} {
		if !day.IsZero() {
			t.latest = min(t.latest, day.Number())
		}
	}
	return t
}

// see returns in what detail a strand is seen and passes, Nothing when it does not; asks says that it must also be asked on its own.
func (t *tying) see(s *strand) (d dealmap.Detail, asks bool) {
	if !s.live || !t.kinds[s.kind] || !t.means[s.means] || s.since > t.latest || s.until != 0 && s.until < t.earliest {
		return dealmap.Nothing, false
	}
	if t.network != 0 && s.network != 0 && s.network != t.network {
		return dealmap.Nothing, false
	}
	from, to := t.standing(s.from.ground), t.standing(s.to.ground)
	if !t.within[s.from.ground] && !t.within[s.to.ground] {
		return dealmap.Nothing, false
	}
	d = dealmap.LinkDetail(t.detail(s.terms, from|to), t.detail(s.from.terms, from), t.detail(s.to.terms, to))
	if t.network != 0 && d < dealmap.Shown {
		return dealmap.Nothing, false // of what is only counted no network is known
	}
	return d, s.led || t.network != 0 && s.network == 0
}

// sight is what is seen of a strand that must be asked on its own, false when it does not pass.
func (t *tying) sight(part *skein, i slot) (dealmap.LinkSight, bool) {
	s := &part.strands[i]
	if s.led {
		sight, ok := t.snapshot.seeLink(t.scope, part.links[i])
		return sight, ok && t.filter.Match(sight)
	}
	from, _ := t.snapshot.columns.at(s.from.at)
	to, _ := t.snapshot.columns.at(s.to.at)
	seenFrom, _ := t.scope.See(from)
	seenTo, _ := t.scope.See(to)
	sight, ok := t.scope.SeeLink(part.links[i], seenFrom, seenTo)
	return sight, ok && (t.network == 0 || t.filter.Match(sight))
}

func (t *tying) standing(ground uint32) dealmap.Standing {
	judged := t.standings[ground]
	if judged == 0 {
		standing, within := t.sieve.Ground(t.grounds[ground].Value)
		judged = uint8(standing) + 1
		t.standings[ground], t.within[ground] = judged, within
	}
	return dealmap.Standing(judged - 1)
}

func (t *tying) detail(terms uint32, at dealmap.Standing) dealmap.Detail {
	judged := t.details[terms][at]
	if judged == 0 {
		judged = uint8(t.sieve.Detail(&t.terms[terms].Value, at)) + 1
		t.details[terms][at] = judged
	}
	return dealmap.Detail(judged - 1)
}
