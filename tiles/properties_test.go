package tiles

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// world is a random map: places around Marseille, some on the very edges of tiles.
func world(t *rapid.T, most int) []*dealmap.Place {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	edge := maptile.New(2109, 1499, 12).Bound()
	places := make([]*dealmap.Place, r.IntN(most+1))
	for i := range places {
		at := orb.Point{5.37 + r.NormFloat64()*0.05, 43.3 + r.NormFloat64()*0.05}
		if r.IntN(8) == 0 {
			at[0] = edge.Max[0]
		}
		if r.IntN(8) == 0 {
			at[1] = edge.Min[1]
		}
		if r.IntN(8) == 0 && i > 0 {
			at = *places[r.IntN(i)].Facts.Position
		}
		places[i] = newPlace(r, uint64(i), at)
	}
	return places
}

func anyFilter(t *rapid.T) dealmap.Filter {
	return dealmap.Filter{
		Statuses: rapid.SliceOfNDistinct(rapid.SampledFrom(statuses), 0, 3, rapid.ID).Draw(t, "statuses"),
		Services: rapid.SliceOfNDistinct(rapid.SampledFrom(services), 0, 2, rapid.ID).Draw(t, "services"),
		Text:     rapid.SampledFrom([]string{"", "", "1"}).Draw(t, "text"),
	}
}

func draw(t failer, d *Drawer, src Source, r Request) []byte {
	t.Helper()
	tile, err := d.Draw(context.Background(), src, r)
	if err != nil {
		t.Fatalf("draw: %v", err)
	}
	return tile
}

// visible returns what the scope sees as points, or as anchors, and the filter lets through.
func visible(places []*dealmap.Place, scope dealmap.Scope, f dealmap.Filter, at func(dealmap.Sight) (orb.Point, bool)) map[*dealmap.Place]dealmap.Sight {
	f.DealPoints = true
	seen := map[*dealmap.Place]dealmap.Sight{}
	for _, p := range places {
		if s, ok := scope.See(p); ok && f.Match(s) {
			if _, ok := at(s); ok {
				seen[p] = s
			}
		}
	}
	return seen
}

// TestEachLayerDrawsItsFamily wants every place that a tile draws in the layer of its kind, however layers are asked for together
// and whatever the filter says of families, and aggregates that count no support site.
func TestEachLayerDrawsItsFamily(t *testing.T) {
	t.Parallel()
	sites, points := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := NewDrawer(nil, Basemap{})
		places := world(t, 60)
		src, sellers := newFake(1, places), newFake(2, slices.DeleteFunc(slices.Clone(places), func(p *dealmap.Place) bool { return !p.Facts.Kind.IsDealPoint() }))
		r := Request{Tile: maptile.At(orb.Point{5.38, 43.3}, maptile.Zoom(rapid.IntRange(8, 13).Draw(t, "zoom"))), Scope: rapid.SampledFrom(everyScope).Draw(t, "scope"), Filter: anyFilter(t)}
		r.Filter.DealPoints, r.Filter.Sites = rapid.Bool().Draw(t, "points"), rapid.Bool().Draw(t, "sites")
		r.Layers = []Layer{LayerDealPoints, LayerSites, LayerHeat, LayerClusters}
		together := decode(t, draw(t, d, src, r))
		for _, layer := range r.Layers {
			one := r
			one.Layers = []Layer{layer}
			alone := decodeLayer(t, draw(t, d, src, one), layer)
			features := 0
			if l := together[layer]; l != nil {
				features = len(l.Features)
			}
			if len(alone) != features {
				t.Fatalf("%s has %d features alone, %d beside others", layer, len(alone), features)
			}
			for _, f := range alone {
				switch kind, named := f.Properties["kind"].(string); {
				case named && LayerOf(dealmap.Kind(kind)) != layer:
					t.Fatalf("%s draws a %s", layer, kind)
				case named && r.Tile.Z < 9:
					t.Fatalf("%s draws a place at zoom %d", layer, r.Tile.Z)
				case layer == LayerSites:
					sites++
				case layer == LayerDealPoints:
					points++
				}
			}
			if layer == LayerClusters || layer == LayerHeat {
				if !bytes.Equal(draw(t, d, src, one), draw(t, NewDrawer(nil, Basemap{}), sellers, one)) {
					t.Fatalf("%s counts support sites", layer)
				}
			}
		}
	})
	if sites < 20 || points < 20 {
		t.Errorf("%d sites and %d points drawn: the test shows little", sites, points)
	}
}

// TestEveryVisiblePointIsDrawnOnce compares a tile with a plain loop over all places, for every role.
func TestEveryVisiblePointIsDrawnOnce(t *testing.T) {
	t.Parallel()
	d := NewDrawer(nil, Basemap{})
	rapid.Check(t, func(t *rapid.T) {
		places := world(t, 60)
		scope := rapid.SampledFrom(everyScope).Draw(t, "scope")
		tile := maptile.At(orb.Point{5.38, 43.3}, maptile.Zoom(rapid.IntRange(9, 16).Draw(t, "zoom")))
		filter := anyFilter(t)
		bytes := draw(t, d, newFake(1, places), Request{Layers: []Layer{LayerDealPoints}, Tile: tile, Scope: scope, Filter: filter})
		features := map[float64]*geojson.Feature{}
		for _, f := range decodeLayer(t, bytes, LayerDealPoints) {
			if features[f.ID.(float64)] != nil {
				t.Fatalf("feature %v is there twice", f.ID)
			}
			features[f.ID.(float64)] = f
		}
		expected := 0
		for p, s := range visible(places, scope, filter, dealmap.Sight.Position) {
			if !s.Showable() {
				continue
			}
			// In units of the tile, by orb's own projection.
			where := maptile.Fraction(p.Position(), tile.Z)
			x, y := (where[0]-float64(tile.X))*extent, (where[1]-float64(tile.Y))*extent
			f := features[float64(p.ID.Number())]
			switch outside := max(-x, -y, x-extent, y-extent); {
			case outside > pointBuffer+1:
				if f != nil {
					t.Fatalf("%s is %f units outside and drawn", p.Reference, outside)
				}
				continue
			case outside > pointBuffer-1 && f == nil:
				continue
			case f == nil:
				t.Fatalf("%s at %f, %f of the tile is not drawn", p.Reference, x, y)
			}
			expected++
			drawn := f.Geometry.(orb.Point)
			if math.Abs(drawn[0]-x) > 1.001 || math.Abs(drawn[1]-y) > 1.001 {
				t.Fatalf("%s is drawn at %v instead of %f, %f", p.Reference, drawn, x, y)
			}
			want := map[string]any{
				"ref": s.Reference(), "name": s.Name(), "status": string(s.Status()), "kind": string(s.Kind()),
				"product": string(s.Products()[0]), "service": string(s.Owner().Service), "intensity": float64(s.Intensity()),
			}
			for key, value := range want {
				if got := f.Properties[key]; got != value && !(got == nil && value == 0.0) {
					t.Fatalf("%s: %s is %v instead of %v", p.Reference, key, got, value)
				}
			}
		}
		if expected != len(features) {
			t.Fatalf("%d features, %d expected", len(features), expected)
		}
	})
}

// TestHiddenPlacesChangeNothing takes away what the viewer does not see, places and links, in another order, and wants the same bytes.
func TestHiddenPlacesChangeNothing(t *testing.T) {
	t.Parallel()
	territories := coasts(t)
	rapid.Check(t, func(t *rapid.T) {
		places := world(t, 60)
		links := newLinks(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "links"), 2)), places, 60)
		scope := rapid.SampledFrom(everyScope).Draw(t, "scope")
		r := Request{
			Layers: []Layer{LayerHeat, LayerClusters, LayerLinks, LayerDealPoints}, Scope: scope, Filter: anyFilter(t),
			Links: dealmap.LinkFilter{
				On: rapid.SampledFrom([]dealmap.Date{{}, today}).Draw(t, "on"), Network: rapid.SampledFrom([]string{"", "", "R-13-7KQ"}).Draw(t, "network"),
			},
			Tile: maptile.At(orb.Point{5.38, 43.3}, maptile.Zoom(rapid.IntRange(4, 15).Draw(t, "zoom"))),
		}
		known := func() *geo.Territories { return territories }
		all := newFake(1, places).tie(places, links)
		before := draw(t, NewDrawer(known, Basemap{}), all, r)
		fewer := slices.DeleteFunc(slices.Clone(places), func(p *dealmap.Place) bool { _, sees := scope.See(p); return !sees })
		slices.Reverse(fewer)
		var told []*dealmap.Link
		for _, l := range slices.Backward(links) {
			from, _ := scope.See(all.byID[l.Facts.From])
			to, _ := scope.See(all.byID[l.Facts.To])
			if _, sees := scope.SeeLink(l, from, to); sees {
				told = append(told, l)
			}
		}
		after := draw(t, NewDrawer(known, Basemap{}), newFake(1, fewer).tie(fewer, told), r)
		if !bytes.Equal(before, after) {
			t.Fatalf("%d of %d places and %d of %d links are visible and the bytes differ", len(fewer), len(places), len(told), len(links))
		}
	})
}

// TestClusters checks the promises of clusters against all tiles of a zoom that hold places.
func TestClusters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places := world(t, 150)
		scope := rapid.SampledFrom(everyScope).Draw(t, "scope")
		zoom := maptile.Zoom(rapid.IntRange(0, 13).Draw(t, "zoom"))
		filter := anyFilter(t)
		src, d := newFake(1, places), NewDrawer(nil, Basemap{})
		anchors := visible(places, scope, filter, dealmap.Sight.Anchor)
		byStatus := map[string]int{}
		tiles := map[maptile.Tile]bool{}
		for _, s := range anchors {
			byStatus[string(s.Status())]++
			anchor, _ := s.Anchor()
			middle := maptile.At(anchor, zoom)
			for dx := -1; dx <= 1; dx++ {
				for dy := -1; dy <= 1; dy++ {
					if n := (maptile.Tile{X: middle.X + uint32(dx), Y: middle.Y + uint32(dy), Z: zoom}); n.Valid() {
						tiles[n] = true
					}
				}
			}
		}
		// Where each cluster is, in units of the whole world at that zoom, from every tile that draws it.
		where := map[float64]orb.Point{}
		counted, total := map[string]int{}, 0
		drawnIn := map[maptile.Tile]map[float64]bool{}
		for tile := range tiles {
			bytes := draw(t, d, src, Request{Layers: []Layer{LayerClusters}, Tile: tile, Scope: scope, Filter: filter})
			drawnIn[tile] = map[float64]bool{}
			for _, f := range decodeLayer(t, bytes, LayerClusters) {
				p := f.Geometry.(orb.Point)
				inWorld := orb.Point{p[0] + float64(tile.X)*extent, p[1] + float64(tile.Y)*extent}
				if other, seen := where[f.ID.(float64)]; seen && other != inWorld {
					t.Fatalf("cluster %v is at %v in one tile and at %v in another", f.ID, other, inWorld)
				}
				where[f.ID.(float64)], drawnIn[tile][f.ID.(float64)] = inWorld, true
				if min(p[0], p[1]) < 0 || max(p[0], p[1]) >= extent {
					continue
				}
				count := int(f.Properties["count"].(float64))
				total += count
				for _, s := range statuses {
					if n, ok := f.Properties[string(s)].(float64); ok {
						counted[string(s)] += int(n)
						count -= int(n)
					}
				}
				if count != 0 {
					t.Fatalf("cluster %v: counts by status do not add up: %v", f.ID, f.Properties)
				}
			}
		}
		if total != len(anchors) {
			t.Fatalf("clusters count %d places, %d are visible", total, len(anchors))
		}
		for s, n := range byStatus {
			if counted[s] != n {
				t.Fatalf("clusters count %d %s, %d are visible", counted[s], s, n)
			}
		}
		for tile := range tiles {
			for id, p := range where {
				x, y := p[0]-float64(tile.X)*extent, p[1]-float64(tile.Y)*extent
				if near := min(x, y) >= -clusterBuffer && max(x, y) < extent+clusterBuffer; near != drawnIn[tile][id] {
					t.Fatalf("cluster at %f, %f of tile %v is drawn there: %v", x, y, tile, !near)
				}
			}
		}
		list := []orb.Point{}
		for _, p := range where {
			list = append(list, p)
		}
		for i, a := range list {
			for _, b := range list[:i] {
				if apart := math.Hypot(a[0]-b[0], a[1]-b[1]); apart < ClusterSpacing*unitsPerPixel-2 {
					t.Fatalf("two clusters are %.1f px apart", apart/unitsPerPixel)
				}
			}
		}
	})
}

func TestLonePointIsWhereItIs(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	at := orb.Point{5.369780, 43.296482}
	p := newPlace(r, 1, at)
	p.Facts.Kind, p.Status, p.Facts.Handling.EmbargoUntil = dealmap.Street, dealmap.Active, dealmap.Date{}
	tile := maptile.At(at, 14)
	for _, c := range []struct {
		scope  dealmap.Scope
		layers []Layer
		most   float64 // how far off, in units
	}{{ofast, []Layer{LayerDealPoints}, 1.001}, {prefet, []Layer{LayerClusters, LayerDealPoints}, math.Inf(1)}} {
		for _, l := range c.layers {
			bytes := draw(t, NewDrawer(nil, Basemap{}), newFake(1, []*dealmap.Place{p}), Request{Layers: []Layer{l}, Tile: tile, Scope: c.scope})
			features := decodeLayer(t, bytes, l)
			if math.IsInf(c.most, 1) {
				for _, f := range features {
					if f.Properties["ref"] != nil || l == LayerDealPoints {
						t.Errorf("%s shows %v to those who see aggregates only", l, f.Properties)
					}
				}
				continue
			}
			if len(features) != 1 {
				t.Fatalf("%s has %d features", l, len(features))
			}
			where := maptile.Fraction(at, 14)
			drawn := features[0].Geometry.(orb.Point)
			x, y := (where[0]-float64(tile.X))*extent, (where[1]-float64(tile.Y))*extent
			if math.Abs(drawn[0]-x) > c.most || math.Abs(drawn[1]-y) > c.most {
				t.Errorf("%s: drawn at %v instead of %f, %f", l, drawn, x, y)
			}
		}
	}
}

// TestAClusterOfOneIsNoAddress: at any zoom a lone place may lie in half a kilometre around where its cluster is drawn, or
// wider, without a byte of the tile telling; and the cluster is drawn within four pixels of it where clusters are meant for.
func TestAClusterOfOneIsNoAddress(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	lone := func(at orb.Point) *dealmap.Place {
		p := newPlace(rand.New(rand.NewPCG(2, 2)), 1, at)
		p.Facts.Kind, p.Status, p.Facts.Handling.EmbargoUntil = dealmap.Street, dealmap.Active, dealmap.Date{}
		return p
	}
	for range 40 {
		at := orb.Point{-1 + 7*r.Float64(), 43 + 7*r.Float64()}
		for zoom := maptile.Zoom(0); zoom <= 18; zoom++ {
			width := 1 / float64(uint64(1)<<14) // of the narrowest square, in parts of the world
			if zoom < 9 {
				width = 8.0 / 256 / float64(uint64(1)<<zoom)
			}
			where := maptile.Fraction(at, 0)
			middle := orb.Point{(math.Floor(where[0]/width) + 0.5) * width, (math.Floor(where[1]/width) + 0.5) * width}
			var first []byte
			for i := range 4 {
				// Anywhere in the same square.
				spot := orb.Point{middle[0] + (r.Float64()-0.5)*0.98*width, middle[1] + (r.Float64()-0.5)*0.98*width}
				there := orb.Point{spot[0]*360 - 180, math.Atan(math.Sinh(math.Pi*(1-2*spot[1]))) * 180 / math.Pi}
				tile := maptile.At(orb.Point{middle[0]*360 - 180, math.Atan(math.Sinh(math.Pi*(1-2*middle[1]))) * 180 / math.Pi}, zoom)
				bytes := draw(t, NewDrawer(nil, Basemap{}), newFake(1, []*dealmap.Place{lone(there)}), Request{Layers: []Layer{LayerClusters}, Tile: tile, Scope: ofast})
				if i == 0 {
					if first = bytes; len(bytes) == 0 {
						t.Fatalf("zoom %d: the place is in no cluster", zoom)
					}
				} else if !slices.Equal(bytes, first) {
					t.Fatalf("zoom %d: the tile tells where in its square the place lies", zoom)
				}
			}
		}
	}
}

func TestPlacesOneByOneFromZoomNine(t *testing.T) {
	t.Parallel()
	src := newFake(1, france(2, 300))
	for z := maptile.Zoom(0); z < 12; z++ {
		tile := maptile.At(orb.Point{2.35, 48.86}, z)
		drawn := len(draw(t, NewDrawer(nil, Basemap{}), src, Request{Layers: []Layer{LayerDealPoints}, Tile: tile, Scope: ofast})) > 0
		if drawn != (z >= 9) {
			t.Errorf("zoom %d: points drawn: %v", z, drawn)
		}
	}
}
