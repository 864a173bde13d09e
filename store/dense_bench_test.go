package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
	"github.com/paulmach/orb"
)

// BenchmarkDense measures single writes in Marseille, in memory, on two maps of the same size: one has the places of its
// département as a map of a million has them, the other places of the whole country. The difference is what neighbours cost.
func BenchmarkDense(b *testing.B) {
	territories := store.Country(b)
	var dense []dealmap.AddPlace
	for place := range seeds.Places(1_000_000, 1, territories, noon) {
		if place.Facts.Commune > "14" {
			break
		}
		if strings.HasPrefix(place.Facts.Commune, "13") {
			dense = append(dense, place)
		}
	}
	sparse := slices.Collect(seeds.Places(len(dense), 1, territories, noon))
	for _, m := range []struct {
		name   string
		places []dealmap.AddPlace
	}{{"sparse", sparse}, {"dense", dense}} {
		s := open(b, store.Options{Engine: memjournal.New(), Territories: territories})
		for some := range slices.Chunk(m.places, 10_000) {
			must(b, s, ofast, dealmap.ImportPlaces{Places: some}, "")
		}
		var there []dealmap.ID
		for i := range m.places {
			f := &m.places[i].Facts
			_, seen := s.Snapshot().Place(scopeOf(ofast), m.places[i].ID)
			if seen && f.Commune >= "13201" && f.Commune <= "13216" && f.Position != nil && m.places[i].Status != dealmap.Closed && f.Kind.IsDealPoint() {
				there = append(there, m.places[i].ID)
			}
		}
		b.Run(m.name+"/match", func(b *testing.B) { benchMatches(b, s.Snapshot(), m.places) })
		r := rand.New(rand.NewPCG(3, 4))
		for kind, write := range denseWrites {
			b.Run(fmt.Sprintf("%s/%s", m.name, kind), func(b *testing.B) {
				refused := 0
				b.ReportAllocs()
				before := store.ProcessorTime(b)
				for i := 0; b.Loop(); i++ {
					if _, err := s.Do(context.Background(), ofast, write(r, i, there), ""); dealmap.KindOf(err) == dealmap.KindDuplicate {
						refused++
					} else if err != nil && (kind != "step" && kind != "link" || dealmap.KindOf(err) != dealmap.KindConflict) {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64((store.ProcessorTime(b)-before).Microseconds())/float64(b.N), "µs-cpu/op")
				b.ReportMetric(float64(refused)/float64(b.N), "refused/op")
			})
		}
	}
}

// benchMatches measures looking for what may be the same as a place in the middle of Marseille, entered a little beside it.
func benchMatches(b *testing.B, snapshot *store.Snapshot, places []dealmap.AddPlace) {
	r := rand.New(rand.NewPCG(3, 4))
	var rows []dealmap.Facts
	for i := range places {
		f := places[i].Facts
		if f.Commune >= "13201" && f.Commune <= "13206" && f.Position != nil && f.Kind.IsDealPoint() && r.IntN(5) == 0 {
			f.Position = &orb.Point{f.Position[0] + 2e-4*r.NormFloat64(), f.Position[1] + 2e-4*r.NormFloat64()}
			rows = append(rows, f)
		}
	}
	found, before := 0, store.ProcessorTime(b)
	for i := 0; b.Loop(); i++ {
		d := dealmap.Describe(&rows[(i*7919)%len(rows)])
		found += len(snapshot.Matches(scopeOf(ofast), &d, dealmap.ProposeFrom, 10, dealmap.ID{}))
	}
	b.ReportMetric(float64((store.ProcessorTime(b)-before).Microseconds())/float64(b.N), "µs-cpu/op")
	b.ReportMetric(float64(found)/float64(b.N), "found/op")
}

var denseWrites = map[string]func(r *rand.Rand, i int, there []dealmap.ID) dealmap.Command{
	"add": func(r *rand.Rand, i int, _ []dealmap.ID) dealmap.Command { return dense(r, i, false) },
	"add whatever is there": func(r *rand.Rand, i int, _ []dealmap.ID) dealmap.Command {
		return dense(r, i, true)
	},
	"patch": func(r *rand.Rand, i int, there []dealmap.ID) dealmap.Command {
		return dealmap.ChangePlace{ID: there[r.IntN(len(there))], Patch: fmt.Appendf(nil, `{"note":"vu %d fois"}`, i)}
	},
	"confirm": func(r *rand.Rand, _ int, there []dealmap.ID) dealmap.Command {
		return dealmap.ConfirmPlace{ID: there[r.IntN(len(there))]}
	},
	"step": func(r *rand.Rand, _ int, there []dealmap.ID) dealmap.Command {
		to := []dealmap.Status{dealmap.Active, dealmap.Dormant}
		return dealmap.StepPlace{ID: there[r.IntN(len(there))], To: to[r.IntN(2)]}
	},
	"link": func(r *rand.Rand, _ int, there []dealmap.ID) dealmap.Command {
		from := r.IntN(len(there) - 1)
		return dealmap.RecordLink{ID: newID(r), Facts: dealmap.LinkFacts{From: there[from], To: there[from+1], Kind: dealmap.Supplies}}
	},
}

// dense makes a point in the middle of Marseille.
func dense(r *rand.Rand, i int, accept bool) dealmap.AddPlace {
	at := orb.Point{5.3698 + 0.004*r.NormFloat64(), 43.2965 + 0.003*r.NormFloat64()}
	return dealmap.AddPlace{ID: newID(r), Status: dealmap.Active, AcceptDuplicates: accept, Facts: dealmap.Facts{
		Kind: dealmap.Street, Name: fmt.Sprintf("Résidence des Pervenches %d", i), Address: fmt.Sprintf("%d rue de la République", 1+i%300), Position: &at,
		Accuracy: dealmap.AccuracyBuilding, Products: []dealmap.Product{"cannabis"}, Commune: "13055",
	}}
}
