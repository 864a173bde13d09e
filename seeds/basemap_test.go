package seeds_test

import (
	"encoding/json"
	"testing"

	"github.com/mesure5/dealmap/seeds"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

func TestBasemap(t *testing.T) {
	t.Parallel()
	b, err := seeds.Basemap()
	if err != nil {
		t.Fatal(err)
	}
	bounds := map[string]orb.Bound{}
	for _, w := range b.Windows {
		bounds[w.Name] = w.Bound
	}
	on := func(p orb.Point, country string) bool {
		for _, l := range b.Land {
			if l.Country == country && planar.MultiPolygonContains(l.Shape, p) {
				return true
			}
		}
		return false
	}
	for window, inland := range map[string]orb.Point{
		"metropole": {2.5, 46.6}, "antilles": {-61.0, 14.65}, "guyane": {-53, 4}, "reunion": {55.5, -21.1}, "mayotte": {45.15, -12.82},
	} {
		if !bounds[window].Contains(inland) || !on(inland, "FR") {
			t.Errorf("%s: %v is not on French land of the window %v", window, inland, bounds[window])
		}
	}
	if len(b.Windows) != 5 {
		t.Errorf("%d windows, want 5", len(b.Windows))
	}
	if sea := (orb.Point{-3, 45.5}); on(sea, "FR") || on(sea, "ES") {
		t.Error("the Bay of Biscay is on land")
	}
	if !on(orb.Point{-3.7, 40.4}, "ES") || !on(orb.Point{-55, 4}, "SR") {
		t.Error("the neighbours are missing")
	}
	for _, l := range b.Land {
		if bound := l.Shape.Bound(); !bounds[l.Window].Pad(1e-4).Contains(bound.Min) || !bounds[l.Window].Pad(1e-4).Contains(bound.Max) {
			t.Errorf("land of %s in %s goes to %v", l.Country, l.Window, bound)
		}
	}
	geneva := false
	for _, lake := range b.Lakes {
		geneva = geneva || planar.PolygonContains(lake, orb.Point{6.5, 46.4})
	}
	if !geneva || len(b.Rivers) < 20 {
		t.Errorf("Lake Geneva %v, %d rivers", geneva, len(b.Rivers))
	}
}

func TestBasemapGeoJSON(t *testing.T) {
	t.Parallel()
	b, err := seeds.Basemap()
	if err != nil {
		t.Fatal(err)
	}
	data, err := b.GeoJSON()
	if err != nil {
		t.Fatal(err)
	}
	var collection struct {
		Type     string
		Features []struct {
			Type       string
			Properties map[string]string
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(data, &collection); err != nil {
		t.Fatal(err)
	}
	last := collection.Features[len(collection.Features)-1]
	var rivers orb.MultiLineString
	if err := json.Unmarshal(last.Geometry.Coordinates, &rivers); err != nil {
		t.Fatal(err)
	}
	if collection.Type != "FeatureCollection" || len(collection.Features) != len(b.Land)+2 || last.Properties["layer"] != "rivers" ||
		last.Geometry.Type != "MultiLineString" || !rivers.Equal(b.Rivers) {
		t.Errorf("%s of %d features, the last %v %s", collection.Type, len(collection.Features), last.Properties, last.Geometry.Type)
	}
}
