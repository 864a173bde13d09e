package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
)

func TestWriteIsShownAndSurvivesRestart(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	added := must(t, s, cross13, add(r, "Résidence des Pins"), "")
	if added.Events != 1 || added.Sight.Name() != "Résidence des Pins" || added.Sight.Revision() != 1 {
		t.Fatalf("result %+v, sight %q", added, added.Sight.Name())
	}
	closed := must(t, s, cross13, dealmap.StepPlace{ID: added.Subject, To: dealmap.Closed, Reason: dealmap.Faded}, "")
	if closed.Sight.Status() != dealmap.Closed || closed.Sight.Revision() != 2 {
		t.Fatalf("after closing: %s, revision %d", closed.Sight.Status(), closed.Sight.Revision())
	}
	if _, err := s.Do(context.Background(), gn, dealmap.StepPlace{ID: added.Subject, To: dealmap.Active}, ""); dealmap.KindOf(err) != dealmap.KindForbidden {
		t.Fatalf("an investigator reopens: %v", err)
	}
	for range 2 { // the second time from the checkpoint alone
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, store.Options{Dir: dir})
		sight, ok := s.Snapshot().Place(scopeOf(gn), added.Subject)
		if !ok || sight.Status() != dealmap.Closed || sight.Revision() != 2 || s.Snapshot().Seq() != 2 {
			t.Fatalf("after restart: %v %s at %d", ok, sight.Status(), s.Snapshot().Seq())
		}
		byRef, ok := s.Snapshot().ByReference(scopeOf(gn), sight.Reference())
		if !ok || byRef.ID() != added.Subject {
			t.Fatalf("by reference %q: %v", sight.Reference(), ok)
		}
	}
}

func TestRetryAddsNothing(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	command := add(r, "Four de la gare")
	first := must(t, s, cross13, command, "k1")
	again := command
	again.ID = newID(r) // the server draws another id for each try
	for range 3 {
		retried := must(t, s, cross13, again, "k1")
		if !retried.Replayed || retried.Subject != first.Subject || retried.Events != 1 || retried.Sight.ID() != first.Subject {
			t.Fatalf("retry: %+v", retried)
		}
		if n := s.Snapshot().Len(); n != 1 {
			t.Fatalf("%d places", n)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, store.Options{Dir: dir})
	}
	again.Facts.Name = "Autre"
	if _, err := s.Do(context.Background(), cross13, again, "k1"); dealmap.KindOf(err) != dealmap.KindKeyReused {
		t.Fatalf("key used again: %v", err)
	}
	other := must(t, s, ofast, again, "k1") // another author's key is another key
	if other.Replayed {
		t.Fatal("another author's key was taken for the same")
	}
}

func TestConcurrentRetriesAddOnce(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Engine: memjournal.New()})
	command := add(r, "Tour B")
	var wg sync.WaitGroup
	subjects := make([]dealmap.ID, 32)
	for i := range subjects {
		try := command
		try.ID = newID(r)
		wg.Go(func() {
			result, err := s.Do(context.Background(), cross13, try, "same")
			if err != nil {
				t.Error(err)
			}
			subjects[i] = result.Subject
		})
	}
	wg.Wait()
	if n := s.Snapshot().Len(); n != 1 {
		t.Fatalf("%d places", n)
	}
	for _, id := range subjects {
		if id != subjects[0] {
			t.Fatalf("outcomes differ: %v", subjects)
		}
	}
}

func TestNoChangeWritesNothing(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Engine: memjournal.New()})
	added := must(t, s, cross13, add(r, "Cité A"), "")
	same := must(t, s, cross13, dealmap.ChangePlace{ID: added.Subject, Patch: []byte(`{"name":"Cité A"}`)}, "")
	if same.Events != 0 || same.Subject != added.Subject || same.Sight.Revision() != 1 || s.Snapshot().Seq() != 1 {
		t.Fatalf("%+v at %d", same, s.Snapshot().Seq())
	}
}

func TestChangesFollow(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Engine: memjournal.New()})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	const followers, writes = 20, 200
	var wg sync.WaitGroup
	for range followers {
		wg.Go(func() {
			scope := scopeOf(gn)
			seen := dealmap.Seq(0)
			for c, err := range s.Changes(ctx, 0) {
				if err != nil {
					t.Error(err)
					return
				}
				if c.Seq != seen+1 {
					t.Errorf("change %d after %d", c.Seq, seen)
				}
				if seen = c.Seq; s.Snapshot().Seq() < c.Seq {
					t.Errorf("change %d before its snapshot %d", c.Seq, s.Snapshot().Seq())
				}
				if before, after := c.See(&scope); !before.IsZero() || after.IsZero() {
					t.Errorf("change %d shows %v, %v", c.Seq, before.ID(), after.ID())
				}
				if c.Seq == writes {
					return
				}
			}
		})
	}
	for i := range writes {
		must(t, s, cross13, add(r, fmt.Sprint("Point ", i)), "")
	}
	wg.Wait()
	for _, err := range s.Changes(ctx, writes+5) {
		if !errors.Is(err, store.ErrTooOld) {
			t.Fatalf("from beyond the end: %v", err)
		}
	}
}

func TestHistoryIsScoped(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	id := must(t, s, cross13, add(r, "Cité A"), "").Subject
	must(t, s, cross13, dealmap.ChangePlace{ID: id, Patch: []byte(`{"name":"Cité B","case_references":["A-1"]}`)}, "")
	must(t, s, cross13, add(r, "Autre"), "")
	must(t, s, gn, dealmap.ConfirmPlace{ID: id}, "")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Options{Dir: dir})
	must(t, s, cross13, dealmap.StepPlace{ID: id, To: dealmap.Closed, Reason: dealmap.Faded}, "")
	entries, err := s.History(context.Background(), scopeOf(gn), id)
	if err != nil || len(entries) != 4 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for _, f := range entries[1].Fields {
		if f.Field == "case_references" {
			t.Fatal("history shows a withheld field")
		}
	}
	if _, err := s.History(context.Background(), scopeOf(admin), id); dealmap.KindOf(err) != dealmap.KindNotFound {
		t.Fatalf("history for one who sees nothing: %v", err)
	}
}

func TestSnapshotAt(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	now := noon
	s := open(t, store.Options{Engine: memjournal.New(), Clock: func() time.Time { return now }})
	var ids []dealmap.ID
	for i := range 30 {
		now = noon.Add(time.Duration(i) * time.Hour)
		ids = append(ids, must(t, s, cross13, add(r, fmt.Sprint("Point ", i)), "").Subject)
	}
	now = noon.Add(-time.Hour) // a clock set back does not make entries older
	must(t, s, cross13, dealmap.StepPlace{ID: ids[29], To: dealmap.Disrupted}, "")
	for _, hour := range []int{12, 3, 29, 28, -1, 12, 100} {
		past, err := s.SnapshotAt(context.Background(), noon.Add(time.Duration(hour)*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		if want := max(0, min(30, hour+1)); past.Len() != want {
			t.Errorf("at hour %d: %d places, want %d", hour, past.Len(), want)
		}
	}
}

// counting is an engine that counts the entries read.
type counting struct {
	store.Engine
	read atomic.Int64
}

func (c *counting) Read(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Event, error] {
	return func(yield func(dealmap.Event, error) bool) {
		for e, err := range c.Engine.Read(ctx, after) {
			c.read.Add(1)
			if !yield(e, err) {
				return
			}
		}
	}
}

// TestGoingBackInTime asks for maps of the past in any order, then backwards, which must not fold everything again each time.
func TestGoingBackInTime(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	engine := &counting{Engine: memjournal.New()}
	s := open(t, store.Options{Engine: engine})
	const entries = 2500
	want := make([]string, 1, entries+1) // after each entry, the latest name of the first place, and how many there are
	first := must(t, s, cross13, add(r, "Nom 1"), "").Subject
	want = append(want, "Nom 1 1")
	for len(want) <= entries {
		var list dealmap.ImportPlaces
		for range 49 {
			list.Places = append(list.Places, add(r, "Cité"))
		}
		must(t, s, ofast, list, "")
		name, places := fmt.Sprint("Nom ", len(want)), s.Snapshot().Len()
		for i := range 49 {
			want = append(want, strings.Join(strings.Fields(want[len(want)-1])[:2], " ")+fmt.Sprint(" ", places-48+i))
		}
		must(t, s, cross13, dealmap.ChangePlace{ID: first, Patch: fmt.Appendf(nil, `{"name":%q}`, name)}, "")
		want = append(want, fmt.Sprint(name, " ", places))
	}
	look := func(seq int) {
		t.Helper()
		past, err := s.SnapshotAfter(context.Background(), dealmap.Seq(seq))
		if err != nil {
			t.Fatal(err)
		}
		sight, _ := past.Place(scopeOf(ofast), first)
		if got := fmt.Sprint(sight.Name(), " ", past.Len()); got != want[seq] && seq > 0 || past.Seq() != dealmap.Seq(seq) {
			t.Fatalf("after entry %d: %q at %d, want %q", seq, got, past.Seq(), want[seq])
		}
	}
	for range 20 {
		look(r.IntN(entries + 1))
	}
	if _, err := s.SnapshotAfter(context.Background(), s.Snapshot().Seq()+1); dealmap.KindOf(err) != dealmap.KindNotFound {
		t.Fatalf("after the last entry: %v", err)
	}
	look(entries)
	before := engine.read.Load()
	for seq := entries; seq >= 0; seq -= 25 {
		look(seq)
	}
	if read := engine.read.Load() - before; read > 25*entries {
		t.Fatalf("%d entries read for %d maps", read, entries/25)
	} else {
		t.Logf("%d entries read for %d maps", read, entries/25)
	}
}

func TestGrantsMakeViewers(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	g := dealmap.Grant{Subject: "pn", Name: "Enquêtrice", Role: dealmap.RoleInvestigator, Service: dealmap.ServicePN, Unit: "DTPN 13"}
	given := must(t, s, admin, dealmap.GiveGrant{ID: newID(r), Grant: g}, "")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, store.Options{Dir: dir})
	if v, ok := s.Snapshot().Viewer("pn", noon); !ok || v.Role != dealmap.RoleInvestigator || v.Unit != "DTPN 13" {
		t.Fatalf("%+v %v", v, ok)
	}
	must(t, s, admin, dealmap.EndGrant{ID: given.Subject}, "")
	if _, ok := s.Snapshot().Viewer("pn", noon); ok {
		t.Fatal("the grant has ended")
	}
	if len(s.Snapshot().Grants()) != 1 {
		t.Fatal("ended grants are listed")
	}
}

func TestSecondProcessIsTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open(t, store.Options{Dir: dir})
	start := time.Now()
	_, err := store.Open(context.Background(), store.Options{Dir: dir, Territories: atlas(t)})
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, store.JournalFile)) || time.Since(start) > 5*time.Second {
		t.Fatalf("%v after %v", err, time.Since(start))
	}
}

func TestDamagedStateIsMadeAnew(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	var last dealmap.Result
	const places = 80
	for i := range places {
		last = must(t, s, cross13, add(r, fmt.Sprint("Point ", i)), fmt.Sprint("k", i))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, store.StateFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	used := len(bytes.TrimRight(whole, "\x00")) // bbolt makes its file larger than what it uses
	whole = whole[:min(len(whole), used+256*4096)]
	branches := branchKeys(whole)
	if len(branches) == 0 {
		t.Fatal("the state is too small to have a page of keys that lead to others")
	}
	noticed := 0
	for i := range 60 {
		damaged := append([]byte(nil), whole...)
		switch {
		case i%4 == 0:
			damaged = damaged[:r.IntN(used)]
		case i%4 == 1: // in a place that is rarely hit: every record is whole, and some are not found
			damaged[branches[r.IntN(len(branches))]] ^= 1 << r.IntN(8)
		default:
			damaged[r.IntN(used)] ^= 1 << r.IntN(8)
		}
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		var warned strings.Builder
		s := open(t, store.Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&warned, nil))})
		if strings.Contains(warned.String(), "made anew") {
			noticed++
		}
		if s.Snapshot().Len() != places {
			t.Fatalf("%d places", s.Snapshot().Len())
		}
		if sight, ok := s.Snapshot().Place(scopeOf(gn), last.Subject); !ok || sight.Name() != fmt.Sprint("Point ", places-1) {
			t.Fatalf("the last place reads %q", sight.Name())
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if report, err := store.Check(context.Background(), dir, nil, nil); err != nil || !report.OK() {
			t.Fatalf("check after repair: %v %q", err, report.Problems)
		}
	}
	if noticed == 0 {
		t.Fatal("no damage was noticed")
	}
}

// branchKeys returns where in a bbolt file the first bytes of the keys lie that lead from page to page, in pages that are used
// or were.
func branchKeys(file []byte) (at []int) {
	const page, head, record, branch = 4096, 16, 16, 1
	for start := 0; start+page <= len(file); start += page {
		p := file[start : start+page]
		if binary.LittleEndian.Uint64(p) != uint64(start/page) || binary.LittleEndian.Uint16(p[8:]) != branch {
			continue
		}
		for i := range int(binary.LittleEndian.Uint16(p[10:])) {
			r := head + i*record
			at = append(at, start+r+int(binary.LittleEndian.Uint32(p[r:])))
		}
	}
	return at
}
