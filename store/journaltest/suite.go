// Package journaltest holds the suite that every engine of the journal passes.
package journaltest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb"
)

// patience is how long something that should happen at once may take on a machine that is shared.
const patience = 20 * time.Second

// Run runs the suite. open opens a journal at a place: the same place gives what was appended there before, after the
// journal opened before was closed. Each test uses one place.
func Run(t *testing.T, newPlace func(t *testing.T) string, open func(t *testing.T, place string) store.Engine) {
	s := suite{newPlace, open}
	t.Run("Empty", s.empty)
	t.Run("ReturnsWhatWasAppended", s.returnsWhatWasAppended)
	t.Run("AllOrNone", s.allOrNone)
	t.Run("ConflictUnlessLast", s.conflictUnlessLast)
	t.Run("ConcurrentAppends", s.concurrentAppends)
	t.Run("ReadFromAnyPoint", s.readFromAnyPoint)
	t.Run("ReaderNeverHoldsUpWriter", s.readerNeverHoldsUpWriter)
	t.Run("Wait", s.wait)
	t.Run("Erase", s.erase)
	t.Run("Hashes", s.hashes)
	t.Run("Reopen", s.reopen)
	t.Run("EndedContext", s.endedContext)
}

type suite struct {
	newPlace func(t *testing.T) string
	open     func(t *testing.T, place string) store.Engine
}

func (s suite) fresh(t *testing.T) store.Engine {
	t.Parallel()
	j := s.open(t, s.newPlace(t))
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// Event makes the n-th event of a series that goes through every kind.
func Event(n int) dealmap.Event {
	at := orb.Point{5.3698 + float64(n)/1e6, 43.2965}
	day := dealmap.Date{Year: 2026, Month: 11, Day: 23}
	bodies := []dealmap.Body{
		dealmap.PlaceAdded{Reference: "13-K7QF", Status: dealmap.Active, Territories: []dealmap.TerritoryCode{"com:13055", "dep:13"},
			Facts: dealmap.Facts{Kind: dealmap.Four, Name: fmt.Sprint("Cité « l’Étoile » n° ", n), Position: &at,
				Accuracy: dealmap.AccuracyDoor, Products: []dealmap.Product{"cannabis", "cocaine"}, FirstSeen: day,
				Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"}}},
		dealmap.PlaceChanged{Patch: []byte(`{"name":"Autre","note":null}`)},
		dealmap.PlaceStepped{From: dealmap.Active, To: dealmap.Closed, Date: day,
			Closing: &dealmap.Closing{Reason: dealmap.Faded, Date: day}, Note: "é <&>"},
		dealmap.PlaceConfirmed{Date: day, Review: day.AddDays(90)},
		dealmap.GrantGiven{Grant: dealmap.Grant{Subject: "gn", Name: "Gendarme", Role: dealmap.RoleInvestigator,
			Service: dealmap.ServiceGN, Unit: "SR", From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), By: "admin"}},
		dealmap.GrantEnded{At: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)},
	}
	kinds := []dealmap.EventKind{dealmap.EventPlaceAdded, dealmap.EventPlaceChanged, dealmap.EventPlaceStepped,
		dealmap.EventPlaceConfirmed, dealmap.EventGrantGiven, dealmap.EventGrantEnded}
	e := dealmap.Event{
		Time:   time.Date(2026, 11, 23, 12, 0, 0, n%1000*1e6, time.UTC),
		Author: dealmap.Author{Subject: "cross13", Role: dealmap.RoleCross, Service: dealmap.ServicePN, Unit: "Cross 13"},
		Motive: "essai", Kind: kinds[n%len(kinds)], Body: bodies[n%len(bodies)],
		Subject: dealmap.ID{0: 1, 14: byte(n >> 8), 15: byte(n)},
	}
	if n%2 == 0 {
		e.Request = dealmap.Request{Key: [16]byte{1, byte(n)}, Digest: [16]byte{2, byte(n >> 8)}}
	}
	return e
}

// Events makes some events of the series.
func Events(from, count int) []dealmap.Event {
	list := make([]dealmap.Event, count)
	for i := range list {
		list[i] = Event(from + i)
	}
	return list
}

func read(t *testing.T, j store.Journal, after dealmap.Seq) []dealmap.Event {
	t.Helper()
	var list []dealmap.Event
	for e, err := range j.Read(t.Context(), after) {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, e)
	}
	return list
}

func sameAs(t *testing.T, got []dealmap.Event, after dealmap.Seq, want []dealmap.Event) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i, e := range want {
		e.Seq = after + dealmap.Seq(i) + 1
		if !reflect.DeepEqual(got[i], e) {
			t.Fatalf("entry %d reads\n%+v, want\n%+v", e.Seq, got[i], e)
		}
	}
}

func mustAppend(t *testing.T, j store.Journal, after dealmap.Seq, events []dealmap.Event) {
	t.Helper()
	if err := j.Append(t.Context(), after, events); err != nil {
		t.Fatal(err)
	}
}

func (s suite) empty(t *testing.T) {
	j := s.fresh(t)
	if got := read(t, j, 0); len(got) != 0 {
		t.Fatalf("%d entries", len(got))
	}
	if last, hash, err := j.Last(t.Context()); last != 0 || hash != (dealmap.Hash{}) || err != nil {
		t.Fatalf("last %d %s %v", last, hash, err)
	}
	if hash, err := j.HashAt(t.Context(), 0); hash != (dealmap.Hash{}) || err != nil {
		t.Fatalf("hash before the first: %s %v", hash, err)
	}
	if _, err := j.HashAt(t.Context(), 1); dealmap.KindOf(err) != dealmap.KindNotFound {
		t.Fatalf("hash of no entry: %v", err)
	}
	if err := j.Erase(t.Context(), 1); dealmap.KindOf(err) != dealmap.KindNotFound {
		t.Fatalf("erase no entry: %v", err)
	}
}

func (s suite) returnsWhatWasAppended(t *testing.T) {
	j := s.fresh(t)
	events := Events(0, 60)
	kept := Events(0, 60)
	mustAppend(t, j, 0, events[:1])
	mustAppend(t, j, 1, events[1:25])
	mustAppend(t, j, 25, events[25:])
	if !reflect.DeepEqual(events, kept) {
		t.Fatal("the engine changed the caller's events")
	}
	sameAs(t, read(t, j, 0), 0, kept)
}

func (s suite) allOrNone(t *testing.T) {
	j := s.fresh(t)
	mustAppend(t, j, 0, Events(0, 2))
	bad := Events(2, 3)
	bad[2].Kind = "no.such.kind"
	if err := j.Append(t.Context(), 2, bad); err == nil {
		t.Fatal("an event of an impossible kind was taken")
	}
	sameAs(t, read(t, j, 0), 0, Events(0, 2))
	mustAppend(t, j, 2, Events(2, 3))
	sameAs(t, read(t, j, 0), 0, Events(0, 5))
}

func (s suite) conflictUnlessLast(t *testing.T) {
	j := s.fresh(t)
	mustAppend(t, j, 0, Events(0, 5))
	for _, after := range []dealmap.Seq{0, 4, 6, 1 << 40} {
		if err := j.Append(t.Context(), after, Events(5, 1)); dealmap.KindOf(err) != dealmap.KindConflict {
			t.Errorf("append after %d: %v", after, err)
		}
	}
	sameAs(t, read(t, j, 0), 0, Events(0, 5))
}

func (s suite) concurrentAppends(t *testing.T) {
	j := s.fresh(t)
	const writers, each = 16, 12
	winners := map[dealmap.Seq]int{} // after → writer
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for done := 0; done < each; {
				last, _, err := j.Last(t.Context())
				if err == nil {
					err = j.Append(t.Context(), last, []dealmap.Event{Event(w), Event(w)})
				}
				switch {
				case err == nil:
					mu.Lock()
					if other, taken := winners[last]; taken {
						t.Errorf("writers %d and %d both won after entry %d", other, w, last)
					}
					winners[last] = w
					mu.Unlock()
					done++
				case dealmap.KindOf(err) != dealmap.KindConflict:
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	got := read(t, j, 0)
	if len(got) != 2*writers*each || len(winners) != writers*each {
		t.Fatalf("%d entries and %d winners", len(got), len(winners))
	}
	for after, w := range winners {
		sameAs(t, got[after:after+2], after, []dealmap.Event{Event(w), Event(w)})
	}
}

func (s suite) readFromAnyPoint(t *testing.T) {
	j := s.fresh(t)
	const n = 3000 // more than any engine reads at once
	for at := 0; at < n; at += 500 {
		mustAppend(t, j, dealmap.Seq(at), Events(at, 500))
	}
	for _, after := range []int{0, 1, 2, 499, 500, 1023, 1024, 1025, n - 1, n} {
		sameAs(t, read(t, j, dealmap.Seq(after)), dealmap.Seq(after), Events(after, n-after))
	}
	taken := 0
	for _, err := range j.Read(t.Context(), 10) {
		if err != nil {
			t.Fatal(err)
		}
		if taken++; taken == 3 {
			break
		}
	}
	for _, err := range j.Read(t.Context(), n+1) {
		if err == nil {
			t.Fatal("an entry after the end")
		}
	}
}

// A reader that dawdles must not keep an append, even one that makes the file grow, from being done.
func (s suite) readerNeverHoldsUpWriter(t *testing.T) {
	j := s.fresh(t)
	mustAppend(t, j, 0, Events(0, 10))
	seen := 0
	for _, err := range j.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if seen++; seen <= 4 {
			last, _, _ := j.Last(t.Context())
			done := make(chan error, 1)
			go func() { done <- j.Append(t.Context(), last, Events(int(last), 500)) }()
			select {
			case err := <-done:
				if err != nil {
					t.Fatal(err)
				}
			case <-time.After(patience):
				t.Fatal("a reader holds up the writer")
			}
		}
	}
	if seen != 10+4*500 {
		t.Fatalf("the reader saw %d entries", seen)
	}
}

func (s suite) wait(t *testing.T) {
	j := s.fresh(t)
	mustAppend(t, j, 0, Events(0, 3))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := j.Wait(ctx, 2); err != nil { // at once
		t.Fatal(err)
	}
	woken := make(chan error, 8)
	for range cap(woken) {
		go func() { woken <- j.Wait(ctx, 3) }()
	}
	select {
	case err := <-woken:
		t.Fatalf("woken for nothing: %v", err)
	case <-time.After(20 * time.Millisecond):
	}
	mustAppend(t, j, 3, Events(3, 1))
	for range cap(woken) {
		if err := <-woken; err != nil {
			t.Fatal(err)
		}
	}
	short, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	if err := j.Wait(short, 4); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("wait past its context: %v", err)
	}
}

func (s suite) erase(t *testing.T) {
	j := s.fresh(t)
	mustAppend(t, j, 0, Events(0, 6))
	before, hash, _ := j.Last(t.Context())
	for range 2 { // the second time there is nothing left to erase
		if err := j.Erase(t.Context(), 3); err != nil {
			t.Fatal(err)
		}
	}
	mustAppend(t, j, 6, Events(6, 1))
	want := Events(0, 7)
	want[2].Body = nil
	sameAs(t, read(t, j, 0), 0, want)
	sameAs(t, read(t, j, 2), 2, want[2:])
	if after, err := j.HashAt(t.Context(), before); err != nil || after != hash {
		t.Fatalf("erasing changed the chain: %v", err)
	}
}

func (s suite) hashes(t *testing.T) {
	j := s.fresh(t)
	const n = 5000 // more than any engine hashes at once
	for at := 0; at < n; at += 1000 {
		mustAppend(t, j, dealmap.Seq(at), Events(at, 1000))
	}
	if err := j.Erase(t.Context(), 7); err != nil { // a hash stays
		t.Fatal(err)
	}
	for _, after := range []dealmap.Seq{0, 1, 4095, 4096, 4097, n - 1, n} {
		at := after
		for hash, err := range j.Hashes(t.Context(), after) {
			if err != nil {
				t.Fatal(err)
			}
			at++
			if want, err := j.HashAt(t.Context(), at); err != nil || hash != want {
				t.Fatalf("hash of entry %d is %s, want %s (%v)", at, hash, want, err)
			}
		}
		if at != n {
			t.Fatalf("hashes after %d end at %d", after, at)
		}
	}
	for hash, err := range j.Hashes(t.Context(), n+1) {
		if err == nil {
			t.Fatalf("a hash after the end: %s", hash)
		}
	}
	for range j.Hashes(t.Context(), 3) {
		break
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range j.Hashes(ended, 0) {
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("hashes with an ended context: %v", err)
		}
	}
}

func (s suite) reopen(t *testing.T) {
	t.Parallel()
	place := s.newPlace(t)
	for round := range 4 {
		j := s.open(t, place)
		sameAs(t, read(t, j, 0), 0, Events(0, round*7))
		mustAppend(t, j, dealmap.Seq(round*7), Events(round*7, 7))
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func (s suite) endedContext(t *testing.T) {
	j := s.fresh(t)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := j.Append(ended, 0, Events(0, 1)); !errors.Is(err, context.Canceled) {
		t.Fatalf("append with an ended context: %v", err)
	}
	if got := read(t, j, 0); len(got) != 0 {
		t.Fatal("an append that was refused is there")
	}
	mustAppend(t, j, 0, Events(0, 2))
	for _, err := range j.Read(ended, 0) {
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("read with an ended context: %v", err)
		}
	}
}
