package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/boltjournal"
)

// stubborn is an engine that erases nothing as long as it is told so.
type stubborn struct {
	store.Engine
	refuses atomic.Bool
}

func (e *stubborn) Erase(ctx context.Context, seq dealmap.Seq) error {
	if e.refuses.Load() {
		return errDisk
	}
	return e.Engine.Erase(ctx, seq)
}

// TestErasingThatFailsIsDoneLater: first while it runs, then after restarts from a checkpoint.
func TestErasingThatFailsIsDoneLater(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	reopen := func(refuses bool) (*store.Store, *stubborn) {
		journal, err := boltjournal.Open(filepath.Join(dir, store.JournalFile), boltjournal.Options{})
		if err != nil {
			t.Fatal(err)
		}
		engine := &stubborn{Engine: journal}
		engine.refuses.Store(refuses)
		return open(t, store.Options{Dir: dir, Engine: engine}), engine
	}
	left := func(s *store.Store, id dealmap.ID) (n int) {
		entries, err := s.Entries(context.Background(), store.JournalQuery{Place: id})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries[1:] {
			if !e.Erased {
				n++
			}
		}
		return n
	}
	s, engine := reopen(true)
	first, second := must(t, s, cross13, add(r, "Inavouable 1"), "").Subject, must(t, s, cross13, add(r, "Inavouable 2"), "").Subject
	must(t, s, ofast, dealmap.ErasePlace{ID: first, Reason: "retention"}, "")
	if _, ok := s.Snapshot().Place(scopeOf(ofast), first); ok || left(s, first) != 1 {
		t.Fatalf("on the map: %v; bodies left: %d", ok, left(s, first))
	}
	engine.refuses.Store(false)
	for start := time.Now(); left(s, first) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(start) > 20*time.Second {
			t.Fatal("erasing is not tried again")
		}
	}
	engine.refuses.Store(true)
	must(t, s, ofast, dealmap.ErasePlace{ID: second, Reason: "retention"}, "")
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if report := check(t, dir); report.OK() || !strings.Contains(report.Problems[0], "n° 2") || len(report.Problems) != 1 {
			t.Fatalf("%q", report.Problems)
		}
		s, _ = reopen(true)
		if left(s, second) != 1 {
			t.Fatal("erased by an engine that refuses")
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ = reopen(false)
	if left(s, second) != 0 {
		t.Fatal("a restart does not finish the erasing")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if report := check(t, dir); !report.OK() || report.Erased != 2 {
		t.Fatalf("%+v", report)
	}
}

// TestCheckFindsBodiesThatNothingErased: who takes a body out of the journal without an entry that says so is noticed.
func TestCheckFindsBodiesThatNothingErased(t *testing.T) {
	t.Parallel()
	dir := written(t, 3)
	journal, err := boltjournal.Open(filepath.Join(dir, store.JournalFile), boltjournal.Options{})
	if err == nil {
		err = errors.Join(journal.Erase(context.Background(), 4), journal.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	report := check(t, dir)
	if report.OK() || !strings.Contains(strings.Join(report.Problems, "\n"), "n° 4 manque") {
		t.Fatalf("%q", report.Problems)
	}
}

// dying is an engine that kills its process when it is to erase the n-th body.
type dying struct {
	*boltjournal.Journal
	n int
}

func (d *dying) Erase(ctx context.Context, seq dealmap.Seq) error {
	if d.n == 0 {
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return err
		}
		select {}
	}
	d.n--
	return d.Journal.Erase(ctx, seq)
}

// eraseAndDie erases the one place of a folder; a file named after the number of bodies says when to die.
func eraseAndDie(dir string) error {
	journal, err := boltjournal.Open(filepath.Join(dir, store.JournalFile), boltjournal.Options{})
	if err != nil {
		return err
	}
	data, err := os.ReadFile(filepath.Join(dir, "die"))
	if err != nil {
		return err
	}
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Engine: &dying{journal, int(data[0])}, Territories: atlas(&testing.B{})})
	if err != nil {
		return err
	}
	var id dealmap.ID
	s.Snapshot().Each(scopeOf(ofast), dealmap.ID{}, func(sight dealmap.Sight) bool { id = sight.ID(); return true })
	_, err = s.Do(context.Background(), ofast, dealmap.ErasePlace{ID: id, Reason: "retention"}, "")
	return errors.Join(err, errors.New("the process should be dead"))
}

func TestKilledWhileErasing(t *testing.T) {
	t.Parallel()
	for _, after := range []byte{0, 1, 4} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(uint64(after), 0))
			dir := t.TempDir()
			s := open(t, store.Options{Dir: dir})
			id := must(t, s, ofast, add(r, "Inavouable"), "").Subject
			for i := range 4 {
				must(t, s, ofast, dealmap.ChangePlace{ID: id, Patch: fmt.Appendf(nil, `{"hours":"inavouables %d"}`, i)}, "")
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "die"), []byte{after}, 0o600); err != nil {
				t.Fatal(err)
			}
			err := process(t, "eraser", dir).Run()
			var exit interface{ Sys() any }
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
				t.Fatalf("the process ended by itself: %v", err)
			}
			report := check(t, dir)
			if report.Entries != 6 || report.Erased != uint64(after) || len(report.Problems) != 5-int(after) {
				t.Fatalf("after the kill: %+v", report)
			}
			s = open(t, store.Options{Dir: dir})
			if s.Snapshot().Len() != 0 {
				t.Fatal("the place is there")
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if report := check(t, dir); !report.OK() || report.Erased != 5 {
				t.Fatalf("after the restart: %+v", report)
			}
		})
	}
}
