package tiles

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"pgregory.net/rapid"
)

// star is a ring around a centre whose radius changes at every step: concave, with many vertices, never crossing itself.
func star(r *rand.Rand, centre orb.Point, inner, outer float64, steps int) orb.Ring {
	ring := make(orb.Ring, 0, steps+1)
	for i := range steps {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(steps))
		radius := inner + (outer-inner)*r.Float64()
		ring = append(ring, orb.Point{centre[0] + radius*cos, centre[1] + radius*sin*0.7})
	}
	return append(ring, ring[0])
}

// coastal has a département with a hole and an island, two communes and a priority district around Marseille.
func coastal(t failer, seed uint64) *geo.Territories {
	r := rand.New(rand.NewPCG(seed, 9))
	centre := orb.Point{5.4, 43.4}
	dep := orb.MultiPolygon{
		{star(r, centre, 0.5, 0.8, 400), star(r, centre, 0.1, 0.2, 60)},
		{star(r, orb.Point{5.2, 42.7}, 0.03, 0.06, 30)},
	}
	list := []geo.Territory{
		{Code: "zone:sud", Name: "Sud"},
		{Code: "reg:93", Name: "Provence-Alpes-Côte d’Azur", Parent: "zone:sud", Outline: dep, Centre: centre, HasCentre: true, Indicative: true},
		{Code: "dep:13", Name: "Bouches-du-Rhône", Parent: "reg:93", Outline: dep, Centre: centre, HasCentre: true},
		{Code: "com:13055", Name: "Marseille", Parent: "dep:13", Population: 870_000, Centre: orb.Point{5.38, 43.3}, HasCentre: true,
			Outline: orb.MultiPolygon{{star(r, orb.Point{5.38, 43.3}, 0.02, 0.04, 80)}}},
		{Code: "com:13999", Name: "Le Hameau", Parent: "dep:13", Population: 12, Centre: orb.Point{5.7, 43.5}, HasCentre: true},
		{Code: "qpv:QN01307M", Name: "Un quartier", Parent: "com:13055", Centre: orb.Point{5.38, 43.31}, HasCentre: true,
			Outline: orb.MultiPolygon{{star(r, orb.Point{5.38, 43.31}, 0.002, 0.004, 12)}}},
	}
	territories, err := geo.NewTerritories(list)
	if err != nil {
		t.Fatalf("territories: %v", err)
	}
	return territories
}

// ground is land with a lake and a river.
func ground(seed uint64) Basemap {
	r := rand.New(rand.NewPCG(seed, 10))
	centre := orb.Point{5.4, 43.4}
	b := Basemap{
		Land:  orb.MultiPolygon{{star(r, centre, 1, 1.5, 500)}, {star(r, orb.Point{2, 46}, 1, 2, 300)}},
		Lakes: orb.MultiPolygon{{star(r, centre, 0.05, 0.1, 50)}},
	}
	var river orb.LineString
	for i := range 300 {
		river = append(river, orb.Point{4 + float64(i)*0.01, 43.4 + r.Float64()*0.1})
	}
	b.Rivers = orb.MultiLineString{river}
	return b
}

func polygons(g orb.Geometry) orb.MultiPolygon {
	switch g := g.(type) {
	case orb.Polygon:
		return orb.MultiPolygon{g}
	case orb.MultiPolygon:
		return g
	}
	return nil
}

// borderDistance is how far a point is from the nearest edge.
func borderDistance(m orb.MultiPolygon, p orb.Point) float64 {
	nearest := math.Inf(1)
	for _, polygon := range m {
		for _, ring := range polygon {
			for i := 1; i < len(ring); i++ {
				nearest = min(nearest, planar.DistanceFromSegment(ring[i-1], ring[i], p))
			}
		}
	}
	return nearest
}

// TestOutlinesHoldWhatTheyHeld asks of random positions whether they are inside the outline that is drawn, which must be
// so when they are inside the true one, wherever tiles cut it, save within a pixel of its border.
func TestOutlinesHoldWhatTheyHeld(t *testing.T) {
	t.Parallel()
	territories := coastal(t, 1)
	dep, _ := territories.Get("dep:13")
	d := NewDrawer(func() *geo.Territories { return territories }, Basemap{})
	inside, outside := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		z := maptile.Zoom(rapid.IntRange(5, 15).Draw(t, "zoom"))
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		p := orb.Point{4.5 + 1.8*r.Float64(), 42.6 + 1.5*r.Float64()}
		tile := maptile.At(p, z)
		if r.IntN(2) == 0 { // the very edge of the tile
			p[0] = tile.Bound().Min[0] + 1e-7
		}
		toTile := func(p orb.Point) orb.Point {
			w := maptile.Fraction(p, z)
			return orb.Point{(w[0] - float64(tile.X)) * extent, (w[1] - float64(tile.Y)) * extent}
		}
		var truth orb.MultiPolygon
		for _, polygon := range dep.Outline {
			var projected orb.Polygon
			for _, ring := range polygon {
				var projectedRing orb.Ring
				for _, at := range ring {
					projectedRing = append(projectedRing, toTile(at))
				}
				projected = append(projected, projectedRing)
			}
			truth = append(truth, projected)
		}
		at := toTile(p)
		if borderDistance(truth, at) < unitsPerPixel {
			return
		}
		want, got := planar.MultiPolygonContains(truth, at), false
		for _, f := range decodeLayer(t, draw(t, d, newFake(1, nil), Request{Layers: []Layer{LayerTerritories}, Tile: tile}), LayerTerritories) {
			if f.Properties["code"] == "dep:13" && f.Properties["label"] == nil {
				got = planar.MultiPolygonContains(polygons(f.Geometry), at)
			}
		}
		if want {
			inside++
		} else {
			outside++
		}
		if got != want {
			t.Fatalf("%v in tile %v: inside is %v, drawn as %v", p, tile, want, got)
		}
	})
	if inside < 20 || outside < 20 {
		t.Errorf("%d positions inside, %d outside: too few to say", inside, outside)
	}
}

// TestRingsWindAsTheyMust looks at every tile down to zoom 9: outer rings clockwise as seen, holes the other way.
func TestRingsWindAsTheyMust(t *testing.T) {
	t.Parallel()
	territories := coastal(t, 2)
	d := NewDrawer(func() *geo.Territories { return territories }, ground(2))
	holes := 0
	for z := maptile.Zoom(0); z <= 9; z++ {
		tile := maptile.At(orb.Point{5.4, 43.4}, z)
		for name, layer := range decode(t, draw(t, d, newFake(1, nil), Request{Layers: layers, Tile: tile})) {
			for _, f := range layer.Features {
				for _, polygon := range polygons(f.Geometry) {
					for i, ring := range polygon {
						// orb sees y upwards: what is clockwise on the screen is counter-clockwise to it.
						if want := map[bool]orb.Orientation{true: orb.CCW, false: orb.CW}[i == 0]; ring.Orientation() != want {
							t.Errorf("%s of %v: ring %d turns %v", name, tile, i, ring.Orientation())
						}
						holes += min(i, 1)
						if b := ring.Bound(); b.Min[0] < -outlineBuffer || b.Max[1] > extent+outlineBuffer {
							t.Errorf("%s of %v: ring reaches %v", name, tile, b)
						}
					}
				}
			}
		}
	}
	if holes == 0 {
		t.Error("no hole was drawn")
	}
}

func TestNamesAreInOneTileEach(t *testing.T) {
	t.Parallel()
	territories := coastal(t, 3)
	d := NewDrawer(func() *geo.Territories { return territories }, Basemap{})
	for z, want := range map[maptile.Zoom]string{
		4: "reg:93", 6: "dep:13 reg:93", 8: "com:13055 dep:13", 12: "com:13055", 13: "com:13055 com:13999 qpv:QN01307M",
	} {
		seen := map[string]int{}
		for tile := range around(orb.Bound{Min: orb.Point{4, 42}, Max: orb.Point{7, 45}}, z) {
			for _, f := range decodeLayer(t, draw(t, d, newFake(1, nil), Request{Layers: []Layer{LayerTerritories}, Tile: tile}), LayerTerritories) {
				if f.Properties["label"] != true {
					continue
				}
				code := f.Properties["code"].(string)
				seen[code]++
				territory, _ := territories.Get(dealmap.TerritoryCode(code))
				if maptile.At(territory.Centre, z) != tile || f.Properties["name"] != territory.Name {
					t.Errorf("%s is named %v in %v", code, f.Properties["name"], tile)
				}
			}
		}
		codes := slices.Sorted(maps.Keys(seen))
		for code, times := range seen {
			if times != 1 {
				t.Errorf("zoom %d: %s is named in %d tiles", z, code, times)
			}
		}
		if got := fmt.Sprint(codes); got != "["+want+"]" {
			t.Errorf("zoom %d names %v, want %s", z, got, want)
		}
	}
}

func around(b orb.Bound, z maptile.Zoom) maptile.Set {
	set := maptile.Set{}
	first, last := maptile.At(orb.Point{b.Min[0], b.Max[1]}, z), maptile.At(orb.Point{b.Max[0], b.Min[1]}, z)
	for x := first.X; x <= last.X; x++ {
		for y := first.Y; y <= last.Y; y++ {
			set[maptile.New(x, y, z)] = true
		}
	}
	return set
}

func TestGazetteerIsFollowedAndLeftAlone(t *testing.T) {
	t.Parallel()
	first, second := coastal(t, 4), coastal(t, 5)
	before := first.Level(dealmap.LevelDepartement)[0].Outline.Clone()
	inForce := first
	d := NewDrawer(func() *geo.Territories { return inForce }, ground(4))
	r := Request{Layers: []Layer{LayerTerritories}, Tile: maptile.At(orb.Point{5.4, 43.4}, 8)}
	tile := draw(t, d, newFake(1, nil), r)
	if again := draw(t, d, newFake(1, nil), r); len(tile) == 0 || !bytes.Equal(tile, again) {
		t.Error("the same tile has other bytes the second time")
	}
	inForce = second
	if other := draw(t, d, newFake(1, nil), r); bytes.Equal(tile, other) {
		t.Error("a new gazetteer changes nothing")
	}
	inForce = first
	if !bytes.Equal(tile, draw(t, d, newFake(1, nil), r)) {
		t.Error("the first gazetteer is drawn otherwise than before")
	}
	if !orb.Equal(before, first.Level(dealmap.LevelDepartement)[0].Outline) {
		t.Error("drawing changed the outlines")
	}
	inForce = nil
	if tile := draw(t, d, newFake(1, nil), r); len(tile) != 0 {
		t.Error("without a gazetteer something is drawn")
	}
}

func TestBasemapHasItsKinds(t *testing.T) {
	t.Parallel()
	d := NewDrawer(nil, ground(6))
	for z, want := range map[maptile.Zoom]map[string]string{
		4: {"land": "Polygon", "lake": "Polygon"}, 7: {"land": "Polygon", "lake": "Polygon", "river": "LineString"},
	} {
		got := map[string]string{}
		for _, f := range decodeLayer(t, draw(t, d, newFake(1, nil), Request{Layers: layers, Tile: maptile.At(orb.Point{5.4, 43.4}, z)}), LayerBasemap) {
			got[f.Properties["kind"].(string)] = f.Geometry.GeoJSONType()
		}
		if !maps.Equal(got, want) {
			t.Errorf("zoom %d: %v, want %v", z, got, want)
		}
	}
}
