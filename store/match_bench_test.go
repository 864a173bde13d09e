package store_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
	"github.com/paulmach/orb"
)

// BenchmarkMatchesMillion measures looking for duplicates among 1,000,000 places: single questions about positions in dense
// cities, and the rows of a list.
func BenchmarkMatchesMillion(b *testing.B) {
	list, err := seeds.Territories()
	if err != nil {
		b.Fatal(err)
	}
	territories, err := geo.NewTerritories(list)
	if err != nil {
		b.Fatal(err)
	}
	s := open(b, store.Options{Engine: memjournal.New(), Territories: territories})
	var batch dealmap.ImportPlaces
	var dense, unplaced, all []dealmap.Facts
	r := rand.New(rand.NewPCG(7, 8))
	for place := range seeds.Places(1_000_000, 1, territories, noon) {
		batch.Places = append(batch.Places, place)
		if r.IntN(50) == 0 {
			f := place.Facts
			all = append(all, f)
			city := f.Commune >= "75101" && f.Commune <= "75120" || f.Commune >= "13201" && f.Commune <= "13216"
			switch {
			case f.Position == nil && city:
				unplaced = append(unplaced, f)
			case city:
				f.Position = &orb.Point{f.Position[0] + 2e-4*r.NormFloat64(), f.Position[1] + 2e-4*r.NormFloat64()}
				dense = append(dense, f)
			}
		}
		if len(batch.Places) == 10_000 {
			must(b, s, ofast, batch, "")
			batch.Places = nil
		}
	}
	snapshot, scope := s.Snapshot(), scopeOf(ofast)
	for name, rows := range map[string][]dealmap.Facts{"dense": dense, "unplaced": unplaced, "list": all} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var took []time.Duration
			found := 0
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				d := dealmap.Describe(&rows[(i*7919)%len(rows)])
				found += len(snapshot.Matches(scope, &d, dealmap.ProposeFrom, 10, dealmap.ID{}))
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
			b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(found)/float64(len(took)), "found/row")
		})
	}
}
