package geo_test

import (
	"testing"

	"github.com/mesure5/dealmap/geo"
	"pgregory.net/rapid"
)

// TestZOrderIsReversed takes positions apart and together again.
func TestZOrderIsReversed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.Uint32().Draw(t, "x"), rapid.Uint32().Draw(t, "y")
		if gotX, gotY := geo.FromZOrder(geo.ZOrder(x, y)); gotX != x || gotY != y {
			t.Fatalf("%d %d comes back as %d %d", x, y, gotX, gotY)
		}
	})
}

// TestRangesHoldTheBox wants the ranges to be in order, apart, and to hold exactly the positions of the box.
func TestRangesHoldTheBox(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.UintRange(0, 26).Draw(t, "level")
		most := int64(1)<<level - 1
		side := rapid.Int64Range(-2, 20)
		s := geo.Squares{Level: level, West: rapid.Int64Range(-2, most+1).Draw(t, "west"), North: rapid.Int64Range(-2, most+1).Draw(t, "north")}
		s.East, s.South = s.West+side.Draw(t, "width"), s.North+side.Draw(t, "height")
		ranges := s.Ranges()
		var held uint64
		for i, r := range ranges {
			if r[0] > r[1] || i > 0 && r[0] <= ranges[i-1][1]+1 {
				t.Fatalf("range %d of %v", i, ranges)
			}
			held += r[1] - r[0] + 1 // the whole world is 2^64, which is 0
		}
		wide, high := min(most, s.East)-max(0, s.West)+1, min(most, s.South)-max(0, s.North)+1
		want := uint64(max(0, wide)) * uint64(max(0, high)) << (2 * (32 - level))
		if held != want {
			t.Fatalf("%+v: %d positions, want %d", s, held, want)
		}
		// Positions in and beside the box.
		x := uint32(min(1<<32-1, max(0, (rapid.Int64Range(s.West-1, s.East+1).Draw(t, "column"))<<(32-level)+rapid.Int64Range(0, 1).Draw(t, "in column"))))
		y := uint32(min(1<<32-1, max(0, (rapid.Int64Range(s.North-1, s.South+1).Draw(t, "row"))<<(32-level)+rapid.Int64Range(0, 1).Draw(t, "in row"))))
		in := false
		for _, r := range ranges {
			in = in || geo.ZOrder(x, y) >= r[0] && geo.ZOrder(x, y) <= r[1]
		}
		column, row := int64(x>>(32-level)), int64(y>>(32-level))
		if within := column >= s.West && column <= s.East && row >= s.North && row <= s.South; in != within {
			t.Fatalf("%d %d in %+v: %v, in its ranges %v", x, y, s, within, in)
		}
	})
}

// TestWithinHoldsTheBox wants the coarser box to hold the box, with no row or column too many.
func TestWithinHoldsTheBox(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		level, coarse := rapid.UintRange(0, 26).Draw(t, "level"), rapid.UintRange(0, 26).Draw(t, "coarse")
		s := geo.Squares{Level: level, West: rapid.Int64Range(-2, 1<<level).Draw(t, "west"), North: rapid.Int64Range(-2, 1<<level).Draw(t, "north")}
		s.East, s.South = s.West+rapid.Int64Range(0, 20).Draw(t, "width"), s.North+rapid.Int64Range(0, 20).Draw(t, "height")
		got := s.Within(coarse)
		if coarse >= level {
			if got != s {
				t.Fatalf("%+v at level %d: %+v", s, coarse, got)
			}
			return
		}
		side := int64(1) << (level - coarse)
		if got.Level != coarse || got.West*side > s.West || (got.West+1)*side <= s.West || got.North*side > s.North || (got.North+1)*side <= s.North ||
			got.East*side > s.East || (got.East+1)*side <= s.East || got.South*side > s.South || (got.South+1)*side <= s.South {
			t.Fatalf("%+v at level %d: %+v", s, coarse, got)
		}
	})
}

// TestBlocksHoldTheirPositions wants the positions of a block to be those that are in it.
func TestBlocksHoldTheirPositions(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Uint64().Draw(t, "position")
		block := geo.BlockOf(z)
		first, last := block.Positions()
		if z < first || z > last || geo.BlockOf(first) != block || geo.BlockOf(last) != block || first > 0 && geo.BlockOf(first-1) == block || last+1 > 0 && geo.BlockOf(last+1) == block {
			t.Fatalf("%x in block %d, %x to %x", z, block, first, last)
		}
	})
}

// TestBoxesTogether holds what is made of two boxes to positions that they hold.
func TestBoxesTogether(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		box := func(name string, level uint) geo.Squares {
			end := rapid.Int64Range(0, 1<<level-1)
			west, east, north, south := end.Draw(t, name+" west"), end.Draw(t, name+" east"), end.Draw(t, name+" north"), end.Draw(t, name+" south")
			return geo.Squares{Level: level, West: min(west, east), North: min(north, south), East: max(west, east), South: max(north, south)}
		}
		level := rapid.UintRange(1, 6)
		one := level.Draw(t, "level")
		a, b, c := box("a", one), box("b", one), box("c", level.Draw(t, "another level"))
		other := level.Draw(t, "level to bring it to")
		meets := false
		for column := range uint32(64) {
			for row := range uint32(64) {
				x, y := column<<26|1, row<<26|1
				if (a.Holds(x, y) || b.Holds(x, y)) && !a.Union(b).Holds(x, y) {
					t.Fatalf("%+v or %+v holds %d, %d, their union does not", a, b, column, row)
				}
				if both := a.Holds(x, y) && b.Holds(x, y); both != a.Intersection(b).Holds(x, y) {
					t.Fatalf("%+v and %+v hold %d, %d: %v; their intersection not", a, b, column, row, both)
				}
				if in := a.Holds(x, y); in && !a.At(other).Holds(x, y) || !in && other >= a.Level && a.At(other).Holds(x, y) {
					t.Fatalf("%+v holds %d, %d: %v; at level %d it is %+v", a, column, row, in, other, a.At(other))
				}
				meets = meets || a.Holds(x, y) && c.Holds(x, y)
			}
		}
		if a.Meets(c) != meets {
			t.Fatalf("%+v meets %+v: %v", a, c, !meets)
		}
		if a.Intersection(b).Empty() == a.Meets(b) {
			t.Fatalf("%+v and %+v: empty %v", a, b, a.Intersection(b).Empty())
		}
	})
}
