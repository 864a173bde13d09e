package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// censusMap is a map of n places over a hundred départements of 350 communes each, with a past of some phases.
func censusMap(n, phases int) *Snapshot {
	r := rand.New(rand.NewPCG(2026, 11))
	chains := make([][]dealmap.TerritoryCode, 35_000)
	for i := range chains {
		d := i / 350
		chains[i] = []dealmap.TerritoryCode{
			dealmap.TerritoryCode(fmt.Sprintf("com:%05d", i)), dealmap.TerritoryCode(fmt.Sprintf("arr:%03d", i/100)),
			dealmap.TerritoryCode(fmt.Sprintf("dep:%02d", d)), dealmap.TerritoryCode(fmt.Sprintf("reg:%02d", d/8)), dealmap.TerritoryCode(fmt.Sprintf("zone:z%d", d/15)),
		}
	}
	begun := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	products := [][]dealmap.Product{{"cannabis"}, {"cannabis", "cocaine"}, {"crack"}, {"heroin", "cocaine"}}
	records := make([]*record, n)
	for i := range records {
		p := &dealmap.Place{ID: dealmap.ID{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i), 6: 0x40, 8: 0x80}, Reference: fmt.Sprintf("13-%07d", i), Status: dealmap.Active, Added: begun}
		p.Territories = chains[r.IntN(len(chains))]
		first := dealmap.DateOf(begun).AddDays(r.IntN(700))
		p.Facts = dealmap.Facts{
			Kind: one_(r, dealmap.Street, dealmap.Four, dealmap.Drive, dealmap.Delivery), Position: &orb.Point{r.Float64()*10 - 3, 43 + r.Float64()*7}, Accuracy: dealmap.AccuracyStreet,
			Products: one_(r, products...), Owner: dealmap.Owner{Service: one_(r, dealmap.ServicePN, dealmap.ServiceGN), Unit: fmt.Sprint("Unité ", r.IntN(100))},
			Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"}, FirstSeen: first, LastSeen: first.AddDays(100), NextReview: first.AddDays(190), Intensity: r.IntN(6),
		}
		p.Turned = first
		for k := range phases {
			at := begun.AddDate(0, 14*(k+1), r.IntN(300))
			e := dealmap.Event{Time: at, Kind: dealmap.EventPlaceStepped, Body: dealmap.PlaceStepped{To: one_(r, dealmap.Active, dealmap.Disrupted, dealmap.Dormant, dealmap.Closed), Date: dealmap.DateOf(at),
				Closing: &dealmap.Closing{Reason: dealmap.Dismantled, Date: dealmap.DateOf(at)}}}
			if after, err := dealmap.Fold(p, e); err == nil {
				p = after
			}
		}
		records[i] = newRecord(p)
	}
	s := filled(records)
	return s.snapshot()
}

// BenchmarkCensus counts a million places: those of France by département, the hexagons of one département, and France as it was
// known three years before.
func BenchmarkCensus(b *testing.B) {
	const places = 1_000_000
	snapshot := censusMap(places, 3)
	today := dealmap.Date{Year: 2026, Month: 11, Day: 28}
	scope := dealmap.NewScope(dealmap.Viewer{Subject: "x", Role: dealmap.RoleOfast, Territories: []dealmap.TerritoryCode{"fr"}}, today)
	parts := []dealmap.TerritoryCode{}
	for d := range 100 {
		parts = append(parts, dealmap.TerritoryCode(fmt.Sprintf("dep:%02d", d)))
	}
	question := dealmap.TallyQuestion{Rule: dealmap.MinistryRule(), Day: today, Months: 24}
	b.Run("france", func(b *testing.B) {
		for b.Loop() {
			if t := snapshot.Tally(scope, &dealmap.Census{Parts: parts, Filter: dealmap.Filter{DealPoints: true}}, question); t.Total != places {
				b.Fatal(t.Total)
			}
		}
	})
	b.Run("cells", func(b *testing.B) {
		for b.Loop() {
			if t := snapshot.Cells(scope, &dealmap.Census{Filter: dealmap.Filter{Territory: "dep:13"}}, 3, question.Rule); t.N == 0 {
				b.Fatal("nothing")
			}
		}
	})
	b.Run("past", func(b *testing.B) {
		then := question
		then.Day = dealmap.Date{Year: 2023, Month: 11, Day: 28}
		for b.Loop() {
			if t := snapshot.Tally(scope, &dealmap.Census{Parts: parts, AsOf: then.Day.Time(), Day: then.Day}, then); t.Total != places {
				b.Fatal(t.Total)
			}
		}
	})
}
