package store

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// BenchmarkPublication measures taking in a change of one place and publishing the map, and publishing alone, on maps of different
// sizes around one city: bytes are what does not depend on the machine.
func BenchmarkPublication(b *testing.B) {
	for _, places := range []int{1_000, 10_000, 100_000, 1_000_000} {
		s := around(places)
		r := rand.New(rand.NewPCG(3, 4))
		var ids []dealmap.ID
		s.places.Scan(func(rec *record) bool {
			ids = append(ids, rec.id)
			return len(ids) < 1000
		})
		b.Run(fmt.Sprintf("change/places=%d", places), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				before := s.Place(ids[r.IntN(len(ids))])
				after := *before
				after.Revision++
				after.Facts.Intensity = 1 + after.Revision%5
				s.put(before, &after)
				s.snapshot()
			}
		})
		b.Run(fmt.Sprintf("publish/places=%d", places), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.snapshot()
			}
		})
	}
}

// around makes a map of places around one city, the more the denser.
func around(places int) *state {
	r := rand.New(rand.NewPCG(1, 2))
	records := make([]*record, places)
	for i := range records {
		var id dealmap.ID
		for n := range id {
			id[n] = byte(r.Uint32())
		}
		at := orb.Point{5.37 + 0.05*r.NormFloat64(), 43.3 + 0.04*r.NormFloat64()}
		records[i] = newRecord(&dealmap.Place{ID: id, Reference: strconv.Itoa(i), Revision: 1, Status: dealmap.Active,
			Territories: []dealmap.TerritoryCode{"com:13055", "dep:13"}, Facts: dealmap.Facts{Kind: dealmap.Street, Name: "Point " + strconv.Itoa(i), Position: &at,
				Accuracy: dealmap.AccuracyBuilding, Commune: "13055", Owner: dealmap.Owner{Service: dealmap.ServicePN, Unit: "Cross 13"}}})
	}
	s := filled(records)
	return s
}
