package store

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
)

// picker is an engine that is far away: entries here and there come together, in one round trip.
type picker interface {
	// Pick returns entries by their sequences, each verified against the one before it, in the order asked for. One that is not there is
	// an error of KindNotFound.
	Pick(ctx context.Context, seqs []dealmap.Seq) ([]dealmap.Event, error)
}

// mostPicked bounds the entries that are asked for together.
const mostPicked = 256

// pick returns entries here and there.
func pick(ctx context.Context, j Journal, seqs []dealmap.Seq) ([]dealmap.Event, error) {
	events := make([]dealmap.Event, 0, len(seqs))
	if far, ok := j.(picker); ok {
		for some := range slices.Chunk(seqs, mostPicked) {
			picked, err := far.Pick(ctx, some)
			if err != nil {
				return nil, err
			}
			events = append(events, picked...)
		}
		return events, nil
	}
	for _, seq := range seqs {
		e, err := readOne(ctx, j, seq)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// atOnce is how many entries are worth asking for at first when the answer may end with any of them, and by how much more the next time.
func atOnce(j Journal) (size, growth int) {
	if _, far := j.(picker); far {
		return 32, 2
	}
	return 1, 1
}

// picked yields the entries of sequences.
func picked(ctx context.Context, j Journal, seqs iter.Seq2[dealmap.Seq, error]) iter.Seq2[dealmap.Event, error] {
	return func(yield func(dealmap.Event, error) bool) {
		size, growth := atOnce(j)
		var waiting []dealmap.Seq
		flush := func() bool {
			events, err := pick(ctx, j, waiting)
			for _, e := range events {
				if !yield(e, nil) {
					return false
				}
			}
			if err != nil {
				yield(dealmap.Event{}, err)
				return false
			}
			waiting, size = waiting[:0], min(growth*size, mostPicked)
			return true
		}
		for seq, err := range seqs {
			if err != nil {
				yield(dealmap.Event{}, err)
				return
			}
			if waiting = append(waiting, seq); len(waiting) >= size && !flush() {
				return
			}
		}
		if len(waiting) > 0 {
			flush()
		}
	}
}

// seqAt returns the last entry up to last that was made at a moment or before. Entries never go back in time.
func (s *Store) seqAt(ctx context.Context, last dealmap.Seq, at time.Time) (dealmap.Seq, error) {
	pivots, _ := atOnce(s.journal)
	before, later := dealmap.Seq(0), last+1
	for later-before > 1 {
		step := max(1, (later-before)/dealmap.Seq(pivots+1))
		var asked []dealmap.Seq
		for seq := before + step; seq < later && len(asked) < pivots; seq += step {
			asked = append(asked, seq)
		}
		events, err := pick(ctx, s.journal, asked)
		if err != nil {
			return 0, err
		}
		for _, e := range events {
			if e.Time.After(at) {
				later = e.Seq
				break
			}
			before = e.Seq
		}
	}
	return before, nil
}
