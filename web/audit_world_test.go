package web_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/consultations"
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

// keeper answers the auditor from a ledger, as strictly as web.Audit promises and no more.
type keeper struct {
	*ledger
	zone *time.Location
	real *consultations.Log // answers in the ledger's place when it is there

	verify struct {
		sync.Mutex
		findings []dealmap.Finding
		err      error
		goOn     chan struct{} // nil: at once
	}
}

func (k *keeper) all() []dealmap.Consultation {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.lines[:len(k.lines):len(k.lines)] // lines are only ever added
}

func (k *keeper) Nodes() []dealmap.NodeLog { return []dealmap.NodeLog{{Lines: uint64(len(k.all()))}} }

func (k *keeper) Find(ctx context.Context, q dealmap.ConsultationQuery, yield func(dealmap.LineName, dealmap.Consultation) bool) error {
	if k.real != nil {
		ask := consultations.Query{
			From: q.From, To: q.To, Subject: q.Subject, Whats: q.Whats, Operations: q.Operations, Place: q.Place, Tiles: q.Tiles, Before: q.Before,
		}
		return k.real.Find(ctx, ask, func(n uint64, c dealmap.Consultation) bool { return yield(dealmap.LineName{Line: n}, c) })
	}
	lines := k.all()
	for i := len(lines) - 1; i >= 0; i-- {
		c, n := lines[i], uint64(i+1)
		if q.Before != 0 && n >= q.Before || !q.From.IsZero() && c.Time.Before(q.From) || !q.To.IsZero() && !c.Time.Before(q.To) ||
			q.Subject != "" && c.Subject != q.Subject || len(q.Whats) > 0 && !slices.Contains(q.Whats, c.What) ||
			len(q.Operations) > 0 && !slices.Contains(q.Operations, c.Operation) || !mayHaveDisclosed(&c, &q) {
			continue
		}
		if c.Recipients, c.Detail = nil, ""; c.What != dealmap.WhatList {
			c.Places = nil
		}
		if !yield(dealmap.LineName{Line: n}, c) {
			return nil
		}
	}
	return nil
}

func mayHaveDisclosed(c *dealmap.Consultation, q *dealmap.ConsultationQuery) bool {
	return q.Place.IsZero() || slices.Contains(c.Places, q.Place) || c.What == dealmap.WhatExport ||
		c.What == dealmap.WhatList && bytes.Compare(c.After[:], q.Place[:]) < 0 && bytes.Compare(q.Place[:], c.Last[:]) <= 0 ||
		c.What == dealmap.WhatTile && (strings.Contains(c.Layers, "deal_points") || strings.Contains(c.Layers, "sites")) && slices.Contains(q.Tiles, *c.Tile)
}

func (k *keeper) Line(at dealmap.LineName) (dealmap.Consultation, bool, error) {
	n := at.Line
	if k.real != nil {
		return k.real.Line(n)
	}
	lines := k.all()
	if n == 0 || n > uint64(len(lines)) {
		return dealmap.Consultation{}, false, &dealmap.Error{Kind: dealmap.KindNotFound, Message: "cette ligne n’existe pas"}
	}
	return lines[n-1], false, nil
}

func (k *keeper) Summary(_ context.Context, from, to time.Time) (dealmap.ConsultationSummary, error) {
	out := dealmap.ConsultationSummary{
		ByOperation: map[dealmap.Operation]int64{}, ByWhat: map[string]int64{}, ByService: map[dealmap.Service]int64{}, ByDay: map[dealmap.Date]int64{},
	}
	people := map[string]bool{}
	for _, c := range k.all() {
		if !from.IsZero() && c.Time.Before(from) || !to.IsZero() && !c.Time.Before(to) {
			continue
		}
		out.Lines++
		out.ByOperation[c.Operation]++
		out.ByWhat[c.What]++
		out.ByService[c.Service]++
		out.ByDay[dealmap.DateOf(c.Time.In(k.zone))]++
		people[c.Subject] = true
	}
	out.Subjects = len(people)
	return out, nil
}

const aNote = "dealmap/journal\n12\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\ntime=2026-11-23T09:00:00Z\n\n— dealmap abcd\n"

func (k *keeper) Checkpoint(_ context.Context, _, log string) ([]byte, error) {
	return []byte(strings.Replace(aNote, dealmap.LogJournal, log, 1)), nil
}

func (k *keeper) Key() string { return "dealmap+00000000+key" }

func (k *keeper) Inclusion(_ context.Context, _, _ string, size, line int64) (leaf, root dealmap.Hash, proof []dealmap.Hash, err error) {
	return dealmap.Hash{byte(line)}, dealmap.Hash{byte(size)}, []dealmap.Hash{{1}, {2}}, nil
}

func (k *keeper) Consistency(_ context.Context, _, _ string, old, size int64) (oldRoot, root dealmap.Hash, proof []dealmap.Hash, err error) {
	return dealmap.Hash{byte(old)}, dealmap.Hash{byte(size)}, []dealmap.Hash{{3}}, nil
}

func (k *keeper) Verify(ctx context.Context, progress func(done, total int64)) ([]dealmap.Finding, error) {
	progress(1, 2)
	k.verify.Lock()
	goOn, findings, err := k.verify.goOn, k.verify.findings, k.verify.err
	k.verify.Unlock()
	if goOn != nil {
		select {
		case <-goOn:
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), errors.New("the request took the verification with it"))
		}
	}
	progress(2, 2)
	return findings, err
}

// audited gives a world's server an auditor's access to its log.
func audited(k *keeper) func(*web.Options) {
	return func(o *web.Options) {
		k.ledger = o.Consultations.(*ledger)
		zone, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			panic(err)
		}
		k.zone, o.Audit = zone, k
	}
}

// toldPage is a page of the lines that the auditor is told.
type toldPage struct {
	Lines []struct {
		Line                                                                        uint64
		Subject, Name, What, Tile, Layers, Query, Operation, Motive, Case, Role, At string
		Recipients                                                                  []string
	}
	Exact    bool
	Examined int
	Next     *uint64
}
