package tiles

import (
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// fake is a snapshot for tests.
type fake struct {
	seq   dealmap.Seq
	index *geo.Index[*dealmap.Place]
	byID  map[dealmap.ID]*dealmap.Place
	links []*dealmap.Link
}

func newFake(seq dealmap.Seq, places []*dealmap.Place) *fake {
	return &fake{seq: seq, index: geo.NewIndex(slices.Values(places))}
}

// tie adds links between places.
func (f *fake) tie(places []*dealmap.Place, links []*dealmap.Link) *fake {
	f.byID, f.links = make(map[dealmap.ID]*dealmap.Place, len(places)), links
	for _, p := range places {
		f.byID[p.ID] = p
	}
	return f
}

func (f *fake) eachLink(scope dealmap.Scope, filter *dealmap.LinkFilter) iter.Seq[dealmap.LinkSight] {
	return func(yield func(dealmap.LinkSight) bool) {
		for _, l := range f.links {
			from, _ := scope.See(f.byID[l.Facts.From])
			to, _ := scope.See(f.byID[l.Facts.To])
			if s, ok := scope.SeeLink(l, from, to); ok && filter.Match(s) && !yield(s) {
				return
			}
		}
	}
}

func (f *fake) LinkBox(scope dealmap.Scope, filter *dealmap.LinkFilter, box orb.Bound, yield func(dealmap.LinkSight) bool) {
	for s := range f.eachLink(scope, filter) {
		from, okFrom := s.From().Position()
		to, okTo := s.To().Position()
		if s.Told() && okFrom && okTo && geo.ArcBound(geo.Mercator(from), geo.Mercator(to)).Intersects(box) && !yield(s) {
			return
		}
	}
}

func (f *fake) FlowTable(scope dealmap.Scope, filter *dealmap.LinkFilter, level dealmap.Level) dealmap.FlowTable {
	return dealmap.NewFlowTable(level, f.eachLink(scope, filter))
}

func (f *fake) Seq() dealmap.Seq { return f.seq }

func (f *fake) Box(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight) bool) {
	f.index.Box(box, func(p *dealmap.Place) bool {
		s, ok := scope.See(p)
		if !ok {
			return true
		}
		if _, ok := s.Position(); !ok {
			return true
		}
		return yield(s)
	})
}

func (f *fake) Anchors(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight, orb.Point) bool) {
	f.index.Box(box.Pad(dealmap.AnchorReach), func(p *dealmap.Place) bool { // as a map's own
		s, ok := scope.See(p)
		if !ok {
			return true
		}
		anchor, ok := s.Anchor()
		if !ok || !box.Contains(anchor) {
			return true
		}
		return yield(s, anchor)
	})
}

var (
	today      = dealmap.Date{Year: 2026, Month: 11, Day: 23}
	bouches    = []dealmap.TerritoryCode{"com:13055", "dep:13", "reg:93", "zone:sud"}
	statuses   = []dealmap.Status{dealmap.Reported, dealmap.Active, dealmap.Disrupted, dealmap.Dormant, dealmap.Closed}
	kinds      = []dealmap.Kind{dealmap.Street, dealmap.Four, dealmap.Drive, dealmap.Delivery, dealmap.StashFlat}
	products   = []dealmap.Product{"cannabis", "cocaine", "crack", "heroin"}
	services   = []dealmap.Service{dealmap.ServicePN, dealmap.ServicePP, dealmap.ServiceGN, dealmap.ServiceDGDDI}
	ofast      = scopeOf(dealmap.RoleOfast)
	gendarme   = scopeOf(dealmap.RoleInvestigator)
	prefet     = scopeOf(dealmap.RolePrefet)
	cross      = scopeOf(dealmap.RoleCross)
	auditor    = scopeOf(dealmap.RoleAuditor)
	everyScope = []dealmap.Scope{ofast, gendarme, prefet, cross, auditor, {}}
)

func scopeOf(role dealmap.Role) dealmap.Scope {
	return dealmap.NewScope(dealmap.Viewer{
		Subject: string(role), Role: role, Service: dealmap.ServiceGN, Unit: "BR Aix",
		Territories: bouches[1:2], Chains: [][]dealmap.TerritoryCode{bouches[1:]},
	}, today)
}

// newPlace makes the nth place; what is not its position is drawn from r.
func newPlace(r *rand.Rand, n uint64, at orb.Point) *dealmap.Place {
	p := &dealmap.Place{
		Reference: fmt.Sprintf("13-%05X", n), Revision: 1, Status: pickOne(r, statuses),
		Facts: dealmap.Facts{
			Kind: pickOne(r, kinds), Name: fmt.Sprintf("Cité %d", r.IntN(5000)), Position: &at,
			Accuracy: dealmap.AccuracyBuilding, Products: []dealmap.Product{pickOne(r, products)}, Intensity: r.IntN(6),
			Owner:    dealmap.Owner{Service: pickOne(r, services), Unit: "Unité"},
			Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"},
		},
		Territories: bouches,
	}
	switch r.IntN(20) {
	case 0:
		p.Facts.Handling.Reach = dealmap.ReachService
	case 1:
		p.Facts.Handling.Reach, p.Facts.Handling.Blurred = dealmap.ReachService, true
	case 2:
		p.Facts.Handling.EmbargoUntil = today
	case 3:
		p.Territories = []dealmap.TerritoryCode{"com:83137", "dep:83", "reg:93", "zone:sud"}
	case 4:
		p.Facts.Accuracy = dealmap.AccuracyCommune
	}
	binary.BigEndian.PutUint64(p.ID[:], r.Uint64())
	binary.BigEndian.PutUint64(p.ID[8:], r.Uint64())
	return p
}

func pickOne[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// city is where many places lie, and how far they spread.
type city struct {
	at     orb.Point
	spread float64 // degrees
	share  int
}

var cities = []city{
	{orb.Point{2.35, 48.86}, 0.25, 30}, {orb.Point{5.38, 43.31}, 0.08, 18}, {orb.Point{4.84, 45.76}, 0.1, 10},
	{orb.Point{1.44, 43.6}, 0.1, 6}, {orb.Point{3.06, 50.63}, 0.15, 8}, {orb.Point{-0.58, 44.84}, 0.1, 5},
	{orb.Point{7.75, 48.58}, 0.1, 5}, {orb.Point{-1.55, 47.22}, 0.1, 5}, {orb.Point{7.27, 43.7}, 0.08, 5},
	{orb.Point{3.88, 43.61}, 0.1, 4}, {orb.Point{55.45, -20.88}, 0.1, 2}, {orb.Point{2.5, 46.5}, 2.5, 2},
}

// france makes n places around cities, as in the peers' data.
func france(seed uint64, n int) []*dealmap.Place {
	r := rand.New(rand.NewPCG(seed, 5))
	var lots []city
	for _, c := range cities {
		for range c.share {
			lots = append(lots, c)
		}
	}
	places := make([]*dealmap.Place, n)
	for i := range places {
		c := pickOne(r, lots)
		at := orb.Point{c.at[0] + r.NormFloat64()*c.spread, c.at[1] + r.NormFloat64()*c.spread*0.7}
		at[0], at[1] = math.Round(at[0]*1e6)/1e6, math.Round(at[1]*1e6)/1e6
		places[i] = newPlace(r, uint64(i), at)
	}
	return places
}
