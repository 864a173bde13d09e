package geo

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// realGazetteer has the official départements and communes.
func realGazetteer(tb testing.TB) *Territories {
	tb.Helper()
	realFile(tb, "departements.geojson")
	realFile(tb, "communes2018.tgz")
	departements, communes := read("departements.geojson", dealmap.LevelDepartement), readCommunes()
	if err := errors.Join(departements.err, communes.err); err != nil {
		tb.Fatal(err)
	}
	empty, err := NewTerritories(nil)
	if err != nil {
		tb.Fatal(err)
	}
	g, err := empty.With(slices.Concat(departements.list, communes.list))
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func TestLocateOnRealOutlines(t *testing.T) {
	t.Parallel()
	g := realGazetteer(t)
	for _, c := range []struct {
		name string
		at   orb.Point
		want string
	}{
		{"Marseille, Vieux-Port", orb.Point{5.3698, 43.2965}, "com:13055 dep:13"},
		{"Paris, Notre-Dame", orb.Point{2.3499, 48.8530}, "com:75056 dep:75"},
		{"Ajaccio", orb.Point{8.7376, 41.9268}, "com:2A004 dep:2A"},
		{"Saint-Denis de La Réunion", orb.Point{55.4481, -20.8789}, "com:97411 dep:974"},
		{"Geneva", orb.Point{6.1432, 46.2044}, ""},
	} {
		got := g.Locate(c.at)
		if c.name == "Geneva" {
			// 5 km from the border, so at most the département is told, never a commune.
			if len(got) > 0 && got[0].Level() == dealmap.LevelCommune {
				t.Errorf("%s: %v", c.name, got)
			}
			continue
		}
		if chainText(got) != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
	}
	// The centre computed for each commune lies in it, and in no other before it.
	wrong := 0
	for _, e := range g.Level(dealmap.LevelCommune) {
		if chain := g.Locate(e.Centre); !e.HasCentre || len(chain) == 0 || chain[0] != e.Code {
			wrong++
		}
	}
	if wrong > 0 {
		t.Errorf("%d communes do not hold their own centre", wrong)
	}
}

func BenchmarkLocate(b *testing.B) {
	g := realGazetteer(b)
	coarse, err := NewTerritories(g.Level(dealmap.LevelDepartement))
	if err != nil {
		b.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 3))
	inland := make([]orb.Point, 4096)
	for i := range inland {
		inland[i] = orb.Point{-1 + 7*random.Float64(), 44 + 5*random.Float64()}
	}
	coast := orb.Point{5.25, 43.26}
	for name, run := range map[string]func(i int){
		"Commune":         func(i int) { g.Locate(inland[i%len(inland)]) },
		"Departement":     func(i int) { coarse.Locate(inland[i%len(inland)]) },
		"Coast":           func(int) { coarse.Locate(coast) },
		"DistanceOutside": func(int) { coarse.Distance("dep:13", orb.Point{2.35, 48.85}) },
	} {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				run(i)
			}
		})
	}
	b.Run("SearchOneLetter", func(b *testing.B) {
		for b.Loop() {
			g.Search("s", 10)
		}
	})
	b.Run("SearchName", func(b *testing.B) {
		for b.Loop() {
			g.Search("saint den", 10)
		}
	})
	b.Run("NewTerritories", func(b *testing.B) {
		list := append(g.Level(dealmap.LevelCommune), g.Level(dealmap.LevelDepartement)...)
		for b.Loop() {
			if _, err := NewTerritories(list); err != nil {
				b.Fatal(err)
			}
		}
	})
}
