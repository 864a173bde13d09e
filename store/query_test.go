package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/boltjournal"
)

// expected answers a query by reading everything.
func expected(all []dealmap.Event, q store.JournalQuery) (found []store.JournalEntry) {
	for _, e := range slices.Backward(all) {
		switch {
		case !q.From.IsZero() && e.Time.Before(q.From), !q.To.IsZero() && !e.Time.Before(q.To), q.Before != 0 && e.Seq >= q.Before,
			q.Subject != "" && e.Author.Subject != q.Subject, !q.Place.IsZero() && e.Subject != q.Place,
			len(q.Kinds) > 0 && !slices.Contains(q.Kinds, e.Kind), len(q.Operations) > 0 && !slices.Contains(q.Operations, e.Kind.Operation()):
			continue
		}
		if len(found) < q.Limit {
			found = append(found, store.JournalEntry{Seq: e.Seq, Time: e.Time, Author: e.Author, Motive: e.Motive, Case: e.Case,
				Kind: e.Kind, Subject: e.Subject, Erased: e.Body == nil})
		}
	}
	return found
}

// TestJournalQueries compares answers with a reading of the whole journal: while entries are in memory only, in a checkpoint,
// in both, over the borders of chunks, and without a disk.
func TestJournalQueries(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	now := noon.Add(-240 * time.Hour)
	clock := func() time.Time { now = now.Add(time.Duration(r.IntN(3)) * 20 * time.Minute); return now }
	dir := t.TempDir()
	var engine store.Engine
	reopen := func(dir string, path string) *store.Store {
		t.Helper()
		journal, err := boltjournal.Open(path, boltjournal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		engine = journal
		return open(t, store.Options{Dir: dir, Engine: journal, Clock: clock})
	}
	path := filepath.Join(dir, store.JournalFile)
	s := reopen(dir, path)
	authors := []dealmap.Viewer{ofast, cross13}
	for i := range 3 {
		v := ofast
		v.Subject, v.Motive, v.Case = fmt.Sprint("agent ", i), "enquête", fmt.Sprint("2026/", i)
		authors = append(authors, v)
	}
	var places []dealmap.ID
	busy := func(n int) {
		t.Helper()
		for range n {
			v := authors[r.IntN(len(authors))]
			if len(places) < 10 || r.IntN(4) == 0 {
				places = append(places, must(t, s, v, add(r, "Cité A"), "").Subject)
				continue
			}
			id := places[r.IntN(len(places))]
			if r.IntN(20) == 0 && v.Role == dealmap.RoleOfast {
				must(t, s, v, dealmap.ErasePlace{ID: id, Reason: "retention"}, "")
				places = slices.DeleteFunc(places, func(p dealmap.ID) bool { return p == id })
				continue
			}
			must(t, s, v, dealmap.ChangePlace{ID: id, Patch: fmt.Appendf(nil, `{"hours":"%d"}`, r.Uint32())}, "")
		}
	}
	kinds := []dealmap.EventKind{dealmap.EventPlaceAdded, dealmap.EventPlaceChanged, dealmap.EventPlaceErased, dealmap.EventGrantGiven}
	ask := func(when string) {
		t.Helper()
		var all []dealmap.Event
		var matched int
		for e, err := range engine.Read(context.Background(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, e)
		}
		for n := range 200 {
			q := store.JournalQuery{Limit: 1 + r.IntN(40)}
			if r.IntN(3) == 0 {
				q.From = noon.Add(-time.Duration(r.IntN(300)) * time.Hour)
			}
			if r.IntN(3) == 0 {
				q.To = noon.Add(-time.Duration(r.IntN(300)) * time.Hour)
			}
			if r.IntN(4) == 0 && len(all) > 0 { // a moment at which something was written: From takes it in, To does not
				q.From, q.To = all[r.IntN(len(all))].Time, all[r.IntN(len(all))].Time
			}
			if r.IntN(3) == 0 {
				q.Subject = append(authors, dealmap.Viewer{Subject: "personne"})[r.IntN(len(authors)+1)].Subject
			}
			if r.IntN(3) == 0 {
				q.Kinds = []dealmap.EventKind{kinds[r.IntN(4)], kinds[r.IntN(4)]}
			}
			if r.IntN(4) == 0 {
				q.Operations = []dealmap.Operation{dealmap.OpErasure, dealmap.OpCollection}[r.IntN(2):]
			}
			if r.IntN(4) == 0 && len(all) > 0 {
				q.Place = all[r.IntN(len(all))].Subject
			}
			if r.IntN(3) == 0 {
				q.Before = dealmap.Seq(r.IntN(len(all) + 10))
			}
			got, err := s.Entries(context.Background(), q)
			want := expected(all, q)
			if matched += len(want); err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("%s, query %d %+v: %v\ngot  %v\nwant %v", when, n, q, err, got, want)
			}
		}
		if matched < 100 && len(all) > 100 {
			t.Fatalf("%s: %d matches only", when, matched)
		}
	}
	ask("empty")
	busy(150)
	ask("in memory")
	restart := func() {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = reopen(dir, path)
	}
	restart()
	ask("in a checkpoint")
	for range 2 {
		var list dealmap.ImportPlaces
		for range 2500 {
			list.Places = append(list.Places, add(r, "Cité B"))
		}
		must(t, s, ofast, list, "")
		busy(100)
		ask("in both")
		restart()
	}
	busy(100)
	ask("over chunks")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if report := check(t, dir); !report.OK() || report.Entries < 4096 {
		t.Fatalf("%+v", report)
	}
	s = reopen("", path)
	ask("without a disk")
}
