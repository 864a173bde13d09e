package geo

import (
	"cmp"
	"math"
	"runtime"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
	"golang.org/x/sync/errgroup"
)

// Neighbours lists for each unit the indices of its neighbours, sorted, the unit itself left out. It is symmetric.
type Neighbours [][]int32

// touching is how near, in degrees (about 10 cm), two borders count as one: official outlines share their vertices exactly,
// and rounding in a file moves them by less.
const touching = 1e-6

// Contiguous returns which territories share a border or a single vertex of their outlines (queen contiguity). A vertex that
// only one side has is no obstacle: borders are compared, not vertices. The second result lists the indices of the codes
// without an outline, which have no neighbours; [NearestNeighbours] is for them.
func (t *Territories) Contiguous(codes []dealmap.TerritoryCode) (Neighbours, []int) {
	type placed struct {
		unit      int32
		territory int32
		shape     *shape
	}
	var missing []int
	var tree rtree.RTreeGN[float64, placed]
	var parts []placed
	for i, code := range codes {
		index, known := t.byCode[code]
		if !known || len(t.shapes[index]) == 0 {
			missing = append(missing, i)
			continue
		}
		for _, s := range t.shapes[index] {
			p := placed{int32(i), index, s}
			parts = append(parts, p)
			tree.Insert(s.bound.Min, s.bound.Max, p)
		}
	}
	// Each part looks at the parts that come later, so that a pair is compared once; the workers share nothing but the tree.
	later := make([][]int32, len(parts))
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range parts {
		workers.Go(func() error {
			box := p.shape.bound.Pad(touching)
			tree.Search(box.Min, box.Max, func(_, _ [2]float64, o placed) bool {
				if o.unit > p.unit && o.territory != p.territory && p.shape.touches(o.shape) {
					later[i] = append(later[i], o.unit)
				}
				return true
			})
			return nil
		})
	}
	_ = workers.Wait() // no worker fails
	n := make(Neighbours, len(codes))
	for i, p := range parts {
		n[p.unit] = append(n[p.unit], later[i]...)
	}
	n.symmetrise()
	return n, missing
}

// touches reports whether the borders of two shapes come nearer than touching, or cross.
func (s *shape) touches(o *shape) bool {
	box := s.bound.Pad(touching)
	box = orb.Bound{
		Min: orb.Point{math.Max(box.Min[0], o.bound.Min[0]-touching), math.Max(box.Min[1], o.bound.Min[1]-touching)},
		Max: orb.Point{math.Min(box.Max[0], o.bound.Max[0]+touching), math.Min(box.Max[1], o.bound.Max[1]+touching)},
	}
	found := false
	s.between(box.Min[1], box.Max[1], func(e edge) bool {
		if !e.meets(box) {
			return true
		}
		o.between(e.from[1]-touching, e.to[1]+touching, func(f edge) bool {
			found = e.near(f, touching)
			return !found
		})
		return !found
	})
	return found
}

// near reports whether two edges cross, or come as near as some degrees. Of two that do not cross an end is nearest.
func (e edge) near(f edge, degrees float64) bool {
	west, east := math.Min(e.from[0], e.to[0])-degrees, math.Max(e.from[0], e.to[0])+degrees
	if f.from[0] < west && f.to[0] < west || f.from[0] > east && f.to[0] > east {
		return false
	}
	limit := degrees * degrees
	if e.squareTo(f.from) <= limit || e.squareTo(f.to) <= limit || f.squareTo(e.from) <= limit || f.squareTo(e.to) <= limit {
		return true
	}
	_, cross := properCrossing(e.from, e.to, f.from, f.to)
	return cross
}

// squareTo returns the square of the distance from the edge to a position, in degrees.
func (e edge) squareTo(p orb.Point) float64 {
	dx, dy := e.to[0]-e.from[0], e.to[1]-e.from[1]
	along := 0.0
	if length := dx*dx + dy*dy; length > 0 {
		along = math.Max(0, math.Min(1, ((p[0]-e.from[0])*dx+(p[1]-e.from[1])*dy)/length))
	}
	x, y := e.from[0]+along*dx-p[0], e.from[1]+along*dy-p[1]
	return x*x + y*y
}

// NearestNeighbours returns for each position its k nearest others along the great circle, of equally near ones those that
// come first, and makes the relation symmetric: a unit may have more than k neighbours. A position that is not a number has
// none.
func NearestNeighbours(points []orb.Point, k int) Neighbours {
	n := make(Neighbours, len(points))
	// Positions that coincide are one entry of the tree, or a heap of places on one spot would cost the square of their number.
	spots := map[orb.Point][]int32{}
	var order []orb.Point
	for i, p := range points {
		if math.IsNaN(p[0]-p[0]) || math.IsNaN(p[1]-p[1]) {
			continue
		}
		if spots[p] == nil {
			order = append(order, p)
		}
		spots[p] = append(spots[p], int32(i))
	}
	var tree rtree.RTreeGN[float64, []int32]
	for _, p := range order {
		tree.Insert(p, p, spots[p])
	}
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for _, p := range order {
		workers.Go(func() error {
			near := nearestTo(&tree, p, k+1)
			for _, i := range spots[p] {
				for _, j := range near {
					if j != i && len(n[i]) < k {
						n[i] = append(n[i], j)
					}
				}
			}
			return nil
		})
	}
	_ = workers.Wait() // no worker fails
	n.symmetrise()
	return n
}

// nearestTo returns the k units nearest to a position by distance, then index.
func nearestTo(tree *rtree.RTreeGN[float64, []int32], p orb.Point, k int) []int32 {
	type candidate struct {
		unit   int32
		metres float64
	}
	var near []candidate
	tree.Nearby(func(lo, hi [2]float64, _ []int32, _ bool) float64 {
		return DistanceToBound(p, orb.Bound{Min: lo, Max: hi})
	}, func(_, _ [2]float64, units []int32, metres float64) bool {
		if len(near) >= k && metres > near[k-1].metres {
			return false
		}
		for _, unit := range units[:min(k, len(units))] {
			near = append(near, candidate{unit, metres})
		}
		return true
	})
	slices.SortFunc(near, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.metres, b.metres), cmp.Compare(a.unit, b.unit))
	})
	units := make([]int32, 0, k)
	for _, c := range near[:min(k, len(near))] {
		units = append(units, c.unit)
	}
	return units
}

// symmetrise makes every neighbour's neighbour mutual, sorts and drops what comes twice.
func (n Neighbours) symmetrise() {
	before := make([]int, len(n))
	for i := range n {
		before[i] = len(n[i])
	}
	for i, count := range before {
		for _, j := range n[i][:count] {
			n[j] = append(n[j], int32(i))
		}
	}
	for i := range n {
		slices.Sort(n[i])
		n[i] = slices.Compact(n[i])
	}
}
