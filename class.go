package dealmap

import (
	"math"
	"strings"

	"github.com/paulmach/orb"
)

// Terms names who a place belongs to and how it is handled. Together with its territories (Ground) that is all that the
// policy reads of a place.
type Terms struct {
	owner   Owner
	reach   Reach
	code    string
	embargo Date
	blurred bool
	groups  string
	owners  string // those of records merged into it
}

// Terms returns the place's terms, to be compared with others.
func (p *Place) Terms() Terms {
	held := p.Held()
	return held.Terms()
}

// Terms returns the terms that name this.
func (h *Held) Terms() Terms {
	return Terms{
		owner: h.Owner, reach: h.Handling.Reach, code: h.Handling.Code, embargo: h.Handling.EmbargoUntil, blurred: h.Handling.Blurred,
		groups: joined(h.Handling.Groups), owners: joinedOwners(h.CoOwners),
	}
}

func joinedOwners(list []Owner) string {
	if len(list) == 0 {
		return ""
	}
	var b strings.Builder
	for _, o := range list {
		b.WriteString(string(o.Service) + "\x00" + o.Unit + "\x00")
	}
	return b.String()
}

// Held is who a place belongs to and how it is handled.
type Held struct {
	Owner    Owner
	CoOwners []Owner
	Handling Handling
}

// Held returns what the place's Terms name.
func (p *Place) Held() Held { return Held{p.Facts.Owner, p.Facts.CoOwners, p.Facts.Handling} }

// Ground names the territories that a place lies in.
type Ground struct{ territories string }

// Ground returns the place's ground, to be compared with others.
func (p *Place) Ground() Ground { return GroundOf(p.Territories) }

// GroundOf names a chain of territories.
func GroundOf(chain []TerritoryCode) Ground { return Ground{joined(chain)} }

// Traits names what places share by the dozen that filters look at: status, kind and products.
type Traits struct {
	status   Status
	kind     Kind
	products string
}

// Traits returns the place's traits, to be compared with others.
func (p *Place) Traits() Traits { return p.Features().Traits() }

// Traits returns the traits that name these features.
func (f Features) Traits() Traits { return Traits{f.Status, f.Kind, joined(f.Products)} }

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

// Sieve is a scope with a filter, made to count a whole map: grounds, terms and traits are judged once each instead of every
// place on its own. A place is counted when its territories are Within, its terms are seen from there
// in some Detail that Admits them, its Traits pass in that detail, its last confirmation lies within Confirmed, and, when Singly says so,
// Passes holds. That is when Scope.See gives a sight which Filter.Match lets through.
type Sieve struct {
	scope  *Scope
	filter *Filter
}

// NewSieve makes the sieve of a scope and a filter, neither of which may change while it is used.
func NewSieve(scope *Scope, filter *Filter) Sieve { return Sieve{scope, filter} }

// Standing returns how the viewer stands to the territories of a place, whatever the filter.
func (s Sieve) Standing(territories []TerritoryCode) Standing { return s.scope.standing(territories) }

// Within reports whether the filter lets places of these territories through.
func (s Sieve) Within(territories []TerritoryCode) bool { return s.filter.matchGround(territories) }

// Everywhere reports whether the filter lets places of all territories through.
func (s Sieve) Everywhere() bool { return s.filter.Territory == "" }

// AdmitsAll reports whether the filter lets places through however they are held and seen.
func (s Sieve) AdmitsAll() bool {
	return len(s.filter.Services) == 0 && !s.filter.isDated() && s.filter.Territory == ""
}

// Admits reports whether the filter lets places through that are held so and seen in some detail, as far as the terms tell.
func (s Sieve) Admits(held *Held, d Detail) bool {
	owner, others, hidden := held.Owner, held.CoOwners, withheld(d, held.Handling.Code)
	if hidden&^counted[d]&fieldOwner != 0 {
		owner, others = Owner{}, nil
	}
	if d == Blurred && (s.filter.Territory.is(LevelQPV) || s.filter.Territory.is(LevelQRR)) {
		return false // as Sight.Territories has it
	}
	return s.filter.matchTerms(owner, others) && !(s.filter.isDated() && hidden&fieldDates != 0)
}

// Traits reports whether places with these features that are seen in some detail pass: when Status, Kind and Products let them.
func (s Sieve) Traits(f Features, d Detail) bool {
	return s.Status(f.Status) && s.Kind(f.Kind) && s.Products(f.Products, d)
}

// Status reports whether the filter lets places of a status through.
func (s Sieve) Status(status Status) bool { return s.filter.matchStatus(status) }

// Kind reports whether the filter lets places of a kind through.
func (s Sieve) Kind(kind Kind) bool { return s.filter.matchKind(kind) }

// Products reports whether the filter lets places with these products through that are seen in some detail: with all of them when it does with
// one.
func (s Sieve) Products(products []Product, d Detail) bool {
	if reserved[d]&^counted[d]&fieldProducts != 0 {
		products = nil
	}
	return s.filter.matchProducts(products)
}

// Detail returns in what detail places that are held so are seen from ground to which the viewer stands so, whatever the filter.
func (s Sieve) Detail(held *Held, at Standing) Detail {
	return s.View(held, at).detail
}

// View is how a scope sees the places that are held alike, from grounds to which its viewer stands alike. The zero View shows nothing.
type View struct {
	detail   Detail
	withheld fields
	by       *rule
}

// View returns how places that are held so are seen from ground to which the viewer stands so, whatever the filter: as Detail says.
func (s Sieve) View(held *Held, at Standing) View {
	d, by := detail(s.scope, &audience{owner: &held.Owner, coOwners: held.CoOwners, handling: &held.Handling, standing: at, judged: true})
	if d == Nothing {
		d = leak(nil)
	}
	return View{d, withheld(d, held.Handling.Code), by}
}

// Of returns the sight of a place that stands for itself, is held so and lies on such ground: what Scope.See makes of it. Whoever asks
// answers for that, and is held to Scope.See by a test.
func (v View) Of(p *Place) Sight {
	if v.detail == Nothing {
		return Sight{}
	}
	return Sight{place: p, detail: v.detail, withheld: v.withheld, by: v.by}
}

// Confirmed returns the numbers (Date.Days) of the first and the last day on which a place that passes was last
// confirmed.
func (s Sieve) Confirmed() (first, last int32) {
	first, last = math.MinInt32, math.MaxInt32
	if s.filter.isDated() {
		first = 1 // a place that was never confirmed has 0
	}
	if !s.filter.ConfirmedAfter.IsZero() {
		first = max(first, s.filter.ConfirmedAfter.Days())
	}
	if !s.filter.ConfirmedBefore.IsZero() {
		last = s.filter.ConfirmedBefore.Days() - 1
	}
	return first, last
}

// Singly reports whether each place must also be asked on its own.
func (s Sieve) Singly() bool {
	return s.filter.Network != "" || s.filter.Text != "" || !s.filter.Due.IsZero()
}

// Passes reports whether this one place, seen in some detail, passes what neither audience nor traits tell.
func (s Sieve) Passes(p *Place, d Detail) bool { return s.filter.matchSingle(seen(p, d)) }

// CountsDetails reports whether places seen in this detail count by product, intensity, dates and closing too, and not by kind,
// status, territory and service alone.
func (d Detail) CountsDetails() bool {
	return reserved[d]&^counted[d]&(fieldProducts|fieldIntensity|fieldDates|fieldClosing) == 0
}

// AnchorReach is how far, in degrees, an anchor may lie from its place's position.
const AnchorReach = 0.03

// Anchor is where a place counts in aggregates on a map (WGS 84, lon, lat) for those who see it in this detail: its
// position for those who see that, the middle of a cell of 2 km ([TallyLevel]) for those who see aggregates only; false when it is in no
// aggregate on a map, which for places that have a position is a matter of the detail alone.
func (d Detail) Anchor(p *Place) (orb.Point, bool) {
	if !p.HasPosition() || d != Tallied && reserved[d]&fieldPosition != 0 {
		return orb.Point{}, false
	}
	at := p.Position()
	if d == Tallied {
		at = CellOf(at).At(TallyLevel).Centre()
	}
	return at, true
}
