package audit

import (
	"context"
	"fmt"
	"io"
	"iter"
	"runtime"

	"github.com/mesure5/dealmap/store/proof"
)

// perBatch is the number of notes whose signatures are checked at a time: some 50 µs each.
const perBatch = 256

// opened yields the checkpoints of a file in order, their signatures checked over the cores, and errors like proof.Notes.
func opened(ctx context.Context, in io.Reader, vkeys []string) iter.Seq2[proof.Checkpoint, error] {
	return func(yield func(proof.Checkpoint, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		for batch := range openBatches(ctx, in, vkeys) {
			for _, r := range <-batch {
				if !yield(r.c, r.err) {
					return
				}
			}
		}
		if err := ctx.Err(); err != nil {
			yield(proof.Checkpoint{}, err)
		}
	}
}

type openedNote struct {
	c   proof.Checkpoint
	err error
}

// openBatches starts checking batches over the cores; they come in order.
func openBatches(ctx context.Context, in io.Reader, vkeys []string) <-chan chan []openedNote {
	pending := make(chan chan []openedNote, runtime.GOMAXPROCS(0))
	hand := func(notes []proof.Note, errs []error) bool {
		done := make(chan []openedNote, 1)
		select {
		case pending <- done:
		case <-ctx.Done():
			return false
		}
		go func() { done <- openAll(notes, errs, vkeys) }()
		return true
	}
	go func() {
		defer close(pending)
		var notes []proof.Note
		var errs []error
		for n, err := range proof.Notes(in) {
			if notes, errs = append(notes, n), append(errs, err); len(notes) < perBatch {
				continue
			}
			if !hand(notes, errs) {
				return
			}
			notes, errs = nil, nil
		}
		hand(notes, errs)
	}()
	return pending
}

func openAll(notes []proof.Note, errs []error, vkeys []string) []openedNote {
	out := make([]openedNote, len(notes))
	for i, n := range notes {
		if out[i].err = errs[i]; errs[i] != nil {
			continue
		}
		if out[i].c, out[i].err = proof.Open(n.Text, vkeys...); out[i].err != nil {
			out[i].err = fmt.Errorf("octet %d : %w", n.Start, out[i].err)
		}
	}
	return out
}
