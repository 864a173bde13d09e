package geo

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"
)

// TestCutAgainstOverlay holds the cutter against the overlay of simplefeatures, on rings that cross the border many times.
func TestCutAgainstOverlay(t *testing.T) {
	t.Parallel()
	drawn, held := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		drawn++
		window := indented(rapid.IntRange(8, 120).Draw(t, "vertices"), rapid.Uint64().Draw(t, "shape"))
		centre := orb.Point{rapid.Float64Range(4.2, 6).Draw(t, "x"), rapid.Float64Range(42.8, 44.2).Draw(t, "y")}
		radius := rapid.Float64Range(0.02, 1.5).Draw(t, "radius")
		outer := star(centre, radius, radius/3, rapid.IntRange(5, 200).Draw(t, "corners"), rapid.Uint64().Draw(t, "ring"))
		hole := star(centre, radius/2, radius/6, 30, 3)
		slices.Reverse(hole)
		rings := orb.Polygon{outer, hole}
		if rapid.Bool().Draw(t, "turned") {
			for _, polygon := range window { // a window may turn either way
				for _, ring := range polygon {
					slices.Reverse(ring)
				}
			}
		}
		inside, ok := newCutter(NewWindow(window)).cut([]orb.Ring{outer[:len(outer)-1], hole[:len(hole)-1]})
		if !ok {
			return // a vertex on a border, which the cutter leaves to others
		}
		area := nest(inside)
		want, err := geom.Intersection(toGeom(window).AsGeometry(), toGeom(orb.MultiPolygon{rings}).AsGeometry())
		if err != nil {
			return // the overlay has its own cases that it cannot do
		}
		held++
		if got := planar.Area(area); math.Abs(got-want.Area()) > 1e-9 {
			t.Fatalf("area %v, want %v", got, want.Area())
		}
		if len(area) > 0 {
			if err := validate(area); err != nil {
				t.Fatal(err)
			}
		}
	})
	if !t.Failed() && held*100 < drawn*99 {
		t.Errorf("%d of %d cuts were compared", held, drawn)
	}
}

func TestCutThroughAVertex(t *testing.T) {
	t.Parallel()
	c := newCutter(NewWindow(orb.MultiPolygon{{{{0, 0}, {2, 0}, {2, 2}, {0, 2}, {0, 0}}}}))
	if _, ok := c.cut([]orb.Ring{{{0, 0}, {3, 3}, {-1, 3}}}); ok {
		t.Error("a ring through two corners is cut")
	}
	inside, ok := c.cut([]orb.Ring{{{1, 1}, {3, 1}, {3, 3}, {1, 3}}})
	if area := planar.Area(nest(inside)); !ok || area != 1 {
		t.Errorf("a corner: %v, %v", inside, ok)
	}
}
