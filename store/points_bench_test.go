package store_test

import (
	"math/rand/v2"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// BenchmarkPoints measures finding the places of a tile of 20,000 candidates and what a scope sees of them, without drawing.
func BenchmarkPoints(b *testing.B) {
	territories := store.Country(b)
	s := open(b, store.Options{Engine: memjournal.New(), Territories: territories})
	tile := maptile.At(orb.Point{5.37, 43.3}, 9)
	box, r := tile.Bound(), rand.New(rand.NewPCG(5, 2019))
	env := dealmap.Env{Now: noon, Gazetteer: territories}
	var batch dealmap.ImportPlaces
	for place := range seeds.Places(80_000, 2019, territories, noon) {
		if place.Facts.Position == nil {
			continue
		}
		at := orb.Point{box.Min[0] + r.Float64()*(box.Max[0]-box.Min[0]), box.Min[1] + r.Float64()*(box.Max[1]-box.Min[1])}
		place.Facts.Position, place.Facts.Commune, place.Facts.CommuneYear = &at, "", 0
		if _, err := place.Check(ofast, env); err != nil {
			continue // at sea
		}
		if batch.Places = append(batch.Places, place); len(batch.Places) == 20_000 {
			break
		}
	}
	must(b, s, ofast, batch, "")
	snapshot := s.Snapshot()
	around := geo.Squares{Level: uint(tile.Z), West: int64(tile.X), East: int64(tile.X), North: int64(tile.Y), South: int64(tile.Y)}
	for _, who := range []dealmap.Viewer{ofast, cross13, gn} {
		b.Run(string(who.Role), func(b *testing.B) {
			b.ReportAllocs()
			shown := 0
			for b.Loop() {
				shown = 0
				snapshot.Points(scopeOf(who), &dealmap.Filter{DealPoints: true}, around, func(uint32, uint32, *dealmap.PointSight) bool {
					shown++
					return true
				})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(shown), "ns/shown")
			b.ReportMetric(float64(shown), "shown")
		})
	}
}
