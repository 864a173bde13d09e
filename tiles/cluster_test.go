package tiles

import (
	"cmp"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// spotsAt makes spots of places that count at positions, in the order of a map's.
func spotsAt(at ...[2]uint32) *aggregate {
	var a aggregate
	for _, p := range at {
		z := geo.ZOrder(p[0], p[1])
		i, there := slices.BinarySearchFunc(a.spots, z, func(s spot, z uint64) int { return cmp.Compare(s.z, z) })
		if !there {
			a.spots = slices.Insert(a.spots, i, spot{z: z})
		}
		a.spots[i].Add(&geo.Counts{All: 1, ByStatus: [5]uint32{1: 1}})
	}
	return &a
}

func fieldOf(a *aggregate, coarse bool, t maptile.Tile) *field {
	g := newGrid(a.counts, coarse, t.Z)
	around := &region{west: int64(t.X>>regionBits<<regionBits)*cellsAcross - windowMargin, north: int64(t.Y>>regionBits<<regionBits)*cellsAcross - windowMargin}
	around.fill(g)
	return newField(g, around, t)
}

// clustered clusters a whole map at once, as the rule is told: biggest first, each cell takes in what is near and not taken.
func clustered(a *aggregate, coarse bool, z maptile.Zoom) (all []cluster) {
	cells := map[uint64]*node{}
	for _, s := range a.spots {
		x, y := geo.FromZOrder(s.z)
		if coarse {
			square := max(uint(27-min(z, 27)), finest)
			x, y = middle(x, square), middle(y, square)
		}
		key := uint64(x>>(29-z))<<32 | uint64(y>>(29-z))
		if cells[key] == nil {
			cells[key] = &node{key: key, role: open}
		}
		cells[key].add(x, y, &s.Counts)
	}
	list := slices.Collect(maps.Values(cells))
	for _, p := range list {
		p.x, p.y = p.centroid()
	}
	slices.SortFunc(list, func(a, b *node) int {
		return cmp.Or(cmp.Compare(b.All, a.All), cmp.Compare(mixed(a.key), mixed(b.key)))
	})
	spacing := float64(int64(ClusterSpacing) << (24 - z))
	for _, p := range list {
		if p.role == taken {
			continue
		}
		p.role = head
		one := cluster{p.key, p.All, p.x, p.y, p.Counts}
		for _, o := range list {
			if o.role == open && math.Hypot(float64(o.x-p.x), float64(o.y-p.y)) < spacing {
				o.role = taken
				one.Add(&o.Counts)
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
		var at [][2]uint32
		for range rapid.IntRange(1, 600).Draw(t, "places") {
			p := orb.Point{centre[0] + (random.Float64()-0.5)*spread, max(-85, min(85, centre[1]+(random.Float64()-0.5)*spread))}
			p[0] = max(-180, min(179.99, p[0]))
			x, y := geo.Fixed(p)
			at = append(at, [2]uint32{x, y})
		}
		if z < 3 && rapid.Bool().Draw(t, "edges") {
			at = append(at, [2]uint32{0, 0}, [2]uint32{1<<32 - 1, 1<<32 - 1}, [2]uint32{0, 1<<32 - 1})
		}
		a, coarse := spotsAt(at...), rapid.Bool().Draw(t, "coarse")
		all := clustered(a, coarse, z)
		var total uint32
		for _, c := range all {
			total += c.All
		}
		if int(total) != len(at) {
			t.Fatalf("%d of %d places in clusters", total, len(at))
		}
		middle := maptile.At(centre, z)
		for x := max(1, middle.X) - 1; x <= min(middle.X+1, 1<<z-1); x++ {
			tile := maptile.New(x, middle.Y, z)
			f := fieldOf(a, coarse, tile)
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
				return cmp.Or(cmp.Compare(b.All, a.All), cmp.Compare(b.own, a.own), cmp.Compare(a.key, b.key))
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
	var at [][2]uint32
	for n := range uint32(400) {
		for range n + 1 {
			at = append(at, [2]uint32{(n*5/4 + 10_000) << (32 - cellBits - z), 12_000 << (32 - cellBits - z)})
		}
	}
	a := spotsAt(at...)
	all := clustered(a, false, z)
	if len(all) < 150 || len(all) > 300 {
		t.Fatalf("%d clusters", len(all))
	}
	for _, c := range all {
		tile := maptile.New(uint32(c.key>>32)/cellsAcross, uint32(c.key)/cellsAcross, z)
		f := fieldOf(a, false, tile)
		if got := f.clusters(tile); !slices.Contains(got, c) {
			t.Fatalf("%+v is not in its tile %v: %+v", c, tile, got)
		}
		f.release()
	}
}

// TestEqualCellsDependOnFew clusters tiles in the middle of a wide field of equal cells, and wants few cells beyond the window to be looked at.
func TestEqualCellsDependOnFew(t *testing.T) {
	t.Parallel()
	const z, side = 11, 300
	var at [][2]uint32
	for column := range uint32(side) {
		for row := range uint32(side) {
			at = append(at, [2]uint32{(10_000 + column) << (32 - cellBits - z), (8_000 + row) << (32 - cellBits - z)})
		}
	}
	a := spotsAt(at...)
	for n := range uint32(20) {
		tile := maptile.New((10_000+side/2)/cellsAcross+n%5, (8_000+side/2)/cellsAcross+n/5, z)
		f := fieldOf(a, false, tile)
		if f.clusters(tile); len(f.beyond) > 40 {
			t.Errorf("tile %v looks at %d squares of cells beyond its window", tile, len(f.beyond))
		}
		f.release()
	}
}
