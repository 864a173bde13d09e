package dealmap

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// Audience names all that the policy reads of a place, owner, handling and territories: places of equal audience are seen
// in the same detail by everyone on every day, and are alike to a filter by territory or service.
type Audience struct {
	owner               Owner
	reach               Reach
	code                string
	embargo             Date
	blurred             bool
	groups, territories string
}

// Audience returns the place's audience, to be compared with others.
func (p *Place) Audience() Audience {
	h := &p.Facts.Handling
	return Audience{
		owner: p.Facts.Owner, reach: h.Reach, code: h.Code, embargo: h.EmbargoUntil, blurred: h.Blurred,
		groups: joined(h.Groups), territories: joined(p.Territories),
	}
}

// Traits names what places share by the dozen that filters look at: status, kind and products.
type Traits struct {
	status   Status
	kind     Kind
	products string
}

// Traits returns the place's traits, to be compared with others.
func (p *Place) Traits() Traits { return Traits{p.Status, p.Facts.Kind, joined(p.Facts.Products)} }

// joined makes a comparable value of a list; its members hold no NUL: they are codes.
func joined[T ~string](list []T) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return string(list[0]) + "\x00"
	}
	var b strings.Builder
	for _, item := range list {
		b.WriteString(string(item))
		b.WriteByte(0)
	}
	return b.String()
}

// Sieve is a scope with a filter, made to count a whole map: audiences and traits are judged once each, on any place that
// has them, instead of every place on its own. A place is counted when its audience is seen, its traits pass, its last
// confirmation lies within Confirmed, and, when Singly says so, Passes holds. That is when Scope.See gives a sight which
// Filter.Match lets through.
type Sieve struct {
	scope  *Scope
	filter *Filter
}

// NewSieve makes the sieve of a scope and a filter, neither of which may change while it is used.
func NewSieve(scope *Scope, filter *Filter) Sieve { return Sieve{scope, filter} }

// Audience returns in what detail all places with the audience of this one are counted; Nothing when they are not.
func (s Sieve) Audience(p *Place) Detail {
	sight, ok := s.scope.See(p)
	if !ok || !s.filter.matchAudience(sight) || s.filter.isDated() && !sight.sees(fieldDates) {
		return Nothing
	}
	return sight.detail
}

// Traits reports whether places with the traits of this one that are seen in some detail pass.
func (s Sieve) Traits(p *Place, d Detail) bool { return s.filter.matchTraits(seen(p, d)) }

// Confirmed returns the numbers (Date.Number) of the first and the last day on which a place that passes was last
// confirmed.
func (s Sieve) Confirmed() (first, last int32) {
	first, last = math.MinInt32, math.MaxInt32
	if s.filter.isDated() {
		first = 1 // a place that was never confirmed has 0
	}
	if !s.filter.ConfirmedAfter.IsZero() {
		first = max(first, s.filter.ConfirmedAfter.Number())
	}
	if !s.filter.ConfirmedBefore.IsZero() {
		last = s.filter.ConfirmedBefore.Number() - 1
	}
	return first, last
}

// Singly reports whether each place must also be asked on its own.
func (s Sieve) Singly() bool { return s.filter.Network != "" || s.filter.Text != "" }

// Passes reports whether this one place, seen in some detail, passes what neither audience nor traits tell.
func (s Sieve) Passes(p *Place, d Detail) bool { return s.filter.matchSingle(seen(p, d)) }

// Anchor is where a place counts in aggregates on a map (WGS 84, lon, lat) for those who see it in this detail: its
// position for those who see that, a node of a coarse grid for those who see aggregates only; false when it is in no
// aggregate on a map, which for places that have a position is a matter of the detail alone.
func (d Detail) Anchor(p *Place) (orb.Point, bool) {
	if !p.HasPosition() || d != Tallied && withheld(d)&fieldPosition != 0 {
		return orb.Point{}, false
	}
	at := p.Position()
	if d == Tallied {
		at = orb.Point{snap(at[0]), snap(at[1])}
	}
	return at, true
}
