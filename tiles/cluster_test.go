package tiles

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// clustered clusters a whole grid at once, as the rule is told: biggest first, each cell takes in what is near and not taken.
func clustered(g *grid, z maptile.Zoom) (all []cluster) {
	var list []*place
	g.tree.Scan(func(key uint64, c cell) bool {
		p := &place{}
		p.read(key, c)
		list = append(list, p)
		return true
	})
	slices.SortFunc(list, func(a, b *place) int { return cmp.Or(cmp.Compare(b.all, a.all), cmp.Compare(a.key, b.key)) })
	spacing := float64(int64(ClusterSpacing) << (24 - z))
	for _, p := range list {
		if p.role == taken {
			continue
		}
		p.role = head
		one := cluster{p.key, p.all, p.x, p.y, p.counts}
		for _, o := range list {
			if o.role == open && math.Hypot(float64(o.x-p.x), float64(o.y-p.y)) < spacing {
				o.role = taken
				one.add(&o.counts)
			}
		}
		all = append(all, one)
	}
	return all
}

// TestTilesClusterAsTheWholeMap wants of every tile the clusters of the map clustered at once.
func TestTilesClusterAsTheWholeMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := maptile.Zoom(rapid.IntRange(0, 16).Draw(t, "zoom"))
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		centre := orb.Point{5.38, 43.3}
		spread := 360 / float64(uint64(1)<<z) * rapid.Float64Range(0.2, 6).Draw(t, "spread") // tiles
		b := newBinner(true)
		for range rapid.IntRange(1, 600).Draw(t, "places") {
			at := orb.Point{centre[0] + (random.Float64()-0.5)*spread, max(-85, min(85, centre[1]+(random.Float64()-0.5)*spread))}
			at[0] = max(-180, min(179.99, at[0]))
			b.add([]geo.Spot{geo.NewSpot(at, dealmap.Active)})
		}
		if z < 3 && rapid.Bool().Draw(t, "edges") {
			b.add([]geo.Spot{{X: 0, Y: 0}, {X: 1<<32 - 1, Y: 1<<32 - 1}, {X: 0, Y: 1<<32 - 1}})
		}
		a := assembled(1, true, b)
		g := a.grid(z)
		all := clustered(g, z)
		var total uint32
		for _, c := range all {
			total += c.all
		}
		var sum uint32
		g.tree.Scan(func(_ uint64, c cell) bool { sum += c.all; return true })
		if total != sum {
			t.Fatalf("%d of %d places in clusters", total, sum)
		}
		middle := maptile.At(centre, z)
		for x := max(1, middle.X) - 1; x <= min(middle.X+1, 1<<z-1); x++ {
			tile := maptile.New(x, middle.Y, z)
			f := newField(g, tile)
			got := f.clusters(tile)
			f.release()
			west, north := int64(tile.X)*cellsAcross, int64(tile.Y)*cellsAcross
			var want []cluster
			for _, c := range all {
				column, row := int64(c.key>>32), int64(uint32(c.key))
				if column >= west-cellMargin && column < west+cellsAcross+cellMargin && row >= north-cellMargin && row < north+cellsAcross+cellMargin {
					want = append(want, c)
				}
			}
			slices.SortFunc(want, func(a, b cluster) int {
				return cmp.Or(cmp.Compare(b.all, a.all), cmp.Compare(b.own, a.own), cmp.Compare(a.key, b.key))
			})
			if !slices.Equal(got, want) {
				t.Fatalf("tile %v: %+v, want %+v", tile, got, want)
			}
		}
	})
}

// TestLongDependence clusters a row of cells of which each depends on the next, far beyond what a tile reads at once.
func TestLongDependence(t *testing.T) {
	t.Parallel()
	const z = 12
	b := newBinner(false)
	for n := range uint32(400) {
		some := make([]geo.Spot, n+1)
		for i := range some {
			some[i] = geo.Spot{X: (n*5/4 + 10_000) << (32 - cellBits - z), Y: 12_000 << (32 - cellBits - z)}
		}
		b.add(some)
	}
	g := assembled(1, false, b).grid(z)
	all := clustered(g, z)
	if len(all) < 150 || len(all) > 300 {
		t.Fatalf("%d clusters", len(all))
	}
	for _, c := range all {
		tile := maptile.New(uint32(c.key>>32)/cellsAcross, uint32(c.key)/cellsAcross, z)
		f := newField(g, tile)
		if got := f.clusters(tile); !slices.Contains(got, c) {
			t.Fatalf("%+v is not in its tile %v: %+v", c, tile, got)
		}
		f.release()
	}
}

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

// TestAggregatesAreRenewed changes a map and wants of every tile, of the present and of maps a few entries ago, what a map counted anew
// gives, without going through the whole map again.
func TestAggregatesAreRenewed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places := append(world(t, 60), newPlace(rand.New(rand.NewPCG(1, 1)), 999, orb.Point{5.38, 43.3}))
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		scope := rapid.SampledFrom([]dealmap.Scope{ofast, gendarme, prefet, cross}).Draw(t, "scope")
		filter := anyFilter(t)
		d, whole := NewDrawer(nil, Basemap{}), 0
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
			for _, looked := range []*renewing{src, sources[random.IntN(len(sources))]} {
				r := Request{Layers: []Layer{LayerClusters}, Scope: scope, Filter: filter, Tile: maptile.At(orb.Point{5.38, 43.3}, maptile.Zoom(random.IntN(15)))}
				got := draw(t, d, looked, r)
				if want := draw(t, NewDrawer(nil, Basemap{}), looked.gatherer, r); string(got) != string(want) {
					t.Fatalf("map %d of %d: other bytes at zoom %d", looked.seq, seq, r.Tile.Z)
				}
			}
		}
		if whole > 1 {
			t.Fatalf("the map was gone through %d times", whole)
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
		if layer == LayerClusters && whole != 1 {
			t.Fatalf("%s: the present was gone through %d times", layer, whole)
		}
	}
}
