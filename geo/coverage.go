package geo

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// grid is of square cells over a plane in metres; rows run from the south.
type grid struct {
	origin        orb.Point // the south-west corner
	cell          float64   // metres
	columns, rows int
}

// coverage returns which share of each cell an area covers, from 0 to 1, by even-odd over all its rings. Along a row the share
// is exact on each of some lines.
func (g grid) coverage(area orb.MultiPolygon) []float64 {
	const lines = 8 // of one row
	crossings := make([][]float64, g.rows*lines)
	// Line k runs at (k+½)/lines cells above the origin.
	line := func(y float64) float64 { return (y-g.origin[1])/g.cell*lines - 0.5 }
	for _, polygon := range area {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				e := upward(ring[i-1], ring[i])
				from, to := line(e.from[1]), line(e.to[1])
				for k := max(0, int(math.Ceil(from))); float64(k) < to && k < len(crossings); k++ {
					x := e.from[0] + (e.to[0]-e.from[0])*(float64(k)-from)/(to-from)
					crossings[k] = append(crossings[k], (x-g.origin[0])/g.cell)
				}
			}
		}
	}
	cover := make([]float64, g.columns*g.rows)
	for k, xs := range crossings {
		slices.Sort(xs)
		row := cover[k/lines*g.columns:][:g.columns]
		for i := 1; i < len(xs); i += 2 {
			west, east := math.Max(0, xs[i-1]), math.Min(float64(g.columns), xs[i])
			for c := int(west); float64(c) < east; c++ {
				row[c] += (math.Min(east, float64(c+1)) - math.Max(west, float64(c))) / lines
			}
		}
	}
	for i := range cover {
		cover[i] = math.Min(1, cover[i])
	}
	return cover
}
