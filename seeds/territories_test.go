package seeds_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"
)

// territories are decoded once for all tests, which only read them.
var territories = sync.OnceValues(seeds.Territories)

var gazetteer = sync.OnceValues(func() (*geo.Territories, error) {
	list, err := territories()
	if err != nil {
		return nil, err
	}
	return geo.NewTerritories(list)
})

func byCode(t *testing.T) map[dealmap.TerritoryCode]geo.Territory {
	t.Helper()
	list, err := territories()
	if err != nil {
		t.Fatal(err)
	}
	index := map[dealmap.TerritoryCode]geo.Territory{}
	for _, e := range list {
		if _, twice := index[e.Code]; twice {
			t.Errorf("%s comes twice", e.Code)
		}
		index[e.Code] = e
	}
	return index
}

func TestTerritoriesAreAllThere(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	for code, e := range byCode(t) {
		level := string(code.Level())
		if e.Parent.Level() == dealmap.LevelCommune {
			level = "municipal"
		}
		counts[level]++
	}
	want := map[string]int{"zone": 12, "reg": 18, "dep": 101, "arr": 333, "com": 34969, "municipal": 45}
	for level, n := range want {
		if counts[level] != n {
			t.Errorf("%d of level %s, want %d", counts[level], level, n)
		}
	}
	if len(counts) != len(want) {
		t.Errorf("levels %v, want %v", counts, want)
	}
}

func TestTerritoriesHaveParents(t *testing.T) {
	t.Parallel()
	all := byCode(t)
	allowed := map[dealmap.Level][]dealmap.Level{
		dealmap.LevelRegion: {dealmap.LevelZone}, dealmap.LevelDepartement: {dealmap.LevelRegion},
		dealmap.LevelArrondissement: {dealmap.LevelDepartement},
		dealmap.LevelCommune:        {dealmap.LevelArrondissement, dealmap.LevelDepartement, dealmap.LevelCommune, dealmap.LevelZone},
	}
	for code, e := range all {
		parsed, err := dealmap.ParseTerritoryCode(string(code))
		if err != nil || parsed != code {
			t.Errorf("%s: code reads as %q, %v", code, parsed, err)
		}
		if e.Name == "" || e.Year != 2026 {
			t.Errorf("%s: name %q, year %d", code, e.Name, e.Year)
		}
		if e.Parent == "" {
			lost := code.Level() == dealmap.LevelCommune && (strings.HasPrefix(code.ID(), "975") || code == "com:98901")
			if code.Level() != dealmap.LevelZone && !lost {
				t.Errorf("%s has no parent", code)
			}
			continue
		}
		parent, ok := all[e.Parent]
		if !ok || !slices.Contains(allowed[code.Level()], e.Parent.Level()) {
			t.Errorf("%s: parent %q, known %v", code, e.Parent, ok)
		}
		if e.Population > parent.Population {
			t.Errorf("%s has %d inhabitants, its parent %s %d", code, e.Population, e.Parent, parent.Population)
		}
	}
}

func TestTerritoriesGolden(t *testing.T) {
	t.Parallel()
	all := byCode(t)
	for _, want := range []struct {
		code, parent dealmap.TerritoryCode
		name         string
		population   int
	}{
		{"zone:sud", "", "Zone Sud", 11699099},
		{"reg:93", "zone:sud", "Provence-Alpes-Côte d'Azur", 5218960},
		{"reg:06", "zone:sud-ocean-indien", "Mayotte", 256518},
		{"dep:2A", "reg:94", "Corse-du-Sud", 168306},
		{"dep:974", "reg:04", "La Réunion", 889679},
		{"arr:133", "dep:13", "Marseille", 1106776},
		{"com:13055", "arr:133", "Marseille", 886040},
		{"com:13215", "com:13055", "Marseille 15e Arrondissement", 79161},
		{"com:97611", "dep:976", "Mamoudzou", 71437},
		{"com:97801", "zone:antilles", "Saint-Martin", 31160},
		{"com:98818", "zone:nouvelle-caledonie", "Nouméa", 85976},
	} {
		got := all[want.code]
		if got.Parent != want.parent || got.Name != want.name || got.Population != want.population {
			t.Errorf("%s: %q in %q with %d inhabitants, want %q in %q with %d", want.code, got.Name, got.Parent, got.Population,
				want.name, want.parent, want.population)
		}
	}
	if got := all["com:49301"].Former; !slices.Contains(got, "49349") {
		t.Errorf("Sèvremoine lists %v as merged, want 49349 among them", got)
	}
	if ibos := all["com:65226"]; !ibos.HasCentre || ibos.Centre[0] != 0 {
		t.Errorf("Ibos, on the meridian of Greenwich: %v, %v", ibos.HasCentre, ibos.Centre)
	}
	if got := all["com:13201"].PostalCodes; !slices.Equal(got, []string{"13001"}) {
		t.Errorf("postal codes of the first arrondissement of Marseille: %v", got)
	}
}

func TestPopulationsAddUp(t *testing.T) {
	t.Parallel()
	sums := map[dealmap.Level]int{}
	for code, e := range byCode(t) {
		if e.Parent.Level() != dealmap.LevelCommune {
			sums[code.Level()] += e.Population
		}
	}
	for level, least := range map[dealmap.Level]int{
		dealmap.LevelZone: 68_000_000, dealmap.LevelRegion: 68_000_000, dealmap.LevelDepartement: 68_000_000,
		dealmap.LevelArrondissement: 67_500_000, dealmap.LevelCommune: 68_000_000,
	} {
		if sum := sums[level]; sum < least || sum > 69_500_000 {
			t.Errorf("level %s sums to %d inhabitants", level, sum)
		}
	}
	if sums[dealmap.LevelRegion] != sums[dealmap.LevelDepartement] {
		t.Errorf("régions sum to %d inhabitants, départements to %d", sums[dealmap.LevelRegion], sums[dealmap.LevelDepartement])
	}
}

func TestOutlinesAreValid(t *testing.T) {
	t.Parallel()
	outlined := map[dealmap.Level]int{}
	for code, e := range byCode(t) {
		if e.Outline == nil {
			continue
		}
		outlined[code.Level()]++
		if err := toGeom(e.Outline).Validate(); err != nil {
			t.Errorf("%s: %v", code, err)
		}
		if !e.Indicative || !e.HasCentre || !planar.MultiPolygonContains(e.Outline, e.Centre) {
			t.Errorf("%s: indicative %v, centre %v inside its outline", code, e.Indicative, e.Centre)
		}
		if e.AreaKM2 < 100 || e.AreaKM2 > 150_000 {
			t.Errorf("%s: %g km²", code, e.AreaKM2)
		}
	}
	want := map[dealmap.Level]int{dealmap.LevelZone: 10, dealmap.LevelRegion: 18, dealmap.LevelDepartement: 101}
	for level, n := range want {
		if outlined[level] != n {
			t.Errorf("%d outlines of level %s, want %d", outlined[level], level, n)
		}
	}
	if len(outlined) != len(want) {
		t.Errorf("outlines %v, want %v", outlined, want)
	}
}

// TestRegionsAreTheirDepartements checks the dissolved outlines by their areas.
func TestRegionsAreTheirDepartements(t *testing.T) {
	t.Parallel()
	all := byCode(t)
	sums := map[dealmap.TerritoryCode]float64{}
	for code, e := range all {
		if code.Level() == dealmap.LevelDepartement {
			sums[e.Parent] += e.AreaKM2
			sums[all[e.Parent].Parent] += e.AreaKM2
		}
	}
	for code, sum := range sums {
		if whole := all[code].AreaKM2; whole < 0.999*sum-5 || whole > 1.001*sum+5 {
			t.Errorf("%s: %g km², its départements together %g", code, whole, sum)
		}
	}
}

func TestPopulousCommunesHaveCentres(t *testing.T) {
	t.Parallel()
	all, inhabitants, centred := byCode(t), 0, 0
	for code, e := range all {
		if code.Level() != dealmap.LevelCommune || e.Parent.Level() == dealmap.LevelZone || e.Parent == "" {
			continue
		}
		if e.Parent.Level() == dealmap.LevelCommune && !e.HasCentre {
			t.Errorf("%s %s has no centre", code, e.Name)
		}
		inhabitants += e.Population
		if e.HasCentre {
			centred += e.Population
		}
		if e.Population > 30_000 && !e.HasCentre {
			t.Errorf("%s %s has %d inhabitants and no centre", code, e.Name, e.Population)
		}
	}
	if 100*centred < 80*inhabitants {
		t.Errorf("%d of %d inhabitants live in a commune with a centre", centred, inhabitants)
	}
}

// TestOutlinesAgainstOfficial compares with IGN's outlines where they lie beside the checkout.
func TestOutlinesAgainstOfficial(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../shared/data/territories/departements.geojson")
	if err != nil {
		t.Skip("official outlines are not beside the checkout: ", err)
	}
	var official struct {
		Features []struct {
			Properties struct {
				Code string `json:"insee_dep"`
				Name string `json:"lib_dep"`
			}
			Geometry json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &official); err != nil {
		t.Fatal(err)
	}
	all := byCode(t)
	for _, f := range official.Features {
		ours, ok := all[dealmap.TerritoryCode("dep:"+f.Properties.Code)]
		if !ok || ours.Name != f.Properties.Name {
			t.Errorf("%s %s: ours is %q", f.Properties.Code, f.Properties.Name, ours.Name)
			continue
		}
		theirs, err := geom.UnmarshalGeoJSON(f.Geometry, geom.NoValidate{})
		if err != nil {
			t.Fatal(err)
		}
		both, err := geom.Intersection(theirs, toGeom(ours.Outline))
		if err != nil {
			t.Errorf("%s: %v", ours.Code, err)
			continue
		}
		union := theirs.Area() + toGeom(ours.Outline).Area() - both.Area()
		if share := both.Area() / union; share < 0.7 {
			t.Errorf("%s %s: only %.0f %% of the two outlines is common", ours.Code, ours.Name, 100*share)
		}
	}
}

func toGeom(m orb.MultiPolygon) geom.Geometry {
	var polygons []geom.Polygon
	for _, p := range m {
		var rings []geom.LineString
		for _, r := range p {
			var flat []float64
			for _, at := range r {
				flat = append(flat, at[0], at[1])
			}
			rings = append(rings, geom.NewLineString(geom.NewSequence(flat, geom.DimXY)))
		}
		polygons = append(polygons, geom.NewPolygon(rings))
	}
	return geom.NewMultiPolygon(polygons).AsGeometry()
}

func BenchmarkTerritories(b *testing.B) {
	for b.Loop() {
		if _, err := seeds.Territories(); err != nil {
			b.Fatal(err)
		}
	}
}
