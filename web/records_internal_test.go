package web

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
)

// sightOf is what the Ofast sees of a record.
func sightOf(t *testing.T, place *dealmap.Place) dealmap.Sight {
	t.Helper()
	scope := dealmap.NewScope(dealmap.Viewer{Role: dealmap.RoleOfast, Service: dealmap.ServiceOfast}, dealmap.Date{Year: 2026, Month: 11, Day: 23})
	sight, ok := scope.See(place)
	if !ok {
		t.Fatal("the Ofast does not see a place")
	}
	return sight
}

// usual is how lists are written for who may not export.
var usual = formOf(allProperties, false)

func writtenOf(sight dealmap.Sight, text string) *writtenRecord {
	return &writtenRecord{sight: sight, form: usual, text: text}
}

// TestKeptRecordsAreBounded keeps far more than fits, and wants the bound to hold, what was put last to be found, and nothing to be found
// for another sight.
func TestKeptRecordsAreBounded(t *testing.T) {
	t.Parallel()
	seed := uint64(20261129)
	if text := os.Getenv("SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("SEED=%d replays", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for _, most := range []int{-1, 0, 1000, 100_000, 1 << 20} {
		r, found := newRecords(most), 0
		for i := range 5000 {
			place := &dealmap.Place{Revision: i}
			for j := range place.ID {
				place.ID[j] = byte(random.Uint32())
			}
			sight, text := sightOf(t, place), fmt.Sprintf("%0*d", 300+random.IntN(900), i)
			r.put(writtenOf(sight, text), 0)
			if size := r.size.Load(); size > int64(max(0, most)) {
				t.Fatalf("%d bytes are kept, %d at most", size, most)
			}
			if one := r.get(sight, usual); one != nil {
				if found++; one.text != text {
					t.Fatalf("found %q, put %q", one.text, text)
				}
			}
			if r.get(sight, formOf(allProperties, true)) != nil {
				t.Fatal("what is written for who may not export is found for who may")
			}
			if r.get(sight, formOf(allProperties^1, false)) != nil {
				t.Fatal("what is written with all properties is found for some of them")
			}
			next := *place
			next.Revision++
			if r.get(sightOf(t, &next), usual) != nil {
				t.Fatal("what is written of a revision is found for the next")
			}
		}
		if most >= 100_000 && found < 4500 {
			t.Errorf("of 5000 records put, %d were found right after, with %d bytes", found, most)
		}
	}
}

// TestWalksDoNotPutOutWhatIsAskedForOften asks for some places again and again while everything else of a map that is larger than the
// memory is asked for once.
func TestWalksDoNotPutOutWhatIsAskedForOften(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(20261130, 0))
	sight := func() dealmap.Sight {
		place := &dealmap.Place{}
		for j := range place.ID {
			place.ID[j] = byte(random.Uint32())
		}
		return sightOf(t, place)
	}
	r := newRecords(1 << 20) // about a thousand
	ask := func(sight dealmap.Sight) (kept bool) {
		if r.get(sight, usual) != nil {
			return true
		}
		if r.worth(sight, usual) {
			r.put(writtenOf(sight, fmt.Sprintf("%0800d", 0)), 0)
		}
		return false
	}
	often := make([]dealmap.Sight, 300)
	for i := range often {
		often[i] = sight()
		ask(often[i])
	}
	if !ask(often[0]) {
		t.Fatal("as long as there is room everything is kept")
	}
	found, once := 0, 0
	const rounds = 200
	for range rounds {
		for _, one := range often {
			if ask(one) {
				found++
			}
		}
		for range 300 {
			if one := sight(); !ask(one) && r.get(one, usual) != nil {
				once++
			}
		}
	}
	t.Logf("%.0f %% of what is asked for often was kept, %.0f %% of the rest", 100*float64(found)/rounds/300, 100*float64(once)/rounds/300)
	if found < rounds*300*9/10 || once > rounds*300/5 {
		t.Errorf("of %d asked for often %d were kept, of as many asked for once %d", rounds*300, found, once)
	}
}

// TestARevisionTakesThePlaceOfTheOneBefore keeps old revisions from filling the memory.
func TestARevisionTakesThePlaceOfTheOneBefore(t *testing.T) {
	t.Parallel()
	r, place := newRecords(1<<20), dealmap.Place{ID: dealmap.ID{1, 15: 1}}
	for revision := range 100 {
		next := place
		next.Revision = revision
		r.put(writtenOf(sightOf(t, &next), "{}"), 0)
	}
	if size := r.size.Load(); size > 2*aroundARecord {
		t.Errorf("%d bytes are kept of one place", size)
	}
}

// TestErasedRecordsAreForgotten keeps records while others are erased, from maps before and after, and wants nothing to be kept that was
// written before the last erasure.
func TestErasedRecordsAreForgotten(t *testing.T) {
	t.Parallel()
	r := newRecords(1 << 20)
	sights := make([]dealmap.Sight, 500)
	for i := range sights {
		sights[i] = sightOf(t, &dealmap.Place{ID: dealmap.ID{byte(i >> 8), 8: byte(i >> 8), 9: byte(i), 15: byte(i)}})
	}
	const last = 50
	var work sync.WaitGroup
	for writer := range 4 {
		work.Go(func() {
			for erased := range dealmap.Seq(last + 1) {
				r.forget(erased)
				for i, sight := range sights {
					if i%4 == writer {
						r.put(writtenOf(sight, fmt.Sprint(erased)), erased)
					}
				}
			}
		})
	}
	work.Wait()
	for _, sight := range sights {
		if one := r.get(sight, usual); one != nil && one.text != fmt.Sprint(last) {
			t.Fatalf("a record of the map after entry %s is kept, of which %d erased some", one.text, last)
		}
		r.put(writtenOf(sight, fmt.Sprint(last)), last) // what was put while others cleared may be gone
	}
	kept := 0
	for _, sight := range sights {
		if r.get(sight, usual) != nil {
			kept++
		}
	}
	if kept < len(sights)*9/10 {
		t.Errorf("%d of %d records are kept", kept, len(sights))
	}
	r.forget(last + 1)
	if size := r.size.Load(); size != 0 {
		t.Errorf("%d bytes are counted of nothing", size)
	}
}
