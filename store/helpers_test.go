package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb"
)

// seeded prints what makes a random test replayable: SEED=… go test.
func seeded(t testing.TB) *rand.Rand {
	t.Helper()
	n := uint64(20261123)
	if text := os.Getenv("SEED"); text != "" {
		parsed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		n = parsed
	}
	t.Logf("SEED=%d", n)
	return rand.New(rand.NewPCG(n, 0))
}

// atlas is a small gazetteer of two départements, each a square.
func atlas(t testing.TB) *geo.Territories {
	t.Helper()
	square := func(w, s, e, n float64) orb.MultiPolygon {
		return orb.MultiPolygon{{{{w, s}, {e, s}, {e, n}, {w, n}, {w, s}}}}
	}
	list, err := geo.NewTerritories([]geo.Territory{
		{Code: "zone:sud", Name: "Sud"}, {Code: "zone:nord", Name: "Nord"},
		{Code: "reg:93", Name: "Provence", Parent: "zone:sud"}, {Code: "reg:32", Name: "Hauts-de-France", Parent: "zone:nord"},
		{Code: "dep:13", Name: "Bouches-du-Rhône", Parent: "reg:93", Outline: square(4.2, 43.1, 5.9, 43.95)},
		{Code: "dep:59", Name: "Nord", Parent: "reg:32", Outline: square(2.0, 49.9, 4.3, 51.1)},
		{Code: "com:13055", Name: "Marseille", Parent: "dep:13", Year: 2025},
		{Code: "com:59350", Name: "Lille", Parent: "dep:59", Year: 2025},
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var (
	noon    = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	ofast   = dealmap.Console("essai", dealmap.RoleOfast)
	admin   = dealmap.Console("essai", dealmap.RoleAdmin)
	cross13 = dealmap.Viewer{Subject: "cross13", Role: dealmap.RoleCross, Service: dealmap.ServicePN, Unit: "Cross 13",
		Territories: []dealmap.TerritoryCode{"dep:13"}, Chains: [][]dealmap.TerritoryCode{{"dep:13", "reg:93", "zone:sud"}}, Motive: "essai"}
	gn = dealmap.Viewer{Subject: "gn", Role: dealmap.RoleInvestigator, Service: dealmap.ServiceGN, Unit: "SR Marseille", Motive: "essai"}
)

func scopeOf(v dealmap.Viewer) dealmap.Scope { return dealmap.NewScope(v, dealmap.DateOf(noon)) }

func open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	if o.Territories == nil {
		o.Territories = atlas(t)
	}
	if o.Clock == nil {
		o.Clock = func() time.Time { return noon }
	}
	if _, bench := t.(*testing.B); !bench && o.Whole == 0 {
		o.Whole = 3 // so that places are packed and unpacked all the time
	}
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func newID(r *rand.Rand) dealmap.ID {
	var id dealmap.ID
	for i := range id {
		id[i] = byte(r.Uint32())
	}
	return id
}

// add makes the command for a point in the Bouches-du-Rhône.
func add(r *rand.Rand, name string) dealmap.AddPlace {
	at := orb.Point{4.3 + 1.5*r.Float64(), 43.2 + 0.7*r.Float64()}
	return dealmap.AddPlace{
		ID: newID(r), Status: dealmap.Active, AcceptDuplicates: true,
		Facts: dealmap.Facts{Kind: dealmap.Street, Name: name, Address: "12 rue des Lilas", Position: &at,
			Accuracy: dealmap.AccuracyBuilding, Products: []dealmap.Product{"cannabis"}},
	}
}

func must(t testing.TB, s *store.Store, v dealmap.Viewer, c dealmap.Command, key string) dealmap.Result {
	t.Helper()
	result, err := s.Do(context.Background(), v, c, key)
	if err != nil {
		t.Fatal(fmt.Errorf("%T: %w", c, err))
	}
	return result
}
