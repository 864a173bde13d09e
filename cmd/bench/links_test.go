package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/tiles"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// linked is a map of 25,000 places with 100,000 links in memory: near says that nine in ten tie a place to another of its surroundings,
// else all tie any two.
func linked(b *testing.B, near bool) (*store.Store, *geo.Territories) {
	b.Helper()
	s, territories := populated(b, 25_000, 6)
	do := func(c dealmap.Command) {
		if _, err := s.Do(context.Background(), author, c, ""); err != nil {
			b.Fatal(err)
		}
	}
	var placed []dealmap.Sight
	scope := dealmap.NewScope(author, dealmap.DateOf(time.Now()))
	s.Snapshot().Each(scope, dealmap.ID{}, func(x dealmap.Sight) bool {
		if _, ok := x.Position(); ok && x.Closing() == nil {
			placed = append(placed, x)
		}
		return true
	})
	// Neighbours in this order are near each other.
	slices.SortFunc(placed, func(x, y dealmap.Sight) int {
		if x.Departement() != y.Departement() {
			if x.Departement() < y.Departement() {
				return -1
			}
			return 1
		}
		return 0
	})
	r := rand.New(rand.NewPCG(6, 0))
	means := dealmap.LinkMeans()
	taken := map[[2]int]bool{}
	var links []dealmap.RecordLink
	for n := 0; n < benchLinks; {
		from, to := r.IntN(len(placed)), r.IntN(len(placed))
		if near && r.IntN(10) > 0 {
			to = min(len(placed)-1, max(0, from+r.IntN(200)-100))
		}
		if from == to || taken[[2]int{from, to}] {
			continue
		}
		taken[[2]int{from, to}] = true
		link := dealmap.RecordLink{Facts: dealmap.LinkFacts{From: placed[from].ID(), To: placed[to].ID(), Kind: dealmap.Supplies,
			Means: dealmap.Means(means[n%len(means)].Value), Strength: 1 + r.IntN(50)}}
		for i := range link.ID {
			link.ID[i] = byte(r.Uint32())
		}
		if links = append(links, link); len(links) == linksAtOnce {
			do(dealmap.ImportNetwork{Links: links})
			links = nil
		}
		n++
	}
	return s, territories
}

// BenchmarkLinkTiles draws tiles of links, each with a day of its own, so that nothing is answered from memory.
func BenchmarkLinkTiles(b *testing.B) {
	for _, near := range []bool{true, false} {
		b.Run(fmt.Sprintf("near=%v", near), func(b *testing.B) {
			s, territories := linked(b, near)
			for _, z := range []maptile.Zoom{6, 8, 9, 10, 12} {
				b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) { drawLinks(b, s, territories, z) })
			}
		})
	}
}

func drawLinks(b *testing.B, s *store.Store, territories *geo.Territories, z maptile.Zoom) {
	d := tiles.NewDrawer(func() *geo.Territories { return territories }, tiles.Basemap{})
	scope := dealmap.NewScope(dealmap.Console("bench", dealmap.RoleOfast), dealmap.DateOf(time.Now()))
	on := dealmap.Date{Year: 2199, Month: 12, Day: 31}
	places := []orb.Point{{5.38, 43.3}, {2.35, 48.86}, {4.84, 45.76}}
	var times []time.Duration
	size := 0
	for b.Loop() {
		on = on.AddDays(-1)
		begin := time.Now()
		tile, err := d.Draw(context.Background(), s.Snapshot(), tiles.Request{
			Layers: []tiles.Layer{tiles.LayerLinks}, Tile: maptile.At(places[len(times)%len(places)], z), Scope: scope, Links: dealmap.LinkFilter{On: on},
		})
		if err != nil {
			b.Fatal(err)
		}
		times, size = append(times, time.Since(begin)), size+len(tile)
	}
	slices.Sort(times)
	b.ReportMetric(times[len(times)/2].Seconds()*1000, "ms-p50")
	b.ReportMetric(float64(size)/float64(len(times)), "bytes/tile")
}
