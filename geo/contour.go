package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// The sides of a square between four cell centres.
const (
	southSide = iota
	eastSide
	northSide
	westSide
)

// squares lists for each way that four centres can lie to a level (south-west 1, south-east 2, north-east 4, north-west 8,
// when at the level or above) the side where a border enters the square and the one where it leaves, high values to its left
// (marching squares; Maple, "Geometric design and space planning using the marching squares and marching cube algorithms",
// 2003). Of the two saddles, 5 and 10, this is the reading where the middle is low.
var squares = [16][][2]int{
	1: {{southSide, westSide}}, 2: {{eastSide, southSide}}, 3: {{eastSide, westSide}}, 4: {{northSide, eastSide}},
	5: {{southSide, westSide}, {northSide, eastSide}}, 6: {{northSide, southSide}}, 7: {{northSide, westSide}}, 8: {{westSide, northSide}},
	9: {{southSide, northSide}}, 10: {{eastSide, southSide}, {westSide, northSide}}, 11: {{eastSide, northSide}}, 12: {{westSide, eastSide}},
	13: {{southSide, eastSide}}, 14: {{westSide, southSide}},
}

// highSaddles are 5 and 10 where the middle is high.
var highSaddles = map[int][][2]int{
	5:  {{southSide, eastSide}, {northSide, westSide}},
	10: {{westSide, southSide}, {eastSide, northSide}},
}

// contour returns the rings around all that lies at a level or above, anticlockwise, and around the hollows in it, clockwise, in
// the grid's system, not closed. Everything beyond the grid counts as low. Rings of two levels never touch, when rank counts the levels
// upwards: those that leave the grid go less far beyond it.
func (s *Surface) contour(level float64, rank int) []orb.Ring {
	wide := s.Columns + 2 // nodes of a row, with one beyond each end
	value := func(c, r int) float64 {
		if c < 0 || r < 0 || c >= s.Columns || r >= s.Rows {
			return math.Inf(-1)
		}
		return s.Values[r*s.Columns+c]
	}
	// A side is known by the node where it starts, twice, plus 1 when it runs north.
	side := func(c, r, which int) int {
		node := (r+1)*wide + c + 1
		return [4]int{2 * node, 2*(node+1) + 1, 2 * (node + wide), 2*node + 1}[which]
	}
	next := map[int]int{}
	var starts []int
	for r := -1; r < s.Rows; r++ {
		for c := -1; c < s.Columns; c++ {
			corners := [4]float64{value(c, r), value(c+1, r), value(c+1, r+1), value(c, r+1)}
			kind := 0
			for bit, v := range corners {
				if v >= level {
					kind |= 1 << bit
				}
			}
			ways := squares[kind]
			if kind == 5 || kind == 10 {
				if (corners[0]+corners[1]+corners[2]+corners[3])/4 >= level {
					ways = highSaddles[kind]
				}
			}
			for _, way := range ways {
				from := side(c, r, way[0])
				next[from] = side(c, r, way[1])
				starts = append(starts, from)
			}
		}
	}
	var rings []orb.Ring
	for _, start := range starts {
		if _, left := next[start]; !left {
			continue
		}
		var ring orb.Ring
		for at := start; ; {
			ring = append(ring, s.crossing(at, level, 0.5/float64(1+rank), value))
			following := next[at]
			delete(next, at)
			if at = following; at == start {
				break
			}
		}
		rings = append(rings, ring)
	}
	return rings
}

// crossing returns where a level crosses a side, in metres; beyond is how far from the last centre that is when the side leaves
// the grid, in cells.
func (s *Surface) crossing(side int, level, beyond float64, value func(c, r int) float64) orb.Point {
	node, wide := side/2, s.Columns+2
	c, r := node%wide-1, node/wide-1
	c2, r2 := c+1, r
	if side%2 == 1 {
		c2, r2 = c, r+1
	}
	a, b := value(c, r), value(c2, r2)
	var share float64
	switch {
	case math.IsInf(a, -1):
		share = 1 - beyond
	case math.IsInf(b, -1):
		share = beyond
	default:
		// Borders that meet in a centre would touch.
		const least = 1e-6
		share = least + (1-2*least)*(level-a)/(b-a)
	}
	x, y := float64(c)+share*float64(c2-c), float64(r)+share*float64(r2-r)
	return orb.Point{s.Origin[0] + (x+0.5)*s.Cell, s.Origin[1] + (y+0.5)*s.Cell}
}
