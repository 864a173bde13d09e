package dealmap

import (
	"math"
	"testing"

	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

func anyFrench(t *rapid.T) orb.Point {
	box := rapid.SampledFrom([]orb.Bound{
		{Min: orb.Point{-5.2, 41.3}, Max: orb.Point{9.6, 51.1}}, {Min: orb.Point{-61.9, 14.3}, Max: orb.Point{-60.8, 16.6}},
		{Min: orb.Point{55.2, -21.4}, Max: orb.Point{55.9, -20.8}}, {Min: orb.Point{-54.6, 2.1}, Max: orb.Point{-51.6, 5.8}},
		{Min: orb.Point{45, -13.1}, Max: orb.Point{45.4, -12.6}}, {Min: orb.Point{-56.5, 46.7}, Max: orb.Point{-56.1, 47.2}},
	}).Draw(t, "where")
	return orb.Point{
		rapid.Float64Range(box.Min[0], box.Max[0]).Draw(t, "lon"), rapid.Float64Range(box.Min[1], box.Max[1]).Draw(t, "lat"),
	}
}

func metres(a, b orb.Point) float64 {
	const radian = math.Pi / 180
	dx, dy := (b[0]-a[0])*math.Cos((a[1]+b[1])/2*radian), b[1]-a[1]
	return math.Hypot(dx, dy) * radian * sphereRadius
}

func TestCellsHoldWhatTheyCount(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := anyFrench(t)
		fine := CellOf(p)
		if fine.Level() != 0 {
			t.Fatalf("level %d", fine.Level())
		}
		if d := metres(p, fine.Centre()); d > CellWidth(0)/math.Sqrt(3)*1.12 {
			t.Fatalf("the middle of the cell is %.0f m away", d)
		}
		for level := 0; level <= MaxCellLevel; level++ {
			c := fine.At(level)
			if c.Level() != level || c.At(level) != c {
				t.Fatalf("%v at level %d is %v", fine, level, c)
			}
			if level >= TallyLevel && fine.At(TallyLevel).At(level) != c {
				t.Fatalf("level %d tells more than level %d", level, TallyLevel)
			}
			if CellOf(c.Centre()).At(min(level, TallyLevel)).At(level) != c {
				t.Fatalf("the middle of %v is in %v", c, CellOf(c.Centre()).At(level))
			}
			// A coarse cell counts by the middles of finer ones: no farther away than their own radii.
			most := (CellWidth(level) + CellWidth(TallyLevel) + CellWidth(0)) / math.Sqrt(3) * 1.12
			if d := metres(p, c.Centre()); d > most {
				t.Fatalf("the middle of %v is %.0f m away, %.0f at most", c, d, most)
			}
			for _, n := range c.Neighbours() {
				if d := metres(c.Centre(), n.Centre()); math.Abs(d-CellWidth(level)) > 0.13*CellWidth(level) {
					t.Fatalf("a neighbour of %v is %.0f m away", c, d)
				}
			}
		}
	})
}

func TestCellsOfALevelAreMadeOfAsManyFineOnes(t *testing.T) {
	t.Parallel()
	for level := 1; level <= 5; level++ {
		from := 0
		want := 1 << (2 * level)
		if level > TallyLevel {
			from, want = TallyLevel, 1<<(2*(level-TallyLevel))
		}
		count := map[Cell]int{}
		const far = 120
		for q := -far; q <= far; q++ {
			for r := -far; r <= far; r++ {
				count[makeCell(from, 1, q, r).At(level)]++
			}
		}
		inner := 0
		for c, n := range count {
			if q, r := c.axial(); max(q, -q, r, -r, q+r, -q-r)<<(level-from) < far-3<<(level-from) {
				inner++
				if n != want {
					t.Fatalf("%v counts %d cells, others %d", c, n, want)
				}
			}
		}
		if inner < 7 {
			t.Errorf("level %d: only %d cells were looked at", level, inner)
		}
	}
}

func TestCellsCoverTheSameGround(t *testing.T) {
	t.Parallel()
	for _, p := range []orb.Point{{5.4, 43.3}, {2.3, 51}, {-61.5, 16.2}, {55.5, -21.1}, {-52.3, 4.9}} {
		ring := CellOf(p).At(3).Ring()
		// On the sphere the projection keeps areas: the shoelace in it is the ground area.
		var area float64
		for i := range 6 {
			a, b := sinusoidal(ring[i]), sinusoidal(ring[i+1])
			area += a[0]*b[1] - b[0]*a[1]
		}
		if got := area / 2 / 1e6; math.Abs(got-CellArea(3)) > 0.01*CellArea(3) {
			t.Errorf("at %v a cell covers %.3f km², want %.3f", p, got, CellArea(3))
		}
	}
}

// sinusoidal projects with another equal-area projection, the sinusoidal.
func sinusoidal(p orb.Point) orb.Point {
	const radian = math.Pi / 180
	return orb.Point{p[0] * radian * math.Cos(p[1]*radian) * sphereRadius, p[1] * radian * sphereRadius}
}
