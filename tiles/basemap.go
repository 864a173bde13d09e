package tiles

import "github.com/paulmach/orb"

// riversFrom is the zoom from which rivers are drawn.
const riversFrom = 5

func basemapStrata(b Basemap) []*stratum {
	next := uint64(0)
	feature := func(kind string, areas orb.MultiPolygon, lines orb.MultiLineString) outline {
		next++
		return outline{id: next, areas: areas, lines: lines, describe: func(e *layerEncoder) { e.text("kind", kind) }}
	}
	// Each area is its own feature: neighbours that overlap a little once simplified must not cut each other out.
	polygons := func(kind string, list orb.MultiPolygon) []outline {
		var features []outline
		for i := range list {
			features = append(features, feature(kind, list[i:i+1], nil))
		}
		return features
	}
	var rivers []outline
	for i := range b.Rivers {
		rivers = append(rivers, feature("river", nil, b.Rivers[i:i+1]))
	}
	return []*stratum{
		newStratum(0, polygons("land", b.Land)), newStratum(0, polygons("lake", b.Lakes)), newStratum(riversFrom, rivers),
	}
}
