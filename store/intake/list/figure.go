package list

import (
	"math"
	"strconv"

	"github.com/peterstace/simplefeatures/geom"
)

// figure is a geometry of any format: its parts of the highest dimension (0 points, 1 lines, 2 rings).
type figure struct {
	dimension int
	parts     [][]float64 // x, y, x, y …
}

// add adds a part; parts of a lower dimension give way to those of a higher.
func (f *figure) add(dimension int, part []float64) {
	if len(part) == 0 || dimension < f.dimension && len(f.parts) > 0 {
		return
	}
	if dimension > f.dimension {
		f.parts = nil
	}
	f.dimension = dimension
	f.parts = append(f.parts, part)
}

// point returns where a figure is shown: a point as it is, of several the one nearest to their centre, of a line a point on
// it, of an area a point inside. exact says that the figure is that point; ok is false when there is none.
func (f *figure) point() (x, y float64, exact, ok bool) {
	for _, part := range f.parts {
		for _, v := range part {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, 0, false, false
			}
		}
	}
	switch {
	case len(f.parts) == 0:
		return 0, 0, false, false
	case f.dimension == 0 && len(f.parts) == 1 && len(f.parts[0]) == 2:
		return f.parts[0][0], f.parts[0][1], true, true
	}
	xy, ok := f.geometry().PointOnSurface().XY()
	return xy.X, xy.Y, false, ok && !math.IsNaN(xy.X) && !math.IsInf(xy.X, 0)
}

func (f *figure) geometry() geom.Geometry {
	switch f.dimension {
	case 0:
		var points []geom.Point
		for _, part := range f.parts {
			for i := 0; i+1 < len(part); i += 2 {
				points = append(points, geom.XY{X: part[i], Y: part[i+1]}.AsPoint())
			}
		}
		return geom.NewMultiPoint(points).AsGeometry()
	case 1:
		var lines []geom.LineString
		for _, part := range f.parts {
			lines = append(lines, geom.NewLineString(geom.NewSequence(part, geom.DimXY)))
		}
		return geom.NewMultiLineString(lines).AsGeometry()
	}
	// The rings of all areas go into one polygon, whatever of them are holes: a point inside is found by the even-odd rule, at
	// the middle height of the first ring, which is why the tallest comes first.
	rings := make([]geom.LineString, len(f.parts))
	tallest, height := 0, -1.0
	for i, part := range f.parts {
		low, high := math.Inf(1), math.Inf(-1)
		for j := 1; j < len(part); j += 2 {
			low, high = min(low, part[j]), max(high, part[j])
		}
		if high-low > height {
			tallest, height = i, high-low
		}
		rings[i] = geom.NewLineString(geom.NewSequence(part, geom.DimXY))
	}
	rings[0], rings[tallest] = rings[tallest], rings[0]
	return geom.NewPolygon(rings).AsGeometry()
}

// places turns figures into the two cells of a position and counts what it could not keep.
type places struct {
	inner   int // figures that are no points
	missing int // rows without a position
}

func (p *places) cells(f *figure) (x, y string) {
	px, py, exact, ok := f.point()
	if !ok {
		p.missing++
		return "", ""
	}
	if !exact {
		p.inner++
	}
	return decimal(px), decimal(py)
}

func (p *places) notes() []string {
	var notes []string
	if p.inner > 0 {
		notes = append(notes, plural(p.inner, "géométrie n’est pas un point : elle est remplacée par un point qui en fait partie.",
			"géométries ne sont pas des points : chacune est remplacée par un point qui en fait partie."))
	}
	if p.missing > 0 {
		notes = append(notes, plural(p.missing, "ligne n’a pas de position.", "lignes n’ont pas de position."))
	}
	return notes
}

func decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if len(text) > 40 {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return text
}
