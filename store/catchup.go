package store

import (
	"context"
	"fmt"
	"time"

	"github.com/mesure5/dealmap"
)

// foldChunk is the number of entries after which a long catch-up publishes what it has.
const foldChunk = 4096

// catchUp reads what the journal has beyond the state, folds it and publishes it: at start, after own appends, and when
// another node has written. No other code folds entries into the state.
func (s *Store) catchUp(ctx context.Context) error {
	from := s.base.seq
	total := from
	if last, _, err := s.journal.Last(ctx); err == nil {
		total = last
	}
	var batch []folded
	publish := func() error {
		if len(batch) == 0 {
			return nil
		}
		if err := s.publish(ctx, batch); err != nil {
			return err
		}
		batch = batch[:0]
		if total-from > foldChunk {
			s.options.Progress(uint64(s.base.seq-from), uint64(total-from), "lecture du journal")
		}
		return nil
	}
	for e, err := range s.journal.Read(ctx, from) {
		var f folded
		if err == nil {
			f, err = s.base.fold(e)
		}
		if err != nil {
			if unpublished := publish(); unpublished != nil {
				err = fmt.Errorf("%w (%w)", err, unpublished)
			}
			return fmt.Errorf("catch up after entry %d: %w", from, err)
		}
		batch = append(batch, f)
		if len(batch) >= foldChunk {
			if err := publish(); err != nil {
				return err
			}
		}
	}
	if err := publish(); err != nil {
		return err
	}
	if s.base.seq == from {
		s.erasures(ctx) // those that failed before
	}
	return nil
}

// erasures carries out what is to be erased, and sees to it that it is tried again.
func (s *Store) erasures(ctx context.Context) {
	if err := s.carryOut(ctx); err != nil {
		s.log.Error("what a decision erases could not be erased from the journal; it will be tried again", "error", err)
		s.nudgeLater()
	}
}

// publish makes the folded entries known: to the ledger, then as a snapshot, then to those who follow. What they erase is
// erased before.
func (s *Store) publish(ctx context.Context, batch []folded) error {
	s.noteErasures(batch)
	s.erasures(ctx)
	if err := s.ledger.add(batch, s.unerased); err != nil {
		return fmt.Errorf("publish entry %d: %w", s.base.seq, err)
	}
	old := s.current.Swap(s.base.snapshot())
	if old != nil && old.granted != s.base.granted {
		s.grants.ring()
	}
	if s.ring != nil {
		s.ring.add(batch)
	}
	if s.disk == nil || s.ledger.waiting() < checkpointEntries {
		return nil
	}
	if s.ring == nil {
		return s.checkpoint() // still starting: nobody else writes it
	}
	select {
	case s.flush <- struct{}{}:
	default:
	}
	return nil
}

// follow nudges the loop whenever the journal has entries that the map does not show: those of other nodes.
func (s *Store) follow(ctx context.Context) {
	defer s.work.Done()
	seen := s.Snapshot().Seq()
	for {
		err := s.journal.Wait(ctx, seen)
		before := seen
		if err == nil {
			var last dealmap.Seq
			if last, _, err = s.journal.Last(ctx); err == nil {
				seen = last
			}
		}
		if err == nil {
			if s.Snapshot().Seq() < seen || seen < before { // a journal that became shorter may be another one
				s.nudge()
			}
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryAfter):
			s.log.Warn("journal out of reach", "error", err)
		}
	}
}

// nudge has the loop catch up; one nudge that waits is enough.
func (s *Store) nudge() {
	select {
	case s.poke <- struct{}{}:
	default:
	}
}

// nudgeLater has the loop try again in a while; one try that waits is enough.
func (s *Store) nudgeLater() {
	if s.again.CompareAndSwap(false, true) {
		time.AfterFunc(retryAfter, func() {
			s.again.Store(false)
			s.nudge()
		})
	}
}
