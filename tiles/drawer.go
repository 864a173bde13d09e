package tiles

import (
	"context"
	"fmt"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb/maptile"
)

// Drawer draws tiles. It is safe for concurrent use and keeps, within a bound, the aggregates of the last snapshots, tiles of places and
// the static layers. One Drawer serves one journal: snapshots of different journals may have equal sequences.
type Drawer struct {
	pointsFrom maptile.Zoom
	memory     int
	aggregated int
	aggregates *memo
	counting   counting
	kept       kept
	static     *static
	anchors    anchors
}

// Option changes a Drawer.
type Option func(*Drawer)

// PointsFrom sets the zoom from which individual places are drawn, 9 by default.
func PointsFrom(z maptile.Zoom) Option { return func(d *Drawer) { d.pointsFrom = z } }

// Memory bounds what is kept between requests, in bytes: tiles of places, outlines and basemap each; 64 MiB by default.
func Memory(bytes int) Option { return func(d *Drawer) { d.memory = bytes } }

// AggregateMemory bounds what is kept of aggregates, in bytes; 128 MiB by default. Those of one scope and filter take up to some 20 MB
// on a map of a million places.
func AggregateMemory(bytes int) Option { return func(d *Drawer) { d.aggregated = bytes } }

const (
	defaultPointsFrom      = 9
	defaultMemory          = 64 << 20
	defaultAggregateMemory = 128 << 20
)

// NewDrawer makes a Drawer. territories returns the gazetteer in force, which may be replaced at any time; nil draws no
// territories.
func NewDrawer(territories func() *geo.Territories, basemap Basemap, options ...Option) *Drawer {
	d := &Drawer{pointsFrom: defaultPointsFrom, memory: defaultMemory, aggregated: defaultAggregateMemory}
	for _, o := range options {
		o(d)
	}
	d.aggregates, d.static = newMemo(d.aggregated), newStatic(territories, basemap, d.memory)
	d.kept.memo = newMemo(d.memory)
	return d
}

// Draw returns the bytes of a tile with the layers asked for, in canonical order; layers without features are omitted, so
// a tile may be empty. It stops when ctx does.
func (d *Drawer) Draw(ctx context.Context, src Source, r Request) ([]byte, error) {
	return d.draw(ctx, nil, src, &r)
}

// draw appends what Draw returns to a tile. It leaves the request's filter as it was for the last layer.
func (d *Drawer) draw(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	if _, err := CheckTile(uint64(r.Tile.Z), uint64(r.Tile.X), uint64(r.Tile.Y)); err != nil {
		return nil, err
	}
	for _, layer := range canonical(r.Layers) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		r.about(layer)
		switch layer {
		case LayerBasemap, LayerTerritories:
			tile, err = d.static.draw(ctx, tile, layer, r.Tile)
		case LayerClusters:
			tile, err = d.drawClusters(ctx, tile, src, r)
		case LayerHeat:
			tile, err = d.drawHeat(ctx, tile, src, r)
		case LayerLinks:
			tile, err = d.drawLinks(ctx, tile, src, r)
		case LayerSites, LayerDealPoints:
			tile, err = d.drawPoints(ctx, tile, src, r, layer)
		default:
			_, err = ParseLayers(string(layer))
		}
		if err != nil {
			return nil, fmt.Errorf("tiles: draw %s of %d/%d/%d: %w", layer, r.Tile.Z, r.Tile.X, r.Tile.Y, err)
		}
	}
	return tile, nil
}
