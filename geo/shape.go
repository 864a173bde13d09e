package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// bandedFrom is the number of edges above which a shape gets bands; below, testing every edge is as fast.
const bandedFrom = 48

// shape is one polygon (outer ring and holes) prepared for many questions. Its edges are sorted into bands of latitude, so
// that a question looks at a few edges instead of thousands.
type shape struct {
	bound orb.Bound
	rings orb.Polygon
	edges []edge // only when banded
	// bandEdges[bandStarts[i]:bandStarts[i+1]] are the indices of the edges that touch band i.
	bandStarts, bandEdges []int32
	perDegree             float64 // bands per degree of latitude
}

// edge runs upwards: from[1] <= to[1]. One direction for both neighbours of a shared border makes their answers agree.
type edge struct{ from, to orb.Point }

func upward(a, b orb.Point) edge {
	if a[1] > b[1] || a[1] == b[1] && a[0] > b[0] {
		return edge{b, a}
	}
	return edge{a, b}
}

// leftOf reports whether a ray from p to the east crosses the edge. The lower end belongs to the edge, the upper does not.
func (e *edge) leftOf(p orb.Point) bool {
	if e.from[1] > p[1] || e.to[1] <= p[1] {
		return false
	}
	return p[0] < e.from[0]+(e.to[0]-e.from[0])*((p[1]-e.from[1])/(e.to[1]-e.from[1]))
}

func newShape(p orb.Polygon) *shape {
	s := &shape{bound: p.Bound(), rings: p}
	count := 0
	for _, ring := range p {
		s.bound = s.bound.Union(ring.Bound()) // of an invalid polygon a hole may stick out
		count += max(0, len(ring)-1)
	}
	height := s.bound.Max[1] - s.bound.Min[1]
	if count < bandedFrom || !(height > 0) {
		return s
	}
	bands := min(count/8, 1<<14)
	s.perDegree = float64(bands) / height
	s.edges = make([]edge, 0, count)
	for _, ring := range p {
		for i := 1; i < len(ring); i++ {
			s.edges = append(s.edges, upward(ring[i-1], ring[i]))
		}
	}
	s.bandStarts = make([]int32, bands+1)
	for i := range s.edges {
		for b := s.band(s.edges[i].from[1]); b <= s.band(s.edges[i].to[1]); b++ {
			s.bandStarts[b+1]++
		}
	}
	for b := range bands {
		s.bandStarts[b+1] += s.bandStarts[b]
	}
	s.bandEdges = make([]int32, s.bandStarts[bands])
	next := append([]int32(nil), s.bandStarts...)
	for i := range s.edges {
		for b := s.band(s.edges[i].from[1]); b <= s.band(s.edges[i].to[1]); b++ {
			s.bandEdges[next[b]] = int32(i)
			next[b]++
		}
	}
	return s
}

// band never decreases with the latitude, so an edge that crosses a latitude is always listed in that latitude's band.
func (s *shape) band(lat float64) int {
	b := int((lat - s.bound.Min[1]) * s.perDegree)
	return max(0, min(b, len(s.bandStarts)-2))
}

// holds reports whether the point is inside (even-odd over all rings). Of two shapes that share a border exactly one holds
// a point on it.
func (s *shape) holds(p orb.Point) bool {
	if !s.bound.Contains(p) {
		return false
	}
	inside := false
	if s.edges != nil {
		b := s.band(p[1])
		for _, i := range s.bandEdges[s.bandStarts[b]:s.bandStarts[b+1]] {
			if s.edges[i].leftOf(p) {
				inside = !inside
			}
		}
		return inside
	}
	for _, ring := range s.rings {
		for i := 1; i < len(ring); i++ {
			e := upward(ring[i-1], ring[i])
			if e.leftOf(p) {
				inside = !inside
			}
		}
	}
	return inside
}

// between calls f with every edge that may touch the latitudes from south to north, some of them more than once, until f
// returns false.
func (s *shape) between(south, north float64, f func(edge) bool) {
	if s.edges == nil {
		for _, ring := range s.rings {
			for i := 1; i < len(ring); i++ {
				if !f(upward(ring[i-1], ring[i])) {
					return
				}
			}
		}
		return
	}
	first, last := s.band(south), s.band(north)
	for _, i := range s.bandEdges[s.bandStarts[first]:s.bandStarts[last+1]] {
		if !f(s.edges[i]) {
			return
		}
	}
}

// meets reports whether the polygon and the box have a point in common.
func (s *shape) meets(box orb.Bound) bool {
	if !s.bound.Intersects(box) {
		return false
	}
	if box.Contains(s.bound.Min) && box.Contains(s.bound.Max) || s.holds(box.Min) {
		return true
	}
	found := false
	s.between(box.Min[1], box.Max[1], func(e edge) bool {
		found = e.meets(box)
		return !found
	})
	return found
}

// meets clips the edge to the box (Liang and Barsky) and reports whether anything is left.
func (e edge) meets(box orb.Bound) bool {
	enter, leave := 0.0, 1.0
	for axis := range 2 {
		delta := e.to[axis] - e.from[axis]
		low, high := box.Min[axis]-e.from[axis], box.Max[axis]-e.from[axis]
		if delta == 0 {
			if low > 0 || high < 0 {
				return false
			}
			continue
		}
		a, b := low/delta, high/delta
		enter, leave = math.Max(enter, math.Min(a, b)), math.Min(leave, math.Max(a, b))
	}
	return enter <= leave
}

// metresTo returns the distance from the point to the nearest border, +Inf when it is more than limit metres away. The
// nearest border is looked for in the plane tangent at the point and its distance taken on the sphere.
func (s *shape) metresTo(p orb.Point, limit float64) float64 {
	perLat := EarthRadius * radian
	perLon := perLat * math.Cos(p[1]*radian)
	reach := math.Min(180, limit/perLat)
	best, nearest := math.Inf(1), orb.Point{}
	s.between(p[1]-reach, p[1]+reach, func(e edge) bool {
		ax, ay := math.Remainder(e.from[0]-p[0], 360)*perLon, (e.from[1]-p[1])*perLat
		dx, dy := (e.to[0]-e.from[0])*perLon, (e.to[1]-e.from[1])*perLat
		t := 0.0
		if length := dx*dx + dy*dy; length > 0 {
			t = math.Max(0, math.Min(1, -(ax*dx+ay*dy)/length))
		}
		if x, y := ax+t*dx, ay+t*dy; x*x+y*y < best {
			best = x*x + y*y
			nearest = orb.Point{e.from[0] + t*(e.to[0]-e.from[0]), e.from[1] + t*(e.to[1]-e.from[1])}
		}
		return true
	})
	if math.IsInf(best, 1) {
		return best
	}
	if metres := Distance(p, nearest); metres <= limit {
		return metres
	}
	return math.Inf(1)
}
