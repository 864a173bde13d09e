package consultations

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

func openLog(t *testing.T, path string) *Log {
	t.Helper()
	l, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestLinesAreKeptInOrder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	l := openLog(t, path)
	for i := range 50 {
		what := Tile
		if i%10 == 9 {
			what = "sheet"
		}
		c := dealmap.Consultation{Time: time.Date(2026, 11, 23, 12, 0, i, 0, time.UTC), Subject: "gn", What: what, Detail: fmt.Sprint(i)}
		if err := l.Record(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		if n, err := l.Count(); what == "sheet" && (err != nil || n != uint64(i+1)) {
			t.Fatalf("a sheet is served with %d lines on disk, want %d (%v)", n, i+1, err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = openLog(t, path)
	i := 0
	err := l.Each(func(n uint64, c dealmap.Consultation) bool {
		if n != uint64(i+1) || c.Detail != fmt.Sprint(i) || c.Subject != "gn" {
			t.Errorf("line %d is %d: %+v", i, n, c)
		}
		i++
		return true
	})
	if err != nil || i != 50 {
		t.Fatalf("%d lines, %v", i, err)
	}
}

func TestTileIsWrittenWithinTheWindow(t *testing.T) {
	t.Parallel()
	l := openLog(t, filepath.Join(t.TempDir(), FileName))
	if err := l.Record(context.Background(), dealmap.Consultation{What: Tile}); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second) // generous: the machine is shared
	for {
		if n, err := l.Count(); err != nil {
			t.Fatal(err)
		} else if n == 1 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the line never reached the disk")
		}
		time.Sleep(Window / 4)
	}
}

func TestFailureClosesTheTap(t *testing.T) {
	t.Parallel()
	l := openLog(t, filepath.Join(t.TempDir(), FileName))
	l.ahead.path = filepath.Join(t.TempDir(), "gone", AheadName)
	if err := l.db.Close(); err != nil { // stands for a disk that went away
		t.Fatal(err)
	}
	if err := l.Record(context.Background(), dealmap.Consultation{What: "sheet"}); dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Fatalf("a sheet is served without a line: %v", err)
	}
	if err := l.Record(context.Background(), dealmap.Consultation{What: Tile}); dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Fatalf("a tile is served after the writer failed: %v", err)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	l := openLog(t, filepath.Join(t.TempDir(), FileName))
	var wg sync.WaitGroup
	for range 32 {
		wg.Go(func() {
			for i := range 40 {
				what := []string{Tile, Tile, Tile, "list"}[i%4]
				if err := l.Record(context.Background(), dealmap.Consultation{What: what}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := l.Record(context.Background(), dealmap.Consultation{What: "list"}); err != nil {
		t.Fatal(err)
	}
	if n, err := l.Count(); err != nil || n != 32*40+1 {
		t.Fatalf("%d lines, %v", n, err)
	}
	l.Close()
	if err := l.Record(context.Background(), dealmap.Consultation{What: Tile}); err != ErrClosed {
		t.Fatalf("after Close: %v", err)
	}
}
