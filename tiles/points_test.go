package tiles

import (
	"bytes"
	"cmp"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// plotter yields points as a store does, from what the fake yields.
type plotter struct{ *fake }

func (p *plotter) Points(scope dealmap.Scope, filter *dealmap.Filter, box geo.Squares, yield func(x, y uint32, s *dealmap.PointSight) bool) {
	var found []dealmap.Sight
	p.Box(scope, everywhere, func(s dealmap.Sight) bool {
		if _, ok := s.Position(); ok && s.Showable() && filter.Match(s) {
			found = append(found, s)
		}
		return true
	})
	order := func(s dealmap.Sight) (x, y uint32, z uint64) {
		at, _ := s.Position()
		x, y = geo.Fixed(at)
		return x, y, geo.ZOrder(x, y)
	}
	slices.SortFunc(found, func(a, b dealmap.Sight) int {
		_, _, zA := order(a)
		_, _, zB := order(b)
		idA, idB := a.ID(), b.ID()
		return cmp.Or(cmp.Compare(zA, zB), cmp.Compare(idA.Number(), idB.Number()), bytes.Compare(idA[:], idB[:]))
	})
	ranges := box.Ranges()
	var points dealmap.Pointer
	for _, s := range found {
		x, y, z := order(s)
		one := points.Point(s)
		if slices.ContainsFunc(ranges, func(r [2]uint64) bool { return z >= r[0] && z <= r[1] }) && !yield(x, y, &one) {
			return
		}
	}
}

// TestPlottersAndOthersGiveTheSameTiles draws tiles of a source that yields points in their order, by squares, and of one that yields sights
// in none, by degrees.
func TestPlottersAndOthersGiveTheSameTiles(t *testing.T) {
	t.Parallel()
	drawn := 0
	rapid.Check(t, func(t *rapid.T) {
		places := world(t, 80)
		src := newFake(1, places)
		r := Request{
			Layers: []Layer{rapid.SampledFrom([]Layer{LayerDealPoints, LayerSites}).Draw(t, "layer")},
			Scope:  rapid.SampledFrom(append([]dealmap.Scope{ofast, cross, gendarme}, everyScope...)).Draw(t, "scope"), Filter: anyFilter(t),
		}
		centre := orb.Point{5.38, 43.3}
		if len(places) > 0 {
			centre = places[rapid.IntRange(0, len(places)-1).Draw(t, "near")].Position()
		}
		r.Tile = maptile.At(centre, maptile.Zoom(rapid.IntRange(0, MaxZoom).Draw(t, "zoom")))
		d := NewDrawer(nil, Basemap{}, PointsFrom(0))
		want := draw(t, d, src, r)
		if got := draw(t, d, &plotter{src}, r); string(got) != string(want) {
			t.Fatalf("%v: %d bytes of points, %d of sights", r.Tile, len(got), len(want))
		}
		drawn += len(want)
	})
	if drawn == 0 {
		t.Error("nothing was drawn")
	}
}
