package tiles

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
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
			file := filepath.Join("testdata", c.name+".mvt")
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
		})
	}
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
