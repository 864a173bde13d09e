// Package consultations keeps the consultation log: who looked at what, when and why. It only grows.
//
// Its file, consultations.db, has the bucket "lines": number (8 bytes, big endian, from 1) → JSON of dealmap.Consultation,
// and "dealmap" with format and version. One goroutine writes, in the order in which lines are handed to it.
//
// Nothing may be served whose line cannot be written. Tiles come by the dozen: their lines are handed to the writer, which
// puts them on the disk within [Window]; every other line is on the disk when Record returns. As soon as the writer
// fails, every Record fails, until it has written what it was handed before.
package consultations

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// FileName is the log's file in a data folder.
const FileName = "consultations.db"

// Tile is the kind of output (dealmap.Consultation.What) whose lines may reach the disk a little later.
const Tile = "tile"

// Window is the longest that a tile's line waits before it is written.
const Window = 40 * time.Millisecond

const (
	queueLength = 4096
	mostLines   = 4096
	retryAfter  = time.Second
)

// ErrClosed is given by a log that has been closed.
var ErrClosed = errors.New("consultations: closed")

var bucketLines = []byte("lines")

type line struct {
	data []byte
	done chan error // nil: nobody waits
}

// Log is an open consultation log. Its methods may be called from any goroutine.
type Log struct {
	db      *bolt.DB
	queue   chan line
	mu      sync.RWMutex // held for reading while a line is handed over, so that Close finds them all
	closed  bool
	done    chan struct{}
	failure atomic.Pointer[error]
	err     error // of Close
}

// Open opens or makes the log at path.
func Open(path string) (*Log, error) {
	db, err := boltfile.Open(path, boltfile.Options{Format: "consultations", Version: 1, Buckets: []string{string(bucketLines)}})
	if err != nil {
		return nil, fmt.Errorf("open consultation log: %w", err)
	}
	l := &Log{db: db, queue: make(chan line, queueLength), done: make(chan struct{})}
	go l.run()
	return l, nil
}

// Record writes one line. When it gives an error, nothing may be served. The error is of KindUnavailable when the log
// cannot be written.
func (l *Log) Record(ctx context.Context, c dealmap.Consultation) error {
	data, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("record consultation: %w", err)
	}
	if err := l.Err(); err != nil {
		return err
	}
	entry := line{data: data}
	if c.What != Tile {
		entry.done = make(chan error, 1)
	}
	if err := l.hand(ctx, entry); err != nil {
		return err
	}
	if entry.done == nil {
		return nil
	}
	select {
	case err := <-entry.done:
		return err
	case <-ctx.Done():
		return ctx.Err() // the line may be written: it then tells of something that was not served
	}
}

func (l *Log) hand(ctx context.Context, entry line) error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.closed {
		return ErrClosed
	}
	select {
	case l.queue <- entry:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Err returns why lines cannot be written at present, nil when they can.
func (l *Log) Err() error {
	if err := l.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Close writes what was handed over and closes the file.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return l.err
	}
	l.closed = true
	close(l.queue)
	l.mu.Unlock()
	<-l.done
	l.err = errors.Join(l.Err(), l.db.Close())
	return l.err
}

// run is the one writer.
func (l *Log) run() {
	defer close(l.done)
	var kept []line // handed over without anybody waiting, and not written because of a failure
	retry := time.NewTicker(retryAfter)
	defer retry.Stop()
	for open := true; open; {
		batch := kept
		select {
		case first, ok := <-l.queue:
			if open = ok; ok {
				batch, open = l.collect(append(batch, first))
			}
		case <-retry.C:
			if l.Err() == nil {
				continue
			}
		}
		if len(batch) > 0 || l.Err() != nil { // an empty batch tries whether the disk takes writes again
			kept = l.settle(batch)
		}
	}
}

// collect gathers lines until somebody waits for one, the window is over or the batch is full.
func (l *Log) collect(batch []line) (all []line, open bool) {
	window := time.NewTimer(Window)
	defer window.Stop()
	for urgent := batch[len(batch)-1].done != nil; len(batch) < mostLines; {
		if urgent {
			select {
			case next, ok := <-l.queue:
				if !ok {
					return batch, false
				}
				batch = append(batch, next)
				continue
			default:
				return batch, true
			}
		}
		select {
		case next, ok := <-l.queue:
			if !ok {
				return batch, false
			}
			batch = append(batch, next)
			urgent = next.done != nil
		case <-window.C:
			return batch, true
		}
	}
	return batch, true
}

// settle writes a batch and answers those who wait. It returns the lines of what was served already, when they could not
// be written.
func (l *Log) settle(batch []line) (kept []line) {
	err := l.write(batch)
	if err == nil {
		l.failure.Store(nil)
	} else {
		err = fmt.Errorf("%w: write consultation log: %w", &dealmap.Error{Kind: dealmap.KindUnavailable,
			Message: "le journal des consultations ne peut pas être écrit : rien n’est affiché"}, err)
		l.failure.Store(&err)
	}
	for _, entry := range batch {
		switch {
		case entry.done != nil:
			entry.done <- err
		case err != nil:
			kept = append(kept, entry)
		}
	}
	return kept
}

func (l *Log) write(batch []line) error {
	return boltfile.Guard(func() error {
		return l.db.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketLines)
			b.FillPercent = 1 // keys only grow
			for _, entry := range batch {
				n, err := b.NextSequence()
				if err != nil {
					return err
				}
				if err := b.Put(binary.BigEndian.AppendUint64(nil, n), entry.data); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// Count returns the number of lines on the disk.
func (l *Log) Count() (n uint64, err error) {
	err = boltfile.Guard(func() error {
		return l.db.View(func(tx *bolt.Tx) error {
			n = tx.Bucket(bucketLines).Sequence()
			return nil
		})
	})
	return n, err
}

// Each yields the lines on the disk in order, until yield returns false.
func (l *Log) Each(yield func(n uint64, c dealmap.Consultation) bool) error {
	return boltfile.Guard(func() error {
		return l.db.View(func(tx *bolt.Tx) error {
			cursor := tx.Bucket(bucketLines).Cursor()
			for k, v := cursor.First(); k != nil; k, v = cursor.Next() {
				var c dealmap.Consultation
				if err := json.Unmarshal(v, &c); err != nil {
					return fmt.Errorf("read consultation: %w", err)
				}
				if !yield(binary.BigEndian.Uint64(k), c) {
					return nil
				}
			}
			return nil
		})
	})
}
