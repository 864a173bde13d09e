package consultations

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

var bucketSegments = []byte("segments")

// rest is how long the index waits between two looks at new lines: so much less work than a look for each batch.
const rest = 250 * time.Millisecond

// index keeps the segments of a log. What it does not hold yet, or cannot keep, is made from the lines when it is asked for:
// answers are always whole, only slower.
type index struct {
	log  *Log
	per  int64    // lines of a segment
	db   *bolt.DB // nil: the file cannot be used, which lost tells
	lost error
	wake chan struct{}

	work sync.Mutex // held by whoever makes segments
	file sync.Mutex // held while the file is written
	mu   sync.Mutex // guards what follows
	kept map[int64]header
	tail *builder // the segment after the last whole one, nil when it has not been begun
	err  error    // why the file is not up to date
}

// openIndex opens the index at path. A file that is damaged or of another format is made again.
func openIndex(l *Log, path string) *index {
	x := &index{log: l, per: l.perSegment, wake: make(chan struct{}, 1), kept: map[int64]header{}}
	o := boltfile.Options{Format: "consultations.index", Version: 1, Buckets: []string{string(bucketSegments)}, NoSync: l.noSync}
	x.db, x.lost = boltfile.Open(path, o)
	if x.lost != nil && !errors.Is(x.lost, boltfile.ErrLocked) {
		if x.lost = os.Remove(path); x.lost == nil || errors.Is(x.lost, os.ErrNotExist) {
			x.db, x.lost = boltfile.Open(path, o)
		}
	}
	if x.db == nil {
		x.poke()
		return x
	}
	var gone []int64
	x.err = boltfile.Guard(func() error {
		return x.db.View(func(tx *bolt.Tx) error {
			gone = x.loadHeaders(tx.Bucket(bucketSegments))
			return nil
		})
	})
	if err := x.forget(gone); err != nil {
		x.err = err
	}
	x.poke()
	return x
}

// loadHeaders takes the segments that are of this log as it is, and returns the numbers of the others.
func (x *index) loadHeaders(b *bolt.Bucket) (gone []int64) {
	cursor := b.Cursor()
	before := int64(-1)
	for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
		no := int64(-1)
		if len(k) == 5 {
			no = int64(binary.BigEndian.Uint32(k))
		}
		if no == before {
			continue
		}
		before = no
		if h, err := unpackHeader(v); err == nil && k[4] == columnHeader && x.fits(no, h) {
			x.kept[no] = h
		} else {
			gone = append(gone, no)
		}
	}
	return gone
}

func (x *index) fits(no int64, h header) bool {
	last := h.first + int64(h.rows) - 1
	if h.first != x.firstOf(no) || last != (no+1)*x.per || last > x.log.size.Load() {
		return false
	}
	leaf, err := x.log.Leaf(last)
	return err == nil && leaf == h.leaf
}

func (x *index) segmentOf(line int64) int64 { return (line - 1) / x.per }

// firstOf returns the first line of a segment that is not erased.
func (x *index) firstOf(no int64) int64 { return max(no*x.per, x.log.through.Load()) + 1 }

func (x *index) close() error {
	if x.db == nil {
		return nil
	}
	return x.db.Close()
}

// poke tells that there are new lines.
func (x *index) poke() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// run keeps the index up to date.
func (x *index) run() {
	ctx := x.log.ctx
	for {
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
		}
		err := x.update(ctx)
		x.mu.Lock()
		x.err = errors.Join(x.lost, err)
		x.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-time.After(rest):
		}
	}
}

// IndexErr returns why the index is not up to date: questions are then answered from the lines, slowly. nil when it is, or
// is being made.
func (l *Log) IndexErr() error {
	l.index.mu.Lock()
	defer l.index.mu.Unlock()
	if l.index.err != nil && l.ctx.Err() == nil {
		return l.index.err
	}
	return l.index.lost
}

// WaitIndex makes the index of all lines that are on the disk, and returns when it is whole.
func (l *Log) WaitIndex(ctx context.Context) error {
	l.drain()
	return errors.Join(l.index.lost, l.index.update(ctx))
}

// update makes the segments that are missing, oldest first, and takes new lines into the tail.
func (x *index) update(ctx context.Context) error {
	x.work.Lock()
	defer x.work.Unlock()
	size := x.log.size.Load()
	for no := x.segmentOf(x.log.through.Load() + 1); no < size/x.per; no++ {
		if err := x.complete(ctx, no); err != nil {
			return fmt.Errorf("index of the consultation log: segment %d: %w", no, err)
		}
	}
	if err := x.extend(ctx, size/x.per, size); err != nil {
		return fmt.Errorf("index of the consultation log: %w", err)
	}
	return nil
}

// complete makes a whole segment and keeps it.
func (x *index) complete(ctx context.Context, no int64) error {
	x.mu.Lock()
	_, have := x.kept[no]
	begun := x.tail != nil && x.segmentOf(x.tail.first) == no
	x.mu.Unlock()
	if have || x.db == nil {
		return nil
	}
	if begun {
		if err := x.extend(ctx, no, (no+1)*x.per); err != nil {
			return err
		}
		x.mu.Lock()
		s := x.tail.segment
		x.mu.Unlock()
		return x.keep(no, &s)
	}
	s, err := x.build(ctx, x.firstOf(no), (no+1)*x.per)
	if err != nil {
		return err
	}
	return x.keep(no, s)
}

// extend takes lines up to a number into the tail, which is of segment no.
func (x *index) extend(ctx context.Context, no, to int64) error {
	for again := true; again; {
		again = false
		x.mu.Lock()
		if x.tail == nil || x.segmentOf(x.tail.first) != no {
			x.tail = newBuilder(x.firstOf(no))
		}
		from := x.tail.last() + 1
		x.mu.Unlock()
		take := func(n int64, c *dealmap.Consultation) bool {
			x.mu.Lock()
			defer x.mu.Unlock()
			if x.tail == nil || x.tail.last()+1 != n {
				if again = n != x.firstOf(no); again {
					return false // an erasure has dropped the tail meanwhile: what it had and what stays is taken again
				}
				x.tail = newBuilder(n) // what came before was erased meanwhile
			}
			x.tail.add(c)
			return true
		}
		more := true
		for ; more && from <= to; from++ {
			c := x.log.fresh.take(from)
			if c == nil {
				break
			}
			more = take(from, c)
		}
		if !more {
			continue
		}
		err := x.log.scan(ctx, from, to, func(n int64, data []byte) (bool, error) {
			c, err := decode(n, data)
			return err == nil && take(n, &c), err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// build makes columns of lines.
func (x *index) build(ctx context.Context, from, to int64) (*segment, error) {
	b := newBuilder(from)
	err := x.log.scan(ctx, from, to, func(n int64, data []byte) (bool, error) {
		c, err := decode(n, data)
		if err != nil {
			return false, err
		}
		if b.last()+1 != n {
			b = newBuilder(n) // what came before was erased meanwhile
		}
		b.add(&c)
		return true, nil
	})
	return &b.segment, err
}

// keep writes a whole segment to the file.
func (x *index) keep(no int64, s *segment) error {
	x.file.Lock()
	defer x.file.Unlock()
	if s.first != x.firstOf(no) || s.last() != (no+1)*x.per {
		return nil // some of it was erased meanwhile; it will be made again
	}
	leaf, err := x.log.Leaf(s.last())
	if err != nil {
		return err
	}
	var h header
	err = boltfile.Guard(func() error {
		return x.db.Update(func(tx *bolt.Tx) (err error) {
			h, err = putSegment(tx.Bucket(bucketSegments), no, s, leaf)
			return err
		})
	})
	if err != nil {
		return err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.kept[no] = h
	if x.tail != nil && x.segmentOf(x.tail.first) == no {
		x.tail = nil
	}
	return nil
}

// drop forgets what is erased: whole segments, and those that hold some erased lines, to be made again.
func (x *index) drop() error {
	through := x.log.through.Load()
	x.log.fresh.clear()
	var gone []int64
	x.mu.Lock()
	for no, h := range maps.All(x.kept) {
		if h.first <= through {
			gone = append(gone, no)
		}
	}
	if x.tail != nil && x.tail.first <= through {
		x.tail = nil
	}
	x.mu.Unlock()
	err := x.forget(gone)
	x.poke()
	return err
}

// forget removes segments from the file.
func (x *index) forget(gone []int64) error {
	if x.db == nil || len(gone) == 0 {
		return nil
	}
	x.file.Lock()
	defer x.file.Unlock()
	x.mu.Lock()
	for _, no := range gone {
		delete(x.kept, no)
	}
	x.mu.Unlock()
	return boltfile.Guard(func() error {
		return x.db.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketSegments)
			for _, no := range gone {
				for column := range byte(columnCount) {
					if err := b.Delete(columnKey(no, column)); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}
