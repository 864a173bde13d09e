package tiles

import (
	"cmp"
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
	var list []*node
	g.tree.Scan(func(key uint64, c cell) bool {
		p := &node{}
		p.read(key, c)
		list = append(list, p)
		return true
	})
	slices.SortFunc(list, func(a, b *node) int {
		return cmp.Or(cmp.Compare(b.all, a.all), cmp.Compare(mixed(a.key), mixed(b.key)))
	})
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
		a := assembled(1, true, b.bins)
		g, _ := a.grid(z)
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
	g, _ := assembled(1, false, b.bins).grid(z)
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

// TestBinsByBlock wants every bin once, block after block in their order.
func TestBinsByBlock(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 5))
	b := newBinner(true)
	for range 5000 {
		b.add([]geo.Spot{{X: random.Uint32(), Y: random.Uint32() >> random.IntN(8), Block: geo.Block(random.Uint32() >> (8 + random.IntN(16)))}})
	}
	last, seen := -1, map[bin]bool{}
	byBlock(b.bins, func(block geo.Block, bins []bin) {
		if int(block) <= last || len(bins) == 0 {
			t.Fatalf("block %d with %d bins after %d", block, len(bins), last)
		}
		last = int(block)
		for _, one := range bins {
			if one.block != block || seen[one] {
				t.Fatalf("%+v in block %d", one, block)
			}
			seen[one] = true
		}
	})
	if len(seen) != len(b.bins) {
		t.Fatalf("%d of %d bins", len(seen), len(b.bins))
	}
}

// TestEqualCellsDependOnFew clusters tiles in the middle of a wide field of equal cells, and wants few cells beyond the window to be looked at.
func TestEqualCellsDependOnFew(t *testing.T) {
	t.Parallel()
	const z, side = 11, 300
	b := newBinner(false)
	for column := range uint32(side) {
		for row := range uint32(side) {
			b.add([]geo.Spot{{X: (10_000 + column) << (32 - cellBits - z), Y: (8_000 + row) << (32 - cellBits - z)}})
		}
	}
	g, _ := assembled(1, false, b.bins).grid(z)
	for n := range uint32(20) {
		tile := maptile.New((10_000+side/2)/cellsAcross+n%5, (8_000+side/2)/cellsAcross+n/5, z)
		f := newField(g, tile)
		if f.clusters(tile); len(f.beyond) > 2000 {
			t.Errorf("tile %v looks at %d cells beyond its window", tile, len(f.beyond))
		}
		f.release()
	}
}
