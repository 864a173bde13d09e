package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/peterstace/simplefeatures/geom"
)

// topology is the part of a quantised TopoJSON file that is read: collections of lines or of polygons.
type topology struct {
	Transform struct {
		Scale     [2]float64 `json:"scale"`
		Translate [2]float64 `json:"translate"`
	} `json:"transform"`
	Arcs    [][][2]float64 `json:"arcs"`
	Objects map[string]struct {
		Geometries []struct {
			Type string          `json:"type"`
			Arcs json.RawMessage `json:"arcs"`
		} `json:"geometries"`
	} `json:"objects"`
}

// clipped returns one layer as a multi-line or a multi-polygon within the box.
func (t *topology) clipped(layer string, box geom.Geometry) (geom.Geometry, error) {
	var lines []geom.LineString
	var areas []geom.Polygon
	for i, g := range t.Objects[layer].Geometries {
		whole, err := t.geometry(g.Type, g.Arcs)
		if err == nil {
			whole, err = settle(whole)
		}
		if err == nil {
			whole, err = geom.Intersection(whole, box)
		}
		if err != nil {
			return whole, fmt.Errorf("geometry %d: %w", i, err)
		}
		for _, part := range whole.Dump() {
			switch {
			case part.IsLineString():
				lines = append(lines, part.MustAsLineString())
			case part.IsPolygon():
				areas = append(areas, part.MustAsPolygon())
			}
		}
	}
	if len(lines) > 0 {
		return settle(geom.NewMultiLineString(lines).AsGeometry())
	}
	return settle(geom.NewMultiPolygon(areas).AsGeometry())
}

func (t *topology) geometry(kind string, data []byte) (geom.Geometry, error) {
	switch kind {
	case "LineString", "Polygon":
		data = slices.Concat([]byte{'['}, data, []byte{']'})
	}
	switch kind {
	case "LineString", "MultiLineString":
		var arcs [][]int
		if err := json.Unmarshal(data, &arcs); err != nil {
			return geom.Geometry{}, err
		}
		var lines []geom.LineString
		for _, a := range arcs {
			lines = append(lines, t.line(a))
		}
		return geom.NewMultiLineString(lines).AsGeometry(), nil
	case "Polygon", "MultiPolygon":
		var arcs [][][]int
		if err := json.Unmarshal(data, &arcs); err != nil {
			return geom.Geometry{}, err
		}
		var parts []geom.Polygon
		for _, rings := range arcs {
			var lines []geom.LineString
			for _, a := range rings {
				lines = append(lines, t.line(a))
			}
			parts = append(parts, geom.NewPolygon(lines))
		}
		return geom.NewMultiPolygon(parts).AsGeometry(), nil
	}
	return geom.Geometry{}, fmt.Errorf("type %q", kind)
}

// line joins arcs, of which ~i is arc i backwards; the last position of one is the first of the next.
func (t *topology) line(arcs []int) geom.LineString {
	var flat []float64
	for _, index := range arcs {
		backwards := index < 0
		if backwards {
			index = ^index
		}
		var x, y float64
		var points [][2]float64
		for _, d := range t.Arcs[index] {
			x, y = x+d[0], y+d[1]
			points = append(points, [2]float64{x*t.Transform.Scale[0] + t.Transform.Translate[0],
				y*t.Transform.Scale[1] + t.Transform.Translate[1]})
		}
		if backwards {
			slices.Reverse(points)
		}
		if len(flat) > 0 {
			points = points[1:]
		}
		for _, p := range points {
			flat = append(flat, p[0], p[1])
		}
	}
	return geom.NewLineString(geom.NewSequence(flat, geom.DimXY))
}
