package shared

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
)

// script is a table that tells what the test lays down.
type script struct {
	mu      sync.Mutex
	page    Page
	reads   int
	changed chan struct{}
	asked   chan chan struct{} // when given, a reading waits until the channel that it sends is closed
}

func (s *script) lay(server string, counter int64, anew bool, changes ...Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.page = Page{Changes: changes, Next: Place{Revision: counter, Server: server}, Anew: anew}
}

func (s *script) Since(_ context.Context, after Place, _ ...string) (Page, error) {
	if s.asked != nil {
		answer := make(chan struct{})
		s.asked <- answer
		<-answer
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	page := s.page
	page.Anew = page.Anew || after.Server != page.Next.Server
	page.Changes = slices.Clone(page.Changes)
	return page, nil
}

func (s *script) Write(context.Context, Write) (Written, error)         { return Written{}, nil }
func (s *script) Forget(context.Context, int64, string, [][]byte) error { return nil }
func (s *script) Purge(context.Context) error                           { return nil }
func (s *script) Name(kind string, key []byte) []byte                   { return []byte("name of " + string(key)) }
func (s *script) Changed() <-chan struct{}                              { return s.changed }

// kept is a copy in memory.
type kept map[string]string

func (k kept) Apply(changes []Change) error {
	for _, c := range changes {
		if delete(k, string(c.Key)); !c.Deleted {
			k[string(c.Key)] = string(c.Value)
		}
	}
	return nil
}

func (k kept) Keys(string) (keys [][]byte, err error) {
	for key := range k {
		keys = append(keys, []byte(key))
	}
	return keys, nil
}

func (k kept) Whole(_ context.Context, w *Whole) error {
	maps.DeleteFunc(k, func(key, _ string) bool { return !w.Has("k", []byte(key)) })
	return nil
}

func put(key, value string, revision int64) Change {
	return Change{Kind: "k", Key: []byte(key), Value: []byte(value), Revision: revision}
}

// TestOwnWritesKeepTheirPlace has a node write while it reads what was written before and after.
func TestOwnWritesKeepTheirPlace(t *testing.T) {
	t.Parallel()
	table, copied := &script{changed: make(chan struct{})}, kept{}
	table.lay("one", 3, false, put("a", "3", 3))
	f := Follow(table, copied, Options{Kinds: []string{"k"}})
	step := func(what string, want kept) {
		t.Helper()
		if err := f.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if !maps.Equal(copied, want) {
			t.Fatalf("%s: %v, not %v", what, copied, want)
		}
	}
	own := func(server string, revision int64, value string, deleted bool) {
		t.Helper()
		if err := f.Own(Written{Revision: revision, Server: server, Count: 1}, Item{Kind: "k", Key: []byte("a"), Value: []byte(value), Deleted: deleted}); err != nil {
			t.Fatal(err)
		}
	}
	step("at first", kept{"a": "3"})
	own("one", 9, "9", false)
	own("one", 7, "7", false)
	table.lay("one", 6, false, put("a", "6", 6), put("b", "5", 5))
	step("what was written before", kept{"a": "9", "b": "5"})
	table.lay("one", 8, true, put("b", "5", 5))
	step("everything, as of before", kept{"a": "9", "b": "5"})
	table.lay("one", 11, false, put("a", "11", 11))
	step("what was written after", kept{"a": "11", "b": "5"})
	own("one", 10, "10", false)
	table.lay("one", 11, false)
	step("told late", kept{"a": "11", "b": "5"})
	own("one", 12, "", true)
	step("deleted", kept{"b": "5"})
	table.lay("two", 4, false, put("b", "5", 4))
	step("another server, which never had it", kept{"b": "5"})
	table.lay("two", 5, false, put("a", "two", 5))
	step("it gives the same revisions again", kept{"a": "two", "b": "5"})
	table.lay("two", 6, false, Change{Kind: "k", Name: []byte("name of b"), Revision: 6, Refused: true, Value: []byte("forged")})
	step("refused", kept{"a": "two"})
	f.Close()
}

// TestCatchUpsShareReadings asks from many sides while one reading goes on: one more answers them all.
func TestCatchUpsShareReadings(t *testing.T) {
	t.Parallel()
	table := &script{changed: make(chan struct{}), asked: make(chan chan struct{})}
	table.lay("one", 1, false)
	f := Follow(table, kept{}, Options{Kinds: []string{"k"}})
	first := <-table.asked // the follower's own
	var all sync.WaitGroup
	for range 20 {
		began := make(chan struct{})
		all.Go(func() {
			close(began)
			if err := f.CatchUp(t.Context()); err != nil {
				t.Error(err)
			}
		})
		<-began
	}
	done := make(chan struct{})
	go func() { all.Wait(); close(done) }()
	close(first)
	for open := true; open; {
		select {
		case next := <-table.asked:
			close(next)
		case <-done:
			open = false
		}
	}
	if table.reads > 21 || table.reads < 2 {
		t.Errorf("%d readings", table.reads)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	f.turn <- struct{}{}
	if err := f.CatchUp(cancelled); err == nil {
		t.Error("a call goes on after its end")
	}
	<-f.turn
	f.Close()
	if !bytes.Equal(table.Name("k", []byte("x")), []byte("name of x")) {
		t.Error("name")
	}
}
