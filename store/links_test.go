package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
)

// webOf is all that a snapshot tells of links and networks.
func webOf(s *store.Snapshot, scope dealmap.Scope) string {
	var b strings.Builder
	s.Links(scope, &dealmap.LinkFilter{}, dealmap.ID{}, func(l dealmap.LinkSight) bool {
		fmt.Fprintf(&b, "link %s %d %s %s→%s %d %q %v\n", l.ID(), l.Detail(), l.Kind(), l.From().Reference(), l.To().Reference(), l.Strength(), l.Note(), l.Until())
		return true
	})
	s.Networks(scope, func(n dealmap.NetworkSight) bool {
		fmt.Fprintf(&b, "network %s %s %d %q\n", n.Code(), n.Status(), n.Revision(), n.Note())
		return true
	})
	s.Codes(scope, func(code string) bool {
		fmt.Fprintf(&b, "code %s:", code)
		s.Members(scope, code, func(p dealmap.Sight) bool {
			fmt.Fprintf(&b, " %s", p.Reference())
			return true
		})
		b.WriteByte('\n')
		return true
	})
	s.Each(scope, dealmap.ID{}, func(p dealmap.Sight) bool {
		for _, l := range s.LinksOf(scope, p.ID()) {
			fmt.Fprintf(&b, "of %s: %s\n", p.Reference(), l.ID())
		}
		return true
	})
	return b.String()
}

// TestLinksSurvive plays merging, parting, changing, removing and erasing on a map with links: after every restart, with the state
// on disk or without, all is told as before, and the check finds nothing.
func TestLinksSurvive(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	now := noon.Add(-300 * time.Hour)
	o := store.Options{Dir: t.TempDir(), Clock: func() time.Time { return now }}
	s := open(t, o)
	var places, links []dealmap.ID
	for i := range 12 {
		c := add(r, fmt.Sprint("Point ", i))
		if i%3 == 0 {
			c.Facts.Networks = []string{"R-13-ABC"}
		}
		if i == 11 {
			c.Facts.Owner, c.Facts.Handling = dealmap.Owner{Service: dealmap.ServicePN, Unit: "Cross 13"}, dealmap.Handling{Reach: dealmap.ReachService, Code: "H0"}
		}
		places = append(places, must(t, s, cross13, c, "").Subject)
	}
	tie := func(from, to int, note string) {
		t.Helper()
		now = now.Add(time.Hour)
		c := dealmap.RecordLink{ID: newID(r), Facts: dealmap.LinkFacts{From: places[from], To: places[to], Kind: dealmap.Supplies, Note: note, Strength: 1 + r.IntN(9)}}
		key := fmt.Sprint("l", len(links))
		first := must(t, s, cross13, c, key)
		c.ID = newID(r)
		if again := must(t, s, cross13, c, key); !again.Replayed || again.Subject != first.Subject {
			t.Fatalf("retry: %+v", again)
		}
		links = append(links, first.Subject)
	}
	for i := range 11 {
		tie(i, i+1, "")
	}
	tie(0, 5, "inavouable")
	tie(5, 9, "inavouable")
	network := must(t, s, cross13, dealmap.RecordNetwork{ID: newID(r), Code: "R-13-ABC", Facts: dealmap.NetworkFacts{Territory: "dep:13"}}, "n1").Subject
	again := func(what string) {
		t.Helper()
		for _, fresh := range []bool{false, true} {
			told := map[string]string{}
			for _, v := range everyone {
				told[v.Subject+string(v.Role)] = webOf(s.Snapshot(), dealmap.NewScope(v, dealmap.DateOf(now)))
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if report := check(t, o.Dir); !report.OK() {
				t.Fatalf("after %s: %+v", what, report)
			}
			if fresh {
				if err := os.Remove(filepath.Join(o.Dir, store.StateFile)); err != nil {
					t.Fatal(err)
				}
			}
			s = open(t, o)
			for _, v := range everyone {
				if got := webOf(s.Snapshot(), dealmap.NewScope(v, dealmap.DateOf(now))); got != told[v.Subject+string(v.Role)] {
					t.Fatalf("after %s, %s is told otherwise after a restart:\n%s\n%s", what, v.Subject, told[v.Subject+string(v.Role)], got)
				}
			}
		}
	}
	scope := func() dealmap.Scope { return dealmap.NewScope(cross13, dealmap.DateOf(now)) }
	count := func() (n int) {
		s.Snapshot().Links(scope(), &dealmap.LinkFilter{}, dealmap.ID{}, func(dealmap.LinkSight) bool { n++; return true })
		return n
	}
	again("recording")
	if n := count(); n != 13 {
		t.Fatalf("%d links", n)
	}
	must(t, s, ofast, dealmap.ChangeLink{ID: links[0], Patch: []byte(`{"strength":7,"note":"deux fois"}`)}, "")
	must(t, s, ofast, dealmap.RemoveLink{ID: links[1]}, "")
	must(t, s, ofast, dealmap.ChangeNetwork{ID: network, Patch: []byte(`{"status":"dismantled"}`)}, "")
	must(t, s, cross13, dealmap.AssignNetwork{Code: "R-13-ABC", Add: places[1:3], Remove: places[3:4]}, "")
	again("changing")
	past := now
	now = now.Add(time.Hour)
	before := webOf(s.Snapshot(), scope())
	must(t, s, ofast, dealmap.MergePlaces{Into: places[4], From: places[6]}, "")
	if l := s.Snapshot().LinksOf(scope(), places[4]); len(l) != 4 {
		t.Errorf("the merged place has %d links, want 4", len(l))
	}
	again("merging")
	must(t, s, ofast, dealmap.SplitPlace{ID: places[4], Member: places[6]}, "")
	if got := webOf(s.Snapshot(), scope()); got != before {
		t.Errorf("parting does not restore the links:\n%s\n%s", before, got)
	}
	again("parting")
	now = now.Add(time.Hour)
	must(t, s, ofast, dealmap.ErasePlace{ID: places[5], Reason: "retention"}, "")
	if n := count(); n != 13-1-4 {
		t.Errorf("%d links are left", n)
	}
	again("erasing")
	then, err := s.SnapshotAt(context.Background(), past)
	if err != nil {
		t.Fatal(err)
	}
	if told := webOf(then, scope()); strings.Contains(told, "inavouable") || !strings.Contains(told, "deux fois") {
		t.Errorf("the map of before tells\n%s", told)
	}
	if history, err := s.LinkHistory(context.Background(), scope(), links[0]); err != nil || len(history) != 2 {
		t.Errorf("history %+v, %v", history, err)
	}
	for _, id := range []dealmap.ID{links[4], links[11], newID(r)} {
		if _, err := s.LinkHistory(context.Background(), scope(), id); dealmap.KindOf(err) != dealmap.KindNotFound {
			t.Errorf("history of what is erased or absent: %v", err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	noFileHolds(t, o.Dir, "inavouable")
}

// noFileHolds reads every file of a folder for a word that was erased.
func noFileHolds(t *testing.T, dir, word string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err == nil && bytes.Contains(data, []byte(word)) {
			t.Errorf("%s still holds what was erased", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestErasingWhatWasMergedErasesLinks erases a place into which a record with links was merged, one of them under an embargo that hides it
// from whoever erases, one removed before: nothing is left of any, on any map or in any file.
func TestErasingWhatWasMergedErasesLinks(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	now := noon
	o := store.Options{Dir: t.TempDir(), Clock: func() time.Time { now = now.Add(time.Minute); return now }}
	s := open(t, o)
	var places, links []dealmap.ID
	for i := range 4 {
		places = append(places, must(t, s, cross13, add(r, fmt.Sprint("Point ", i)), "").Subject)
	}
	tie := func(from, to int, kind dealmap.LinkKind, until dealmap.Date) {
		t.Helper()
		links = append(links, must(t, s, cross13, dealmap.RecordLink{ID: newID(r), Facts: dealmap.LinkFacts{
			From: places[from], To: places[to], Kind: kind, Note: "inavouable", Handling: dealmap.Handling{EmbargoUntil: until},
		}}, "").Subject)
	}
	tomorrow := dealmap.DateOf(noon).AddDays(1)
	tie(1, 2, dealmap.Supplies, dealmap.Date{})
	tie(2, 0, dealmap.Supplies, tomorrow)
	tie(0, 1, dealmap.SameNetwork, dealmap.Date{})
	tie(1, 3, dealmap.StoresFor, dealmap.Date{})
	tie(2, 3, dealmap.Supplies, dealmap.Date{})
	must(t, s, cross13, dealmap.ChangeLink{ID: links[0], Patch: []byte(`{"strength":4}`)}, "")
	must(t, s, cross13, dealmap.RemoveLink{ID: links[3]}, "")
	must(t, s, ofast, dealmap.MergePlaces{Into: places[0], From: places[1]}, "")
	past := now
	if _, seen := s.Snapshot().Link(scopeOf(ofast), links[1]); seen {
		t.Fatal("the embargo hides nothing")
	}
	must(t, s, ofast, dealmap.ErasePlace{ID: places[0], Reason: "retention"}, "")
	told := func() (list []dealmap.ID) {
		t.Helper()
		for _, snapshot := range []func() (*store.Snapshot, error){
			func() (*store.Snapshot, error) { return s.Snapshot(), nil }, func() (*store.Snapshot, error) { return s.SnapshotAt(t.Context(), past) },
		} {
			at, err := snapshot()
			if err != nil {
				t.Fatal(err)
			}
			at.Links(scopeOf(cross13), &dealmap.LinkFilter{}, dealmap.ID{}, func(l dealmap.LinkSight) bool { list = append(list, l.ID()); return true })
		}
		for _, id := range links[:4] {
			if _, err := s.LinkHistory(t.Context(), scopeOf(cross13), id); dealmap.KindOf(err) != dealmap.KindNotFound {
				t.Errorf("history of an erased link: %v", err)
			}
			entries, err := s.Entries(t.Context(), store.JournalQuery{Place: id})
			if err != nil || len(entries) < 2 || slices.ContainsFunc(entries[1:], func(e store.JournalEntry) bool { return !e.Erased }) {
				t.Errorf("entries of an erased link: %+v %v", entries, err)
			}
		}
		return list
	}
	want := []dealmap.ID{links[4], links[4]}
	if got := told(); !slices.Equal(got, want) {
		t.Errorf("links %v are left, want %v", got, want)
	}
	for _, fresh := range []bool{false, true} {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if report := check(t, o.Dir); !report.OK() {
			t.Errorf("check: %+v", report)
		}
		if fresh {
			if err := os.Remove(filepath.Join(o.Dir, store.StateFile)); err != nil {
				t.Fatal(err)
			}
		}
		s = open(t, o)
		if got := told(); !slices.Equal(got, want) {
			t.Errorf("after a restart links %v are left, want %v", got, want)
		}
	}
	must(t, s, ofast, dealmap.ErasePlace{ID: places[3], Reason: "retention"}, "")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	noFileHolds(t, o.Dir, "inavouable")
}

// TestFollowersOfLinks: changes of links are told with what each viewer sees of them.
func TestFollowersOfLinks(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Engine: memjournal.New()})
	a, b := must(t, s, cross13, add(r, "A"), "").Subject, must(t, s, cross13, add(r, "B"), "").Subject
	from := s.Snapshot().Seq()
	link := dealmap.RecordLink{ID: newID(r), Facts: dealmap.LinkFacts{From: a, To: b, Kind: dealmap.Supplies}}
	must(t, s, cross13, link, "")
	must(t, s, cross13, dealmap.ChangeLink{ID: link.ID, Patch: []byte(`{"handling":{"reach":"service","code":"H0"}}`)}, "")
	must(t, s, cross13, dealmap.RemoveLink{ID: link.ID}, "")
	type sides struct{ before, after bool }
	told := map[string][]sides{}
	for change, err := range s.Changes(t.Context(), from) {
		if err != nil {
			t.Fatal(err)
		}
		if !change.Links() {
			t.Fatal("not a change of a link")
		}
		for _, v := range []dealmap.Viewer{cross13, gn, prefet13, {}} {
			before, after := s.Snapshot().LinkChange(scopeOf(v), change)
			told[string(v.Role)] = append(told[string(v.Role)], sides{before.Told(), after.Told()})
		}
		if change.Seq == s.Snapshot().Seq() {
			break
		}
	}
	nothing := []sides{{}, {}, {}}
	for role, want := range map[string][]sides{"cross": {{false, true}, {true, true}, {true, false}}, "investigator": {{false, true}, {true, false}, {}},
		"prefet": nothing, "": nothing} {
		if !slices.Equal(told[role], want) {
			t.Errorf("%s is told %v, want %v", role, told[role], want)
		}
	}
}
