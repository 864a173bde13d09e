package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/tiles"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
)

// populated is a map in memory of some places; BENCH_PLACES says how many, 25,000 by default.
func populated(b *testing.B) (*store.Store, *geo.Territories) {
	b.Helper()
	places := 25_000
	if text := os.Getenv("BENCH_PLACES"); text != "" {
		if _, err := fmt.Sscan(text, &places); err != nil {
			b.Fatal(err)
		}
	}
	embedded, err := seeds.Territories()
	if err != nil {
		b.Fatal(err)
	}
	territories, err := geo.NewTerritories(embedded)
	if err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(context.Background(), store.Options{Dir: b.TempDir(), Territories: territories})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { b.Log(errors.Join(s.Close())) })
	var batch dealmap.ImportPlaces
	author := dealmap.Console("bench", dealmap.RoleOfast)
	for c := range seeds.Places(places, 7, territories, time.Now()) {
		c.AcceptDuplicates = true
		if batch.Places = append(batch.Places, c); len(batch.Places) == 5000 {
			if _, err := s.Do(context.Background(), author, batch, ""); err != nil {
				b.Fatal(err)
			}
			batch.Places = nil
		}
	}
	return s, territories
}

// BenchmarkTiles draws tiles over cities, each with a filter of its own.
func BenchmarkTiles(b *testing.B) {
	s, territories := populated(b)
	d := tiles.NewDrawer(func() *geo.Territories { return territories }, tiles.Basemap{}, tiles.PointsFrom(8))
	for _, viewer := range []dealmap.Viewer{
		dealmap.Console("bench", dealmap.RoleOfast),
		{Subject: "s", Role: dealmap.RoleInvestigator, Service: dealmap.ServiceGN, Unit: "BR Aix", Territories: []dealmap.TerritoryCode{"dep:13"}},
	} {
		scope := dealmap.NewScope(viewer, dealmap.DateOf(time.Now()))
		for _, row := range tileRows {
			if row.cached {
				continue
			}
			z := row.zoom
			b.Run(fmt.Sprintf("%s/%s/z%d", viewer.Role, row.layer, z), func(b *testing.B) {
				day := dealmap.Date{Year: 1950, Month: 1, Day: 1}
				var times []time.Duration
				features := 0
				b.ReportAllocs()
				for b.Loop() {
					day = day.AddDays(1)
					at := maptile.At(cities[len(times)%len(cities)], z)
					begin := time.Now()
					tile, err := d.Draw(context.Background(), s.Snapshot(), tiles.Request{
						Layers: []tiles.Layer{tiles.Layer(row.layer)}, Tile: at, Scope: scope, Filter: dealmap.Filter{ConfirmedAfter: day},
					})
					times = append(times, time.Since(begin))
					if err != nil {
						b.Fatal(err)
					}
					if len(times) <= len(cities) {
						layers, err := mvt.Unmarshal(tile)
						if err != nil {
							b.Fatal(err)
						}
						if len(layers) > 0 {
							features += len(layers[0].Features)
						}
					}
				}
				n := min(len(times), len(cities))
				slices.Sort(times)
				b.ReportMetric(times[len(times)/2].Seconds()*1000, "ms-p50")
				b.ReportMetric(float64(features)/float64(n), "features")
			})
		}
	}
}
