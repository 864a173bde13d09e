package consultations

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// Tile is the kind of output (dealmap.Consultation.What) whose lines may reach the disk a little later.
const Tile = dealmap.WhatTile

// Window is the longest that a tile's line waits before it is written.
const Window = 40 * time.Millisecond

// Patience is the longest that a line which somebody waits for is held back for those of others.
const Patience = time.Millisecond

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

// run takes lines from the queue, puts them on the disk and answers those who wait.
func (l *Log) run() {
	defer close(l.ended)
	for open := true; open; {
		<-l.queue.begun
		var batch []line
		batch, open = l.queue.gather()
		if len(batch) > 0 {
			l.accept(batch)
		}
	}
}

// accept puts lines on the disk, ahead of their transaction where that can be.
func (l *Log) accept(batch []line) {
	l.mu.Lock()
	if err := l.Err(); err != nil {
		batch = answer(batch, err)
		l.ways.bare.Add(uint64(len(batch)))
		l.bare = l.bare || len(batch) > 0
		l.enlist(batch)
		l.mu.Unlock()
		tell(l.begun) // the failure may have passed by then
		return
	}
	alone := slices.ContainsFunc(batch, func(entry line) bool { return entry.also != nil })
	if !alone && !l.bare && l.ahead.append(l.accepted.Load()+1, batch) == nil {
		l.ways.ahead.Add(uint64(len(batch)))
		written := slices.Clone(batch)
		for i := range written {
			written[i].done = nil
		}
		l.enlist(written)
		l.mu.Unlock()
		answer(batch, nil)
		tell(l.begun)
		return
	}
	l.bare = true
	l.ways.bare.Add(uint64(len(batch)))
	l.enlist(batch)
	l.mu.Unlock()
	l.drain() // before lines are written ahead again, which must follow each other
}

// Written returns how many lines the log has taken since it was opened: ahead of their transaction, and with it. Of the latter there are few as
// long as lines can be written ahead: those that something else is written together with.
func (l *Log) Written() (ahead, bare uint64) { return l.ways.ahead.Load(), l.ways.bare.Load() }

// answer tells those who wait for lines how it went, and returns the lines that nobody waits for.
func answer(batch []line, err error) (others []line) {
	for _, entry := range batch {
		if entry.done != nil {
			entry.done <- err
			continue
		}
		others = append(others, entry)
	}
	return others
}
