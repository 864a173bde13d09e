package geo

// Squares is a box of squares of a level of the quadtree of Mercator's unit square, in which level n has 2^n squares on a side: columns West
// to East and rows North to South, both ends included.
type Squares struct {
	Level                    uint
	West, North, East, South int64
}

// Ranges returns the ranges of ZOrder, first and last included, that hold exactly the box' positions, in their order. What lies beyond the
// world is left out.
func (s Squares) Ranges() [][2]uint64 {
	return s.AppendRanges(make([][2]uint64, 0, FewRanges))
}

// FewRanges is how many ranges few boxes have more than.
const FewRanges = 64

// AppendRanges is Ranges that appends to a list, which must be empty.
func (s Squares) AppendRanges(ranges [][2]uint64) [][2]uint64 {
	most := int64(1)<<s.Level - 1
	s.West, s.North, s.East, s.South = max(0, s.West), max(0, s.North), min(most, s.East), min(most, s.South)
	if s.Empty() {
		return ranges
	}
	return s.descend(0, 0, s.Level, ranges)
}

// Within returns the smallest box of a level, not finer than the box' own, that holds the box.
func (s Squares) Within(level uint) Squares {
	if level >= s.Level {
		return s
	}
	up := s.Level - level
	return Squares{Level: level, West: s.West >> up, North: s.North >> up, East: s.East >> up, South: s.South >> up}
}

// Beside is the box with the squares beside it, of its own level or blocks (BlockLevel), whatever is larger: what counts within the box because it
// does so in the middle of a square or hexagon that is smaller than a block lies there.
func (s Squares) Beside() Squares {
	s = s.Within(BlockLevel)
	s.West, s.North, s.East, s.South = s.West-1, s.North-1, s.East+1, s.South+1
	return s
}

// Union is the smallest box that holds the box and another of the same level.
func (s Squares) Union(o Squares) Squares {
	return Squares{s.Level, min(s.West, o.West), min(s.North, o.North), max(s.East, o.East), max(s.South, o.South)}
}

// Empty reports whether the box has no squares.
func (s Squares) Empty() bool { return s.West > s.East || s.North > s.South }

// Intersection is what the box has in common with another of the same level, Empty when that is nothing.
func (s Squares) Intersection(o Squares) Squares {
	return Squares{s.Level, max(s.West, o.West), max(s.North, o.North), min(s.East, o.East), min(s.South, o.South)}
}

// At returns the smallest box of a level that holds the box.
func (s Squares) At(level uint) Squares {
	if level <= s.Level {
		return s.Within(level)
	}
	down := level - s.Level
	return Squares{Level: level, West: s.West << down, North: s.North << down, East: (s.East+1)<<down - 1, South: (s.South+1)<<down - 1}
}

// Meets reports whether the box has anything in common with another, of whatever level.
func (s Squares) Meets(o Squares) bool {
	finer := max(s.Level, o.Level)
	both := s.At(finer).Intersection(o.At(finer))
	return !both.Empty()
}

// Holds reports whether a position (Fixed) lies in the box.
func (s Squares) Holds(x, y uint32) bool {
	column, row := int64(x>>(32-s.Level)), int64(y>>(32-s.Level))
	return column >= s.West && column <= s.East && row >= s.North && row <= s.South
}

// descend adds what the box has in common with the square of 2^up squares on a side that begins at a column and a row.
func (s *Squares) descend(column, row int64, up uint, ranges [][2]uint64) [][2]uint64 {
	side := int64(1) << up
	if column > s.East || row > s.South || column+side <= s.West || row+side <= s.North {
		return ranges
	}
	if column >= s.West && row >= s.North && column+side-1 <= s.East && row+side-1 <= s.South {
		shift := 32 - s.Level
		first := ZOrder(uint32(column<<shift), uint32(row<<shift))
		last := first + (1<<(2*(up+shift)) - 1)
		if n := len(ranges); n > 0 && ranges[n-1][1]+1 == first {
			ranges[n-1][1] = last
			return ranges
		}
		return append(ranges, [2]uint64{first, last})
	}
	half := side / 2
	ranges = s.descend(column, row, up-1, ranges)
	ranges = s.descend(column+half, row, up-1, ranges)
	ranges = s.descend(column, row+half, up-1, ranges)
	return s.descend(column+half, row+half, up-1, ranges)
}
