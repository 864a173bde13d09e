package geo

import (
	"fmt"
	"math"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// DensityOptions says how a density is computed.
type DensityOptions struct {
	// Bandwidth is the standard deviation of the Gaussian kernel in metres, above 0 and at most 200 km.
	Bandwidth float64
	// Cell is the side of the grid's cells in metres; 0 takes one that suits the window and the bandwidth.
	Cell float64
}

const (
	maxBandwidth = 200_000
	maxCells     = 1 << 20
	// widestWindow, in degrees, still holds the Metropole. Beyond it no plane in metres serves.
	widestWindow = 20
	// margin is how many cells the grid has around the window: bands are drawn into it, then cut at the border.
	margin = 2
	// truncation is how many bandwidths the kernel reaches; 0.01 % of it lies beyond.
	truncation = 4
)

// Surface is a density on a grid of square cells in a metric system.
type Surface struct {
	EPSG int
	// Bandwidth and Cell are in metres.
	Bandwidth, Cell float64
	// Origin is the south-west corner of the grid in the system.
	Origin        orb.Point
	Columns, Rows int
	// Values are in weight per km², row by row from the south. Where Cover is 0 they only serve to draw bands to the border.
	Values []float64
	// Cover is the share of each cell inside the window.
	Cover []float64
	// Maximum is the largest value of a cell that the window touches.
	Maximum float64
	// Inside and Outside count the points in the window and those left out.
	Inside, Outside int

	window    *Window
	transform Transform
}

// KernelDensity returns the density of points in a window, both WGS 84: a Gaussian kernel in metres, cut at four bandwidths
// and corrected at the border by the mass of the kernel inside the window at each location (Diggle, "A kernel method for
// smoothing point process data", 1985; uniform correction, the default of spatstat's density.ppp). Values are means over cells,
// so that however small the bandwidth no point is lost between two of them. Weights nil count every point as 1.
//
// The window's polygons must not overlap or share a side, which a territory's outline never does. Points outside the window are
// left out and counted; without any inside the density is 0. Refusals are a [dealmap.Error] on field bandwidth, cell, window,
// points or weights.
func KernelDensity(points []orb.Point, weights []float64, window orb.MultiPolygon, o DensityOptions) (*Surface, error) {
	if !(o.Bandwidth > 0 && o.Bandwidth <= maxBandwidth) {
		return nil, dealmap.Invalid("bandwidth", "le rayon de lissage doit être de plus de 0 m et d’au plus 200 km")
	}
	if err := checkWeights(points, weights); err != nil {
		return nil, err
	}
	w := NewWindow(window)
	box := w.Bound()
	if width, height := box.Max[0]-box.Min[0], box.Max[1]-box.Min[1]; w.Empty() || !(width > 0 && height > 0) {
		return nil, dealmap.Invalid("window", "le territoire n’a pas de contour : la densité ne peut pas être calculée")
	} else if width > widestWindow || height > widestWindow || !world.Contains(box.Min) || !world.Contains(box.Max) {
		return nil, dealmap.Invalid("window", "le territoire est trop étendu pour une carte de densité : choisissez une région ou un département")
	}
	t := Metric(box.Center())
	area := t.projectArea(w.Area())
	g, err := newGrid(area.Bound(), o)
	if err != nil {
		return nil, err
	}
	s := &Surface{
		EPSG: t.epsg, Bandwidth: o.Bandwidth, Cell: g.cell, Origin: g.origin, Columns: g.columns, Rows: g.rows,
		Cover: g.coverage(area), window: w, transform: t,
	}
	var sources []source
	for i, p := range points {
		if !w.Contains(p) {
			s.Outside++
			continue
		}
		s.Inside++
		x, y := t.Project(p)
		weight := 1.0
		if weights != nil {
			weight = weights[i]
		}
		sources = append(sources, source{(x - g.origin[0]) / g.cell, (y - g.origin[1]) / g.cell, weight})
	}
	s.Values = g.smooth(sources, o.Bandwidth)
	s.correct(g.mass(s.Cover, o.Bandwidth))
	return s, nil
}

func checkWeights(points []orb.Point, weights []float64) error {
	if weights != nil && len(weights) != len(points) {
		return dealmap.Invalid("weights", fmt.Sprintf("%d poids pour %d points", len(weights), len(points)))
	}
	for i, p := range points {
		if math.IsNaN(p[0]-p[0]) || math.IsNaN(p[1]-p[1]) {
			return dealmap.Invalid("points", fmt.Sprintf("la position du point %d n’est pas un nombre", i+1))
		}
		if weights != nil && !(weights[i] >= 0 && weights[i] <= 1e15) {
			return dealmap.Invalid("weights", fmt.Sprintf("le poids du point %d n’est pas un nombre positif ou nul", i+1))
		}
	}
	return nil
}

// newGrid lays cells over a box in metres. Their corners are multiples of their side, so that the same place has the same cell
// in every window.
func newGrid(box orb.Bound, o DensityOptions) (grid, error) {
	extent := math.Max(box.Max[0]-box.Min[0], box.Max[1]-box.Min[1])
	cell := o.Cell
	if cell == 0 {
		// Six cells in a bandwidth draw the kernel well; below 64 cells the window itself is badly drawn, above 200 it takes long.
		cell = math.Max(extent/200, math.Min(o.Bandwidth/6, extent/64))
		digit := math.Pow(10, math.Floor(math.Log10(cell))-1)
		cell = math.Ceil(cell/digit) * digit
	}
	if !(cell > 0) || math.IsInf(cell, 0) {
		return grid{}, dealmap.Invalid("cell", "la maille doit être de plus de 0 m")
	}
	// Rounding must not add a row to a window that ends where a cell does.
	const rounding = 1e-6
	g := grid{cell: cell}
	var counts [2]float64
	for axis := range 2 {
		first, last := math.Floor(box.Min[axis]/cell+rounding)-margin, math.Ceil(box.Max[axis]/cell-rounding)+margin
		g.origin[axis], counts[axis] = first*cell, last-first
	}
	if counts[0]*counts[1] > maxCells {
		return grid{}, dealmap.Invalid("cell", fmt.Sprintf("une maille de %s m donnerait plus d’un million de cases", number(cell)))
	}
	g.columns, g.rows = int(counts[0]), int(counts[1])
	return g, nil
}

// correct divides by the mass and turns the values into weight per km².
func (s *Surface) correct(mass []float64) {
	km2 := s.Cell * s.Cell / 1e6
	for i, m := range mass {
		if m < 1e-9 {
			s.Values[i] = 0
			continue
		}
		s.Values[i] /= m * km2
		if s.Cover[i] > 0 {
			s.Maximum = math.Max(s.Maximum, s.Values[i])
		}
	}
	for i, v := range s.Values {
		s.Values[i] = math.Min(v, s.Maximum) // just outside the window the correction knows no bound
	}
}

// Integral returns the weight under the surface inside the window, about the sum of the weights of the points inside.
func (s *Surface) Integral() float64 {
	total := 0.0
	for i, v := range s.Values {
		total += v * s.Cover[i]
	}
	return total * s.Cell * s.Cell / 1e6
}
