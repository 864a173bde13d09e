package geo

import (
	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/simplify"
)

// Simplify returns a copy of an area whose borders lie no farther than a tolerance, in degrees, from the true ones (Douglas and
// Peucker); rings of which nothing is left are dropped.
func Simplify(area orb.MultiPolygon, tolerance float64) orb.MultiPolygon {
	simple := simplify.DouglasPeucker(tolerance).MultiPolygon(area.Clone())
	out := simple[:0]
	for _, polygon := range simple {
		rings := polygon[:0]
		for i, ring := range polygon {
			if len(ring) < 4 {
				if i == 0 {
					break
				}
				continue
			}
			rings = append(rings, ring)
		}
		if len(rings) > 0 {
			out = append(out, rings)
		}
	}
	return out
}

// AreaKM2 is the ground area of an outline in square kilometres.
func AreaKM2(area orb.MultiPolygon) float64 { return orbgeo.Area(area) / 1e6 }
