package boltjournal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/internal/raw"
	bolt "go.etcd.io/bbolt"
)

var (
	errClosed      = errors.New("journal is closed")
	errReadOnly    = errors.New("journal is open for reading only")
	errUnconfirmed = errors.New("the disk did not confirm a write: the journal takes no more until it is opened again")
)

// mostEvents bounds what one transaction holds, so that a long import does not keep the others waiting.
const mostEvents = 4096

type request struct {
	after  dealmap.Seq
	events []dealmap.Event
	copied []raw.Entry  // in the place of events
	on     dealmap.Hash // what is copied follows an entry of this hash
	err    error
	done   chan struct{}
}

// count is the number of entries that it makes.
func (r *request) count() int { return len(r.events) + len(r.copied) }

// Append writes events after the given entry, all or none, and returns when they are on the disk. It is a conflict when
// after is not the last entry. The context is heeded until the writer takes the events, never halfway. Any other error
// than a conflict is ambiguous: the events may be there, read them back.
func (j *Journal) Append(ctx context.Context, after dealmap.Seq, events []dealmap.Event) error {
	return j.submit(ctx, &request{after: after, events: events, done: make(chan struct{})})
}

// submit hands a request to the writer and waits for its outcome.
func (j *Journal) submit(ctx context.Context, r *request) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if j.readOnly {
		return errReadOnly
	}
	select {
	case j.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-j.quit:
		return errClosed
	}
	<-r.done
	return r.err
}

// run is the one writer.
func (j *Journal) run() {
	defer close(j.done)
	for {
		select {
		case first := <-j.requests:
			j.commit(j.collect(first))
		case <-j.quit:
			return
		}
	}
}

func (j *Journal) collect(first *request) []*request {
	group, events := []*request{first}, first.count()
	runtime.Gosched() // lets those who were just answered come back with their next
	for events < mostEvents {
		select {
		case r := <-j.requests:
			group = append(group, r)
			events += r.count()
		default:
			return group
		}
	}
	return group
}

func (j *Journal) commit(group []*request) {
	if j.broken != nil {
		for _, r := range group {
			r.err = j.broken
			close(r.done)
		}
		return
	}
	last, hash := j.last, j.hash
	err := boltfile.Guard(func() error {
		return j.db.Update(func(tx *bolt.Tx) error {
			for _, r := range group {
				if r.after != last {
					r.err = conflict(r.after, last)
					continue
				}
				next, err := put(tx, last, hash, r)
				if _, bad := errors.AsType[*sealError](err); bad {
					r.err = err // nothing was put
					continue
				}
				if err != nil {
					return err
				}
				last, hash = last+dealmap.Seq(r.count()), next
			}
			return nil
		})
	})
	if err != nil {
		err = errors.Join(err, j.settle())
		last, hash = j.last, j.hash
	} else if last != j.last {
		err = j.head.record(last, hash)
	}
	if err != nil {
		err = fmt.Errorf("append after entry %d: %w", j.last, err)
		for _, r := range group {
			if r.err == nil {
				r.err = err
			}
		}
	}
	j.advance(last, hash)
	for _, r := range group {
		close(r.done)
	}
}

// settle looks at what a failed commit left. As a rule that is nothing, and the next may succeed. When its entries are there
// although the disk did not confirm them, nothing can be built on them: writing stops until the file is opened again.
func (j *Journal) settle() error {
	kept, _, err := j.tail()
	if err == nil && kept == j.last {
		return nil
	}
	j.broken = errors.Join(errUnconfirmed, err)
	return j.broken
}

type sealError struct{ err error }

func (e *sealError) Error() string { return e.err.Error() }
func (e *sealError) Unwrap() error { return e.err }

// put seals all events before it writes the first, so that an event that cannot be sealed leaves no trace.
func put(tx *bolt.Tx, last dealmap.Seq, prev dealmap.Hash, r *request) (dealmap.Hash, error) {
	if len(r.copied) > 0 {
		return putRaw(tx, r, prev)
	}
	events := r.events
	salts := make([]byte, dealmap.SaltSize*len(events))
	if _, err := rand.Read(salts); err != nil {
		return prev, err
	}
	sealed := make([]dealmap.Sealed, len(events))
	for i, e := range events {
		e.Seq = last + dealmap.Seq(i) + 1
		s, err := dealmap.Seal(prev, e, salts[i*dealmap.SaltSize:(i+1)*dealmap.SaltSize])
		if err != nil {
			return prev, &sealError{err}
		}
		sealed[i], prev = s, s.Hash
	}
	headers, bodies := tx.Bucket(bucketHeaders), tx.Bucket(bucketBodies)
	headers.FillPercent, bodies.FillPercent = 1, 1 // keys only grow
	for i, s := range sealed {
		k := key(last + dealmap.Seq(i) + 1)
		if err := headers.Put(k, s.Header); err != nil {
			return prev, err
		}
		salt := salts[i*dealmap.SaltSize : (i+1)*dealmap.SaltSize]
		if err := bodies.Put(k, append(salt[:len(salt):len(salt)], s.Body...)); err != nil {
			return prev, err
		}
	}
	return prev, nil
}

func conflict(after, last dealmap.Seq) error {
	return fmt.Errorf("append after entry %d, last is %d: %w", after, last,
		&dealmap.Error{Kind: dealmap.KindConflict, Message: "le journal a avancé entre-temps"})
}
