package tiles

import (
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// gatherer is a snapshot that gathers by itself, a few at a time in a slice that it uses again.
type gatherer struct{ *fake }

func (g *gatherer) Gather(scope dealmap.Scope, filter *dealmap.Filter, begin func() func([]geo.Spot)) {
	shares, turn := []func([]geo.Spot){begin(), begin(), begin()}, 0
	yield := func(some []geo.Spot) {
		shares[turn%len(shares)](some)
		turn++
	}
	some := make([]geo.Spot, 0, 7)
	g.fake.index.All(func(p *dealmap.Place) bool {
		if s, ok := scope.See(p); ok && filter.Match(s) {
			if at, ok := s.Anchor(); ok {
				spot := geo.NewSpot(at, s.Status())
				spot.Block = geo.BlockOf(geo.ZOrder(geo.Fixed(*p.Facts.Position)))
				some = append(some, spot)
			}
		}
		if len(some) < cap(some) {
			return true
		}
		yield(some)
		some = some[:0]
		return true
	})
	yield(some)
}

func (g *gatherer) Anchors(dealmap.Scope, orb.Bound, func(dealmap.Sight, orb.Point) bool) {
	panic("a source that gathers is asked for its anchors")
}

func TestGatherersAndOthersGiveTheSameTiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		src := newFake(1, world(t, 80))
		r := Request{
			Layers: []Layer{LayerClusters}, Scope: rapid.SampledFrom(everyScope).Draw(t, "scope"), Filter: anyFilter(t),
			Tile: maptile.At(orb.Point{5.38, 43.3}, maptile.Zoom(rapid.IntRange(0, 15).Draw(t, "zoom"))),
		}
		want := draw(t, NewDrawer(nil, Basemap{}), src, r)
		if got := draw(t, NewDrawer(nil, Basemap{}), &gatherer{src}, r); string(got) != string(want) {
			t.Fatal("a source that gathers gives other bytes")
		}
	})
}
