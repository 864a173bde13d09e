package geo

import (
	"math/rand/v2"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

func TestShapesAgreeWithTheDefinition(t *testing.T) {
	t.Parallel()
	const seed = 11
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	for range 40 {
		var polygon orb.Polygon
		for range 1 + random.IntN(3) {
			var ring orb.Ring
			for range 3 + random.IntN(300) {
				ring = append(ring, orb.Point{random.Float64(), random.Float64()})
			}
			polygon = append(polygon, append(ring, ring[0]))
		}
		s := newShape(polygon)
		for range 300 {
			p := orb.Point{random.Float64()*1.2 - 0.1, random.Float64()*1.2 - 0.1}
			if s.holds(p) != evenOdd(polygon, p) {
				t.Fatalf("%v in %v: %v", p, polygon, s.holds(p))
			}
			limit := random.Float64() * 20000
			nearest, want := s.metresTo(p, limit), 1e99
			for _, ring := range polygon {
				for k := 1; k < len(ring); k++ {
					want = min(want, planar.DistanceFromSegment(ring[k-1], ring[k], p)*EarthRadius*radian)
				}
			}
			// At the equator one degree is the same both ways, so the plane is the reference.
			if want < limit*0.99 && (nearest < want*0.999 || nearest > want*1.001) || want > limit*1.01 && nearest <= limit {
				t.Fatalf("%v is %v m away, want %v (limit %v)", p, nearest, want, limit)
			}
			box := orb.Bound{Min: p, Max: orb.Point{p[0] + random.Float64()/5, p[1] + random.Float64()/5}}
			if meets := s.meets(box); meets != meetsByClipping(polygon, box) {
				t.Fatalf("%v meets: %v, bound %v, polygon %v", box, meets, s.bound, polygon)
			}
		}
	}
}

// meetsByClipping looks for a side that crosses a side of the box, an end inside the box, or a corner inside the polygon.
func meetsByClipping(p orb.Polygon, box orb.Bound) bool {
	corners := box.ToRing()
	for _, corner := range corners {
		if evenOdd(p, corner) {
			return true
		}
	}
	for _, ring := range p {
		for k := 1; k < len(ring); k++ {
			if box.Contains(ring[k]) {
				return true
			}
			for i := 1; i < len(corners); i++ {
				if _, ok := properCrossing(ring[k-1], ring[k], corners[i-1], corners[i]); ok {
					return true
				}
			}
		}
	}
	return false
}
