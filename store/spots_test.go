package store

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// TestSpotsAreFoundAsByAnIndex looks for random places, some at the same position, on borders and where the square world ends, by boxes, radii,
// polygons and nearness, and wants what an R-tree of exact positions finds.
func TestSpotsAreFoundAsByAnIndex(t *testing.T) {
	t.Parallel()
	for round := range uint64(12) {
		random := rand.New(rand.NewPCG(round, 8))
		anywhere := func() orb.Point {
			switch random.IntN(5) {
			case 0:
				return orb.Point{-180 + 360*random.Float64(), -90 + 180*random.Float64()}
			case 1:
				return orb.Point{[]float64{180, -180, 179.9999, -179.9999, 55.5}[random.IntN(5)], -22 + random.Float64()}
			default:
				return orb.Point{5.3 + random.NormFloat64()/20, 43.3 + random.NormFloat64()/20}
			}
		}
		s, index := newState(), geo.NewIndex[*record](nil)
		var all []*dealmap.Place
		for i := range 900 {
			p := &dealmap.Place{Reference: fmt.Sprint("13-", i), Status: dealmap.Active, Facts: dealmap.Facts{Kind: dealmap.Street}}
			p.ID[0], p.ID[1], p.ID[15] = byte(random.Uint32()), byte(i), byte(i>>8)
			at := anywhere()
			if i > 0 && random.IntN(6) == 0 {
				at = all[random.IntN(i)].Position()
			}
			p.Facts.Position = &at
			index.Insert(s.put(nil, p))
			all = append(all, p)
		}
		for range 120 { // leaves lose plots, too
			i := random.IntN(len(all))
			index.Delete(getRecord(s.places, all[i].ID))
			s.put(all[i], nil)
			all = slices.Delete(all, i, i+1)
		}
		found := spots{s.plots, s.columns}
		for range 40 {
			a, b := anywhere(), all[random.IntN(len(all))].Position() // a place on the border
			box := orb.MultiPoint{a, b}.Bound()
			compareFound(t, "box", func(add func(*dealmap.Place, float64)) {
				found.placesIn(box, (*record).place, func(p *dealmap.Place) bool { add(p, 0); return true })
			}, func(add func(*dealmap.Place, float64)) {
				index.Box(box, func(r *record) bool { add(r.place(), 0); return true })
			}, false)
			metres := math.Pow(10, 7.4*random.Float64())
			if random.IntN(3) == 0 {
				metres = geo.Distance(a, b)
			}
			compareFound(t, fmt.Sprintf("%v m around %v", metres, a), func(add func(*dealmap.Place, float64)) {
				found.radius(a, metres, func(p *dealmap.Place, d float64) bool { add(p, d); return true })
			}, func(add func(*dealmap.Place, float64)) {
				index.Radius(a, metres, func(r *record, d float64) bool { add(r.place(), d); return true })
			}, false)
			some := 1 + random.IntN(len(all))
			compareFound(t, fmt.Sprintf("%d nearest to %v", some, a), func(add func(*dealmap.Place, float64)) {
				n := 0
				found.nearest(a, func(p *dealmap.Place, d float64) bool { add(p, d); n++; return n < some })
			}, func(add func(*dealmap.Place, float64)) {
				n := 0
				index.Nearest(a, func(r *record, d float64) bool { add(r.place(), d); n++; return n < some })
			}, true)
			area := orb.MultiPolygon{{{a, b, anywhere(), a}}, {{b, anywhere(), anywhere(), b}}, {{a}}}
			compareFound(t, "area", func(add func(*dealmap.Place, float64)) {
				found.within(area, func(p *dealmap.Place) bool { add(p, 0); return true })
			}, func(add func(*dealmap.Place, float64)) {
				index.Within(area, func(r *record) bool { add(r.place(), 0); return true })
			}, false)
		}
	}
}

func compareFound(t *testing.T, what string, got, want func(add func(*dealmap.Place, float64)), inOrder bool) {
	t.Helper()
	list := func(ask func(add func(*dealmap.Place, float64))) (all []string) {
		ask(func(p *dealmap.Place, metres float64) { all = append(all, fmt.Sprint(p.ID, metres)) })
		if !inOrder {
			slices.Sort(all)
		}
		return all
	}
	if a, b := list(got), list(want); !slices.Equal(a, b) {
		t.Fatalf("%s: %d found, want %d", what, len(a), len(b))
	}
}
