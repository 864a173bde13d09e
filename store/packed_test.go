package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
)

// TestMapsStayWhatTheyWereWhilePlacesArePacked reads maps, those of a while ago too, while others change and erase their places, checkpoints
// pack them, and one place at a time is kept whole: a map tells the same as long as somebody has it, and after a restart.
func TestMapsStayWhatTheyWereWhilePlacesArePacked(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	ids := make([]dealmap.ID, 60)
	for i := range ids {
		c := add(r, fmt.Sprint("Point ", i))
		if i%7 == 0 {
			c.Facts.Address, c.Facts.Position, c.Facts.Accuracy, c.Facts.Commune = "", nil, dealmap.AccuracyCommune, "13055"
		}
		ids[i] = c.ID
		must(t, s, cross13, c, "")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Options{Dir: dir, Whole: 1})
	var work sync.WaitGroup
	var ended atomic.Bool
	for n := range 3 {
		random := rand.New(rand.NewPCG(r.Uint64(), uint64(n)))
		work.Go(func() {
			type reading struct {
				snapshot *store.Snapshot
				told     []string
			}
			scope, readings := scopeOf([]dealmap.Viewer{ofast, cross13, gn}[n]), []reading{}
			for last := false; !last; {
				last = ended.Load()
				now := s.Snapshot()
				readings = append(readings, reading{now, outputs(now, scope)})
				one := readings[random.IntN(len(readings))]
				if !reflect.DeepEqual(outputs(one.snapshot, scope), one.told) {
					t.Errorf("the map after entry %d tells something else at entry %d", one.snapshot.Seq(), s.Snapshot().Seq())
				}
			}
		})
	}
	for n := range 150 {
		id := ids[r.IntN(len(ids))]
		var c dealmap.Command
		switch r.IntN(8) {
		case 0:
			c = dealmap.ErasePlace{ID: id, Reason: "unlawful"}
		case 1:
			c = dealmap.StepPlace{ID: id, To: []dealmap.Status{dealmap.Dormant, dealmap.Active}[r.IntN(2)], Date: dealmap.DateOf(noon)}
		case 2:
			c = dealmap.MergePlaces{Into: id, From: ids[r.IntN(len(ids))]}
		default:
			c = dealmap.ChangePlace{ID: id, Patch: fmt.Appendf(nil, `{"name":"Point %d","note":"%d"}`, n, n)}
		}
		_, _ = s.Do(context.Background(), ofast, c, "") // what may not be done changes nothing
		s.Flush()
	}
	ended.Store(true)
	work.Wait()
	changed := s.Snapshot().Seq()
	if changed < 150 {
		t.Errorf("only %d entries", changed)
	}
	told := outputs(s.Snapshot(), scopeOf(ofast))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Options{Dir: dir, Whole: 1})
	if again := s.Snapshot(); again.Seq() != changed || !reflect.DeepEqual(outputs(again, scopeOf(ofast)), told) {
		t.Error("a restart changes what is told")
	}
}
