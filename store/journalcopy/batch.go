package journalcopy

import (
	"context"
	"iter"

	"github.com/mesure5/dealmap/store/internal/raw"
)

// mostEntries and mostBytes bound a batch.
const (
	mostEntries = 8192
	mostBytes   = 16 << 20
)

type batch struct {
	entries []raw.Entry
	err     error
}

// batches reads ahead of who takes them. The channel is closed after the last one, or one with an error, or when the context ends.
func batches(ctx context.Context, entries iter.Seq2[raw.Entry, error]) <-chan batch {
	out := make(chan batch, 1)
	go func() {
		defer close(out)
		var b batch
		size := 0
		hand := func() bool {
			select {
			case out <- b:
				b, size = batch{}, 0
				return true
			case <-ctx.Done():
				return false
			}
		}
		for e, err := range entries {
			if err != nil {
				if len(b.entries) > 0 && !hand() {
					return
				}
				b.err = err
				hand()
				return
			}
			b.entries = append(b.entries, e)
			if size += e.Size(); (len(b.entries) == mostEntries || size >= mostBytes) && !hand() {
				return
			}
		}
		if len(b.entries) > 0 {
			hand()
		}
	}()
	return out
}

// each yields entry by entry what batches read.
func each(ctx context.Context, entries iter.Seq2[raw.Entry, error]) iter.Seq2[*raw.Entry, error] {
	return func(yield func(*raw.Entry, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		for b := range batches(ctx, entries) {
			for i := range b.entries {
				if !yield(&b.entries[i], nil) {
					return
				}
			}
			if b.err != nil {
				yield(nil, b.err)
				return
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
}
