package geo

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// Band is where a surface lies between two values.
type Band struct {
	// From is the lower value, To the upper; the uppermost band ends at the surface's maximum.
	From, To float64
	// Area is WGS 84, inside the surface's window.
	Area orb.MultiPolygon
}

// Bands returns the filled bands between thresholds, in rising order, and above the last of them. A first threshold of 0 or
// less gives the rest of the window as well. Bands that would be empty are left out; the others share their borders, which are
// interpolated between the cells' centres and cut at the border of the window. Thresholds that are not numbers are ignored.
func (s *Surface) Bands(thresholds []float64) ([]Band, error) {
	levels := slices.DeleteFunc(slices.Clone(thresholds), math.IsNaN)
	for i, level := range levels {
		levels[i] = math.Max(0, level)
	}
	slices.Sort(levels)
	levels = slices.Compact(levels)
	var bands []Band
	for i, from := range levels {
		if from > s.Maximum {
			break
		}
		to := s.Maximum
		rings := s.contour(from, i)
		if i+1 < len(levels) && levels[i+1] <= s.Maximum {
			to = levels[i+1]
			for _, ring := range s.contour(to, i+1) {
				slices.Reverse(ring)
				rings = append(rings, ring)
			}
		}
		area, err := s.cut(nest(rings))
		if err != nil {
			return nil, fmt.Errorf("geo: band from %v to %v: %w", from, to, err)
		}
		if len(area) > 0 {
			bands = append(bands, Band{From: from, To: to, Area: area})
		}
	}
	return bands, nil
}

// nest makes polygons of rings that do not cross: those that turn anticlockwise are outer rings, each other one is a hole in
// the smallest outer ring around it.
func nest(rings []orb.Ring) orb.MultiPolygon {
	type outer struct {
		shape *shape
		area  float64
	}
	var outers []outer
	var area orb.MultiPolygon
	for _, ring := range rings {
		if a := ringArea(ring); a > 0 {
			outers = append(outers, outer{newShape(orb.Polygon{ring}), a})
			area = append(area, orb.Polygon{ring})
		}
	}
	for _, ring := range rings {
		if ringArea(ring) >= 0 {
			continue
		}
		best := -1
		for i, o := range outers {
			if o.shape.holds(ring[0]) && (best < 0 || o.area < outers[best].area) {
				best = i
			}
		}
		if best >= 0 {
			area[best] = append(area[best], ring)
		}
	}
	return area
}

// cut brings an area of the grid's system to WGS 84 and keeps what is inside the window.
func (s *Surface) cut(area orb.MultiPolygon) (inside orb.MultiPolygon, err error) {
	var crossing []geom.Geometry
	for _, polygon := range area {
		for _, ring := range polygon {
			for i, p := range ring {
				ring[i] = s.transform.unproject(p[0], p[1])
			}
		}
		if s.window.surrounds(polygon[0]) {
			inside = append(inside, polygon)
		} else {
			crossing = append(crossing, toGeom(orb.MultiPolygon{polygon}).AsGeometry())
		}
	}
	defer func() {
		if r := recover(); r != nil {
			inside, err = nil, fmt.Errorf("geo: degenerate geometry: %v", r)
		}
	}()
	window := toGeom(s.window.Area()).AsGeometry()
	for _, piece := range crossing {
		clipped, err := geom.Intersection(piece, window)
		if err != nil {
			return nil, err
		}
		for _, polygon := range fromGeom(clipped) {
			if len(polygon) > 0 {
				inside = append(inside, polygon)
			}
		}
	}
	return inside, nil
}

// surrounds reports whether the box of a ring lies in the window. Most bands in the middle of a window are found so, and need
// no clipping.
func (w *Window) surrounds(ring orb.Ring) bool {
	return w.Inside(ring.Bound().ToRing())
}
