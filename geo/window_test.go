package geo

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// star makes a ring around a centre, radius and wobble in degrees, deeply indented.
func star(centre orb.Point, radius, wobble float64, vertices int, seed uint64) orb.Ring {
	ring := make(orb.Ring, 0, vertices+1)
	for i := range vertices {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(vertices))
		r := radius - wobble*float64(mix(seed+uint64(i))%1000)/1000
		ring = append(ring, orb.Point{centre[0] + r*cos, centre[1] + r*sin})
	}
	return append(ring, ring[0])
}

// indented is an area with a hole and an island, like a département with an enclave.
func indented(vertices int, seed uint64) orb.MultiPolygon {
	hole := star(orb.Point{5.1, 43.6}, 0.12, 0.04, vertices/10+8, seed+1)
	slices.Reverse(hole)
	return orb.MultiPolygon{
		{star(orb.Point{5, 43.5}, 0.6, 0.1, vertices, seed), hole},
		{star(orb.Point{5.75, 43.2}, 0.09, 0.03, vertices/10+8, seed+2)},
	}
}

// hexagons tile a box with hexagons of some radius in degrees.
func hexagons(box orb.Bound, radius float64) []orb.Ring {
	var tiles []orb.Ring
	width, height := math.Sqrt(3)*radius, 1.5*radius
	for row, y := 0, box.Min[1]-radius; y <= box.Max[1]+radius; row, y = row+1, y+height {
		for x := box.Min[0] - width + float64(row%2)*width/2; x <= box.Max[0]+width; x += width {
			ring := make(orb.Ring, 0, 7)
			for corner := range 6 {
				sin, cos := math.Sincos(math.Pi/6 + float64(corner)*math.Pi/3)
				ring = append(ring, orb.Point{x + radius*cos, y + radius*sin})
			}
			tiles = append(tiles, append(ring, ring[0]))
		}
	}
	return tiles
}

// TestWindowOverATiling: the clipped pieces have the window's area, and the questions agree with the pieces.
func TestWindowOverATiling(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		area := indented(rapid.IntRange(8, 400).Draw(t, "vertices"), rapid.Uint64().Draw(t, "shape"))
		w := NewWindow(area)
		total, simple, inside := 0.0, 0.0, 0
		radius := rapid.Float64Range(0.03, 0.9).Draw(t, "radius")
		for _, hexagon := range hexagons(w.Bound(), radius) {
			if rapid.Bool().Draw(t, "turned") {
				slices.Reverse(hexagon)
			}
			if rapid.IntRange(0, 4).Draw(t, "open") == 0 {
				hexagon = hexagon[:6]
			}
			clipped := w.Clip(hexagon)
			whole := math.Abs(ringArea(hexagon))
			piece := planar.Area(clipped)
			total += piece
			simple += planar.Area(ClipConvex(area, hexagon))
			// A border may take a corner too small to be seen in the area; then it is not inside.
			if w.Inside(hexagon) {
				inside++
			}
			if w.Inside(hexagon) && math.Abs(piece-whole) > 1e-9*whole {
				t.Fatalf("inside %v, and %v of %v clipped", w.Inside(hexagon), piece, whole)
			}
			if piece > 1e-9*whole && !w.Meets(hexagon) || w.Inside(hexagon) && !w.Meets(hexagon) {
				t.Fatalf("does not meet %v", clipped)
			}
			for _, polygon := range clipped {
				for _, ring := range polygon {
					if len(ring) < 4 || ring[0] != ring[len(ring)-1] {
						t.Fatalf("not a ring: %v", ring)
					}
				}
			}
		}
		if radius < 0.06 && inside < 10 {
			t.Fatalf("only %d hexagons inside", inside)
		}
		want := planar.Area(area)
		if math.Abs(total-want) > 1e-6*want || math.Abs(simple-want) > 1e-6*want {
			t.Fatalf("pieces %v, without preparation %v, want %v", total, simple, want)
		}
	})
}

func TestWindowOfNothing(t *testing.T) {
	t.Parallel()
	hexagon := hexagons(orb.Bound{}, 1)[0]
	empty := NewWindow(orb.MultiPolygon{{}, {{{1, 1}}}})
	if !empty.Empty() || empty.Meets(hexagon) || empty.Clip(hexagon) != nil || empty.Contains(orb.Point{}) {
		t.Error("an empty window holds something")
	}
	w := NewWindow(indented(40, 1))
	for _, degenerate := range []orb.Ring{nil, {{5, 43}}, {{5, 43.5}, {5, 43.6}, {5, 43.7}, {5, 43.5}}, {{5, 43}, {math.NaN(), 43}, {6, 44}}} {
		if w.Clip(degenerate) != nil || w.Meets(degenerate) || w.Inside(degenerate) || ClipConvex(w.Area(), degenerate) != nil {
			t.Errorf("%v clips something", degenerate)
		}
	}
	if inHole := hexagons(orb.Bound{Min: orb.Point{5.1, 43.6}, Max: orb.Point{5.1, 43.6}}, 0.02)[4]; w.Meets(inHole) {
		t.Error("the hole is in the window")
	}
}

func BenchmarkWindowClip(b *testing.B) {
	ring := make(orb.Ring, 0, 3001)
	for i := range 3000 {
		angle := 2 * math.Pi * float64(i) / 3000
		radius := 0.6 + 0.08*math.Sin(7*angle) + 0.01*math.Sin(131*angle) + 0.001*float64(mix(uint64(i))%5)
		ring = append(ring, orb.Point{5 + radius*math.Cos(angle), 43.5 + radius*math.Sin(angle)})
	}
	w := NewWindow(orb.MultiPolygon{{append(ring, ring[0])}})
	tiles := hexagons(w.Bound(), 0.023)
	defer func() { b.ReportMetric(float64(len(tiles)), "hexagons") }()
	for b.Loop() {
		for _, hexagon := range tiles {
			w.Clip(hexagon)
		}
	}
}
