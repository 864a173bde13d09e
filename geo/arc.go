package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// ArcReach is how far, in parts of the distance between its ends, an arc may lie from the straight line between them.
const ArcReach = 0.25

// arcSteps is the number of straight pieces that a curved arc is drawn with.
const arcSteps = 16

// Bow says how far a lane of several between the same two points lies from the straight line, in parts of their distance, to the
// left of the way when it is positive (y downwards). One lane alone is straight; of several no two coincide, and none lies further than ArcReach.
func Bow(lane, lanes int) float64 {
	if lanes%2 == 0 {
		lane++ // nothing in the middle
	}
	rank := float64((lane + 1) / 2)
	bow := ArcReach * rank / (rank + 2)
	if lane%2 == 0 {
		return -bow
	}
	return bow
}

// AppendArc appends the points of the arc from one point to another on Mercator's unit square, both included: the quadratic
// Bézier curve whose middle lies off the straight line by bow (Bow). It depends on nothing else, so that tiles which draw parts of it
// agree.
func AppendArc(points []orb.Point, from, to orb.Point, bow float64) []orb.Point {
	points = append(points, from)
	if bow != 0 {
		dx, dy := to[0]-from[0], to[1]-from[1]
		// The curve's middle is half as far from the straight line as its control point.
		control := orb.Point{(from[0]+to[0])/2 + 2*bow*dy, (from[1]+to[1])/2 - 2*bow*dx}
		for i := 1; i < arcSteps; i++ {
			t := float64(i) / arcSteps
			a, b, c := (1-t)*(1-t), 2*t*(1-t), t*t
			points = append(points, orb.Point{a*from[0] + b*control[0] + c*to[0], a*from[1] + b*control[1] + c*to[1]})
		}
	}
	return append(points, to)
}

// ArcBound is the box on Mercator's unit square that holds all arcs between two of its points, however many lanes there are.
func ArcBound(from, to orb.Point) orb.Bound {
	return orb.MultiPoint{from, to}.Bound().Pad(ArcReach * math.Hypot(to[0]-from[0], to[1]-from[1]))
}

// ArcMayCross reports whether some arc between two points of Mercator's unit square that bows by no more than reach may cross a box; of
// most that do not it says so. It says the same of the way back.
func ArcMayCross(a, b orb.Point, reach float64, box orb.Bound) bool {
	if b[0] < a[0] || b[0] == a[0] && b[1] < a[1] {
		a, b = b, a // so that rounding is the same
	}
	middle := box.Center()
	dx, dy := b[0]-a[0], b[1]-a[1]
	x, y := middle[0]-a[0], middle[1]-a[1]
	along, square := 0.0, dx*dx+dy*dy
	if square > 0 {
		along = max(0, min(1, (x*dx+y*dy)/square))
	}
	return math.Hypot(x-along*dx, y-along*dy) <= math.Hypot(box.Max[0]-middle[0], box.Max[1]-middle[1])+math.Abs(reach)*math.Sqrt(square)
}
