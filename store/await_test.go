package store_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
)

// TestAwait: whoever waits on one node for what was written on another goes on once the map shows it, and not before.
func TestAwait(t *testing.T) {
	t.Parallel()
	seeded(t)
	journal := memjournal.New()
	a, b := open(t, store.Options{Engine: journal}), open(t, store.Options{Engine: journal})
	r := rand.New(rand.NewPCG(4, 2))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for range 50 {
		added := must(t, a, cross13, add(r, "Point attendu"), "")
		seq := a.Snapshot().Seq()
		if err := b.Await(ctx, seq); err != nil {
			t.Fatal(err)
		}
		if _, shown := b.Snapshot().Place(scopeOf(gn), added.Subject); !shown || b.Snapshot().Seq() < seq {
			t.Fatalf("the wait for entry %d ended at %d", seq, b.Snapshot().Seq())
		}
	}
	if err := b.Await(ctx, 0); err != nil {
		t.Errorf("what is shown was waited for: %v", err)
	}
	soon, stop := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- b.Await(soon, a.Snapshot().Seq()+1000) }()
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("a wait that was given up: %v", err)
	}
	go func() { ended <- b.Await(t.Context(), a.Snapshot().Seq()+1000) }()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, store.ErrClosed) {
		t.Errorf("a wait on a store that closed: %v", err)
	}
}
