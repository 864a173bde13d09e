package geo

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// side is one segment of a ring.
type side struct {
	a, b          orb.Point
	polygon, ring int
	at, of        int // its place in the ring and the number of sides of the ring
}

// firstCrossing returns a position where a ring crosses or touches itself, or crosses another ring of the area. Rings that
// only touch each other in one point are left to validate.
func firstCrossing(area orb.MultiPolygon) (position, bool) {
	var sides []side
	for i, polygon := range area {
		for j, ring := range polygon {
			for k := 1; k < len(ring); k++ {
				sides = append(sides, side{ring[k-1], ring[k], i, j, k - 1, len(ring) - 1})
			}
		}
	}
	var tree rtree.RTreeGN[float64, int]
	for i, s := range sides {
		b := orb.Bound{Min: s.a, Max: s.a}.Extend(s.b)
		tree.Insert(b.Min, b.Max, i)
	}
	for i, s := range sides {
		b := orb.Bound{Min: s.a, Max: s.a}.Extend(s.b)
		var where orb.Point
		found := false
		tree.Search(b.Min, b.Max, func(_, _ [2]float64, j int) bool {
			if j > i {
				where, found = s.conflict(sides[j])
			}
			return !found
		})
		if found {
			return position(where), true
		}
	}
	return position{}, false
}

// conflict returns where two sides make the area invalid.
func (s side) conflict(o side) (orb.Point, bool) {
	if s.polygon != o.polygon || s.ring != o.ring {
		return properCrossing(s.a, s.b, o.a, o.b)
	}
	switch {
	case o.at == s.at+1:
		return s.b, folded(s.a, s.b, o.b)
	case s.at == 0 && o.at == s.of-1:
		return s.a, folded(o.a, s.a, s.b)
	}
	if at, ok := properCrossing(s.a, s.b, o.a, o.b); ok {
		return at, true
	}
	for _, p := range []orb.Point{o.a, o.b} {
		if onSegment(p, s.a, s.b) {
			return p, true
		}
	}
	for _, p := range []orb.Point{s.a, s.b} {
		if onSegment(p, o.a, o.b) {
			return p, true
		}
	}
	return orb.Point{}, false
}

// folded reports whether the way a → b → c turns back on itself.
func folded(a, b, c orb.Point) bool {
	return turn(a, b, c) == 0 && (a[0]-b[0])*(c[0]-b[0])+(a[1]-b[1])*(c[1]-b[1]) > 0
}

// turn is positive when c lies left of a → b, 0 when the three are in line.
func turn(a, b, c orb.Point) float64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

func onSegment(p, a, b orb.Point) bool {
	return turn(a, b, p) == 0 &&
		math.Min(a[0], b[0]) <= p[0] && p[0] <= math.Max(a[0], b[0]) &&
		math.Min(a[1], b[1]) <= p[1] && p[1] <= math.Max(a[1], b[1])
}

// properCrossing returns where the inside of one segment crosses the inside of the other.
func properCrossing(a, b, c, d orb.Point) (orb.Point, bool) {
	tc, td := turn(a, b, c), turn(a, b, d)
	ta, tb := turn(c, d, a), turn(c, d, b)
	if !(tc > 0 && td < 0 || tc < 0 && td > 0) || !(ta > 0 && tb < 0 || ta < 0 && tb > 0) {
		return orb.Point{}, false
	}
	t := tc / (tc - td)
	return orb.Point{c[0] + t*(d[0]-c[0]), c[1] + t*(d[1]-c[1])}, true
}
