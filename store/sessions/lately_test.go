package sessions

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// TestFindFollowsWrites writes sessions from several sides while others look for them: whoever looks after a write finds it.
func TestFindFollowsWrites(t *testing.T) {
	t.Parallel()
	s, err := Open(filepath.Join(t.TempDir(), FileName))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var all sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				for side := range 3 {
					if _, _, err := s.Find(fmt.Sprint("token ", side)); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	var writers sync.WaitGroup
	for side := range 3 {
		writers.Go(func() {
			token := fmt.Sprint("token ", side)
			for n := range 30 {
				want := fmt.Sprint(n)
				if err := s.Commit(token, []byte(want), time.Now().Add(time.Hour)); err != nil {
					t.Error(err)
					return
				}
				for range 3 {
					if data, found, err := s.Find(token); err != nil || !found || string(data) != want {
						t.Errorf("%s after a write: %q, %v, %v", token, data, found, err)
					}
				}
				if n%5 != 0 {
					continue
				}
				if err := s.Delete(token); err != nil {
					t.Error(err)
				}
				if _, found, err := s.Find(token); err != nil || found {
					t.Errorf("%s is found after it was deleted, %v", token, err)
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	all.Wait()
}

// TestLatelyIsBounded looks for more than is kept.
func TestLatelyIsBounded(t *testing.T) {
	t.Parallel()
	var l lately
	for i := range 3 * mostKept {
		token := fmt.Sprint(i)
		_, known, at := l.get(token)
		if known {
			t.Fatalf("%s is known before it was kept", token)
		}
		if l.keep(token, nil, at); len(l.values) > mostKept {
			t.Fatalf("%d are kept", len(l.values))
		}
	}
	_, _, at := l.get("late")
	l.forget("another")
	l.keep("late", []byte("old"), at)
	if _, known, _ := l.get("late"); known {
		t.Error("what was read before a write is kept after it")
	}
}
