package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/peterstace/simplefeatures/geom"
	"github.com/sams96/rgeo"
)

// decimals is the precision kept, in digits of a degree (about 1 m); Natural Earth is drawn at 1:10,000,000.
const decimals = 5

// shape is one named geometry of an embedded file.
type shape struct {
	key  string
	geom geom.Geometry
}

// feature is what is read of Natural Earth's GeoJSON; the two layers spell their properties differently.
type feature struct {
	Geometry   json.RawMessage `json:"geometry"`
	Properties struct {
		GeoNames string `json:"gn_a1_code"`
		Admin    string `json:"admin"`
		ISO      string `json:"ISO_A2_EH"`
	} `json:"properties"`
}

func readFeatures(packed []byte) ([]feature, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	var collection struct {
		Features []feature `json:"features"`
	}
	return collection.Features, json.NewDecoder(zipped).Decode(&collection)
}

// readOutlines returns the outlines of the départements, and those of the régions and zones dissolved from them.
func readOutlines(g *gazetteer) ([]shape, error) {
	features, err := readFeatures(rgeo.Provinces10())
	if err != nil {
		return nil, err
	}
	byCode := map[string]geom.Geometry{}
	for _, f := range features {
		insee, ok := strings.CutPrefix(f.Properties.GeoNames, "FR.")
		if !ok || f.Properties.Admin != "France" {
			continue
		}
		outline, err := readGeometry(f.Geometry)
		if err != nil {
			return nil, fmt.Errorf("département %s: %w", insee, err)
		}
		byCode["dep:"+insee] = outline
	}
	if len(byCode) != 101 {
		return nil, fmt.Errorf("%d départements, not 101", len(byCode))
	}
	return dissolve(g, byCode)
}

// readGeometry reads a geometry rounded to the precision kept, and mends what rounding made touch itself.
func readGeometry(data []byte) (geom.Geometry, error) {
	g, err := geom.UnmarshalGeoJSON(data, geom.NoValidate{})
	if err != nil {
		return g, err
	}
	return settle(g)
}

// settle rounds a geometry until rounding it again changes nothing and it is valid.
func settle(g geom.Geometry) (geom.Geometry, error) {
	for range 5 {
		g = g.SnapToGrid(decimals)
		err := g.Validate()
		if err == nil {
			return g, nil
		}
		log.Printf("mending: %v", err)
		if g, err = geom.UnaryUnion(g); err != nil {
			return g, err
		}
	}
	return g, fmt.Errorf("not valid after rounding to %d decimals", decimals)
}

// measure fills the areas in km² of the territories that have an outline, as indicative as it is, and a point inside it.
// An arrondissement, which has none, is given the centre of its chef-lieu.
func measure(g *gazetteer, outlines []shape) {
	for _, s := range outlines {
		t := g.byCode[s.key]
		t.areaKM2 = math.Round(geo.Area(toOrb(s.geom)) / 1e6)
		if at, ok := s.geom.PointOnSurface().SnapToGrid(decimals).XY(); ok {
			t.centre = &orb.Point{at.X, at.Y}
		}
	}
	for _, t := range g.list {
		if seat := g.byCode["com:"+t.seat]; seat != nil {
			t.centre = seat.centre
		}
	}
}

func toOrb(g geom.Geometry) orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, part := range polygons(g) {
		var p orb.Polygon
		for _, ring := range part.DumpRings() {
			line := ring.Coordinates()
			r := make(orb.Ring, line.Length())
			for i := range r {
				at := line.GetXY(i)
				r[i] = orb.Point{at.X, at.Y}
			}
			p = append(p, r)
		}
		out = append(out, p)
	}
	return out
}

// polygons returns the polygons of a geometry, leaving out the points and lines of a mixed result.
func polygons(g geom.Geometry) []geom.Polygon {
	var out []geom.Polygon
	for _, part := range g.Dump() {
		if part.IsPolygon() && !part.IsEmpty() {
			out = append(out, part.MustAsPolygon())
		}
	}
	return out
}

func sortShapes(shapes []shape) {
	slices.SortFunc(shapes, func(a, b shape) int { return strings.Compare(a.key, b.key) })
}
