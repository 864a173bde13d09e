package geo

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// tangled makes rings on a coarse grid, so that they cross, touch, overlap and turn back all the time.
func tangled(t *rapid.T) orb.Polygon {
	polygon := make(orb.Polygon, rapid.IntRange(1, 3).Draw(t, "rings"))
	for i := range polygon {
		for range rapid.IntRange(3, 9).Draw(t, "corners") {
			polygon[i] = append(polygon[i], orb.Point{float64(rapid.IntRange(0, 8).Draw(t, "x")) / 10, float64(rapid.IntRange(0, 8).Draw(t, "y")) / 10})
		}
		polygon[i] = append(polygon[i], polygon[i][0])
	}
	return polygon
}

func TestRetracedPolygonsAreValidAndHoldTheSamePoints(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before := tangled(t)
		after, err := retrace(before)
		if err != nil {
			t.Fatalf("%v: %v", before, err)
		}
		if err := validate(after); err != nil {
			t.Fatalf("%v became %v: %v", before, after, err)
		}
		for range 20 {
			p := orb.Point{rapid.Float64Range(-0.1, 0.9).Draw(t, "px"), rapid.Float64Range(-0.1, 0.9).Draw(t, "py")}
			if nearBorder(before, p) {
				continue
			}
			if was, is := evenOdd(before, p), planar.MultiPolygonContains(after, p); was != is {
				t.Fatalf("%v in %v: %v, after retracing as %v: %v", p, before, was, after, is)
			}
		}
	})
}

// evenOdd is the definition, without bands or bounds.
func evenOdd(p orb.Polygon, at orb.Point) bool {
	inside := false
	for _, ring := range p {
		for k := 1; k < len(ring); k++ {
			a, b := ring[k-1], ring[k]
			if (a[1] > at[1]) != (b[1] > at[1]) && at[0] < a[0]+(b[0]-a[0])*(at[1]-a[1])/(b[1]-a[1]) {
				inside = !inside
			}
		}
	}
	return inside
}

func nearBorder(p orb.Polygon, at orb.Point) bool {
	for _, ring := range p {
		for k := 1; k < len(ring); k++ {
			if planar.DistanceFromSegment(ring[k-1], ring[k], at) < 1e-6 {
				return true
			}
		}
	}
	return false
}

func TestRepairSaysWhatWasDone(t *testing.T) {
	t.Parallel()
	box := func(w, s, e, n float64) orb.Ring { return orb.Ring{{w, s}, {e, s}, {e, n}, {w, n}, {w, s}} }
	for _, c := range []struct {
		name     string
		area     orb.MultiPolygon
		polygons int
		size     float64
		reason   bool
	}{
		{"valid", orb.MultiPolygon{{box(0, 0, 2, 2), box(0.5, 0.5, 1, 1)}}, 1, 3.75, false},
		{"a hole beside its ring is a second polygon", orb.MultiPolygon{{box(0, 0, 1, 1), box(2, 0, 3, 1)}}, 2, 2, true},
		{"a spike", orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 3}, {1, 1}, {0, 1}, {0, 0}}}}, 1, 1, true},
		{"pinched in one point", orb.MultiPolygon{{{{0, 0}, {1, 1}, {2, 0}, {2, 2}, {1, 1}, {0, 2}, {0, 0}}}}, 2, 2, true},
		{"a ring without an inside", orb.MultiPolygon{{box(0, 0, 1, 1), {{0.5, 0.5}, {0.6, 0.6}, {0.5, 0.5}}}}, 1, 1, true},
	} {
		fixed, reason, err := repair(c.area)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if len(fixed) != c.polygons || math.Abs(planar.Area(fixed)-c.size) > 1e-9 || (reason != "") != c.reason {
			t.Errorf("%s: %v, area %v, reason %q", c.name, fixed, planar.Area(fixed), reason)
		}
	}
	// Two polygons that overlap by a tenth: uniting them loses more than the tolerance.
	if fixed, reason, err := repair(orb.MultiPolygon{{box(0, 0, 1, 1)}, {box(0.9, 0, 1.9, 1)}}); err == nil {
		t.Errorf("overlapping polygons: %v, %s", fixed, reason)
	}
}
