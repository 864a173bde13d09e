package geo

import (
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// source is a weighted point in cells from the grid's origin.
type source struct{ x, y, weight float64 }

// smooth returns the weight that Gaussian kernels around the sources bring to each cell. The kernel is a product of one of x
// and one of y, so that a source costs two short rows of error functions and one product a cell.
func (g grid) smooth(sources []source, bandwidth float64) []float64 {
	// Sums of shares are added in one order whatever the number of cores: the last digits do not depend on them.
	const shares = 4
	sums := make([][]float64, shares)
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for k := range shares {
		part := sources[len(sources)*k/shares : len(sources)*(k+1)/shares]
		workers.Go(func() error {
			sums[k] = g.smoothPart(part, bandwidth/g.cell)
			return nil
		})
	}
	_ = workers.Wait() // no worker fails
	for _, sum := range sums[1:] {
		for i, v := range sum {
			sums[0][i] += v
		}
	}
	return sums[0]
}

func (g grid) smoothPart(sources []source, bandwidth float64) []float64 {
	sum := make([]float64, g.columns*g.rows)
	var alongX, alongY []float64
	for _, s := range sources {
		var firstX, firstY int
		firstX, alongX = bell(alongX[:0], s.x, bandwidth, g.columns)
		firstY, alongY = bell(alongY[:0], s.y, bandwidth, g.rows)
		for r, up := range alongY {
			row := sum[(firstY+r)*g.columns+firstX:][:len(alongX)]
			up *= s.weight
			for c, v := range alongX {
				row[c] += up * v
			}
		}
	}
	return sum
}

// bell appends the mass of a normal distribution in each of the cells of one axis that it reaches, and returns the first of
// them. All lengths are in cells.
func bell(mass []float64, centre, deviation float64, cells int) (first int, _ []float64) {
	deviation = math.Max(deviation, 1e-6) // far below, divisions overflow
	reach := truncation * deviation
	first = max(0, int(math.Floor(centre-reach)))
	last := min(cells-1, int(math.Floor(centre+reach)))
	scale := 1 / (deviation * math.Sqrt2)
	below := math.Erf((float64(first) - centre) * scale)
	for c := first; c <= last; c++ {
		above := math.Erf((float64(c+1) - centre) * scale)
		mass = append(mass, (above-below)/2)
		below = above
	}
	return first, mass
}

// mass returns how much of a kernel at the centre of each cell lies in the covered part of the grid: first along the rows, then
// along the columns.
func (g grid) mass(cover []float64, bandwidth float64) []float64 {
	along := make([]float64, len(cover))
	var kernel []float64
	for c := range g.columns {
		var first int
		first, kernel = bell(kernel[:0], float64(c)+0.5, bandwidth/g.cell, g.columns)
		for r := range g.rows {
			sum := 0.0
			for k, v := range cover[r*g.columns+first:][:len(kernel)] {
				sum += kernel[k] * v
			}
			along[r*g.columns+c] = sum
		}
	}
	total := make([]float64, len(cover))
	for r := range g.rows {
		var first int
		first, kernel = bell(kernel[:0], float64(r)+0.5, bandwidth/g.cell, g.rows)
		row := total[r*g.columns:][:g.columns]
		for k, share := range kernel {
			for c, v := range along[(first+k)*g.columns:][:g.columns] {
				row[c] += share * v
			}
		}
	}
	return total
}
