package store

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/mesure5/dealmap"
)

// ErrTooOld says that the changes after a sequence are no longer (or not yet) at hand: whoever follows reads everything
// anew and follows from there.
var ErrTooOld = errors.New("store: changes from there are not at hand")

// ringSize is the number of changes kept for those who follow.
const ringSize = 1 << 14

// ring keeps the last changes. Followers copy what they need under a read lock, so that a slow one holds up nobody.
type ring struct {
	mu      sync.RWMutex
	buffer  []dealmap.Change // change seq lies at seq % ringSize
	first   dealmap.Seq      // the oldest kept
	next    dealmap.Seq      // the one that comes next
	changed chan struct{}    // closed when there is more
}

func newRing(last dealmap.Seq) *ring {
	return &ring{buffer: make([]dealmap.Change, ringSize), first: last + 1, next: last + 1, changed: make(chan struct{})}
}

func (r *ring) add(changes []dealmap.Change) {
	if len(changes) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range changes {
		r.buffer[c.Seq%ringSize] = c
	}
	r.next = changes[len(changes)-1].Seq + 1
	if r.next-r.first > ringSize {
		r.first = r.next - ringSize
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

// from copies changes after a sequence into buffer; when there are none yet, the channel tells when to ask again.
func (r *ring) from(after dealmap.Seq, buffer []dealmap.Change) (int, <-chan struct{}, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if after+1 < r.first || after >= r.next {
		return 0, nil, ErrTooOld
	}
	n := 0
	for seq := after + 1; seq < r.next && n < len(buffer); seq++ {
		buffer[n] = r.buffer[seq%ringSize]
		n++
	}
	return n, r.changed, nil
}

// Changes yields what each entry after a sequence did, as it happens, until the context ends or yield returns false. There
// is one change for every entry; for one that concerns no place, both its sights are zero. When a change is yielded,
// Snapshot already holds it. The error is ErrTooOld, ErrClosed or the context's, and ends it.
func (s *Store) Changes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Change, error] {
	return func(yield func(dealmap.Change, error) bool) {
		buffer := make([]dealmap.Change, 64)
		for {
			n, changed, err := s.ring.from(after, buffer)
			if err != nil {
				yield(dealmap.Change{}, err)
				return
			}
			for _, c := range buffer[:n] {
				if !yield(c, nil) {
					return
				}
				after = c.Seq
			}
			if n > 0 {
				if err := ctx.Err(); err != nil {
					yield(dealmap.Change{}, err)
					return
				}
				continue
			}
			select {
			case <-changed:
			case <-ctx.Done():
				yield(dealmap.Change{}, ctx.Err())
				return
			case <-s.quit:
				yield(dealmap.Change{}, ErrClosed)
				return
			}
		}
	}
}
