package geo

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"
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
	cut := newCutter(s.window)
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
		inside, err := s.cut(cut, rings)
		if err != nil {
			return nil, fmt.Errorf("geo: band from %v to %v: %w", from, to, err)
		}
		if area := nest(inside); len(area) > 0 {
			bands = append(bands, Band{From: from, To: to, Area: area})
		}
	}
	return bands, nil
}

// cut brings rings of the grid's system to WGS 84 and returns those around what is in the window. A contour that meets a vertex
// of the border is moved by less than a millimetre for a kilometre of cell, and tried again.
func (s *Surface) cut(c *cutter, rings []orb.Ring) ([]orb.Ring, error) {
	placed := make([]orb.Ring, len(rings))
	for attempt := range 5 {
		shift := float64(attempt) * 1e-7 * s.Cell
		for i, ring := range rings {
			placed[i] = make(orb.Ring, len(ring))
			for k, p := range ring {
				placed[i][k] = s.transform.unproject(p[0]+shift, p[1]+shift/3)
			}
		}
		if inside, ok := c.cut(placed); ok {
			return inside, nil
		}
	}
	return nil, errors.New("the contours cannot be cut at the border")
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
		if !(ringArea(ring) < 0) {
			continue
		}
		best := -1
		// Rings may touch in a vertex, so the middle of a side is asked for.
		middle := orb.Point{(ring[0][0] + ring[1][0]) / 2, (ring[0][1] + ring[1][1]) / 2}
		for i, o := range outers {
			if o.shape.holds(middle) && (best < 0 || o.area < outers[best].area) {
				best = i
			}
		}
		if best >= 0 {
			area[best] = append(area[best], ring)
		}
	}
	return area
}
