package store

import (
	"context"
	"iter"

	"github.com/mesure5/dealmap"
)

// Journal is the ordered log of everything that happened. Every engine passes journaltest.Run.
type Journal interface {
	// Append writes events after the entry with sequence after, all or none, and returns when they are durable. It gives
	// an error of KindConflict unless after is the last entry. Any other error is ambiguous: the events may be there.
	// A context that ends never stops an append halfway.
	Append(ctx context.Context, after dealmap.Seq, events []dealmap.Event) error
	// Read yields the entries after a sequence in order, verified against the hash chain, until it reaches the last. The
	// first error ends it. An erased entry comes without a body.
	Read(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Event, error]
	// Wait returns when there is an entry after a sequence, or with the context's error.
	Wait(ctx context.Context, after dealmap.Seq) error
	// Erase removes the body of an entry; the chain still verifies.
	Erase(ctx context.Context, seq dealmap.Seq) error
}

// Engine is a journal that can tell where it stands, so that a checkpoint can be compared with it.
type Engine interface {
	Journal
	// Last returns the sequence and hash of the last entry, zero when there is none.
	Last(context.Context) (dealmap.Seq, dealmap.Hash, error)
	// HashAt returns the hash of an entry, the zero hash for 0, and an error of KindNotFound when there is no such entry.
	HashAt(context.Context, dealmap.Seq) (dealmap.Hash, error)
	// Hashes yields the hashes of the entries after a sequence in order, as they are stored: nothing is verified. The first
	// error ends it; it is of KindNotFound when after is no entry.
	Hashes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Hash, error]
	Close() error
}
