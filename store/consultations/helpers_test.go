package consultations

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fast are the options of a log in tests: no waiting for the disk, segments of few lines.
func fast() options {
	return options{update: (*bolt.DB).Update, writeAhead: writeAt, now: func() time.Time { return noon }, noSync: true, retry: retryAfter, perSegment: 256, upgradeBatch: 512}
}

func openWith(t testing.TB, path string, o options) *Log {
	t.Helper()
	l, err := open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), FileName) }

func fill(t testing.TB, l *Log, lines []dealmap.Consultation) {
	t.Helper()
	if err := l.RecordAll(context.Background(), slices.Values(lines)); err != nil {
		t.Fatal(err)
	}
}

// pick returns one of some values.
func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func place(n int) (id dealmap.ID) {
	id[0], id[15] = byte(n*37), byte(n+1)
	return id
}

// randomLine makes a line of a small world, so that queries find something; now and then a strange one.
func randomLine(r *rand.Rand, at time.Time) dealmap.Consultation {
	c := dealmap.Consultation{
		Time: at, Subject: pick(r, "alice", "bob", "chloé"), Role: pick(r, dealmap.RoleCross, dealmap.RoleOfast), Motive: pick(r, "", "enquête"),
		Operation: pick(r, dealmap.OpConsultation, dealmap.OpConsultation, dealmap.OpDisclosure, dealmap.OpCombination, ""),
		Seq:       dealmap.Seq(r.Uint64()), Unit: pick(r, "", "u"), Service: pick[dealmap.Service](r, "PN", "GN", ""), Case: pick(r, "", "", "PV 1"),
		What: pick(r, dealmap.WhatTile, dealmap.WhatTile, dealmap.WhatList, dealmap.WhatSheet, dealmap.WhatExport, dealmap.WhatCounts, dealmap.WhatSearch),
	}
	if r.IntN(3) == 0 {
		c.Grant, c.Token = place(100+r.IntN(3)), place(200+r.IntN(3))
	}
	switch c.What {
	case dealmap.WhatTile:
		c.Layers = pick(r, "deal_points", "clusters", "clusters,deal_points", "links,deal_points", "territories", "")
		c.Tile = &dealmap.TileAddress{Z: uint32(10 + r.IntN(2)), X: uint32(r.IntN(3)), Y: uint32(r.IntN(3))}
		if r.IntN(50) == 0 {
			c.Tile.Z = 99
		}
	case dealmap.WhatList:
		c.After, c.Last = place(r.IntN(5)), place(r.IntN(5))
		c.Query = pick(r, "", "status=active")
	case dealmap.WhatExport:
		c.Recipients, c.Detail = []string{"parquet"}, "csv"
	}
	if c.What == dealmap.WhatSheet || c.What == dealmap.WhatSearch || c.What == dealmap.WhatTile && r.IntN(3) == 0 || r.IntN(20) == 0 {
		for range r.IntN(4) {
			c.Places = append(c.Places, place(r.IntN(6)))
		}
	}
	if r.IntN(100) == 0 {
		c.Time = pick(r, time.Time{}, time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	return c
}

// randomLines makes lines whose times are nearly in order.
func randomLines(r *rand.Rand, n int) []dealmap.Consultation {
	lines := make([]dealmap.Consultation, n)
	for i := range lines {
		lines[i] = randomLine(r, noon.Add(time.Duration(i-n)*time.Minute+time.Duration(r.IntN(300))*time.Second+time.Duration(r.IntN(1e9))))
	}
	return lines
}

func plainLines(n int) []dealmap.Consultation {
	lines := make([]dealmap.Consultation, n)
	for i := range lines {
		lines[i] = dealmap.Consultation{
			Time: noon.Add(time.Duration(i-n) * time.Minute), Subject: fmt.Sprint("agent", i%7), What: Tile, Detail: fmt.Sprintf("contenu-%06d", i+1),
		}
	}
	return lines
}

// seeded returns a source of chance that is told when the test fails.
func seeded(t testing.TB, seed uint64) *rand.Rand {
	t.Helper()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}
