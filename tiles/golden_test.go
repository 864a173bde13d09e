package tiles

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

var update = flag.Bool("update", false, "write the golden tiles anew")

// TestGoldenTiles keeps the bytes of a few tiles: clients and caches rely on them, so a change is to be meant.
func TestGoldenTiles(t *testing.T) {
	t.Parallel()
	territories := coastal(t, 7)
	places := france(7, 400)
	src := newFake(1, places).tie(places, newLinks(rand.New(rand.NewPCG(7, 11)), places, 300))
	marseille := orb.Point{5.38, 43.31}
	var mu sync.Mutex
	read := map[string]goldenTile{}
	for _, c := range []struct {
		name   string
		layer  Layer
		zoom   maptile.Zoom
		scope  dealmap.Scope
		filter dealmap.Filter
	}{
		{"points", LayerDealPoints, 12, ofast, dealmap.Filter{}},
		{"points-active", LayerDealPoints, 12, gendarme, dealmap.Filter{Statuses: []dealmap.Status{dealmap.Active}}},
		{"sites", LayerSites, 12, ofast, dealmap.Filter{}},
		{"sites-active", LayerSites, 9, gendarme, dealmap.Filter{Statuses: []dealmap.Status{dealmap.Active}, DealPoints: true}},
		{"clusters", LayerClusters, 6, ofast, dealmap.Filter{}},
		{"heat", LayerHeat, 8, ofast, dealmap.Filter{}},
		{"heat-prefet", LayerHeat, 11, prefet, dealmap.Filter{Products: []dealmap.Product{"cannabis"}}},
		{"clusters-prefet", LayerClusters, 10, prefet, dealmap.Filter{}},
		{"links", LayerLinks, 11, gendarme, dealmap.Filter{}},
		{"links-flows", LayerLinks, 6, ofast, dealmap.Filter{}},
		{"links-prefet", LayerLinks, 6, prefet, dealmap.Filter{}},
		{"territories", LayerTerritories, 9, ofast, dealmap.Filter{}},
		{"territories-near", LayerTerritories, 13, ofast, dealmap.Filter{}},
		{"basemap", LayerBasemap, 7, ofast, dealmap.Filter{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			known := territories
			if c.layer == LayerLinks {
				known = coasts(t)
			}
			d := NewDrawer(func() *geo.Territories { return known }, ground(7))
			got := draw(t, d, src, Request{Layers: []Layer{c.layer}, Tile: maptile.At(marseille, c.zoom), Scope: c.scope, Filter: c.filter})
			if len(decodeLayer(t, got, c.layer)) == 0 {
				t.Fatal("the tile is empty")
			}
			golden(t, c.name+".mvt", got)
			mu.Lock()
			defer mu.Unlock()
			read[c.name] = goldenTile{got, asRead(t, got)}
		})
	}
	t.Cleanup(func() { // after the parallel ones
		data, err := json.MarshalIndent(read, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "golden.json", append(data, '\n'))
	})
}

// golden compares bytes with those of a file.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the bytes of %s changed: %d instead of %d; if that is meant, run with -update", file, len(got), len(want))
	}
}

// goldenTile is a tile and what orb's decoder reads in it: the application's tests want the same of the decoder that browsers use
// (web/app/core/goldentiles.test.ts).
type goldenTile struct {
	Tile   []byte                  `json:"tile"`
	Layers map[Layer][]readFeature `json:"layers"`
}

type readFeature struct {
	ID         any            `json:"id"`
	Properties map[string]any `json:"properties"`
	Paths      [][]orb.Point  `json:"paths"`
}

func asRead(t *testing.T, tile []byte) map[Layer][]readFeature {
	t.Helper()
	layers := map[Layer][]readFeature{}
	for name, layer := range decode(t, tile) {
		for _, f := range layer.Features {
			layers[name] = append(layers[name], readFeature{f.ID, f.Properties, paths(t, f.Geometry)})
		}
	}
	return layers
}

// paths are the points, lines and rings of a geometry, one after the other.
func paths(t *testing.T, g orb.Geometry) (all [][]orb.Point) {
	t.Helper()
	switch g := g.(type) {
	case orb.Point:
		return [][]orb.Point{{g}}
	case orb.LineString:
		return [][]orb.Point{g}
	case orb.MultiLineString:
		for _, line := range g {
			all = append(all, line)
		}
	case orb.Polygon:
		for _, ring := range g {
			all = append(all, ring)
		}
	case orb.MultiPolygon:
		for _, polygon := range g {
			all = append(all, paths(t, polygon)...)
		}
	default:
		t.Fatalf("a %T", g)
	}
	return all
}

// TestTileJSONDescribesWhatIsDrawn draws tiles of many zooms: every attribute is described and every described attribute
// occurs, within the zooms that are stated.
func TestTileJSONDescribesWhatIsDrawn(t *testing.T) {
	t.Parallel()
	territories := coastal(t, 8)
	d := NewDrawer(func() *geo.Territories { return territories }, ground(8))
	places := france(8, 3000)
	src := newFake(1, places).tie(places, newLinks(rand.New(rand.NewPCG(8, 11)), places, 3000))
	doc := d.TileJSON("https://carte.example/")
	if want := "https://carte.example/tiles/basemap,heat,territories,clusters,links,sites,deal_points/{z}/{x}/{y}.mvt"; doc.Tiles[0] != want {
		t.Errorf("address %s, want %s", doc.Tiles[0], want)
	}
	drawn := map[string]bool{}
	for z := maptile.Zoom(0); z <= 14; z++ {
		for tile := range around(orb.Bound{Min: orb.Point{5.3, 43.25}, Max: orb.Point{5.45, 43.35}}, z) {
			for name, l := range decode(t, draw(t, d, src, Request{Layers: layers, Tile: tile, Scope: ofast})) {
				for _, f := range l.Features {
					for key := range f.Properties {
						drawn[fmt.Sprint(name, " ", key)] = true
					}
				}
				for _, v := range doc.VectorLayers {
					if v.ID == string(name) && (int(z) < v.MinZoom || int(z) > v.MaxZoom) {
						t.Errorf("%s is drawn at zoom %d", name, z)
					}
				}
			}
		}
	}
	for _, v := range doc.VectorLayers {
		for key := range v.Fields {
			if name := v.ID + " " + key; !drawn[name] {
				t.Errorf("%s is described and never drawn", name)
			} else {
				delete(drawn, name)
			}
		}
	}
	for name := range drawn {
		t.Errorf("%s is drawn and not described", name)
	}
}
