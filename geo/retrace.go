package geo

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/tidwall/rtree"
)

// snap is the distance in degrees (0.1 mm) under which a position lies on a segment, or a crossing at its end. Decimal
// coordinates that are in line are not exactly so in binary.
const snap = 1e-9

// retrace returns the polygons of a polygon's even-odd inside, valid on their own whatever the rings did: they are cut where
// they meet, pieces that are covered twice vanish, and every face of what is left is traced anew. Rings that lie beside each
// other become polygons beside each other.
func retrace(p orb.Polygon) (orb.MultiPolygon, error) {
	pieces, err := cut(p)
	if err != nil {
		return nil, err
	}
	return assemble(traceFaces(pieces)), nil
}

// cut returns the rings' sides, cut where they meet, without those that are there an even number of times.
func cut(p orb.Polygon) ([]edge, error) {
	var pieces []edge
	v := vertices{}
	for _, ring := range p {
		for k := 1; k < len(ring); k++ {
			if a, b := v.settle(ring[k-1]), v.settle(ring[k]); a != b {
				pieces = append(pieces, upward(a, b))
			}
		}
	}
	// A cut moves a side by a rounding error, which may make it meet another: a few rounds settle it.
	for range 8 {
		next, changed := cutOnce(pieces, v)
		if !changed {
			return next, nil
		}
		pieces = next
	}
	return nil, errors.New("geo: the sides still cross after cutting")
}

// vertices makes positions closer than snap one, the first that came; it is keyed by cells of that size.
type vertices map[[2]int64]orb.Point

func (v vertices) settle(p orb.Point) orb.Point {
	x, y := int64(math.Floor(p[0]/snap)), int64(math.Floor(p[1]/snap))
	for dx := int64(-1); dx <= 1; dx++ {
		for dy := int64(-1); dy <= 1; dy++ {
			if q, ok := v[[2]int64{x + dx, y + dy}]; ok && planar.Distance(p, q) <= snap {
				return q
			}
		}
	}
	v[[2]int64{x, y}] = p
	return p
}

func cutOnce(pieces []edge, v vertices) ([]edge, bool) {
	pieces = oddOnly(pieces)
	var tree rtree.RTreeGN[float64, int]
	for i, e := range pieces {
		b := orb.Bound{Min: e.from, Max: e.from}.Extend(e.to).Pad(snap)
		tree.Insert(b.Min, b.Max, i)
	}
	cuts := make([][]orb.Point, len(pieces))
	for i, e := range pieces {
		b := orb.Bound{Min: e.from, Max: e.from}.Extend(e.to)
		tree.Search(b.Min, b.Max, func(_, _ [2]float64, j int) bool {
			if j <= i {
				return true
			}
			o := pieces[j]
			before := len(cuts[i]) + len(cuts[j])
			for _, end := range []orb.Point{o.from, o.to} {
				if e.cutAt(end) {
					cuts[i] = append(cuts[i], end)
				}
			}
			for _, end := range []orb.Point{e.from, e.to} {
				if o.cutAt(end) {
					cuts[j] = append(cuts[j], end)
				}
			}
			if before < len(cuts[i])+len(cuts[j]) {
				return true
			}
			if at, ok := properCrossing(e.from, e.to, o.from, o.to); ok && e.cutAt(at) && o.cutAt(at) {
				at = v.settle(at)
				cuts[i], cuts[j] = append(cuts[i], at), append(cuts[j], at)
			}
			return true
		})
	}
	var next []edge
	changed := false
	for i, e := range pieces {
		changed = changed || len(cuts[i]) > 0
		slices.SortFunc(cuts[i], func(a, b orb.Point) int { return cmp.Compare(planar.Distance(e.from, a), planar.Distance(e.from, b)) })
		last := e.from
		for _, at := range append(cuts[i], e.to) {
			if at != last {
				next = append(next, upward(last, at))
				last = at
			}
		}
	}
	return oddOnly(next), changed
}

// cutAt reports whether p lies on the edge but not at its ends.
func (e edge) cutAt(p orb.Point) bool {
	return planar.Distance(p, e.from) > snap && planar.Distance(p, e.to) > snap && planar.DistanceFromSegment(e.from, e.to, p) <= snap
}

// oddOnly keeps one of each edge that is there an odd number of times, sorted.
func oddOnly(pieces []edge) []edge {
	slices.SortFunc(pieces, func(a, b edge) int {
		return cmp.Or(cmp.Compare(a.from[0], b.from[0]), cmp.Compare(a.from[1], b.from[1]), cmp.Compare(a.to[0], b.to[0]), cmp.Compare(a.to[1], b.to[1]))
	})
	var odd []edge
	for start := 0; start < len(pieces); {
		end := start
		for end < len(pieces) && pieces[end] == pieces[start] {
			end++
		}
		if (end-start)%2 == 1 {
			odd = append(odd, pieces[start])
		}
		start = end
	}
	return odd
}

// traceFaces walks every border with the inside on its left, always taking the sharpest turn to the left, so that each walk
// is one border of one face. Half-edge 2i runs up edge i and 2i+1 down.
func traceFaces(edges []edge) []orb.Ring {
	tail := func(h int) orb.Point {
		if h%2 == 0 {
			return edges[h/2].from
		}
		return edges[h/2].to
	}
	leaving := map[orb.Point][]int{}
	angle := make([]float64, 2*len(edges))
	for h := range angle {
		a, b := tail(h), tail(h^1)
		angle[h] = math.Atan2(b[1]-a[1], b[0]-a[0])
		leaving[a] = append(leaving[a], h)
	}
	next := make([]int, len(angle))
	for _, fan := range leaving {
		slices.SortFunc(fan, func(a, b int) int { return cmp.Compare(angle[a], angle[b]) })
		for i, h := range fan {
			next[h^1] = fan[(i+len(fan)-1)%len(fan)]
		}
	}
	walked := make([]bool, len(angle))
	var rings []orb.Ring
	for start := range angle {
		if walked[start] {
			continue
		}
		var ring orb.Ring
		steepest := start
		for h := start; !walked[h]; h = next[h] {
			walked[h] = true
			ring = append(ring, tail(h))
			if edges[h/2].to[1]-edges[h/2].from[1] > edges[steepest/2].to[1]-edges[steepest/2].from[1] {
				steepest = h
			}
		}
		if insideOnLeft(edges, steepest) {
			rings = append(rings, append(ring, ring[0]))
		}
	}
	return rings
}

// insideOnLeft looks east from the middle of the half-edge: crossing an odd number of other edges means that its east side
// is inside, and as every edge changes sides, that its west side is not.
func insideOnLeft(edges []edge, h int) bool {
	e := edges[h/2]
	middle := orb.Point{(e.from[0] + e.to[0]) / 2, (e.from[1] + e.to[1]) / 2}
	eastInside := false
	for i := range edges {
		if i != h/2 && edges[i].leftOf(middle) {
			eastInside = !eastInside
		}
	}
	return eastInside == (h%2 == 1)
}

// assemble makes polygons of face borders. A border that meets itself in a point is taken apart there; counter-clockwise
// loops are outer rings, the others holes of the smallest outer ring around them.
func assemble(borders []orb.Ring) orb.MultiPolygon {
	var area orb.MultiPolygon
	var holes []orb.Ring
	for _, border := range borders {
		for _, loop := range simpleLoops(border) {
			if loop.Orientation() == orb.CCW {
				area = append(area, orb.Polygon{loop})
			} else {
				holes = append(holes, loop)
			}
		}
	}
	slices.SortFunc(area, func(a, b orb.Polygon) int { return cmp.Compare(planar.Area(a[0]), planar.Area(b[0])) })
	shells := make([]*shape, len(area))
	for i := range area {
		shells[i] = newShape(orb.Polygon{area[i][0]})
	}
	for _, hole := range holes {
		middle := middleOfLongest(hole)
		for i, s := range shells {
			if s.holds(middle) {
				area[i] = append(area[i], hole)
				break
			}
		}
	}
	return area
}

// simpleLoops takes a closed walk apart at every position that it visits twice.
func simpleLoops(walk orb.Ring) []orb.Ring {
	var loops []orb.Ring
	var path orb.Ring
	at := map[orb.Point]int{}
	for _, p := range walk {
		if start, again := at[p]; again {
			loop := append(slices.Clone(path[start:]), p)
			for _, q := range path[start+1:] {
				delete(at, q)
			}
			path = path[:start+1]
			if len(loop) >= 4 {
				loops = append(loops, loop)
			}
			continue
		}
		at[p] = len(path)
		path = append(path, p)
	}
	return loops
}

func middleOfLongest(ring orb.Ring) orb.Point {
	var middle orb.Point
	longest := -1.0
	for k := 1; k < len(ring); k++ {
		if d := planar.Distance(ring[k-1], ring[k]); d > longest {
			longest = d
			middle = orb.Point{(ring[k-1][0] + ring[k][0]) / 2, (ring[k-1][1] + ring[k][1]) / 2}
		}
	}
	return middle
}
