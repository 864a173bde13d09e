package main

import (
	"fmt"

	"github.com/peterstace/simplefeatures/geom"
)

// smallestHole is the area in square degrees (about 1 km²) under which a hole in a dissolved outline is a gap between
// neighbours and not an enclave.
const smallestHole = 1e-4

// dissolve joins the outlines of the départements into those of their régions and zones, and returns all of them sorted.
func dissolve(g *gazetteer, departements map[string]geom.Geometry) ([]shape, error) {
	members := map[string][]geom.Geometry{}
	var shapes []shape
	for _, t := range g.list {
		outline, ok := departements[t.code]
		if !ok {
			continue
		}
		shapes = append(shapes, shape{t.code, outline})
		for up := t.parent; up != ""; up = g.byCode[up].parent {
			members[up] = append(members[up], outline)
		}
	}
	for code, parts := range members {
		whole, err := geom.UnionMany(parts)
		if err == nil {
			whole, err = settle(withoutGaps(whole))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", code, err)
		}
		shapes = append(shapes, shape{code, whole})
	}
	sortShapes(shapes)
	return shapes, nil
}

func withoutGaps(g geom.Geometry) geom.Geometry {
	var parts []geom.Polygon
	for _, p := range polygons(g) {
		rings := p.DumpRings()
		kept := rings[:1]
		for _, hole := range rings[1:] {
			if geom.NewPolygon([]geom.LineString{hole}).Area() >= smallestHole {
				kept = append(kept, hole)
			}
		}
		parts = append(parts, geom.NewPolygon(kept))
	}
	return geom.NewMultiPolygon(parts).AsGeometry()
}
