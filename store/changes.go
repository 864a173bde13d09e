package store

import (
	"context"
	"errors"
	"iter"
	"sync"
	"sync/atomic"

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
	buffer  []move        // what entry seq did lies at seq % ringSize
	first   dealmap.Seq   // the oldest kept
	next    dealmap.Seq   // the one that comes next
	changed chan struct{} // closed when there is more
}

// move is a place or a link before and after an entry; all are nil when it concerns neither. ends are those of the link, as they were.
type move struct {
	before, after *dealmap.Place
	linked        bool
	wasLink, link *dealmap.Link
	ends          [2]*dealmap.Place
}

func newRing(last dealmap.Seq) *ring {
	return &ring{buffer: make([]move, ringSize), first: last + 1, next: last + 1, changed: make(chan struct{})}
}

func (r *ring) add(batch []folded) {
	if len(batch) == 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range batch {
		r.buffer[f.event.Seq%ringSize] = move{f.before, f.after, f.event.Kind.Concerns() == dealmap.ConcernsLink, f.wasLink, f.link, f.ends}
		if _, ok := f.event.Body.(dealmap.Erasing); ok {
			r.forget(f.event.Subject)
		}
	}
	r.next = batch[len(batch)-1].event.Seq + 1
	if r.next-r.first > ringSize {
		r.first = r.next - ringSize
	}
	close(r.changed)
	r.changed = make(chan struct{})
}

// more returns a channel that is closed when there are more changes than now; Snapshot then has them.
func (r *ring) more() <-chan struct{} {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.changed
}

// forget lets the changes kept tell of an erased record only that it goes: whoever comes late to one that showed it is told so,
// and not what it became. What it was before stays until other changes take its room, in memory only.
func (r *ring) forget(id dealmap.ID) {
	for i := range r.buffer {
		if after := r.buffer[i].after; after != nil && after.ID == id {
			r.buffer[i].after = nil
		}
		if link := r.buffer[i].link; link != nil && link.ID == id {
			r.buffer[i].link = nil
		}
		for n, end := range r.buffer[i].ends {
			if end != nil && end.ID == id {
				r.buffer[i].ends[n] = nil
			}
		}
	}
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
		m := &r.buffer[seq%ringSize]
		if buffer[n] = dealmap.NewChange(seq, m.before, m.after); m.linked {
			buffer[n] = dealmap.NewLinkChange(seq, m.wasLink, m.link, m.ends)
		}
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

// bell wakes those who wait for something to have changed.
type bell struct{ waiting atomic.Pointer[chan struct{}] }

func newBell() *bell {
	b := &bell{}
	b.ring()
	return b
}

// rung returns a channel that is closed by the next ring.
func (b *bell) rung() <-chan struct{} { return *b.waiting.Load() }

func (b *bell) ring() {
	fresh := make(chan struct{})
	if old := b.waiting.Swap(&fresh); old != nil {
		close(*old)
	}
}

// GrantsChanged returns a channel that is closed when grants or tokens change after the call; Snapshot then tells how they
// stand. One that ends by its own date closes nothing.
func (s *Store) GrantsChanged() <-chan struct{} { return s.grants.rung() }
