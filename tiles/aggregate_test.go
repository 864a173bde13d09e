package tiles

import (
	"context"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// renewing is a source that tells what changed; it counts how often it is gone through as a whole.
type renewing struct {
	*countingMap
	touches []dealmap.Seq // by block, in the order of blocks
	blocks  []geo.Block
	whole   *int
}

func (s *renewing) TouchedAfter(seq dealmap.Seq) (blocks []geo.Block) {
	for i, at := range s.touches {
		if at > seq && at <= s.seq {
			blocks = append(blocks, s.blocks[i])
		}
	}
	return blocks
}

func (s *renewing) Cells(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) *dealmap.CellTally {
	panic("a source that renews cells is asked for all of them")
}

func (s *renewing) CellBins(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) []geo.CellBin {
	*s.whole++
	return s.bins(scope, c, level, rule, func(geo.Block) bool { return true })
}

func (s *renewing) CellBinsIn(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule, blocks []geo.Block) []geo.CellBin {
	return s.bins(scope, c, level, rule, func(b geo.Block) bool { return slices.Contains(blocks, b) })
}

func (s *renewing) bins(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule, in func(geo.Block) bool) []geo.CellBin {
	byBlock := map[geo.Block]*dealmap.CellTally{}
	s.index.All(func(p *dealmap.Place) bool {
		block := geo.BlockOf(geo.ZOrder(geo.Fixed(*p.Facts.Position)))
		if sight, ok := scope.See(p); ok && c.Filter.Match(sight) && in(block) {
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
			src := &renewing{countingMap: &countingMap{newFake(seq, places)}, whole: &whole}
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
		if whole > len(levels) {
			t.Fatalf("the map was gone through %d times, heat was asked for on %d levels", whole, len(levels))
		}
	})
}

// TestMapsOfLongAgoAreCountedAnew asks for a map from before all that an aggregate remembers of changes.
func TestMapsOfLongAgoAreCountedAnew(t *testing.T) {
	t.Parallel()
	d, whole := NewDrawer(nil, Basemap{}), 0
	places := france(5, 300)
	r := Request{Layers: []Layer{LayerHeat}, Scope: ofast, Tile: maptile.At(orb.Point{5.38, 43.3}, 6)}
	source := func(seq dealmap.Seq) *renewing {
		return &renewing{countingMap: &countingMap{newFake(seq, places)}, whole: &whole}
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
			return &renewing{countingMap: &countingMap{newFake(seq, places)}, whole: &whole}
		}
		draw(t, d, present(1), r)
		draw(t, d, newFake(1<<63|1, places[:100]), r)
		for seq := range dealmap.Seq(3) {
			if got, want := draw(t, d, present(seq+2), r), draw(t, NewDrawer(nil, Basemap{}), newFake(seq+2, places), r); string(got) != string(want) {
				t.Fatalf("%s after a map of the past: other bytes", layer)
			}
		}
		if layer == LayerHeat && whole != 1 {
			t.Fatalf("%s: the present was gone through %d times", layer, whole)
		}
	}
}

// TestRenewalsShareNothingThatChanges renews what heat is made of, and what was renewed of it without anything having changed, at the same time: the
// race detector tells whether they write to the same tree.
func TestRenewalsShareNothingThatChanges(t *testing.T) {
	t.Parallel()
	places, whole := france(5, 300), 0
	source := func(seq dealmap.Seq) *renewing {
		return &renewing{countingMap: &countingMap{newFake(seq, places)}, whole: &whole}
	}
	r := &Request{Scope: ofast}
	h := newHeatSet(source(1), r, 4, nil)
	next := h.renewed(source(2), r, nil)
	var all sync.WaitGroup
	for _, work := range []func(){
		func() { h.renewed(source(3), r, nil) }, func() { next.renewed(source(3), r, nil) },
	} {
		for range 20 {
			all.Go(work)
		}
	}
	all.Wait()
	if n := next.cells.Len(); n == 0 || n != h.cells.Len() {
		t.Errorf("%d cells of heat, then %d", h.cells.Len(), n)
	}
}

// TestAggregatesTakeWhatIsSaid holds what an aggregate says of its memory to what the heap grew by. It is not parallel: the heap is that of
// all tests.
func TestAggregatesTakeWhatIsSaid(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 8))
	places := make([]*dealmap.Place, 30_000)
	for i := range places {
		places[i] = newPlace(random, uint64(i), orb.Point{-4 + 12*random.Float64(), 43 + 7*random.Float64()})
	}
	src := newFake(1, places)
	heap := func() int {
		runtime.GC()
		runtime.GC() // what pools hold goes with the second
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc)
	}
	before := heap()
	a := newAggregate(src, &Request{Scope: ofast})
	grown, said := heap()-before, a.bytes()
	if grown > said*5/4 || said > grown*2 {
		t.Errorf("%d bytes are said to be taken, the heap grew by %d", said, grown)
	}
	runtime.KeepAlive(a)
	runtime.KeepAlive(src)
}
