package consultations

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// copyAll brings a copy up to its log.
func copyAll(t *testing.T, from, to *Log, most, mostBytes int) {
	t.Helper()
	for to.Size() < from.Size() {
		lines, err := from.Copies(to.Size()+1, most, mostBytes)
		if err != nil {
			t.Fatal(err)
		}
		if len(lines) == 0 || len(lines) > most {
			t.Fatalf("%d lines of at most %d", len(lines), most)
		}
		if lines[0].Data == nil {
			if err := to.Forget(t.Context(), to.Size()); err != nil {
				t.Fatal(err)
			}
		}
		if err := to.Append(t.Context(), to.Size(), lines); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Forget(t.Context(), from.Erased()); err != nil {
		t.Fatal(err)
	}
}

type numbered struct {
	N uint64
	C dealmap.Consultation
}

func found(t *testing.T, l *Log, q Query) (list []numbered) {
	t.Helper()
	if err := l.Find(context.Background(), q, func(n uint64, c dealmap.Consultation) bool {
		list = append(list, numbered{n, c})
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return list
}

// A copy answers every question as its log does, is proven by the same checkpoints, and forgets with it.
func TestCopyIsTheLog(t *testing.T) {
	t.Parallel()
	r := seeded(t, 8)
	log, copied := openWith(t, newPath(t), fast()), openWith(t, newPath(t), fast())
	same := func() {
		t.Helper()
		size, root, err := log.Checkpoint()
		if err != nil {
			t.Fatal(err)
		}
		if n, other, err := copied.Checkpoint(); err != nil || n != size || other != root || copied.Erased() != log.Erased() {
			t.Fatalf("the copy has %d lines, %d erased, root %s (%v); the log %d, %d, %s", n, copied.Erased(), other, err, size, log.Erased(), root)
		}
		for _, q := range []Query{{}, {Subject: "alice"}, {Whats: []string{dealmap.WhatSheet}}, {Place: place(3)}, {Before: 700}, {From: noon.Add(-time.Hour)}} {
			if a, b := found(t, log, q), found(t, copied, q); !reflect.DeepEqual(a, b) {
				t.Fatalf("%+v: the log has %d lines, the copy %d", q, len(a), len(b))
			}
		}
		f, err := copied.Verify(t.Context(), []proof.Checkpoint{{Origin: proof.OriginConsultations, Size: size, Root: root}}, nil)
		if err != nil || !f.OK() || f.Lines != size || f.Erased != log.Erased() {
			t.Fatalf("verified: %+v, %v", f, err)
		}
	}
	fill(t, log, randomLines(r, 900))
	copyAll(t, log, copied, 100, 1<<20)
	same()
	for range 3 {
		fill(t, log, randomLines(r, 300))
		copyAll(t, log, copied, 4096, 10_000)
		if err := copied.WaitIndex(t.Context()); err != nil {
			t.Fatal(err)
		}
		same()
	}
	if _, err := log.Erase(t.Context(), noon.Add(-100*time.Minute)); err != nil || log.Erased() == 0 {
		t.Fatalf("%d lines erased: %v", log.Erased(), err)
	}
	copyAll(t, log, copied, 4096, 1<<20)
	same()
	if through, err := copied.Accounted(t.Context(), ""); err != nil || through != log.Erased() {
		t.Errorf("lines account for %d erased ones, want %d: %v", through, log.Erased(), err)
	}
	// One that begins later never had what is erased, and one that stayed behind loses it.
	late := openWith(t, newPath(t), fast())
	copyAll(t, log, late, 4096, 1<<20)
	copied = late
	same()
	if n := log.Size(); n < 1000 || late.Erased() < 100 {
		t.Errorf("%d lines, %d erased: the test shows little", n, late.Erased())
	}
}

func TestCopyTakesNothingElse(t *testing.T) {
	t.Parallel()
	log, copied := openWith(t, newPath(t), fast()), openWith(t, newPath(t), fast())
	fill(t, log, plainLines(20))
	lines, err := log.Copies(1, 20, 1<<20)
	if err != nil || len(lines) != 20 {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	if err := copied.Append(t.Context(), 0, lines[:10]); err != nil {
		t.Fatal(err)
	}
	wrong := Copied{Leaf: lines[10].Leaf, Data: append([]byte(nil), lines[10].Data...)}
	wrong.Data[30] ^= 1
	if err := copied.Append(t.Context(), 10, []Copied{wrong}); !errors.Is(err, ErrLeaf) {
		t.Errorf("a changed byte: %v", err)
	}
	for name, try := range map[string]func() error{
		"a gap":                     func() error { return copied.Append(t.Context(), 11, lines[11:]) },
		"again":                     func() error { return copied.Append(t.Context(), 9, lines[9:]) },
		"erased behind one that is": func() error { return copied.Append(t.Context(), 10, []Copied{{Leaf: lines[10].Leaf}}) },
		"erased in the midst": func() error {
			return copied.Append(t.Context(), 10, []Copied{lines[10], {Leaf: lines[11].Leaf}})
		},
	} {
		if err := try(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if copied.Size() != 10 || copied.Erased() != 0 {
		t.Errorf("%d lines, %d erased", copied.Size(), copied.Erased())
	}
	if err := copied.Append(t.Context(), 10, lines[10:]); err != nil {
		t.Error(err)
	}
	if leaf, err := copied.Leaf(20); err != nil || leaf != tlog.RecordHash(lines[19].Data) {
		t.Errorf("leaf 20: %s, %v", leaf, err)
	}
}

// What a crash interrupts is gone on with: nothing of the lines is left in the file.
func TestForgettingGoesOnAfterACrash(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), FileName)
	log := openWith(t, newPath(t), fast())
	fill(t, log, plainLines(1500))
	crash := errors.New("crash")
	broken := fast()
	left := -1
	broken.update = func(db *bolt.DB, f func(*bolt.Tx) error) error {
		if left == 0 {
			return crash
		}
		left--
		return db.Update(f)
	}
	copied, err := open(path, broken)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := log.Copies(1, 1500, 1<<24)
	if err != nil {
		t.Fatal(err)
	}
	if err := copied.Append(t.Context(), 0, lines); err != nil {
		t.Fatal(err)
	}
	left = 3 // the mark and two batches of lines
	if err := copied.Forget(t.Context(), 1000); !errors.Is(err, crash) || copied.Erased() != 2*eraseBatch {
		t.Fatalf("%d lines erased: %v", copied.Erased(), err)
	}
	left = -1
	if err := copied.Close(); err != nil {
		t.Fatal(err)
	}
	copied = openWith(t, path, fast())
	if err := copied.Forget(t.Context(), 0); err != nil { // whatever is asked for
		t.Fatal(err)
	}
	if err := copied.Forget(t.Context(), 1000); err != nil || copied.Erased() != 1000 {
		t.Fatalf("%d lines erased: %v", copied.Erased(), err)
	}
	if list := found(t, copied, Query{}); len(list) != 500 {
		t.Errorf("%d lines are left", len(list))
	}
}
