package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/memjournal"
)

// BenchmarkWriters measures durable writes through Do: the same work by one writer and by 64 at once.
func BenchmarkWriters(b *testing.B) {
	for _, kind := range []string{"add", "confirm"} {
		for _, writers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/writers=%d", kind, writers), func(b *testing.B) { benchWriters(b, kind, writers) })
		}
	}
}

func benchWriters(b *testing.B, kind string, writers int) {
	s := open(b, store.Options{Dir: b.TempDir()})
	r := rand.New(rand.NewPCG(1, 2))
	ids := make([]dealmap.ID, writers)
	for i := range ids {
		ids[i] = must(b, s, ofast, add(r, fmt.Sprint("Départ ", i)), "").Subject
	}
	commands := make([]dealmap.Command, b.N)
	for i := range commands {
		if kind == "add" {
			commands[i] = add(r, fmt.Sprint("Point ", i))
		} else {
			commands[i] = dealmap.ConfirmPlace{ID: ids[i%writers]}
		}
	}
	next := make(chan int, b.N)
	for i := range b.N {
		next <- i
	}
	close(next)
	b.ResetTimer()
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for i := range next {
				if _, err := s.Do(context.Background(), ofast, commands[i], fmt.Sprint("k", i)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}

// BenchmarkOpen measures the start with 100,000 places from the state on disk.
func BenchmarkOpen(b *testing.B) {
	const places = 100_000
	dir := filled(b, places)
	b.ResetTimer()
	for range b.N {
		s, err := store.Open(context.Background(), store.Options{Dir: dir, Territories: atlas(b)})
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if s.Snapshot().Len() != places {
			b.Fatalf("%d places", s.Snapshot().Len())
		}
		s.Close()
		b.StartTimer()
	}
}

// BenchmarkRebuild measures the start with 100,000 places from the journal alone.
func BenchmarkRebuild(b *testing.B) {
	dir := filled(b, 100_000)
	b.ResetTimer()
	for range b.N {
		if err := store.Rebuild(context.Background(), dir, nil, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPublish measures one write in memory on maps of different sizes: the difference is what publication costs.
func BenchmarkPublish(b *testing.B) {
	for _, places := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("places=%d", places), func(b *testing.B) {
			s := open(b, store.Options{Dir: filled(b, places)})
			r := rand.New(rand.NewPCG(3, 4))
			id := must(b, s, ofast, add(r, "Celui-ci"), "").Subject
			b.ResetTimer()
			for range b.N {
				must(b, s, ofast, dealmap.ConfirmPlace{ID: id}, "")
			}
		})
	}
}

// BenchmarkSearch measures a search that has to look at all of 100,000 places.
func BenchmarkSearch(b *testing.B) {
	s := open(b, store.Options{Dir: filled(b, 100_000)})
	scope := scopeOf(gn)
	b.ResetTimer()
	for range b.N {
		if found := s.Snapshot().Search(scope, "introuvable rue", 10); len(found) != 0 {
			b.Fatal("found")
		}
	}
}

// filled makes a data folder with places, closed again.
func filled(b testing.TB, places int) string {
	b.Helper()
	dir := b.TempDir()
	s := open(b, store.Options{Dir: dir, Clock: func() time.Time { return noon }})
	r := rand.New(rand.NewPCG(5, 6))
	for at := 0; at < places; at += 10_000 {
		var batch dealmap.ImportPlaces
		for i := at; i < min(at+10_000, places); i++ {
			batch.Places = append(batch.Places, add(r, fmt.Sprint("Point ", i)))
		}
		must(b, s, ofast, batch, "")
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkCounts measures what a cluster tile with a filter never seen before has to look at, at a low zoom: the whole demonstration map.
func BenchmarkCounts(b *testing.B) {
	territories := store.Country(b)
	s := open(b, store.Options{Engine: memjournal.New(), Territories: territories})
	var batch dealmap.ImportPlaces
	for place := range seeds.Places(100_000, 1, territories, noon) {
		if batch.Places = append(batch.Places, place); len(batch.Places) == 10_000 {
			must(b, s, ofast, batch, "")
			batch.Places = nil
		}
	}
	snapshot := s.Snapshot()
	for what, filter := range map[string]dealmap.Filter{
		"status and product": {DealPoints: true, Statuses: []dealmap.Status{dealmap.Active, dealmap.Dormant}, Products: []dealmap.Product{"cannabis", "cocaine"}},
		"dated":              {DealPoints: true, ConfirmedAfter: dealmap.Date{Year: 1950, Month: 1, Day: 1}},
	} {
		for _, who := range []dealmap.Viewer{ofast, gn, cross13, prefet13} {
			b.Run(fmt.Sprintf("%s/%s", what, who.Role), func(b *testing.B) {
				b.ReportAllocs()
				var shares []*uint32
				for b.Loop() {
					shares = nil
					snapshot.Counts(scopeOf(who), &filter, geo.Squares{}, 10, func() func(uint32, uint32, *geo.Counts) {
						counted := new(uint32)
						shares = append(shares, counted)
						return func(_, _ uint32, n *geo.Counts) { *counted += n.All }
					})
				}
				counted := uint32(0)
				for _, share := range shares {
					counted += *share
				}
				b.ReportMetric(float64(counted), "places")
			})
		}
	}
}

// BenchmarkJournalQueries measures an auditor's questions to a journal of 100,000 entries, or of ENTRIES: of 50 authors, one of
// whom wrote one entry in 10,000.
func BenchmarkJournalQueries(b *testing.B) {
	n := 100_000
	if text := os.Getenv("ENTRIES"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	dir := b.TempDir()
	journal, err := boltjournal.Open(filepath.Join(dir, store.JournalFile), boltjournal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var place dealmap.ID
	for at := 0; at < n; at += 4096 {
		var events []dealmap.Event
		for i := range min(4096, n-at) {
			c := add(r, "Cité A")
			e := dealmap.Event{Time: noon.Add(time.Duration(at+i) * time.Second), Kind: dealmap.EventPlaceAdded, Subject: c.ID,
				Author: dealmap.Author{Subject: fmt.Sprint("agent ", i%50), Role: dealmap.RoleCross}, Motive: "mise à jour",
				Body: dealmap.PlaceAdded{Reference: fmt.Sprint("13-", at+i), Status: dealmap.Active, Facts: c.Facts, Territories: []dealmap.TerritoryCode{"dep:13"}}}
			if i%2 == 1 {
				e.Kind, e.Subject, e.Body = dealmap.EventPlaceConfirmed, events[i-1].Subject, dealmap.PlaceConfirmed{Date: dealmap.DateOf(noon)}
			}
			if (at+i)%10_000 == 1 {
				e.Author.Subject, place = "rare", e.Subject
			}
			events = append(events, e)
		}
		if err := journal.Append(context.Background(), dealmap.Seq(at), events); err != nil {
			b.Fatal(err)
		}
	}
	s := open(b, store.Options{Dir: dir, Engine: journal})
	for name, q := range map[string]store.JournalQuery{
		"newest": {Limit: 100}, "place": {Place: place, Limit: 100}, "rare author": {Subject: "rare", Limit: 100},
		"rare author, nothing": {Subject: "rare", Kinds: []dealmap.EventKind{dealmap.EventPlaceErased}},
		"an hour":              {From: noon.Add(time.Duration(n/2) * time.Second), To: noon.Add(time.Duration(n/2+3600) * time.Second), Limit: 100},
		"a thousand of a kind": {Kinds: []dealmap.EventKind{dealmap.EventPlaceConfirmed}},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Entries(context.Background(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkErase measures erasing places of five entries each from a map of 2,000, bodies and traces in the journal's file
// included.
func BenchmarkErase(b *testing.B) {
	s := open(b, store.Options{Dir: b.TempDir()})
	r := rand.New(rand.NewPCG(1, 2))
	var list dealmap.ImportPlaces
	for range 2000 {
		list.Places = append(list.Places, add(r, "Cité A"))
	}
	must(b, s, ofast, list, "")
	for b.Loop() {
		b.StopTimer()
		id := must(b, s, ofast, add(r, "Cité B"), "").Subject
		for i := range 4 {
			must(b, s, ofast, dealmap.ChangePlace{ID: id, Patch: fmt.Appendf(nil, `{"hours":"%d"}`, i)}, "")
		}
		b.StartTimer()
		must(b, s, ofast, dealmap.ErasePlace{ID: id, Reason: "retention"}, "")
	}
}
