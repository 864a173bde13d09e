package consultations

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// Tile is the kind of output (dealmap.Consultation.What) whose lines may reach the disk a little later.
const Tile = dealmap.WhatTile

// Window is the longest that a tile's line waits before it is written.
const Window = 40 * time.Millisecond

// Patience is the longest that a line which somebody waits for is held back for those of others.
const Patience = time.Millisecond

// retryAfter is how often a log that could not be written tries again.
const retryAfter = time.Second

// Record writes one line, whose lists must not be changed any more. When it gives an error, nothing may be served. The error is of KindUnavailable when the log
// cannot be written.
func (l *Log) Record(ctx context.Context, c dealmap.Consultation) error {
	return l.record(ctx, c, c.What != Tile, nil)
}

// RecordAll is Record of many lines, in order; they are on the disk when it returns nil.
func (l *Log) RecordAll(ctx context.Context, all iter.Seq[dealmap.Consultation]) error {
	last, some := dealmap.Consultation{}, false
	for c := range all {
		if some {
			if err := l.record(ctx, last, false, nil); err != nil {
				return err
			}
		}
		last, some = c, true
	}
	if !some {
		return nil
	}
	return l.record(ctx, last, true, nil)
}

func (l *Log) record(ctx context.Context, c dealmap.Consultation, wait bool, also func(*bolt.Tx, int64) error) error {
	data, err := encode(&c)
	if err != nil {
		return fmt.Errorf("record consultation: %w", err)
	}
	if err := l.Err(); err != nil {
		return err
	}
	entry := line{data: data, also: also}
	if asDecoded(data) {
		entry.told = &c
	}
	if wait {
		entry.done = make(chan error, 1)
	}
	if err := l.queue.hand(ctx, entry); err != nil {
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

// run is the one writer of lines.
func (l *Log) run() {
	defer close(l.done)
	var kept []line // handed over without anybody waiting, and not written because of a failure
	retry := time.NewTicker(retryAfter)
	defer retry.Stop()
	for open := true; open; {
		if len(kept) > 0 && l.landed() {
			kept = nil
		}
		batch := kept
		select {
		case <-l.queue.begun:
			var more []line
			more, open = l.queue.gather()
			batch = append(batch, more...)
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

// landed reports whether the transaction that failed took effect all the same: the disk may fail at the very last step. Its
// lines must not be written twice then.
func (l *Log) landed() bool {
	n, err := l.Count()
	if err != nil || int64(n) <= l.size.Load() {
		return false
	}
	l.size.Store(int64(n))
	l.index.poke()
	return true
}

// settle writes a batch and answers those who wait. It returns the lines of what was served already, when they could not
// be written.
func (l *Log) settle(batch []line) (kept []line) {
	err := l.write(batch)
	if err == nil {
		l.failure.Store(nil)
	} else {
		err = unavailable(err)
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

// write appends lines and their leaves in one transaction.
func (l *Log) write(batch []line) error {
	size := int64(0)
	err := boltfile.Guard(func() error {
		return l.update(l.db, func(tx *bolt.Tx) (err error) {
			size, err = appendLines(tx, batch)
			return err
		})
	})
	if err != nil {
		return err
	}
	l.fresh.put(size, batch)
	l.size.Store(size)
	l.index.poke()
	return nil
}

func appendLines(tx *bolt.Tx, batch []line) (size int64, err error) {
	b := tx.Bucket(bucketLines)
	b.FillPercent = 1 // keys only grow
	n := int64(b.Sequence())
	records := make([][]byte, len(batch))
	for i, entry := range batch {
		n++
		records[i] = entry.data
		if err := b.Put(key(n), entry.data); err != nil {
			return 0, err
		}
		if entry.also != nil {
			if err := entry.also(tx, n); err != nil {
				return 0, err
			}
		}
	}
	if err := b.SetSequence(uint64(n)); err != nil {
		return 0, err
	}
	size, err = tree.Append(tx, records...)
	if err == nil && size != n {
		err = fmt.Errorf("%w : %d lignes, mais un arbre de %d", boltfile.ErrDamaged, n, size)
	}
	return size, err
}
