package tiles

import (
	"context"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// Basemap is the ground under the map, WGS 84 (lon, lat). It is shared: neither side modifies it.
type Basemap struct {
	Land, Lakes orb.MultiPolygon
	Rivers      orb.MultiLineString
}

// static draws the layers that do not depend on the viewer and keeps their bytes.
type static struct {
	territories func() *geo.Territories
	encoded     *memo
}

func newStatic(territories func() *geo.Territories, basemap Basemap) *static {
	return &static{territories: territories}
}

func (s *static) draw(ctx context.Context, tile []byte, layer Layer, t maptile.Tile) ([]byte, error) {
	return tile, nil
}
