package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// convexRing is a convex ring prepared for clipping: anticlockwise, the first position not repeated.
type convexRing struct {
	corners []orb.Point
	bound   orb.Bound
	area    float64 // in square degrees
}

// newConvexRing takes a ring closed or not and turning either way, and refuses one without surface.
func newConvexRing(ring orb.Ring) (convexRing, bool) {
	corners := []orb.Point(ring)
	if len(corners) > 1 && corners[0] == corners[len(corners)-1] {
		corners = corners[:len(corners)-1]
	}
	area := ringArea(corners)
	if !(math.Abs(area) > 0) || math.IsInf(area, 0) {
		return convexRing{}, false
	}
	if area < 0 {
		turned := make([]orb.Point, len(corners))
		for i, p := range corners {
			turned[len(corners)-1-i] = p
		}
		corners = turned
	}
	return convexRing{corners, ring.Bound(), math.Abs(area)}, true
}

// ringArea is positive anticlockwise. Positions are taken from the first one: those of a hexagon of some hundred metres agree
// in most of their digits.
func ringArea(ring []orb.Point) float64 {
	twice := 0.0
	for i := 2; i < len(ring); i++ {
		twice += turn(ring[0], ring[i-1], ring[i])
	}
	return twice / 2
}

// ClipConvex returns the part of an area inside a convex ring, which may turn either way (Sutherland and Hodgman, "Reentrant
// polygon clipping", 1974). Every ring is clipped, holes stay rings, and what has no surface is dropped. Where a border leaves
// the convex ring and comes back the pieces hang together by sides that lie on the convex ring and have no width.
func ClipConvex(area orb.MultiPolygon, convex orb.Ring) orb.MultiPolygon {
	c, ok := newConvexRing(convex)
	if !ok {
		return nil
	}
	var clipped orb.MultiPolygon
	for _, polygon := range area {
		if piece := c.clip(polygon); piece != nil {
			clipped = append(clipped, piece)
		}
	}
	return clipped
}

// clip returns nil when nothing is left.
func (c convexRing) clip(polygon orb.Polygon) orb.Polygon {
	var piece orb.Polygon
	left := 0.0
	least := 1e-12 * c.area
	for i, ring := range polygon {
		clipped := c.clipRing(ring)
		area := math.Abs(ringArea(clipped))
		if !(area > least) {
			if i == 0 {
				return nil
			}
			continue
		}
		if i == 0 {
			left = area
		} else {
			left -= area
		}
		piece = append(piece, append(clipped, clipped[0]))
	}
	if !(left > least) {
		return nil // a hole takes it all
	}
	return piece
}

// clipRing returns what each side leaves, not closed.
func (c convexRing) clipRing(ring orb.Ring) orb.Ring {
	subject := c.shorten(ring)
	for i, from := range c.corners {
		to := c.corners[(i+1)%len(c.corners)]
		if len(subject) == 0 {
			return nil
		}
		kept := make(orb.Ring, 0, len(subject)+4)
		before := subject[len(subject)-1]
		beforeSide := turn(from, to, before)
		for _, p := range subject {
			side := turn(from, to, p)
			if side >= 0 != (beforeSide >= 0) {
				t := beforeSide / (beforeSide - side)
				kept = append(kept, orb.Point{before[0] + t*(p[0]-before[0]), before[1] + t*(p[1]-before[1])})
			}
			if side >= 0 {
				kept = append(kept, p)
			}
			before, beforeSide = p, side
		}
		subject = kept
	}
	return subject
}

// shorten drops the closing position, and positions far from the convex ring that change nothing of what is clipped: of a run
// on one side of its box the first and the last are enough. Of a département a hexagon is left a few dozen positions.
func (c convexRing) shorten(ring orb.Ring) orb.Ring {
	if len(ring) > 1 && ring[0] == ring[len(ring)-1] {
		ring = ring[:len(ring)-1]
	}
	if len(ring) == 0 {
		return nil
	}
	short := make(orb.Ring, 0, 64)
	kept, next := uint8(0), outside(ring[0], &c.bound)
	for i, p := range ring {
		here := next
		next = outside(ring[(i+1)%len(ring)], &c.bound)
		if kept&here&next == 0 {
			short = append(short, p)
			kept = here
		}
	}
	return short
}

// outside tells on which sides of a box a position lies, a bit each (Cohen and Sutherland).
func outside(p orb.Point, b *orb.Bound) uint8 {
	var code uint8
	if p[0] < b.Min[0] {
		code |= 1
	}
	if p[0] > b.Max[0] {
		code |= 2
	}
	if p[1] < b.Min[1] {
		code |= 4
	}
	if p[1] > b.Max[1] {
		code |= 8
	}
	return code
}

// meets reports whether any of the edge lies in the convex ring (Cyrus and Beck).
func (c convexRing) meets(e edge) bool {
	enter, leave := 0.0, 1.0
	for i, from := range c.corners {
		to := c.corners[(i+1)%len(c.corners)]
		start, end := turn(from, to, e.from), turn(from, to, e.to)
		switch {
		case start < 0 && end < 0:
			return false
		case start < 0:
			enter = math.Max(enter, start/(start-end))
		case end < 0:
			leave = math.Min(leave, start/(start-end))
		}
	}
	return enter <= leave
}
