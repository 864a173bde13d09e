package geo

import (
	"fmt"
	"math"
	"sync"

	"github.com/paulmach/orb"
)

// official are the projected systems that French law names for its territories, in metres (arrêté du 5 mars 2019).
var official = []int{2154, 5490, 2972, 2975, 4471, 4467}

// Metric returns the system to compute in metres around a position: the official one in France (Lambert-93, or UTM overseas),
// the UTM zone elsewhere. Within a département a metre of it is a metre on the ground to about 0.1 %.
func Metric(at orb.Point) Transform {
	for _, epsg := range official {
		if s := systems[epsg]; s.area.Contains(at) {
			return Transform{system: s, epsg: epsg}
		}
	}
	zone := max(1, min(60, 31+int(math.Floor(at[0]/6))))
	epsg, name := 32600+zone, fmt.Sprintf("WGS 84 UTM %d N", zone)
	if at[1] < 0 {
		epsg, name = 32700+zone, fmt.Sprintf("WGS 84 UTM %d S", zone)
	}
	if s, known := systems[epsg]; known {
		return Transform{system: s, epsg: epsg}
	}
	crs := utm(zone, at[1] >= 0)
	s := system{
		name: name,
		from: func(x, y, h float64) (float64, float64, float64) {
			lon, lat := crs.Projection.ToLonLat(x, y, crs.Datum)
			return lon, lat, h
		},
		to: func(lon, lat, h float64) (float64, float64, float64) {
			x, y := crs.Projection.FromLonLat(lon, lat, crs.Datum)
			return x, y, h
		},
		area: orb.Bound{Min: orb.Point{float64(zone*6 - 186), -80}, Max: orb.Point{float64(zone*6 - 180), 84}},
	}
	s.grid = sync.OnceValue(func() orb.Bound { return gridAround(s.area, s.to) })
	return Transform{system: s, epsg: epsg}
}

// EPSG returns the code of the system.
func (t Transform) EPSG() int { return t.epsg }

// unproject returns the WGS 84 position of coordinates near the system's area, without checking them.
func (t Transform) unproject(x, y float64) orb.Point {
	lon, lat, _ := t.from(x, y, 0)
	return orb.Point{lon, lat}
}

// projectArea brings an area to the system. A side that is straight in degrees is bent there: long ones are cut.
func (t Transform) projectArea(area orb.MultiPolygon) orb.MultiPolygon {
	const longest = 0.05 // degrees: of such a side no point is 1 m from where it should be
	projected := make(orb.MultiPolygon, len(area))
	for i, polygon := range area {
		projected[i] = make(orb.Polygon, len(polygon))
		for j, ring := range polygon {
			bent := make(orb.Ring, 0, len(ring))
			for k, p := range ring {
				pieces := 1
				before := ring[max(0, k-1)]
				if k > 0 {
					pieces = 1 + int(math.Max(math.Abs(p[0]-before[0]), math.Abs(p[1]-before[1]))/longest)
				}
				for piece := 1; piece <= pieces; piece++ {
					share := float64(piece) / float64(pieces)
					x, y := t.Project(orb.Point{before[0] + share*(p[0]-before[0]), before[1] + share*(p[1]-before[1])})
					bent = append(bent, orb.Point{x, y})
				}
			}
			projected[i][j] = bent
		}
	}
	return projected
}
