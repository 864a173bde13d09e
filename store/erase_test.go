package store_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/memjournal"
)

var everyone = []dealmap.Viewer{ofast, cross13, gn, prefet13, admin, {}}

// told is all that a store tells all viewers, now and of every moment of the past.
func told(t *testing.T, s *store.Store, moments []time.Time) [][]string {
	t.Helper()
	var all [][]string
	for _, v := range everyone {
		all = append(all, outputs(s.Snapshot(), scopeOf(v)))
		for _, at := range moments {
			past, err := s.SnapshotAt(context.Background(), at)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, outputs(past, scopeOf(v)))
		}
	}
	return all
}

// TestErasedPlaceNeverWas plays the same work on two maps, one of which has places more that are erased in the end: nothing
// may tell them apart then.
func TestErasedPlaceNeverWas(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	now := noon.Add(-1000 * time.Hour)
	clock := func() time.Time { return now }
	dir := t.TempDir()
	with, without := open(t, store.Options{Dir: dir, Clock: clock}), open(t, store.Options{Engine: memjournal.New(), Clock: clock})
	var doomed []dealmap.ID
	secret := map[dealmap.ID]bool{}
	var ids []dealmap.ID
	var moments []time.Time
	var keys []string
	for i := range 120 {
		now = now.Add(time.Hour)
		if i%12 == 0 {
			moments = append(moments, now)
		}
		var command dealmap.Command
		var id dealmap.ID
		if len(ids) < 8 || r.IntN(3) == 0 {
			c := add(r, fmt.Sprint("Point ", i))
			if r.IntN(2) == 0 {
				c.Facts.Name, c.Facts.Note = fmt.Sprint("Inavouable ", i), "texte inavouable"
				doomed = append(doomed, c.ID)
				secret[c.ID] = true
			}
			command, id, ids = c, c.ID, append(ids, c.ID)
		} else {
			id = ids[r.IntN(len(ids))]
			switch r.IntN(3) {
			case 0:
				command = dealmap.ConfirmPlace{ID: id, Date: dealmap.DateOf(now)}
			case 1:
				command = dealmap.ChangePlace{ID: id, Patch: fmt.Appendf(nil, `{"hours":"%s %d"}`, map[bool]string{true: "inavouables", false: "publics"}[secret[id]], i)}
			case 2:
				command = dealmap.ChangePlace{ID: id, Patch: fmt.Appendf(nil, `{"handling":{"reach":%q}}`, []string{"service", "national"}[r.IntN(2)])}
			}
		}
		if key := fmt.Sprint("k", i); must(t, with, cross13, command, key).Events > 0 {
			keys = append(keys, key)
		}
		if !secret[id] {
			must(t, without, cross13, command, "")
		}
	}
	if len(doomed) < 10 {
		t.Fatalf("only %d to erase", len(doomed))
	}
	before := with.Snapshot().Seq()
	if err := with.Close(); err != nil { // what is to be erased is in the checkpoint
		t.Fatal(err)
	}
	with = open(t, store.Options{Dir: dir, Clock: clock})
	shows := func(seq dealmap.Seq) bool {
		t.Helper()
		past, err := with.SnapshotAfter(context.Background(), seq)
		if err != nil || past.Seq() != seq {
			t.Fatalf("after entry %d: %v", seq, err)
		}
		return strings.Contains(fmt.Sprint(outputs(past, scopeOf(ofast))), "Inavouable")
	}
	if !shows(before - 1) { // and in a map of the past that is at hand
		t.Fatal("there is nothing to erase")
	}
	for _, id := range doomed {
		now = now.Add(time.Minute)
		result := must(t, with, ofast, dealmap.ErasePlace{ID: id, Reason: "unlawful"}, "")
		if result.Subject != id || result.Events != 1 || !result.Sight.IsZero() {
			t.Fatalf("%+v", result)
		}
	}
	if shows(before - 1) {
		t.Fatal("a map of the past that was at hand still tells")
	}
	moments = append(moments, now.Add(-30*time.Minute))
	want := told(t, without, moments)
	compare := func(when string) {
		t.Helper()
		if !reflect.DeepEqual(want, told(t, with, moments)) {
			t.Fatalf("%s, the maps can be told apart", when)
		}
		for _, id := range doomed {
			for _, v := range everyone {
				entries, err := with.History(context.Background(), scopeOf(v), id)
				_, never := with.History(context.Background(), scopeOf(v), newID(r))
				if len(entries) > 0 || err == nil || err.Error() != never.Error() {
					t.Fatalf("%s, history of an erased place: %v %v, of none: %v", when, entries, err, never)
				}
			}
			versions, err := with.Versions(context.Background(), id)
			scope := scopeOf(ofast)
			if err != nil || len(versions) < 2 || slices.ContainsFunc(versions, func(v dealmap.Version) bool { _, ok := v.See(&scope); return ok }) {
				t.Fatalf("%s, versions of an erased place: %v %v", when, versions, err)
			}
			entriesOf, err := with.Entries(context.Background(), store.JournalQuery{Place: id})
			if err != nil || len(entriesOf) != len(versions) || entriesOf[0].Kind != dealmap.EventPlaceErased {
				t.Fatalf("%s, entries of an erased place: %v %v", when, entriesOf, err)
			}
			for i, e := range entriesOf {
				if e.Erased == (i == 0) {
					t.Fatalf("%s, entry %d: erased %v", when, e.Seq, e.Erased)
				}
			}
		}
	}
	compare("live")
	for seq := range with.Snapshot().Seq() + 1 {
		if shows(seq) {
			t.Fatalf("the map after entry %d tells of it", seq)
		}
	}
	scope := scopeOf(ofast)
	for c, err := range with.Changes(context.Background(), before) {
		if err != nil {
			t.Fatal(err)
		}
		was, is := c.See(&scope)
		if !is.IsZero() || !secret[was.ID()] {
			t.Fatalf("change %d tells of %q, %q", c.Seq, was.Name(), is.Name())
		}
		if c.Seq == with.Snapshot().Seq() {
			break
		}
	}
	for _, key := range keys { // what was asked once is not done again
		if _, err := with.Do(context.Background(), cross13, dealmap.ConfirmPlace{ID: doomed[0]}, key); dealmap.KindOf(err) != dealmap.KindKeyReused {
			t.Fatalf("key %s: %v", key, err)
		}
	}
	for _, how := range []string{"from the checkpoint", "from the journal"} {
		if err := with.Close(); err != nil {
			t.Fatal(err)
		}
		if report := check(t, dir); !report.OK() || report.Erased == 0 {
			t.Fatalf("%s: %+v", how, report)
		}
		for _, file := range []string{store.StateFile, store.JournalFile} {
			data, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil || bytes.Contains(data, []byte("navouable")) || !bytes.Contains(data, []byte("Point ")) {
				t.Fatalf("%s, %s still says what was erased (%v)", how, file, err)
			}
		}
		if how == "from the journal" {
			if err := store.Rebuild(context.Background(), dir, nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		with = open(t, store.Options{Dir: dir, Clock: clock})
		compare(how)
	}
}

// TestErasedWithWhatWasDecidedTogether erases a place while others change it: whatever was written before goes.
func TestErasedWithWhatWasDecidedTogether(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	for range 20 {
		s := open(t, store.Options{Engine: memjournal.New()})
		id := must(t, s, cross13, add(r, "Cité A"), "").Subject
		var wg sync.WaitGroup
		var changed atomic.Int32
		for i := range 40 {
			wg.Go(func() {
				var err error
				if i == 20 {
					_, err = s.Do(context.Background(), ofast, dealmap.ErasePlace{ID: id, Reason: "retention"}, "")
				} else if _, err = s.Do(context.Background(), cross13, dealmap.ChangePlace{ID: id, Patch: fmt.Appendf(nil, `{"name":"Cité %d"}`, i)}, ""); err == nil {
					changed.Add(1)
				}
				if err != nil && (i == 20 || dealmap.KindOf(err) != dealmap.KindNotFound) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		entries, err := s.Entries(context.Background(), store.JournalQuery{Place: id})
		if err != nil || len(entries) != int(changed.Load())+2 || entries[0].Erased {
			t.Fatalf("%d entries, %d changes: %v", len(entries), changed.Load(), err)
		}
		for _, e := range entries[1:] {
			if !e.Erased {
				t.Fatalf("entry %d of %d is left", e.Seq, entries[0].Seq)
			}
		}
	}
}

// TestPastBeingMadeWhenErased: a map of the past that is being folded while bodies go is folded anew.
func TestPastBeingMadeWhenErased(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	engine := &slow{Journal: memjournal.New()}
	s := open(t, store.Options{Engine: engine})
	secret := must(t, s, cross13, add(r, "Inavouable"), "").Subject
	must(t, s, cross13, add(r, "Cité A"), "")
	engine.pause = make(chan struct{})
	engine.paused = make(chan struct{})
	engine.on.Store(true)
	got := make(chan []string)
	go func() {
		past, err := s.SnapshotAfter(context.Background(), 1)
		if err != nil {
			t.Error(err)
		}
		got <- outputs(past, scopeOf(ofast))
	}()
	<-engine.paused
	must(t, s, ofast, dealmap.ErasePlace{ID: secret, Reason: "retention"}, "")
	close(engine.pause)
	if list := <-got; len(list) != 0 {
		t.Fatalf("the past tells of it: %q", list)
	}
}

// slow is an engine that stops a reader at the first entry, once, after it has read it.
type slow struct {
	*memjournal.Journal
	on            atomic.Bool
	pause, paused chan struct{}
}

func (e *slow) Read(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Event, error] {
	return func(yield func(dealmap.Event, error) bool) {
		for event, err := range e.Journal.Read(ctx, after) {
			if e.on.Swap(false) {
				close(e.paused)
				<-e.pause
			}
			if !yield(event, err) {
				return
			}
		}
	}
}

// TestFollowersOfAnErasedPlace: one who comes late is told that it goes, from wherever they saw it, and never what it was
// in between.
func TestFollowersOfAnErasedPlace(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Engine: memjournal.New()})
	id := must(t, s, cross13, add(r, "Cité A"), "").Subject
	must(t, s, cross13, dealmap.ChangePlace{ID: id, Patch: []byte(`{"name":"Cité B"}`)}, "")
	must(t, s, cross13, dealmap.ChangePlace{ID: id, Patch: []byte(`{"handling":{"reach":"service"}}`)}, "") // gn loses sight of it
	must(t, s, ofast, dealmap.ErasePlace{ID: id, Reason: "retention"}, "")
	for viewer, goes := range map[*dealmap.Viewer][]bool{&ofast: {true, true, true, true}, &gn: {true, true, true, false}, &admin: {false, false, false, false}} {
		scope := scopeOf(*viewer)
		for after, want := range goes {
			told := false
			for c, err := range s.Changes(context.Background(), dealmap.Seq(after)) {
				if err != nil {
					t.Fatal(err)
				}
				was, is := c.See(&scope)
				if !is.IsZero() {
					t.Fatalf("%s after %d: change %d shows %q", viewer.Subject, after, c.Seq, is.Name())
				}
				if told = told || was.ID() == id; c.Seq == 4 {
					break
				}
			}
			// From the start on there is nothing to take away, and nobody needs to be told.
			if told != want && after > 0 {
				t.Fatalf("%s after %d is told that it goes: %v", viewer.Subject, after, told)
			}
		}
	}
}
