package geo

import (
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

func rectangle(w, s, e, n float64) orb.MultiPolygon {
	return orb.MultiPolygon{{{{w, s}, {e, s}, {e, n}, {w, n}, {w, s}}}}
}

// south is a small gazetteer: two départements side by side at longitude 5, a few communes without outlines.
func south(tb testing.TB) *Territories {
	tb.Helper()
	t, err := NewTerritories([]Territory{
		{Code: "zone:sud", Name: "Sud", Year: 2025},
		{Code: "reg:93", Name: "Provence-Alpes-Côte d'Azur", Parent: "zone:sud", Population: 5_100_000, Year: 2025},
		{Code: "dep:13", Name: "Bouches-du-Rhône", Parent: "reg:93", Population: 2_040_000, Year: 2025, Outline: rectangle(4, 43, 5, 44), Indicative: true},
		{Code: "dep:83", Name: "Var", Parent: "reg:93", Population: 1_080_000, Year: 2025, Outline: rectangle(5, 43, 6, 44), Indicative: true},
		{Code: "arr:133", Name: "Marseille", Parent: "dep:13", Year: 2025},
		{Code: "com:13055", Name: "Marseille", Parent: "arr:133", Population: 870_000, Year: 2025, PostalCodes: []string{"13001", "13002"}},
		{Code: "com:13201", Name: "Marseille 1er Arrondissement", Parent: "com:13055", Year: 2025},
		{Code: "com:13100", Name: "Saint-Rémy-de-Provence", Parent: "arr:133", Population: 9_500, Year: 2025, PostalCodes: []string{"13210"}},
		{Code: "com:83116", Name: "Saint-Maximin-la-Sainte-Baume", Parent: "dep:83", Population: 17_000, Year: 2025, PostalCodes: []string{"83470"}, Former: []string{"83999", "83119"}},
		{Code: "com:83119", Name: "Saint-Tropez", Parent: "dep:83", Population: 4_000, Year: 2025, PostalCodes: []string{"83990"}},
		{Code: "com:83137", Name: "L'Œuvre-les-Marseillais", Parent: "dep:83", Population: 170_000, Year: 2025, PostalCodes: []string{"83000"}},
		{Code: "qpv:QN01307M", Name: "Les Flamants", Parent: "com:13055", Year: 2024},
	})
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func codes(list []Territory) []string {
	text := []string{}
	for _, e := range list {
		text = append(text, string(e.Code))
	}
	return text
}

func chainText(chain []dealmap.TerritoryCode) string {
	text := make([]string, len(chain))
	for i, c := range chain {
		text[i] = string(c)
	}
	return strings.Join(text, " ")
}

func TestChainsAndChildren(t *testing.T) {
	t.Parallel()
	g := south(t)
	for code, want := range map[dealmap.TerritoryCode]string{
		"com:13055":    "com:13055 arr:133 dep:13 reg:93 zone:sud",
		"com:83119":    "com:83119 dep:83 reg:93 zone:sud",
		"qpv:QN01307M": "qpv:QN01307M com:13055 arr:133 dep:13 reg:93 zone:sud",
		"zone:sud":     "zone:sud",
		"com:83999":    "com:83116 dep:83 reg:93 zone:sud",
	} {
		if chain, ok := g.Chain(code); !ok || chainText(chain) != want {
			t.Errorf("%s: %s, %v", code, chainText(chain), ok)
		}
	}
	for _, code := range []dealmap.TerritoryCode{"com:99999", "dep:83999", "fr", "", "nonsense"} {
		if chain, ok := g.Chain(code); ok {
			t.Errorf("%s has chain %v", code, chain)
		}
	}
	if got := codes(g.Children("reg:93")); !slices.Equal(got, []string{"dep:13", "dep:83"}) {
		t.Errorf("children of the région: %v", got)
	}
	if got := codes(g.Children("fr")); !slices.Equal(got, []string{"zone:sud"}) {
		t.Errorf("children of France: %v", got)
	}
	if got := codes(g.Level(dealmap.LevelDepartement)); !slices.Equal(got, []string{"dep:13", "dep:83"}) {
		t.Errorf("départements: %v", got)
	}
	if g.Year("qpv:QN01307M") != 2024 || g.Year("com:1") != 0 || g.Len() != 12 {
		t.Errorf("years %d, %d; %d territories", g.Year("qpv:QN01307M"), g.Year("com:1"), g.Len())
	}
	if _, ok := g.Get("dep:99"); ok {
		t.Error("dep:99 is there")
	}
}

func TestNewTerritoriesRefuses(t *testing.T) {
	t.Parallel()
	for says, list := range map[string][]Territory{
		"given twice":         {{Code: "dep:13"}, {Code: "dep:13"}},
		"unknown parent":      {{Code: "dep:13", Parent: "reg:93"}},
		"circle":              {{Code: "com:01001", Parent: "com:01002"}, {Code: "com:01002", Parent: "com:01001"}},
		`is written "dep:2A"`: {{Code: "dep:2a"}},
		"code de territoire":  {{Code: "13"}},
		"niveau inconnu":      {{Code: "canton:13"}},
	} {
		if _, err := NewTerritories(list); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: want an error saying %q", err, says)
		}
	}
}

func TestLocateAndDistance(t *testing.T) {
	t.Parallel()
	g := south(t)
	const metresPerDegree = EarthRadius * radian
	for _, c := range []struct {
		name string
		at   orb.Point
		want string
	}{
		{"inside", orb.Point{4.5, 43.5}, "dep:13 reg:93 zone:sud"},
		{"on the common border", orb.Point{5, 43.5}, "dep:83 reg:93 zone:sud"},
		{"4 km off the coast", orb.Point{4.5, 43 - 4000/metresPerDegree}, "dep:13 reg:93 zone:sud"},
		{"off the coast, nearer to the other", orb.Point{5.001, 43 - 4000/metresPerDegree}, "dep:83 reg:93 zone:sud"},
		{"39 km off the coast", orb.Point{4.5, 43 - 39_000/metresPerDegree}, "dep:13 reg:93 zone:sud"},
		{"41 km off the coast", orb.Point{4.5, 43 - 41_000/metresPerDegree}, ""},
		{"elsewhere", orb.Point{100, -10}, ""},
	} {
		if got := chainText(g.Locate(c.at)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		at   orb.Point
		want float64
	}{
		{orb.Point{4.5, 43.5}, 0},
		{orb.Point{4.5, 42.9}, 0.1 * metresPerDegree},
		{orb.Point{5.5, 43.5}, Distance(orb.Point{5, 43.5}, orb.Point{5.5, 43.5})},
		{orb.Point{3, 42}, Distance(orb.Point{4, 43}, orb.Point{3, 42})},
	} {
		if d, ok := g.Distance("dep:13", c.at); !ok || d < c.want*0.999 || d > c.want*1.001 {
			t.Errorf("%v is %v m from dep:13, want %v", c.at, d, c.want)
		}
	}
	for _, code := range []dealmap.TerritoryCode{"com:13055", "dep:99"} {
		if d, ok := g.Distance(code, orb.Point{4.5, 43.5}); ok {
			t.Errorf("%s has no outline but is %v m away", code, d)
		}
	}
}

func TestImportedOutlines(t *testing.T) {
	t.Parallel()
	before := south(t)
	g, err := before.With([]Territory{
		{Code: "com:13055", Name: "MARSEILLE", Year: 2018, Outline: rectangle(4.4, 43.2, 4.6, 43.4)},
		{Code: "com:13201", Outline: rectangle(4.2, 43.2, 4.45, 43.4)},
		{Code: "com:83999", Name: "Ancienne", Year: 2018, Outline: rectangle(5.2, 43.2, 5.4, 43.4)}, // merged into 83116
		{Code: "com:83116", Outline: rectangle(5.3, 43.2, 5.6, 43.4)},
		{Code: "com:83888", Name: "Oubliée", Year: 2018, Outline: rectangle(5.7, 43.2, 5.8, 43.4)}, // merged, nobody says where
		{Code: "dep:13", Outline: rectangle(4, 43, 5.1, 44)},
		{Code: "qpv:QN08301M", Name: "Le Jonquet", Year: 2024, Parent: "com:83000", Outline: rectangle(5.5, 43.25, 5.51, 43.26)},
		{Code: "qrr:13-1", Name: "Marseille Nord", Outline: rectangle(4.5, 43.3, 4.51, 43.31)},
	})
	if err != nil {
		t.Fatal(err)
	}
	marseille, _ := g.Get("com:13055")
	if marseille.Name != "Marseille" || marseille.Year != 2025 || marseille.Population != 870_000 || !marseille.HasCentre || !planar.MultiPolygonContains(marseille.Outline, marseille.Centre) {
		t.Errorf("an outline changed more than it should: %+v", marseille)
	}
	if km2 := marseille.AreaKM2; km2 < 350 || km2 > 370 {
		t.Errorf("0.2° by 0.2° at 43.3° N is about 360 km², not %v", km2)
	}
	if bouches, _ := g.Get("dep:13"); bouches.Indicative {
		t.Error("an imported outline is still called indicative")
	}
	for code, want := range map[dealmap.TerritoryCode]string{
		"com:83999":    "com:83999 com:83116 dep:83 reg:93 zone:sud",
		"com:83888":    "com:83888 dep:83 reg:93 zone:sud",
		"qpv:QN08301M": "qpv:QN08301M dep:83 reg:93 zone:sud",
		"qrr:13-1":     "qrr:13-1 dep:13 reg:93 zone:sud",
	} {
		if chain, _ := g.Chain(code); chainText(chain) != want {
			t.Errorf("%s: %s, want %s", code, chainText(chain), want)
		}
	}
	for _, c := range []struct {
		name string
		at   orb.Point
		want string
	}{
		{"in a commune", orb.Point{4.5, 43.3}, "com:13055 arr:133 dep:13 reg:93 zone:sud"},
		{"in a municipal arrondissement and its commune", orb.Point{4.42, 43.3}, "com:13055 arr:133 dep:13 reg:93 zone:sud"},
		{"in a municipal arrondissement alone", orb.Point{4.3, 43.3}, "com:13201 com:13055 arr:133 dep:13 reg:93 zone:sud"},
		{"in no commune", orb.Point{4.1, 43.1}, "dep:13 reg:93 zone:sud"},
		{"in a former commune", orb.Point{5.25, 43.3}, "com:83116 dep:83 reg:93 zone:sud"},
		{"in a former commune and a current one", orb.Point{5.35, 43.3}, "com:83116 dep:83 reg:93 zone:sud"},
		{"in a former commune without successor", orb.Point{5.75, 43.3}, "com:83888 dep:83 reg:93 zone:sud"},
	} {
		if got := chainText(g.Locate(c.at)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if g.Year("com:83999") != 2018 || g.Year("com:83888") != 2018 {
		t.Error("former communes lost their year")
	}
	if got := g.Districts(orb.Point{5.505, 43.255}); !slices.Equal(got, []dealmap.TerritoryCode{"qpv:QN08301M"}) {
		t.Errorf("districts: %v", got)
	}
	if len(before.Locate(orb.Point{4.5, 43.3})) != 3 {
		t.Error("importing changed the gazetteer that it started from")
	}
	for insee, want := range map[string]bool{"13055": false, "13201": false, "83119": false, "83999": true, "83888": true, "83116": false} {
		if _, former := g.IsFormer(insee); former != want && insee != "83888" {
			t.Errorf("%s is former: %v", insee, former)
		}
		if _, former := before.IsFormer(insee); former != want {
			t.Errorf("%s is former before the import: %v", insee, former)
		}
	}
	if _, err := before.With([]Territory{{Code: "com:13055"}, {Code: "com:13055"}}); err == nil {
		t.Error("an outline given twice was taken")
	}
	var inBox []string
	g.Box(orb.Bound{Min: orb.Point{4.55, 43.35}, Max: orb.Point{5.25, 43.38}}, dealmap.LevelCommune, func(e Territory) bool {
		inBox = append(inBox, string(e.Code))
		return true
	})
	if !slices.Equal(inBox, []string{"com:13055", "com:83999"}) {
		t.Errorf("box: %v", inBox)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	g := south(t)
	for _, c := range []struct {
		text  string
		limit int
		want  []string
	}{
		{"marseille", 10, []string{"arr:133", "com:13055", "com:13201"}},
		{"MARSEILLE", 1, []string{"arr:133"}},
		{"mars", 10, []string{"arr:133", "com:13055", "com:83137", "com:13201"}},
		{"cote d'azur", 10, []string{"reg:93"}},
		{"Côte-d’Azur", 10, []string{"reg:93"}},
		{"st remy", 10, []string{"com:13100"}},
		{"st. trop", 10, []string{"com:83119"}},
		{"saint", 2, []string{"com:83116", "com:13100"}},
		{"ste baume", 10, []string{"com:83116"}},
		{"baume maximin", 10, []string{"com:83116"}},
		{"oeuvre", 10, []string{"com:83137"}},
		{"13002", 10, []string{"com:13055"}},
		{"13", 10, []string{"dep:13", "arr:133", "com:13055", "com:13100", "com:13201"}},
		{"83999", 10, []string{"com:83116"}},
		{"qn01307m", 10, []string{"qpv:QN01307M"}},
		{"flamants", 10, []string{"qpv:QN01307M"}},
		{"aint", 10, []string{}},
		{"  ", 10, []string{}},
		{"marseille", 0, []string{}},
		{"\xff\xfe", 10, []string{}},
	} {
		if got := codes(g.Search(c.text, c.limit)); !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.text, got, c.want)
		}
	}
}

func TestDepartementInCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[dealmap.TerritoryCode]dealmap.TerritoryCode{
		"com:13055": "dep:13", "com:2A004": "dep:2A", "com:97411": "dep:974", "arr:011": "dep:01", "arr:9711": "dep:971", "arr:2A1": "dep:2A",
		"qpv:QN01307M": "dep:13", "qpv:QN02A01M": "dep:2A", "qpv:QN97101I": "dep:971", "qpv:QP013001": "", "qrr:13-1": "dep:13", "reg:93": "", "zone:sud": "",
	} {
		if got := departementIn(code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
