package tiles

import (
	"fmt"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb/maptile"
)

// Layer is the name of a layer of a tile.
type Layer string

// The layers.
const (
	LayerBasemap     Layer = "basemap"
	LayerTerritories Layer = "territories"
	LayerHeat        Layer = "heat"
	LayerClusters    Layer = "clusters"
	LayerLinks       Layer = "links"
	LayerSites       Layer = "sites"
	LayerDealPoints  Layer = "deal_points"
)

// LayerOf returns the layer that draws places of a kind one by one.
func LayerOf(kind dealmap.Kind) Layer {
	if kind.IsDealPoint() {
		return LayerDealPoints
	}
	return LayerSites
}

// MaxZoom is the highest zoom that is drawn.
const MaxZoom = 22

// layers is the canonical order, the order in which layers are drawn over each other.
var layers = []Layer{LayerBasemap, LayerHeat, LayerTerritories, LayerClusters, LayerLinks, LayerSites, LayerDealPoints}

// ParseLayers reads layer names joined by commas and returns them in canonical order. Unknown names, repetitions and the
// empty text are errors about the field "layers".
func ParseLayers(text string) ([]Layer, error) {
	var asked []Layer
	for _, name := range strings.Split(text, ",") {
		layer := Layer(name)
		if !slices.Contains(layers, layer) {
			return nil, dealmap.Invalid("layers", fmt.Sprintf("« %s » n’est pas une couche (%s)", shorten(name), allLayers()))
		}
		if slices.Contains(asked, layer) {
			return nil, dealmap.Invalid("layers", fmt.Sprintf("la couche « %s » est demandée deux fois", name))
		}
		asked = append(asked, layer)
	}
	return canonical(asked), nil
}

// JoinLayers is the reverse of ParseLayers.
func JoinLayers(asked []Layer) string {
	names := make([]string, 0, len(layers))
	for _, l := range canonical(asked) {
		names = append(names, string(l))
	}
	return strings.Join(names, ",")
}

func canonical(asked []Layer) []Layer {
	if len(asked) < 2 {
		return asked
	}
	asked = slices.Clone(asked)
	slices.SortFunc(asked, func(a, b Layer) int { return slices.Index(layers, a) - slices.Index(layers, b) })
	return slices.Compact(asked)
}

func allLayers() string {
	names := make([]string, len(layers))
	for i, l := range layers {
		names[i] = string(l)
	}
	return strings.Join(names, ", ")
}

// CheckTile makes a tile of the numbers of an address, which must be in range: z to [MaxZoom], x and y below 2^z.
func CheckTile(z, x, y uint64) (maptile.Tile, error) {
	if z > MaxZoom {
		return maptile.Tile{}, dealmap.Invalid("z", fmt.Sprintf("%d : le zoom va de 0 à %d", z, MaxZoom))
	}
	most := uint64(1)<<z - 1
	for _, c := range []struct {
		field string
		value uint64
	}{{"x", x}, {"y", y}} {
		if c.value > most {
			return maptile.Tile{}, dealmap.Invalid(c.field, fmt.Sprintf("%d : au zoom %d, va de 0 à %d", c.value, z, most))
		}
	}
	return maptile.New(uint32(x), uint32(y), maptile.Zoom(z)), nil
}

// Request says what is to be drawn, and for whom. Each layer draws one family of places: what the filter says of families is passed
// over.
type Request struct {
	Layers []Layer
	Tile   maptile.Tile
	Scope  dealmap.Scope
	Filter dealmap.Filter
	// Links is what is asked for of links; Filter says nothing of them.
	Links dealmap.LinkFilter
	// Names, when it is not nil, is told the places that the tile names although it may not draw them: the ends of links that it draws one
	// by one. It may be told the same several times.
	Names func(dealmap.ID)
}

func shorten(text string) string {
	const most = 40
	runes := []rune(strings.ToValidUTF8(text, "�"))
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return string(runes)
}

// about makes the filter let through what a layer shows only.
func (r *Request) about(layer Layer) {
	r.Filter.DealPoints, r.Filter.Sites = layer != LayerSites, layer == LayerSites
}
