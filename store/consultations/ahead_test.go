package consultations

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// scene is a log whose folder can be looked at as a process that is killed leaves it.
type scene struct {
	t        testing.TB
	path     string
	mu       sync.Mutex // held while a file is written
	failing  bool       // transactions
	full     bool       // the file of what is written ahead, too
	torn     int        // bytes of the next write ahead after which the process is killed; 0: all are written
	killedAt string     // the folder as it was then
}

func (s *scene) options() options {
	o := fast()
	o.retry = 5 * time.Millisecond
	o.update = func(db *bolt.DB, f func(*bolt.Tx) error) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.failing || s.full {
			return syscall.ENOSPC
		}
		return db.Update(f)
	}
	o.writeAhead = func(f *os.File, data []byte, at int64) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.full {
			return syscall.ENOSPC
		}
		if s.torn > 0 && len(data) < 2*aheadHalf {
			if err := writeAt(f, data[:min(s.torn, len(data))], at); err != nil {
				return err
			}
			s.torn, s.killedAt = 0, s.copy()
		}
		return writeAt(f, data, at)
	}
	return o
}

func (s *scene) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// copy copies what is on the disk to another folder; s.mu is held.
func (s *scene) copy() string {
	s.t.Helper()
	to := filepath.Join(s.t.TempDir(), FileName)
	for _, of := range []func(string) string{func(path string) string { return path }, aheadPath} {
		data, err := os.ReadFile(of(s.path))
		if err == nil {
			err = os.WriteFile(of(to), data, 0o600)
		} else if errors.Is(err, os.ErrNotExist) {
			err = nil
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return to
}

func details(t testing.TB, l *Log) (all []string) {
	t.Helper()
	if err := l.Each(func(_ uint64, c dealmap.Consultation) bool { all = append(all, c.Detail); return true }); err != nil {
		t.Fatal(err)
	}
	if f, err := l.Verify(context.Background(), nil, nil); err != nil || !f.OK() || f.Lines != int64(len(all)) {
		t.Fatalf("%+v, %v", f, err)
	}
	return all
}

// A line that somebody waited for is on the disk when it is served, without a transaction.
func TestServedBeforeItsTransaction(t *testing.T) {
	t.Parallel()
	s := &scene{t: t, path: newPath(t)}
	l := openWith(t, s.path, s.options())
	s.set(func() { s.failing = true })
	for i := range 3 {
		if err := l.Record(context.Background(), dealmap.Consultation{Time: noon, What: "sheet", Detail: fmt.Sprint(i)}); err != nil && i == 0 {
			t.Fatal(err)
		}
	}
	var killed string
	s.set(func() { killed = s.copy() })
	got := details(t, openWith(t, killed, fast()))
	if len(got) == 0 || got[0] != "0" {
		t.Fatalf("what was served is lost: %q", got)
	}
	waitFor(t, "failure of the transaction", func() bool { return l.Err() != nil })
	if err := l.Record(context.Background(), dealmap.Consultation{Time: noon, What: "sheet"}); dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Fatalf("a sheet is served while the log cannot be written: %v", err)
	}
	if err := l.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("closing does not tell: %v", err)
	}
	l = openWith(t, s.path, fast())
	if again := details(t, l); !slices.Equal(again, got) {
		t.Fatalf("%q after closing, %q after being killed", again, got)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(aheadPath(s.path)); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("a log that is closed well leaves a file: %v", err)
	}
}

// Lines that cannot be written ahead are served once their transaction has ended, and whoever watches the log is told.
func TestWaysOfLines(t *testing.T) {
	t.Parallel()
	var fails atomic.Bool
	o := fast()
	o.writeAhead = func(f *os.File, data []byte, at int64) error {
		if fails.Load() {
			return syscall.EIO
		}
		return writeAt(f, data, at)
	}
	l := openWith(t, newPath(t), o)
	record := func(times int, wantAhead, wantBare uint64) {
		t.Helper()
		for range times {
			if err := l.Record(t.Context(), dealmap.Consultation{Time: noon, What: "sheet"}); err != nil {
				t.Fatal(err)
			}
		}
		if ahead, bare := l.Written(); ahead != wantAhead || bare != wantBare {
			t.Fatalf("%d lines ahead of their transaction and %d with it, not %d and %d", ahead, bare, wantAhead, wantBare)
		}
	}
	record(3, 3, 0)
	fails.Store(true)
	record(4, 3, 4)
	fails.Store(false)
	record(2, 5, 4)
	if got := details(t, l); len(got) != 9 {
		t.Errorf("%d lines in the log", len(got))
	}
}

// Opened while the disk is full, the log serves nothing, and loses nothing.
func TestOpenedWhileTheDiskIsFull(t *testing.T) {
	t.Parallel()
	s := &scene{t: t, path: newPath(t)}
	l := openWith(t, s.path, s.options())
	s.set(func() { s.failing = true })
	if err := l.Record(context.Background(), dealmap.Consultation{Time: noon, What: "sheet", Detail: "served"}); err != nil {
		t.Fatal(err)
	}
	l.Close()
	l = openWith(t, s.path, s.options())
	if err := l.Record(context.Background(), dealmap.Consultation{Time: noon, What: "sheet"}); dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Fatalf("a sheet is served: %v", err)
	}
	s.set(func() { s.failing = false })
	waitFor(t, "recovery", func() bool { return l.Err() == nil })
	if got := details(t, l); !slices.Equal(got, []string{"served"}) {
		t.Fatalf("%q", got)
	}
}

// At whatever moment a process is killed, also in the middle of a write: whatever was served to somebody who waited is in the log afterwards, once
// and in order, and nothing is there that nobody asked for.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		s := &scene{t: t, path: newPath(t)}
		l := openWith(t, s.path, s.options())
		var asked, waited []string // waited: of lines that were served to somebody who waited, or handed over before such a one
		held := 0                  // how many of asked are surely on the disk
		killed := func(path string) {
			t.Helper()
			left := openWith(t, path, fast())
			got := details(t, left)
			if err := errors.Join(left.Close(), os.RemoveAll(filepath.Dir(path))); err != nil {
				r.Fatal(err)
			}
			if len(got) < held || !slices.Equal(got[:held], waited[:held]) {
				r.Fatalf("%d lines, %d were on the disk: %q", len(got), held, got)
			}
			for i, j := 0, 0; i < len(got); i++ { // a subsequence of what was asked for
				for ; j < len(asked) && asked[j] != got[i]; j++ {
				}
				if j == len(asked) {
					r.Fatalf("line %d, %q, is there twice, out of order or of nobody", i+1, got[i])
				}
				j++
			}
		}
		for i := range rapid.IntRange(1, 8).Draw(r, "steps") {
			switch rapid.SampledFrom([]string{"tile", "tile", "sheet", "sheet", "sheet", "long", "fail", "recover", "read", "kill", "torn"}).Draw(r, "step") {
			case "tile":
				serveLine(r, l, Tile, fmt.Sprint(i), &asked, &waited)
			case "sheet":
				if serveLine(r, l, "sheet", fmt.Sprint(i), &asked, &waited) {
					held = len(waited)
				}
			case "long":
				if serveLine(r, l, "sheet", fmt.Sprint(i)+strings.Repeat("x", aheadHalf/rapid.IntRange(1, 4).Draw(r, "part")), &asked, &waited) {
					held = len(waited)
				}
			case "fail":
				s.set(func() { s.failing, s.full = true, rapid.Bool().Draw(r, "full") })
			case "recover":
				s.set(func() { s.failing, s.full = false, false })
				waitFor(t, "recovery", func() bool { return l.Err() == nil })
			case "read":
				l.Size()
			case "kill":
				var path string
				s.set(func() { path = s.copy() })
				killed(path)
			case "torn":
				s.set(func() { s.torn, s.killedAt = rapid.IntRange(1, 300).Draw(r, "bytes"), "" })
				serveLine(r, l, "sheet", fmt.Sprint(i), &asked, &waited)
				var path string
				s.set(func() { path, s.torn = s.killedAt, 0 })
				if path != "" {
					killed(path)
				}
			}
		}
		s.set(func() { s.failing, s.full = false, false })
		waitFor(t, "recovery", func() bool { return l.Err() == nil && serveLine(r, l, "sheet", "end", &asked, &waited) })
		if got := details(t, l); !slices.Equal(got, waited) {
			r.Fatalf("%q in the log, %q served", got, waited)
		}
		if err := errors.Join(l.Close(), os.RemoveAll(filepath.Dir(s.path))); err != nil {
			r.Fatal(err)
		}
	})
}

func serveLine(r *rapid.T, l *Log, what, detail string, asked, served *[]string) bool {
	*asked = append(*asked, detail)
	err := l.Record(context.Background(), dealmap.Consultation{Time: noon, What: what, Detail: detail})
	if err == nil {
		*served = append(*served, detail)
	} else if dealmap.KindOf(err) != dealmap.KindUnavailable {
		r.Fatal(err)
	}
	return err == nil
}

// A log that was put back to an older state does not take what was written ahead for a later one, and what was written ahead stays.
func TestAheadOfAnotherState(t *testing.T) {
	t.Parallel()
	s := &scene{t: t, path: newPath(t)}
	l := openWith(t, s.path, s.options())
	fill(t, l, plainLines(5))
	var older string
	s.set(func() { older = s.copy() })
	fill(t, l, plainLines(5))
	l.Size()
	s.set(func() { s.failing = true })
	if err := l.Record(context.Background(), dealmap.Consultation{Time: noon, What: "sheet"}); err != nil {
		t.Fatal(err)
	}
	l.Close()
	old, err := os.ReadFile(older)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.path, old, 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(aheadPath(s.path))
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(s.path, fast())
	if !errors.Is(err, boltfile.ErrDamaged) || !strings.Contains(fmt.Sprint(err), AheadName) {
		t.Fatalf("opened: %v", err)
	}
	if after, err := os.ReadFile(aheadPath(s.path)); err != nil || !bytes.Equal(before, after) {
		t.Fatalf("the file has changed: %v", err)
	}
	copy(before, "dealmap consultations.ahead 2\n")
	if err := os.WriteFile(aheadPath(s.path), before, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(s.path, fast()); !errors.Is(err, boltfile.ErrDamaged) || !strings.Contains(fmt.Sprint(err), strings.TrimSpace(aheadFormat)) {
		t.Fatalf("a file of another format is read: %v", err)
	}
}

// A file that was not made whole holds nothing, and is made anew.
func TestAheadThatWasBeingMade(t *testing.T) {
	t.Parallel()
	for _, left := range []int{0, 100, aheadFront, aheadFront + aheadHalf} {
		path := newPath(t)
		if err := os.WriteFile(aheadPath(path), make([]byte, left), 0o600); err != nil {
			t.Fatal(err)
		}
		l := openWith(t, path, fast())
		if err := l.Record(context.Background(), dealmap.Consultation{Time: noon, What: "sheet", Detail: "served"}); err != nil {
			t.Fatal(err)
		}
		if got := details(t, l); !slices.Equal(got, []string{"served"}) {
			t.Fatalf("%d bytes: %q", left, got)
		}
	}
}

// FuzzReadAhead reads any bytes, and what it takes for records it takes again when they are written by themselves.
func FuzzReadAhead(f *testing.F) {
	a := &ahead{path: filepath.Join(f.TempDir(), AheadName), noSync: true, write: writeAt}
	if err := a.append(7, []line{{data: []byte("one")}, {data: []byte("another")}}); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(a.path)
	if err != nil {
		f.Fatal(err)
	}
	if err := a.close(false); err != nil {
		f.Fatal(err)
	}
	f.Add(whole[aheadFront : aheadFront+200])
	f.Add(whole[aheadFront : aheadFront+30])
	f.Add([]byte(strings.Repeat("\xff", 64)))
	f.Fuzz(func(t *testing.T, half []byte) {
		found := readAhead(half)
		again, sum := []byte(nil), uint32(0)
		for i, one := range found {
			record := append(make([]byte, aheadHead), one.data...)
			sum = seal(record, found[0].n+int64(i), sum)
			again = append(again, record...)
		}
		if !bytes.HasPrefix(half, again) {
			t.Fatalf("%d records are not what is there", len(found))
		}
	})
}
