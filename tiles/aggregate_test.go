package tiles

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// renewing is a source that tells what changed; it counts how often it is gone through as a whole.
type renewing struct {
	*gatherer
	touches []dealmap.Seq // by block, in the order of blocks
	blocks  []geo.Block
	whole   *int
}

func (s *renewing) Gather(scope dealmap.Scope, filter *dealmap.Filter, begin func() func([]geo.Spot)) {
	*s.whole++
	s.gatherer.Gather(scope, filter, begin)
}

func (s *renewing) Anchors(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight, orb.Point) bool) {
	s.fake.Anchors(scope, box, yield)
}

func (s *renewing) TouchedAfter(seq dealmap.Seq) (blocks []geo.Block) {
	for i, at := range s.touches {
		if at > seq && at <= s.seq {
			blocks = append(blocks, s.blocks[i])
		}
	}
	return blocks
}

func (s *renewing) GatherBlocks(scope dealmap.Scope, filter *dealmap.Filter, blocks []geo.Block, yield func(geo.Block, []geo.Spot)) {
	byBlock := map[geo.Block][]geo.Spot{}
	s.gatherer.Gather(scope, filter, func() func([]geo.Spot) {
		return func(some []geo.Spot) {
			for _, spot := range some {
				byBlock[spot.Block] = append(byBlock[spot.Block], spot)
			}
		}
	})
	for _, b := range blocks {
		yield(b, byBlock[b])
	}
}

func (s *renewing) Cells(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) *dealmap.CellTally {
	panic("a source that renews cells is asked for all of them")
}

func (s *renewing) CellBins(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule, blocks []geo.Block) []geo.CellBin {
	if blocks == nil {
		*s.whole++
	}
	byBlock := map[geo.Block]*dealmap.CellTally{}
	s.index.All(func(p *dealmap.Place) bool {
		block := geo.BlockOf(geo.ZOrder(geo.Fixed(*p.Facts.Position)))
		if sight, ok := scope.See(p); ok && c.Filter.Match(sight) && (blocks == nil || slices.Contains(blocks, block)) {
			if at, ok := sight.Anchor(); ok {
				if byBlock[block] == nil {
					byBlock[block] = dealmap.NewCellTally(level, rule)
				}
				byBlock[block].Tell(sight, at)
			}
		}
		return true
	})
	var bins []geo.CellBin
	for _, block := range slices.Sorted(maps.Keys(byBlock)) {
		for _, cell := range slices.Sorted(maps.Keys(byBlock[block].Cells)) {
			bins = append(bins, geo.CellBin{Block: block, Cell: cell, CellCount: byBlock[block].Cells[cell]})
		}
	}
	return bins
}

// TestAggregatesAreRenewed changes a map and wants of every tile, of the present and of maps a few entries ago, what a map counted anew
// gives, without going through the whole map again.
func TestAggregatesAreRenewed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places := append(world(t, 60), newPlace(rand.New(rand.NewPCG(1, 1)), 999, orb.Point{5.38, 43.3}))
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		scope := rapid.SampledFrom([]dealmap.Scope{ofast, gendarme, prefet, cross}).Draw(t, "scope")
		filter := anyFilter(t)
		d, whole, levels := NewDrawer(nil, Basemap{}), 0, map[int]bool{}
		touched := map[geo.Block]dealmap.Seq{}
		var sources []*renewing
		for seq := dealmap.Seq(1); seq <= 8; seq++ {
			for range random.IntN(3) { // places come, move and go
				touch := func(p *dealmap.Place) {
					if p.Facts.Position != nil {
						touched[geo.BlockOf(geo.ZOrder(geo.Fixed(*p.Facts.Position)))] = seq
					}
				}
				n := random.IntN(len(places))
				touch(places[n])
				fresh := newPlace(random, uint64(1000*seq), orb.Point{5.3 + random.Float64()/5, 43.2 + random.Float64()/5})
				touch(fresh)
				places = slices.Clone(places)
				places[n] = fresh
			}
			src := &renewing{gatherer: &gatherer{newFake(seq, places)}, whole: &whole}
			for b, at := range touched {
				src.blocks, src.touches = append(src.blocks, b), append(src.touches, at)
			}
			sources = append(sources, src)
			zooms := []maptile.Zoom{4, 9, 13}
			if seq == 1 { // what is first asked for later knows nothing of before
				for _, z := range zooms {
					draw(t, d, src, Request{Layers: []Layer{LayerHeat}, Scope: scope, Filter: filter, Tile: maptile.At(orb.Point{5.38, 43.3}, z)})
					levels[heatLevel(z)] = true
				}
			}
			for _, looked := range []*renewing{src, sources[random.IntN(len(sources))]} {
				r := Request{Scope: scope, Filter: filter, Tile: maptile.At(orb.Point{5.38, 43.3}, zooms[random.IntN(3)])}
				for _, layer := range []Layer{LayerClusters, LayerHeat} {
					r.Layers = []Layer{layer}
					got := draw(t, d, looked, r)
					if want := draw(t, NewDrawer(nil, Basemap{}), looked.fake, r); string(got) != string(want) {
						t.Fatalf("map %d of %d: other bytes of %s at zoom %d", looked.seq, seq, layer, r.Tile.Z)
					}
				}
			}
		}
		if whole > 1+len(levels) {
			t.Fatalf("the map was gone through %d times, heat was asked for on %d levels", whole, len(levels))
		}
	})
}

// TestMapsOfLongAgoAreCountedAnew asks for a map from before all that an aggregate remembers of changes.
func TestMapsOfLongAgoAreCountedAnew(t *testing.T) {
	t.Parallel()
	d, whole := NewDrawer(nil, Basemap{}), 0
	places := france(5, 300)
	r := Request{Layers: []Layer{LayerClusters}, Scope: ofast, Tile: maptile.At(orb.Point{5.38, 43.3}, 6)}
	source := func(seq dealmap.Seq) *renewing {
		return &renewing{gatherer: &gatherer{newFake(seq, places)}, whole: &whole}
	}
	for seq := range dealmap.Seq(2 * mostRounds) {
		if _, err := d.Draw(context.Background(), source(seq+1), r); err != nil {
			t.Fatal(err)
		}
	}
	if whole != 1 {
		t.Fatalf("%d times through the whole map", whole)
	}
	draw(t, d, source(mostRounds+2), r)
	if whole != 1 {
		t.Fatal("a map of a few entries ago is counted anew")
	}
	draw(t, d, source(1), r)
	if whole != 2 {
		t.Fatal("a map of long ago is drawn from an aggregate that cannot know it")
	}
}

// TestThePastLeavesThePresentKept draws a map of the past, whose sequence is above all others, between two of the present.
func TestThePastLeavesThePresentKept(t *testing.T) {
	t.Parallel()
	places := france(5, 300)
	for _, layer := range []Layer{LayerClusters, LayerHeat, LayerLinks} {
		d, whole := NewDrawer(nil, Basemap{}), 0
		r := Request{Layers: []Layer{layer}, Scope: ofast, Tile: maptile.At(orb.Point{5.38, 43.3}, 6)}
		present := func(seq dealmap.Seq) *renewing {
			return &renewing{gatherer: &gatherer{newFake(seq, places)}, whole: &whole}
		}
		draw(t, d, present(1), r)
		draw(t, d, newFake(1<<63|1, places[:100]), r)
		for seq := range dealmap.Seq(3) {
			if got, want := draw(t, d, present(seq+2), r), draw(t, NewDrawer(nil, Basemap{}), newFake(seq+2, places), r); string(got) != string(want) {
				t.Fatalf("%s after a map of the past: other bytes", layer)
			}
		}
		if layer != LayerLinks && whole != 1 {
			t.Fatalf("%s: the present was gone through %d times", layer, whole)
		}
	}
}

// TestFewGridsAreKept asks for all zooms and wants the nearest ones to be kept only.
func TestFewGridsAreKept(t *testing.T) {
	t.Parallel()
	a := assembled(1, true, nil)
	for z := range maptile.Zoom(MaxZoom + 1) {
		if g := a.grid(z); g != a.grid(z) {
			t.Fatalf("the grid of zoom %d is not kept", z)
		}
		kept := 0
		for _, g := range a.zooms {
			if g != nil {
				kept++
			}
		}
		if kept != int(min(z+1, mostGrids)) || z > 0 && a.zooms[z-1] == nil {
			t.Fatalf("at zoom %d %d are kept", z, kept)
		}
	}
}
