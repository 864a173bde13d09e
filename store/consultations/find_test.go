package consultations

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// wanted is a plain reading of what a query means.
func wanted(q Query, n uint64, c dealmap.Consultation) bool {
	if q.Before != 0 && n >= q.Before {
		return false
	}
	if !q.From.IsZero() && c.Time.Before(q.From) || !q.To.IsZero() && !c.Time.Before(q.To) {
		return false
	}
	if q.Subject != "" && q.Subject != c.Subject || q.Whats != nil && !slices.Contains(q.Whats, c.What) {
		return false
	}
	operation := c.Operation
	if operation == "" {
		operation = dealmap.OpConsultation
	}
	if q.Operations != nil && !slices.Contains(q.Operations, operation) {
		return false
	}
	if q.Place.IsZero() && len(q.Tiles) == 0 {
		return true
	}
	if !q.Place.IsZero() {
		if slices.Contains(c.Places, q.Place) || c.What == dealmap.WhatExport {
			return true
		}
		if c.What == dealmap.WhatList && bytes.Compare(c.After[:], q.Place[:]) < 0 && bytes.Compare(q.Place[:], c.Last[:]) <= 0 {
			return true
		}
	}
	return c.What == dealmap.WhatTile && strings.Contains(c.Layers, "deal_points") && c.Tile != nil && slices.Contains(q.Tiles, *c.Tile)
}

func randomQuery(r *rand.Rand, lines []dealmap.Consultation) (q Query) {
	moment := func() time.Time {
		if r.IntN(3) == 0 {
			return time.Time{}
		}
		if r.IntN(15) == 0 {
			return pick(r, time.Date(1400, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC))
		}
		return lines[r.IntN(len(lines))].Time
	}
	q.From, q.To = moment(), moment()
	if r.IntN(3) == 0 {
		q.Subject = pick(r, "alice", "bob", "nobody")
	}
	if r.IntN(3) == 0 {
		q.Whats = []string{pick(r, "tile", "list"), pick(r, "sheet", "unknown")}
	}
	if r.IntN(3) == 0 {
		q.Operations = []dealmap.Operation{pick(r, dealmap.OpConsultation, dealmap.OpDisclosure, dealmap.OpErasure)}
	}
	if r.IntN(2) == 0 {
		q.Place = place(r.IntN(6))
	}
	for range r.IntN(3) {
		q.Tiles = append(q.Tiles, dealmap.TileAddress{Z: pick[uint32](r, 10, 11, 99), X: uint32(r.IntN(3)), Y: uint32(r.IntN(3))})
	}
	if r.IntN(3) == 0 {
		q.Before = uint64(r.IntN(len(lines) + 10))
	}
	return q
}

type hit struct {
	n uint64
	c dealmap.Consultation
}

func find(t *testing.T, l *Log, q Query) (hits []hit) {
	t.Helper()
	err := l.Find(context.Background(), q, func(n uint64, c dealmap.Consultation) bool {
		hits = append(hits, hit{n, c})
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

// checkFind compares answers with a plain scan of the lines that are not erased.
func checkFind(t *testing.T, l *Log, lines []dealmap.Consultation, erased int, q Query) {
	t.Helper()
	got := find(t, l, q)
	var want []hit
	for i := len(lines) - 1; i >= erased; i-- {
		if wanted(q, uint64(i+1), lines[i]) {
			c := lines[i]
			if c.Recipients, c.Detail = nil, ""; c.After.IsZero() && c.Last.IsZero() && c.Tile == nil {
				c.Places = nil
			}
			want = append(want, hit{uint64(i + 1), c})
		}
	}
	for i := range min(len(want), len(got)) {
		if !reflect.DeepEqual(want[i], got[i]) {
			t.Fatalf("%+v: hit %d:\n got %+v\nwant %+v", q, i, got[i], want[i])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%+v: %d hits, want %d", q, len(got), len(want))
	}
	if n, err := l.CountOf(context.Background(), q); err != nil || n != int64(len(want)) {
		t.Fatalf("%+v: counted %d, want %d (%v)", q, n, len(want), err)
	}
}

// What Find yields is what a plain scan finds: while the index is made, from it, after opening again, and after an erasure.
func TestFindIsAPlainScan(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := seeded(t, seed)
			path, lines := newPath(t), randomLines(r, 1+r.IntN(2000))
			l := openWith(t, path, fast())
			fill(t, l, lines)
			check := func(erased int) {
				for range 12 {
					checkFind(t, l, lines, erased, randomQuery(r, lines))
				}
			}
			check(0)
			if err := l.WaitIndex(context.Background()); err != nil {
				t.Fatal(err)
			}
			if len(l.index.kept) != len(lines)/256 {
				t.Fatalf("%d segments of %d lines", len(l.index.kept), len(lines))
			}
			check(0)
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			l = openWith(t, path, fast())
			if len(l.index.kept) != len(lines)/256 {
				t.Fatalf("%d segments of %d lines after opening again", len(l.index.kept), len(lines))
			}
			check(0)
			fill(t, l, lines)
			lines = append(lines, lines...)
			check(0)
			before := lines[r.IntN(len(lines)/2)].Time
			c, err := l.Erase(context.Background(), before)
			if err != nil {
				t.Fatal(err)
			}
			if c.Count > 0 {
				lines = append(lines, find(t, l, Query{Whats: []string{WhatErasure}})[0].c)
			}
			check(int(c.Count))
			if err := l.WaitIndex(context.Background()); err != nil {
				t.Fatal(err)
			}
			check(int(c.Count))
		})
	}
}

// One log of the real segment size.
func TestFindInWholeSegments(t *testing.T) {
	t.Parallel()
	r := seeded(t, 99)
	lines := randomLines(r, perSegment+3000)
	o := fast()
	o.perSegment = perSegment
	l := openWith(t, newPath(t), o)
	fill(t, l, lines)
	if err := l.WaitIndex(context.Background()); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		checkFind(t, l, lines, 0, randomQuery(r, lines))
	}
}

func TestFindStopsWhenToldTo(t *testing.T) {
	t.Parallel()
	l := openWith(t, newPath(t), fast())
	fill(t, l, plainLines(1000))
	var got []uint64
	err := l.Find(context.Background(), Query{Before: 901}, func(n uint64, _ dealmap.Consultation) bool {
		got = append(got, n)
		return len(got) < 3
	})
	if err != nil || !slices.Equal(got, []uint64{900, 899, 898}) {
		t.Fatalf("%v, %v", got, err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if err := l.Find(gone, Query{}, func(uint64, dealmap.Consultation) bool { return true }); err != context.Canceled {
		t.Fatalf("of a caller who is gone: %v", err)
	}
}

// Questions while lines are written: each line is found as soon as it is recorded.
func TestFindSeesWhatWasRecorded(t *testing.T) {
	t.Parallel()
	l := openWith(t, newPath(t), fast())
	for i := range 700 {
		c := dealmap.Consultation{Time: noon, Subject: fmt.Sprint("s", i%5), What: dealmap.WhatSheet, Places: []dealmap.ID{place(i % 6)}}
		if err := l.Record(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		if i%20 > 0 {
			continue
		}
		hits := find(t, l, Query{Place: place(i % 6), Subject: fmt.Sprint("s", i%5)})
		if len(hits) == 0 || hits[0].n != uint64(i+1) {
			t.Fatalf("line %d is not found: %v", i+1, hits)
		}
	}
}

func TestSummary(t *testing.T) {
	t.Parallel()
	r := seeded(t, 5)
	lines := randomLines(r, 1500)
	l := openWith(t, newPath(t), fast())
	fill(t, l, lines)
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, bounds := range [][2]time.Time{{}, {noon.AddDate(0, 0, -1), noon}, {noon.Add(-7 * time.Hour), {}}, {{}, noon.Add(-time.Hour)}} {
		got, err := l.Summary(context.Background(), bounds[0], bounds[1])
		if err != nil {
			t.Fatal(err)
		}
		total, days, of := int64(0), map[dealmap.Date]map[dealmap.Operation]int64{}, map[string]int64{}
		for i, c := range lines {
			if !wanted(Query{From: bounds[0], To: bounds[1]}, uint64(i+1), c) {
				continue
			}
			operation := c.Operation
			if operation == "" {
				operation = dealmap.OpConsultation
			}
			day := dealmap.DateOf(c.Time.In(paris))
			if days[day] == nil {
				days[day] = map[dealmap.Operation]int64{}
			}
			days[day][operation]++
			total++
			of["o "+string(operation)]++
			of["w "+c.What]++
			of["s "+c.Subject]++
			of["u "+string(c.Service)]++
		}
		if got.Lines != total || len(got.Days) != len(days) {
			t.Fatalf("%d lines in %d days, want %d in %d", got.Lines, len(got.Days), total, len(days))
		}
		for i, day := range got.Days {
			if !reflect.DeepEqual(day.Operations, days[day.Date]) || i > 0 && !got.Days[i-1].Date.Before(day.Date) {
				t.Errorf("%v, want %v", day, days[day.Date])
			}
		}
		seen := map[string]int64{}
		for prefix, figures := range map[string][]Figure{"o ": got.Operations, "w ": got.Whats, "u ": got.Services, "s ": got.Subjects} {
			for i, f := range figures {
				seen[prefix+f.Key] = f.Lines
				if i > 0 && figures[i-1].Lines < f.Lines {
					t.Errorf("%s%v is not in order", prefix, figures)
				}
			}
		}
		if !reflect.DeepEqual(seen, of) {
			t.Errorf("%v, want %v", seen, of)
		}
	}
}
