package main

import (
	"context"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web"
	"github.com/paulmach/orb"
)

// webMap lends the store to package web, which names the snapshot by what it needs of it.
type webMap struct{ *store.Store }

// Snapshot implements web.Map.
func (m webMap) Snapshot() web.Snapshot { return m.Store.Snapshot() }

// behind is how long an auditor waits for what another node has shown already.
const behind = 5 * time.Second

// SnapshotAfter implements web.Record.
func (m webMap) SnapshotAfter(ctx context.Context, seq dealmap.Seq) (web.Snapshot, error) {
	waiting, cancel := context.WithTimeout(ctx, behind)
	defer cancel()
	if err := m.Store.Await(waiting, seq); err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return m.Store.SnapshotAfter(ctx, seq)
}

// Entries implements web.Record.
func (m webMap) Entries(ctx context.Context, q dealmap.JournalQuery) ([]dealmap.JournalEntry, error) {
	entries, err := m.Store.Entries(ctx, store.JournalQuery(q))
	out := make([]dealmap.JournalEntry, len(entries))
	for i, e := range entries {
		out[i] = dealmap.JournalEntry(e)
	}
	return out, err
}

// SnapshotAt implements web.Map.
func (m webMap) SnapshotAt(ctx context.Context, at time.Time) (web.Snapshot, error) {
	return m.Store.SnapshotAt(ctx, at)
}

func basemap(b seeds.Background) tiles.Basemap {
	var land orb.MultiPolygon
	for _, l := range b.Land {
		land = append(land, l.Shape...)
	}
	return tiles.Basemap{Land: land, Lakes: b.Lakes, Rivers: b.Rivers}
}
