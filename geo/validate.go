package geo

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// validate applies the rules of OGC simple features: simple rings, holes inside and apart, a connected inside, polygons
// that do not overlap.
func validate(area orb.MultiPolygon) (err error) {
	// The library panics on some degenerate input; to a caller that is one more reason of refusal.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("geo: degenerate geometry: %v", r)
		}
	}()
	return toGeom(area).Validate()
}

func toGeom(area orb.MultiPolygon) geom.MultiPolygon {
	polygons := make([]geom.Polygon, len(area))
	for i, polygon := range area {
		rings := make([]geom.LineString, len(polygon))
		for j, ring := range polygon {
			flat := make([]float64, 0, 2*len(ring))
			for _, p := range ring {
				flat = append(flat, p[0], p[1])
			}
			rings[j] = geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
		}
		polygons[i] = geom.NewPolygon(rings)
	}
	return geom.NewMultiPolygon(polygons)
}

// fromGeom keeps the polygons of a geometry and drops points and lines that an overlay leaves.
func fromGeom(g geom.Geometry) orb.MultiPolygon {
	switch g.Type() {
	case geom.TypePolygon:
		return orb.MultiPolygon{polygonFromGeom(g.MustAsPolygon())}
	case geom.TypeMultiPolygon:
		m := g.MustAsMultiPolygon()
		area := make(orb.MultiPolygon, 0, m.NumPolygons())
		for i := range m.NumPolygons() {
			area = append(area, polygonFromGeom(m.PolygonN(i)))
		}
		return area
	case geom.TypeGeometryCollection:
		var area orb.MultiPolygon
		c := g.MustAsGeometryCollection()
		for i := range c.NumGeometries() {
			area = append(area, fromGeom(c.GeometryN(i))...)
		}
		return area
	}
	return nil
}

func polygonFromGeom(p geom.Polygon) orb.Polygon {
	rings := p.DumpRings()
	polygon := make(orb.Polygon, len(rings))
	for i, ring := range rings {
		seq := ring.Coordinates()
		polygon[i] = make(orb.Ring, seq.Length())
		for k := range seq.Length() {
			xy := seq.GetXY(k)
			polygon[i][k] = orb.Point{xy.X, xy.Y}
		}
	}
	return polygon
}

// reasons translates what the library says of an invalid geometry.
var reasons = []struct{ english, french string }{
	{"ring not simple", "un contour se croise ou se touche lui-même"},
	{"nested rings", "un trou en contient un autre"},
	{"interior ring outside", "un trou sort de son contour"},
	{"disconnected interior", "des trous coupent l’intérieur en morceaux"},
	{"multiple points", "deux contours se touchent en plusieurs points ou se recouvrent"},
	{"one distinct XY", "un contour n’a qu’une position"},
	{"overlap", "deux polygones se recouvrent"},
}

func reasonInFrench(err error) string {
	for _, r := range reasons {
		if strings.Contains(err.Error(), r.english) {
			return r.french
		}
	}
	return "deux polygones se recouvrent ou un contour est dégénéré"
}
