package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func TestArcs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		point := func(name string) orb.Point {
			return orb.Point{rapid.Float64Range(0, 1).Draw(t, name+".x"), rapid.Float64Range(0, 1).Draw(t, name+".y")}
		}
		from, to := point("from"), point("to")
		lanes := rapid.IntRange(1, 40).Draw(t, "lanes")
		length := math.Hypot(to[0]-from[0], to[1]-from[1])
		bound := ArcBound(from, to).Pad(1e-12)
		seen := map[float64]bool{}
		for lane := range lanes {
			bow := Bow(lane, lanes)
			if seen[bow] || math.Abs(bow) >= ArcReach {
				t.Fatalf("lane %d of %d bows by %g", lane, lanes, bow)
			}
			seen[bow] = true
			there, back := AppendArc(nil, from, to, bow), AppendArc(nil, to, from, -bow)
			if there[0] != from || there[len(there)-1] != to {
				t.Fatalf("an arc from %v to %v goes from %v to %v", from, to, there[0], there[len(there)-1])
			}
			most := 0.0
			for i, p := range there {
				q := back[len(back)-1-i]
				if math.Hypot(p[0]-q[0], p[1]-q[1]) > 1e-12 {
					t.Fatalf("the way back leaves the way there at %v, %v", p, q)
				}
				if box := p.Bound().Pad(1e-9); !ArcMayCross(from, to, bow, box) || !ArcMayCross(to, from, ArcReach, box) {
					t.Fatalf("%v of lane %d of %d is said not to be crossed", p, lane, lanes)
				}
				if !bound.Contains(p) {
					t.Fatalf("%v of lane %d of %d lies outside %v", p, lane, lanes, bound)
				}
				if length > 0 {
					most = max(most, math.Abs((p[0]-from[0])*(to[1]-from[1])-(p[1]-from[1])*(to[0]-from[0]))/length)
				}
			}
			if math.Abs(most-math.Abs(bow)*length) > 1e-9 {
				t.Fatalf("lane %d of %d is %g off the straight line, %g expected", lane, lanes, most, math.Abs(bow)*length)
			}
		}
		if lanes%2 == 1 != seen[0] {
			t.Fatalf("%d lanes: one in the middle: %v", lanes, seen[0])
		}
	})
	// Eastwards, y downwards: the left is north.
	if arc := AppendArc(nil, orb.Point{0.4, 0.5}, orb.Point{0.6, 0.5}, 0.1); arc[arcSteps/2][1] >= 0.5 {
		t.Errorf("the middle lies at %v", arc[arcSteps/2])
	}
}
