package web_test

import (
	"context"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/web"
)

func (m mapOf) SnapshotAfter(ctx context.Context, seq dealmap.Seq) (web.Snapshot, error) {
	return m.Store.SnapshotAfter(ctx, seq)
}

func (m mapOf) Entries(ctx context.Context, q dealmap.JournalQuery) ([]dealmap.JournalEntry, error) {
	entries, err := m.Store.Entries(ctx, store.JournalQuery(q))
	out := make([]dealmap.JournalEntry, len(entries))
	for i, e := range entries {
		out[i] = dealmap.JournalEntry(e)
	}
	return out, err
}
