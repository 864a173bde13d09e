package sessions

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/shared"
)

// TestWhatIsOverIsForgotten has sessions, ended or not, and marks reach their end: they go from the file and from what nodes share.
func TestWhatIsOverIsForgotten(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	db, err := postgres.Open(t.Context(), server.DSN(server.Database(t)), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	table := db.Shared(make([]byte, 32))
	start := time.Now()
	var later atomic.Int64
	now := func() time.Time { return start.Add(time.Duration(later.Load())) }
	open := func(path string) *Store {
		s, err := openAt(path, now)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		if err := s.Share(t.Context(), table, Options{}); err != nil {
			t.Fatal(err)
		}
		return s
	}
	folder := t.TempDir()
	s := open(filepath.Join(folder, "a.db"))
	for token, hours := range map[string]time.Duration{"ended": 1, "left": 1, "lasts": 3, "epoch a": 1, "epoch b": 3} {
		if err := s.Commit(token, []byte(token), start.Add(hours*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Delete("ended"); err != nil {
		t.Fatal(err)
	}
	rows := func() int {
		t.Helper()
		page, err := table.Since(t.Context(), shared.Place{}, kindSession, kindMark)
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Changes)
	}
	forget := func(s *Store) {
		t.Helper()
		if _, err := s.sweep(); err != nil {
			t.Fatal(err)
		}
		c := s.common.Load()
		if err := c.follower.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.hourly(t.Context())
	}
	forget(s)
	if n := rows(); n != 5 {
		t.Fatalf("%d rows are left of 5 that last", n)
	}
	later.Store(int64(2 * time.Hour))
	// One that starts now finds them over; what it never had it forgets as well.
	forget(open(filepath.Join(folder, "b.db")))
	if n := rows(); n != 2 {
		t.Errorf("%d rows are left of 2 that last", n)
	}
	forget(s)
	if n := rows(); n != 2 {
		t.Errorf("%d rows are left of 2 that last", n)
	}
	err = s.common.Load().view(func(b buckets) error {
		if b.ended.Get([]byte("ended")) != nil || b.sessions.Get([]byte("left")) != nil || b.sessions.Get([]byte("lasts")) == nil {
			t.Error("the file keeps what is over")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
