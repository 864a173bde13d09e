package main

import (
	"context"
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

// populated is a map on disk of some synthetic places.
func populated(b *testing.B, places int, seed uint64) (*store.Store, *geo.Territories) {
	b.Helper()
	territories, err := seeds.Gazetteer()
	if err != nil {
		b.Fatal(err)
	}
	s, err := store.Open(context.Background(), store.Options{Dir: b.TempDir(), Territories: territories})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	})
	for some := range slices.Chunk(slices.Collect(seeds.Places(places, seed, territories, time.Now())), 5000) {
		for i := range some {
			some[i].AcceptDuplicates = true
		}
		if _, err := s.Do(context.Background(), author, dealmap.ImportPlaces{Places: some}, ""); err != nil {
			b.Fatal(err)
		}
	}
	return s, territories
}

// author writes what is measured.
var author = dealmap.Console("bench", dealmap.RoleOfast)

// manyPlaces is how many places BENCH_PLACES asks for, 25,000 by default.
func manyPlaces(b *testing.B) int {
	b.Helper()
	places := 25_000
	if text := os.Getenv("BENCH_PLACES"); text != "" {
		if _, err := fmt.Sscan(text, &places); err != nil {
			b.Fatal(err)
		}
	}
	return places
}

// BenchmarkTiles draws tiles over cities, each with a filter of its own.
func BenchmarkTiles(b *testing.B) {
	s, territories := populated(b, manyPlaces(b), 7)
	d := tiles.NewDrawer(func() *geo.Territories { return territories }, tiles.Basemap{}, tiles.PointsFrom(8))
	for _, viewer := range []dealmap.Viewer{
		author,
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
