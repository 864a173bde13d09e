package store

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/paulmach/orb"
)

// BenchmarkMatchesMillion measures looking for duplicates among 1,000,000 places: single questions about positions in dense
// cities and about rows there without a position, and the rows of a list of the whole country.
func BenchmarkMatchesMillion(b *testing.B) {
	snapshot, rows := million(b)
	scope := dealmap.NewScope(dealmap.Console("essai", dealmap.RoleOfast), dealmap.Date{Year: 2026, Month: 11, Day: 23})
	for _, name := range []string{"dense", "unplaced", "list"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			found, before := 0, ProcessorTime(b)
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				d := dealmap.Describe(&rows[name][(i*7919)%len(rows[name])])
				found += len(snapshot.Matches(scope, &d, dealmap.ProposeFrom, 10, dealmap.ID{}))
				took = append(took, time.Since(start))
			}
			spent := ProcessorTime(b) - before
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
			b.ReportMetric(float64(spent.Microseconds())/float64(len(took)), "µs-cpu/row")
			b.ReportMetric(float64(found)/float64(len(took)), "found/row")
		})
	}
}

// million makes a map of 1,000,000 synthetic places without a journal, and rows to look for in it.
func million(b *testing.B) (*Snapshot, map[string][]dealmap.Facts) {
	b.Helper()
	territories := Country(b)
	rows := map[string][]dealmap.Facts{}
	r := rand.New(rand.NewPCG(7, 8))
	var records []*record
	for add := range seeds.Places(1_000_000, 1, territories, time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)) {
		f := add.Facts
		chain, _ := territories.Chain(dealmap.TerritoryCode("com:" + f.Commune))
		records = append(records, newRecord(&dealmap.Place{ID: add.ID, Reference: strconv.Itoa(len(records)), Revision: 1, Status: dealmap.Active,
			Facts: f, Territories: chain}))
		if r.IntN(50) > 0 {
			continue
		}
		city := f.Commune >= "75101" && f.Commune <= "75120" || f.Commune >= "13201" && f.Commune <= "13216"
		if f.Position != nil {
			f.Position = &orb.Point{f.Position[0] + 2e-4*r.NormFloat64(), f.Position[1] + 2e-4*r.NormFloat64()}
		}
		switch {
		case city && r.IntN(4) == 0:
			bare := f
			bare.Position, bare.Accuracy = nil, dealmap.AccuracyCommune
			rows["unplaced"] = append(rows["unplaced"], bare)
		case city:
			rows["dense"] = append(rows["dense"], f)
		}
		rows["list"] = append(rows["list"], f)
	}
	s := filled(records)
	return s.snapshot(), rows
}
