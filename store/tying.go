package store

import (
	"math"

	"github.com/mesure5/dealmap"
)

// tying judges links for one scope and filter. It says what Scope.SeeLink and
// LinkFilter.Match say; what the classes do not tell is asked of them.
type tying struct {
	snapshot *Snapshot
	scope    *dealmap.Scope
	filter   *dealmap.LinkFilter
	sieve    dealmap.Sieve
	lens     *lens
	within   []uint8 // by ground: 2 when the filter's territory holds it, 1 when not, 0 when not asked yet; nil when all do
	kinds    [dealmap.KindsOfLink]bool
	means    [dealmap.MeansOfLink]bool
	// network is the number of the code asked for, 0 for all of them.
	network uint32
	// A link passes that began on a day up to latest and did not end before earliest.
	earliest, latest int32
}

func newTying(s *Snapshot, scope *dealmap.Scope, f *dealmap.LinkFilter) *tying {
	classes := s.columns.classes
	t := &tying{
		snapshot: s, scope: scope, filter: f, sieve: dealmap.NewSieve(scope, &dealmap.Filter{Territory: f.Territory}),
		lens: classes.lenses.of(scope, classes), latest: math.MaxInt32,
	}
	if !t.sieve.Everywhere() {
		t.within = make([]uint8, len(t.lens.grounds))
	}
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
	if t.within != nil && !t.holds(s.from.ground) && !t.holds(s.to.ground) {
		return dealmap.Nothing, false
	}
	from, to := t.lens.standing(t.sieve, s.from.ground), t.lens.standing(t.sieve, s.to.ground)
	d = dealmap.LinkDetail(t.lens.detail(t.sieve, s.terms, from|to), t.lens.detail(t.sieve, s.from.terms, from), t.lens.detail(t.sieve, s.to.terms, to))
	if t.network != 0 && d < dealmap.Shown {
		return dealmap.Nothing, false // of what is only counted no network is known
	}
	return d, s.led || t.network != 0 && s.network == 0
}

// sight is what is seen of a strand that must be asked on its own, false when it does not pass.
func (t *tying) sight(part *skein, i uint32) (dealmap.LinkSight, bool) {
	s := &part.strands[i]
	if s.led {
		sight, ok := t.snapshot.seeLink(t.scope, part.links[i])
		return sight, ok && t.filter.Match(sight)
	}
	from, _ := t.snapshot.columns.at(s.from.at)
	to, _ := t.snapshot.columns.at(s.to.at)
	seenFrom, _ := t.scope.See(from.place())
	seenTo, _ := t.scope.See(to.place())
	sight, ok := t.scope.SeeLink(part.links[i], seenFrom, seenTo)
	return sight, ok && (t.network == 0 || t.filter.Match(sight))
}

// holds reports whether the filter's territory holds a ground.
func (t *tying) holds(ground uint32) bool {
	within := t.within[ground]
	if within == 0 {
		within = 1
		if t.sieve.Within(t.lens.grounds[ground].Value) {
			within = 2
		}
		t.within[ground] = within
	}
	return within == 2
}
