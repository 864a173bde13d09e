package tiles

import (
	"math/rand/v2"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// countingMap is a snapshot that counts by itself, in several shares, each position in as many parts as places count there.
type countingMap struct{ *fake }

func (m *countingMap) Counts(scope dealmap.Scope, filter *dealmap.Filter, box geo.Squares, level uint, begin func() func(x, y uint32, n *geo.Counts)) {
	shares, turn := []func(x, y uint32, n *geo.Counts){begin(), begin(), begin()}, 0
	var n geo.Counts
	m.fake.index.All(func(p *dealmap.Place) bool {
		s, ok := scope.See(p)
		if !ok || !filter.Match(s) {
			return true
		}
		at, ok := s.Anchor()
		if !ok {
			return true
		}
		x, y := geo.Fixed(at)
		if s.Detail() != dealmap.Tallied {
			x, y = middle(x, 32-level), middle(y, 32-level)
		}
		if box.Holds(x, y) {
			n = geo.Counts{All: 1}
			n.ByStatus[geo.StatusPlace(s.Status())] = 1
			shares[turn%len(shares)](x, y, &n)
			turn++
		}
		return true
	})
}

func (m *countingMap) Anchors(dealmap.Scope, orb.Bound, func(dealmap.Sight, orb.Point) bool) {
	panic("a source that counts is asked for its anchors")
}

func TestCountersAndOthersGiveTheSameTiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		src := newFake(1, world(t, 80))
		r := Request{
			Layers: []Layer{LayerClusters}, Scope: rapid.SampledFrom(everyScope).Draw(t, "scope"), Filter: anyFilter(t),
			Tile: maptile.At(orb.Point{5.38, 43.3}, maptile.Zoom(rapid.IntRange(0, 15).Draw(t, "zoom"))),
		}
		want := draw(t, NewDrawer(nil, Basemap{}), src, r)
		if got := draw(t, NewDrawer(nil, Basemap{}), &countingMap{src}, r); string(got) != string(want) {
			t.Fatal("a source that counts gives other bytes")
		}
	})
}

// TestStripsCountEveryPlaceOnce counts places on the borders of the strips and beside them, for who sees them where they are and for who counts them
// by hexagons whose middles lie on either side.
func TestStripsCountEveryPlaceOnce(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	var places []*dealmap.Place
	for _, border := range append([]float64{-178, 178}, borders()...) {
		for _, east := range []float64{-0.011, -1e-9, 0, 1e-9, 0.011} {
			at := orb.Point{border + east, 43 + float64(len(places)%7)}
			p := newPlace(random, uint64(len(places)), at)
			p.Facts.Accuracy = dealmap.AccuracyBuilding
			p.Facts.Handling = dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"}
			p.Territories = bouches
			places = append(places, p)
		}
	}
	src := newFake(1, places)
	for name, scope := range map[string]dealmap.Scope{"ofast": ofast, "prefet": prefet} {
		n := uint32(0)
		for _, s := range newAggregate(src, &Request{Scope: scope}).spots {
			n += s.All
		}
		if int(n) != len(places) {
			t.Errorf("%s: %d places counted, not %d", name, n, len(places))
		}
	}
}

// borders are the longitudes between strips.
func borders() (all []float64) {
	for _, strip := range strips[1:] {
		all = append(all, strip.Min[0])
	}
	return all
}
