package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
)

// Two nodes on one journal: each sees what the other writes, and neither loses or doubles a write when both write at once.
func TestTwoNodesShareOneJournal(t *testing.T) {
	t.Parallel()
	seeded(t)
	journal := memjournal.New()
	a := open(t, store.Options{Engine: journal, Dir: t.TempDir()})
	b := open(t, store.Options{Engine: journal})
	const each = 150
	var wg sync.WaitGroup
	for n, s := range []*store.Store{a, b} {
		for w := range 4 {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(uint64(n), uint64(w)))
				for i := range each {
					c := add(r, fmt.Sprintf("Point %d %d %d", n, w, i))
					if _, err := s.Do(context.Background(), cross13, c, ""); err != nil {
						t.Error(err)
					}
					if _, ok := s.Snapshot().Place(scopeOf(gn), c.ID); !ok {
						t.Error("a write is not shown to its own author at once")
					}
				}
			})
		}
	}
	wg.Wait()
	last, _, err := journal.Last(t.Context())
	if err != nil || last != 2*4*each {
		t.Fatalf("%d entries, %v", last, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for _, s := range []*store.Store{a, b} {
		for s.Snapshot().Seq() != last {
			select {
			case <-time.After(time.Millisecond):
			case <-ctx.Done():
				t.Fatalf("a node stays at %d of %d", s.Snapshot().Seq(), last)
			}
		}
	}
	if !reflect.DeepEqual(outputs(a.Snapshot(), scopeOf(gn)), outputs(b.Snapshot(), scopeOf(gn))) {
		t.Fatal("the nodes show different maps")
	}
	// An idle node hears of what another does, and passes it on to those who follow it.
	added := must(t, a, cross13, add(rand.New(rand.NewPCG(9, 9)), "Le dernier"), "")
	for c, err := range b.Changes(ctx, last) {
		if err != nil {
			t.Fatal(err)
		}
		scope := scopeOf(gn)
		if _, after := c.See(&scope); after.ID() != added.Subject {
			t.Fatalf("change %d is of %s", c.Seq, after.ID())
		}
		break
	}
}

// slowJournal is an engine whose append waits for what it does not get, as while it looks for what became of it.
type slowJournal struct {
	*memjournal.Journal
	entered, leave chan struct{}
	away           atomic.Bool
}

func (j *slowJournal) Append(ctx context.Context, after dealmap.Seq, events []dealmap.Event) error {
	j.entered <- struct{}{}
	<-j.leave
	return j.Journal.Append(ctx, after, events)
}

func (j *slowJournal) Reachable() error {
	if j.away.Load() {
		return errors.New("away")
	}
	return nil
}

// Whoever waits behind an append whose outcome is looked for is refused once the engine is known to be away; that append goes on.
func TestAwayEngineKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	journal := &slowJournal{Journal: memjournal.New(), entered: make(chan struct{}), leave: make(chan struct{})}
	s := open(t, store.Options{Engine: journal})
	first, second := make(chan error, 1), make(chan error, 1)
	one, two, three := add(r, "Un"), add(r, "Deux"), add(r, "Trois")
	go func() {
		_, err := s.Do(context.Background(), cross13, one, "")
		first <- err
	}()
	<-journal.entered
	go func() {
		_, err := s.Do(context.Background(), cross13, two, "")
		second <- err
	}()
	journal.away.Store(true)
	if err := <-second; dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Fatalf("who waits is told %v", err)
	}
	if _, err := s.Do(context.Background(), cross13, three, ""); dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Fatalf("who comes is told %v", err)
	}
	journal.leave <- struct{}{}
	if err := <-first; err != nil {
		t.Fatalf("the append that went on: %v", err)
	}
}

// Nodes whose clocks are hours apart make one history, in which time never goes back, and see the same past.
func TestClocksApart(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	journal := memjournal.New()
	began := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var ticks atomic.Int64
	at := func(skew time.Duration) func() time.Time {
		return func() time.Time { return began.Add(skew + time.Duration(ticks.Add(1))*time.Second) }
	}
	nodes := []*store.Store{
		open(t, store.Options{Engine: journal, Clock: at(3 * time.Hour)}), open(t, store.Options{Engine: journal, Clock: at(-5 * time.Hour)}),
		open(t, store.Options{Engine: journal, Clock: at(0)}),
	}
	for i := range 60 {
		must(t, nodes[i%3], cross13, add(r, fmt.Sprint("Point ", i)), "")
	}
	last, _, err := journal.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var before time.Time
	for e, err := range journal.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Time.Before(before) {
			t.Fatalf("entry %d is of %s, the one before of %s", e.Seq, e.Time, before)
		}
		before = e.Time
	}
	for _, s := range nodes {
		if err := s.Await(t.Context(), last); err != nil {
			t.Fatal(err)
		}
		past, err := s.SnapshotAt(t.Context(), before)
		if err != nil || past.Seq() != last || past.Len() != 60 {
			t.Fatalf("a node sees %d places at entry %d: %v", past.Len(), past.Seq(), err)
		}
	}
}
