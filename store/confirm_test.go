package store_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
)

// lonely is an engine whose standby may be away: what is written then can be read and is not safe.
type lonely struct {
	*memjournal.Journal
	away atomic.Bool
}

func (j *lonely) Append(ctx context.Context, after dealmap.Seq, events []dealmap.Event) error {
	err := j.Journal.Append(ctx, after, events)
	if err == nil && j.away.Load() {
		return errors.New("outcome unknown")
	}
	return err
}

func (j *lonely) Confirm(context.Context) error {
	if j.away.Load() {
		return errors.New("no standby has it")
	}
	return nil
}

// What can be read in the journal and could be lost yet is not said to be done: neither to who wrote it nor to who tries again, on whichever
// node.
func TestUnsafeEntriesAreNotAcknowledged(t *testing.T) {
	t.Parallel()
	engine := &lonely{Journal: memjournal.New()}
	s, other := open(t, store.Options{Engine: engine}), open(t, store.Options{Engine: engine})
	command := add(seeded(t), "Place des Fêtes")
	engine.away.Store(true)
	for try, node := range []*store.Store{s, s, other} {
		if try > 0 {
			if err := node.Await(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}
		if result, err := node.Do(t.Context(), cross13, command, "k"); dealmap.KindOf(err) != dealmap.KindUnavailable {
			t.Errorf("try %d: %+v, %v", try, result, err)
		}
	}
	engine.away.Store(false)
	for try, node := range []*store.Store{s, other} {
		if result := must(t, node, cross13, command, "k"); !result.Replayed {
			t.Errorf("try %d: %+v", try, result)
		}
	}
	if last, _, err := engine.Last(t.Context()); last != 1 || err != nil {
		t.Errorf("%d entries, %v", last, err)
	}
}
