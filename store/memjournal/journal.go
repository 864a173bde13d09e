// Package memjournal keeps a journal in memory, sealed like any other, for tests and for trials without a disk.
package memjournal

import (
	"context"
	"crypto/rand"
	"fmt"
	"iter"
	"sync"

	"github.com/mesure5/dealmap"
)

type entry struct {
	dealmap.Sealed
	salt []byte
}

// Journal is the engine; make it with New.
type Journal struct {
	mu      sync.Mutex
	entries []entry
	changed chan struct{}
}

// New makes an empty journal.
func New() *Journal { return &Journal{changed: make(chan struct{})} }

// Append writes events after the given entry, all or none; it is a conflict when after is not the last entry.
func (j *Journal) Append(ctx context.Context, after dealmap.Seq, events []dealmap.Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if last := dealmap.Seq(len(j.entries)); last != after {
		return fmt.Errorf("append after entry %d, last is %d: %w", after, last,
			&dealmap.Error{Kind: dealmap.KindConflict, Message: "le journal a avancé entre-temps"})
	}
	prev := j.hash(after)
	added := make([]entry, len(events))
	for i, e := range events {
		e.Seq = after + dealmap.Seq(i) + 1
		salt := make([]byte, dealmap.SaltSize)
		if _, err := rand.Read(salt); err != nil {
			return err
		}
		sealed, err := dealmap.Seal(prev, e, salt)
		if err != nil {
			return err
		}
		added[i], prev = entry{sealed, salt}, sealed.Hash
	}
	j.entries = append(j.entries, added...)
	if len(added) > 0 {
		close(j.changed)
		j.changed = make(chan struct{})
	}
	return nil
}

func (j *Journal) hash(seq dealmap.Seq) dealmap.Hash {
	if seq == 0 {
		return dealmap.Hash{}
	}
	return j.entries[seq-1].Hash
}

// Read yields the entries after the given one in order, each verified against the chain.
func (j *Journal) Read(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Event, error] {
	return func(yield func(dealmap.Event, error) bool) {
		prev, err := j.HashAt(ctx, after)
		for err == nil {
			if err = ctx.Err(); err != nil {
				break
			}
			j.mu.Lock()
			if after >= dealmap.Seq(len(j.entries)) {
				j.mu.Unlock()
				return
			}
			next := j.entries[after]
			j.mu.Unlock()
			var e dealmap.Event
			if e, prev, err = dealmap.Unseal(prev, next.Header, next.salt, next.Body); err != nil {
				break
			}
			if !yield(e, nil) {
				return
			}
			after++
		}
		yield(dealmap.Event{}, err)
	}
}

// Wait returns when there is an entry after the given one, or with the context's error.
func (j *Journal) Wait(ctx context.Context, after dealmap.Seq) error {
	for {
		j.mu.Lock()
		last, changed := dealmap.Seq(len(j.entries)), j.changed
		j.mu.Unlock()
		if last > after {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Erase removes an entry's body and salt; the chain still verifies.
func (j *Journal) Erase(_ context.Context, seq dealmap.Seq) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if seq == 0 || seq > dealmap.Seq(len(j.entries)) {
		return fmt.Errorf("erase entry %d: %w", seq, dealmap.NotFound())
	}
	j.entries[seq-1].Body, j.entries[seq-1].salt = nil, nil
	return nil
}

// Last returns the sequence and the hash of the last entry, 0 when there is none.
func (j *Journal) Last(context.Context) (dealmap.Seq, dealmap.Hash, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	last := dealmap.Seq(len(j.entries))
	return last, j.hash(last), nil
}

// HashAt returns the hash of an entry, the zero hash for 0.
func (j *Journal) HashAt(_ context.Context, seq dealmap.Seq) (dealmap.Hash, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if seq > dealmap.Seq(len(j.entries)) {
		return dealmap.Hash{}, fmt.Errorf("journal entry %d: %w", seq, dealmap.NotFound())
	}
	return j.hash(seq), nil
}

// Hashes yields the hashes of the entries after the given one in order.
func (j *Journal) Hashes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Hash, error] {
	return func(yield func(dealmap.Hash, error) bool) {
		if _, err := j.HashAt(ctx, after); err != nil {
			yield(dealmap.Hash{}, err)
			return
		}
		for {
			if err := ctx.Err(); err != nil {
				yield(dealmap.Hash{}, err)
				return
			}
			j.mu.Lock()
			last, hash := dealmap.Seq(len(j.entries)), dealmap.Hash{}
			if after < last {
				hash = j.hash(after + 1)
			}
			j.mu.Unlock()
			if after >= last || !yield(hash, nil) {
				return
			}
			after++
		}
	}
}

// Close does nothing: the journal may be opened by another store, as after a restart.
func (j *Journal) Close() error { return nil }
