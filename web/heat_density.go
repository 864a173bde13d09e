package web

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/web/api"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

const (
	leastBandwidth = 2_000
	mostBandwidth  = 100_000
)

// densitySteps are the shares of the maximum at which bands begin.
var densitySteps = []float64{0.08, 0.25, 0.45, 0.65, 0.85}

// bandwidth reads the bandwidth in metres; by default a twenty-fourth of the side of a square as large as the territory.
func (s *Server) bandwidth(c *counting, text string) (float64, error) {
	if text == "" {
		side := math.Sqrt(s.area(c.territory)) * 1000
		return math.Max(leastBandwidth, math.Min(30_000, math.Round(side/24/500)*500)), nil
	}
	metres, err := strconv.ParseFloat(text, 64)
	if err != nil || !(metres >= leastBandwidth && metres <= mostBandwidth) {
		return 0, badParameter("bandwidth", "un nombre de %d à %d mètres est attendu : plus fine, la surface désignerait des points", leastBandwidth, mostBandwidth)
	}
	return metres, nil
}

// heatDensity computes the surface from the middles of hexagons of 2 km, so that it tells no more than they do.
func (s *Server) heatDensity(v *visit, c *counting, how heatAsked, out *api.Heat) error {
	if c.territory == dealmap.France {
		return badParameter("mode", "la densité se calcule pour un territoire d’un seul tenant (zone, région, département), pas pour le pays entier")
	}
	t := v.snap.Cells(v.scope, s.census(c, c.day), dealmap.TallyLevel, c.rule)
	out.N, out.WithoutPosition, out.Bandwidth = new(t.N), new(t.Unplaced), new(how.bandwidth)
	out.Unit = new("points de deal par km²")
	if how.intensity {
		out.Unit = new("intensité cumulée par km²")
	}
	if len(t.Cells) == 0 {
		return nil
	}
	window, known := s.Territories.Window(c.territory)
	points, weights := kernelPoints(t, window, known, how.intensity)
	if !known {
		box := orb.MultiPoint(points).Bound().Pad(4 * how.bandwidth / 70_000)
		window = geo.NewWindow(orb.MultiPolygon{box.ToPolygon()})
	}
	surface, err := geo.KernelDensity(points, weights, window.Area(), geo.DensityOptions{Bandwidth: how.bandwidth})
	if err != nil {
		return fmt.Errorf("density of %s: %w", c.territory, err)
	}
	out.Method = append(out.Method, fmt.Sprintf("Densité par noyau gaussien de largeur %s (écart type), calculée en mètres (EPSG:%d), corrigée au bord du territoire (Diggle, 1985), à partir du milieu de mailles de 2 km.",
		frenchMetres(int(how.bandwidth)), surface.EPSG))
	if surface.Maximum <= 0 {
		return nil
	}
	thresholds := make([]float64, len(densitySteps))
	for i, step := range densitySteps {
		thresholds[i] = significantFigures(step*surface.Maximum, 2)
	}
	bands, err := surface.Bands(slices.Compact(thresholds))
	if err != nil {
		return fmt.Errorf("density of %s: %w", c.territory, err)
	}
	for i, band := range bands {
		to := significantFigures(band.To, 3)
		f := api.HeatFeature{Type: "Feature", Id: strconv.Itoa(i), Geometry: outline(band.Area)}
		f.Properties.From, f.Properties.To, f.Properties.Class = new(band.From), &to, i
		out.Features = append(out.Features, f)
		out.Legend = append(out.Legend, api.HeatClass{From: band.From, To: to, Areas: len(band.Area)})
	}
	return nil
}

// kernelPoints are the middles of hexagons, or, of those whose middle lies beyond the border, that of what is inside.
func kernelPoints(t *dealmap.CellTally, window *geo.Window, known, intensity bool) (points []orb.Point, weights []float64) {
	cells := make([]dealmap.Cell, 0, len(t.Cells))
	for cell := range t.Cells {
		cells = append(cells, cell)
	}
	slices.Sort(cells)
	for _, cell := range cells {
		at := cell.Centre()
		if known && !window.Contains(at) {
			if part := window.Clip(cell.Ring()); len(part) > 0 {
				if middle, _ := planar.CentroidArea(part[0]); window.Contains(middle) {
					at = middle
				}
			}
		}
		n := t.Cells[cell]
		weight := n.Count
		if intensity {
			weight = n.Weight
		}
		points, weights = append(points, at), append(weights, float64(weight))
	}
	return points, weights
}

func significantFigures(v float64, figures int) float64 {
	if v == 0 || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0
	}
	scale := math.Pow(10, float64(figures-1)-math.Floor(math.Log10(math.Abs(v))))
	return math.Round(v*scale) / scale
}
