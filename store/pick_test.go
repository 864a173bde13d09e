package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
)

// farJournal is an engine of which entries are picked, and counts how often.
type farJournal struct {
	*memjournal.Journal
	picks int
}

func (j *farJournal) Pick(ctx context.Context, seqs []dealmap.Seq) (events []dealmap.Event, err error) {
	j.picks++
	for _, seq := range seqs {
		for e, err := range j.Read(ctx, seq-1) {
			if err != nil {
				return nil, err
			}
			events = append(events, e)
			break
		}
	}
	return events, nil
}

// What is picked from an engine far away is what is read one by one from one that is near, in few round trips.
func TestFarEngineTellsTheSame(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	journal := memjournal.New()
	now := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	clock := func() time.Time {
		now = now.Add(time.Minute)
		return now
	}
	near := open(t, store.Options{Engine: journal, Clock: clock})
	ids := make([]dealmap.ID, 0, 300)
	for range 300 {
		c := add(r, "Point")
		must(t, near, cross13, c, "")
		ids = append(ids, c.ID)
	}
	far := &farJournal{Journal: journal}
	there := open(t, store.Options{Engine: far, Clock: clock})
	begin := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	for range 40 {
		at := begin.Add(time.Duration(r.IntN(12*60)) * time.Minute / 2)
		a, errA := near.SnapshotAt(t.Context(), at)
		before := far.picks
		b, errB := there.SnapshotAt(t.Context(), at)
		if errA != nil || errB != nil || a.Seq() != b.Seq() {
			t.Fatalf("map as of %s: entry %d (%v) and %d (%v)", at, a.Seq(), errA, b.Seq(), errB)
		}
		if far.picks > before+3 {
			t.Fatalf("map as of %s took %d round trips", at, far.picks-before)
		}
	}
	for _, q := range []store.JournalQuery{{}, {Limit: 7}, {Place: ids[5]}, {From: begin.Add(time.Hour), To: begin.Add(2 * time.Hour)}, {Before: 40}} {
		a, errA := near.Entries(t.Context(), q)
		before := far.picks
		b, errB := there.Entries(t.Context(), q)
		if errA != nil || errB != nil || !reflect.DeepEqual(a, b) || len(a) == 0 {
			t.Fatalf("%+v: %d entries (%v) and %d (%v)", q, len(a), errA, len(b), errB)
		}
		if far.picks > before+8 {
			t.Fatalf("%+v took %d round trips", q, far.picks-before)
		}
	}
}
