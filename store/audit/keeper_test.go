package audit_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/memjournal"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

func TestKeeperSignsWhatGrew(t *testing.T) {
	t.Parallel()
	f := newFolder(t).open()
	for _, log := range []string{"journal", "consultations"} {
		if _, err := f.keeper.Latest(log); dealmap.KindOf(err) != dealmap.KindNotFound {
			t.Errorf("before anything was written: %v", err)
		}
	}
	f.checkpoint() // nothing to sign
	f.write(3, 2).checkpoint().checkpoint().write(0, 1).checkpoint().write(4, 0).checkpoint()
	list, err := proof.ReadCheckpoints(bytes.NewReader(f.read("checkpoints.txt")), vkeys(t)...)
	must(t, err)
	var got []string
	for _, c := range list {
		got = append(got, strings.TrimPrefix(c.Origin, "dealmap/"), string(rune('0'+c.Size)))
	}
	if says := strings.Join(got, " "); says != "journal 3 consultations 2 consultations 3 journal 7" {
		t.Errorf("checkpoints: %s", says)
	}
	latest, err := f.keeper.Latest("journal")
	if c, openErr := proof.Open(latest.Note, f.keeper.Verifier()); err != nil || openErr != nil || c != latest.Checkpoint || c.Size != 7 {
		t.Errorf("latest %+v %v %v", latest, err, openErr)
	}
	f.write(1, 0)
	f.close() // signs what is new
	if n := bytes.Count(f.read("checkpoints.txt"), []byte("\ntime=")); n != 5 {
		t.Errorf("%d checkpoints after closing", n)
	}
	before := f.read("checkpoints.txt")
	f.open()
	if s, err := f.keeper.Latest("consultations"); err != nil || s.Size != 3 {
		t.Errorf("latest after a restart: %+v %v", s, err)
	}
	f.close()
	if !bytes.Equal(before, f.read("checkpoints.txt")) {
		t.Error("a checkpoint of nothing new")
	}
	if f.told.Len() > 0 {
		t.Error(f.told)
	}
}

func TestKeeperSignsByItself(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.options.Every = 5 * time.Millisecond
	f.options.Second = f.path("second.txt")
	f.open().write(2, 2)
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		data, err := os.ReadFile(f.options.Second)
		if err == nil && bytes.Equal(data, f.read("checkpoints.txt")) && bytes.Contains(data, []byte("dealmap/consultations\n2\n")) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("no checkpoint (%v, %v)", err, f.keeper.Err())
		}
	}
	f.close()
}

func TestProofs(t *testing.T) {
	t.Parallel()
	f := newFolder(t).open().write(40, 20).checkpoint().write(25, 13)
	defer f.close()
	for log, last := range map[string]int64{"journal": 40, "consultations": 20} {
		for _, size := range []int64{0, 1, 7, last, last + 5} { // beyond the last checkpoint too
			in := size
			if size == 0 {
				in = last
			}
			for _, line := range []int64{1, in/2 + 1, in} {
				p, err := f.keeper.Inclusion(t.Context(), log, line, size)
				if err == nil {
					err = tlog.CheckRecord(p.Hashes, p.Size, p.Root, p.Line-1, p.Leaf)
				}
				if err != nil || p.Size != in || p.Line != line || p.Log != log {
					t.Errorf("%s: line %d in %d: %+v %v", log, line, size, p, err)
				}
				c, err := f.keeper.Consistency(t.Context(), log, line, size)
				if err == nil {
					err = tlog.CheckTree(c.Hashes, c.Size, c.Root, c.Old, c.OldRoot)
				}
				if err != nil || c.Size != in || c.Old != line {
					t.Errorf("%s: from %d to %d: %+v %v", log, line, size, c, err)
				}
			}
		}
		latest, err := f.keeper.Latest(log)
		p, proofErr := f.keeper.Inclusion(t.Context(), log, 3, 0)
		if err != nil || proofErr != nil || p.Root != latest.Root {
			t.Errorf("%s: the proof is not of the signed root (%v %v)", log, err, proofErr)
		}
		for _, c := range [][2]int64{{0, 0}, {-1, 0}, {last + 1, 0}, {1, 1000}, {1, -1}, {9, 8}} {
			if _, err := f.keeper.Inclusion(t.Context(), log, c[0], c[1]); dealmap.KindOf(err) != dealmap.KindInvalid {
				t.Errorf("%s: line %d in %d: %v", log, c[0], c[1], err)
			}
			if _, err := f.keeper.Consistency(t.Context(), log, c[0], c[1]); dealmap.KindOf(err) != dealmap.KindInvalid {
				t.Errorf("%s: from %d to %d: %v", log, c[0], c[1], err)
			}
		}
	}
	hash, err := f.journal.HashAt(t.Context(), 9)
	must(t, err)
	if p, err := f.keeper.Inclusion(t.Context(), "journal", 9, 0); err != nil || p.Leaf != tlog.RecordHash(hash[:]) {
		t.Errorf("the leaf of entry 9 is not its hash (%v)", err)
	}
	if _, err := f.keeper.Inclusion(t.Context(), "autre", 1, 0); dealmap.KindOf(err) != dealmap.KindInvalid {
		t.Errorf("a log that is none: %v", err)
	}
}

// What was written while a write was interrupted: every cut of the file is completed at the next start.
func TestInterruptedCheckpointIsCompleted(t *testing.T) {
	t.Parallel()
	f := grown(t)
	whole := f.read("checkpoints.txt")
	last := bytes.LastIndex(whole, []byte("\n\ndealmap/")) + 2
	step := 7
	if testing.Short() {
		step = 41
	}
	for cut := last; cut < len(whole); cut += step {
		must(t, os.WriteFile(f.path("checkpoints.txt"), whole[:cut], 0o600))
		f.open().close()
		if got := f.read("checkpoints.txt"); !bytes.Equal(got, whole) {
			t.Fatalf("cut at %d of %d: completed to\n%s", cut, len(whole), got)
		}
	}
	if r := f.verify(); !r.OK() {
		t.Error(r.Problems())
	}
	must(t, os.Remove(f.path("checkpoints.txt")))
	f.open().close()
	if r := f.verify(); !r.OK() || r.Notes[0].Count != 2 || !strings.Contains(f.told.String(), "lacks what was attested") {
		t.Errorf("a file that was taken away: %v\n%s", r.Problems(), f.told)
	}
}

func TestSecondFile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]func(dir string) (option, file string){
		"file":   func(dir string) (string, string) { p := filepath.Join(dir, "attestations"); return p, p },
		"folder": func(dir string) (string, string) { return dir, filepath.Join(dir, "checkpoints.txt") },
		"file there": func(dir string) (string, string) {
			p := filepath.Join(dir, "f")
			must(t, os.WriteFile(p, nil, 0o600))
			return p, p
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFolder(t)
			var file string
			f.options.Second, file = c(t.TempDir())
			f.open().write(3, 3).checkpoint().write(3, 3).close()
			if data, err := os.ReadFile(file); err != nil || !bytes.Equal(data, f.read("checkpoints.txt")) {
				t.Errorf("second file: %v\n%s", err, data)
			}
			// A torn end there is repaired too, and what it lacks is added.
			must(t, os.Truncate(file, 300))
			f.open().close()
			r := f.verify(f.options.Second)
			if !r.OK() || r.Notes[1].Count != 3 || f.keeper != nil {
				t.Errorf("%d notes %v", r.Notes[1].Count, r.Problems())
			}
		})
	}
}

func TestSecondFileThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	away := filepath.Join(t.TempDir(), "absent")
	f.options.Second = filepath.Join(away, "attestations")
	f.open().write(3, 3).checkpoint()
	for deadline := time.Now().Add(20 * time.Second); f.keeper.Err() == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it is not told")
		}
	}
	if err := f.keeper.Err(); !strings.Contains(err.Error(), f.options.Second) {
		t.Errorf("told as %v", err)
	}
	f.write(1, 1).checkpoint() // goes on
	must(t, os.Mkdir(away, 0o700))
	f.close() // and is made up for
	if data, err := os.ReadFile(f.options.Second); err != nil || !bytes.Equal(data, f.read("checkpoints.txt")) {
		t.Errorf("not made up for: %v\n%s", err, data)
	}
}

func TestSecondFileIsAnother(t *testing.T) {
	t.Parallel()
	f := grown(t)
	link := filepath.Join(t.TempDir(), "link")
	must(t, os.Symlink(f.path("checkpoints.txt"), link))
	for _, second := range []string{f.dir, f.path("checkpoints.txt"), link} {
		f.options.Second = second
		if err := f.try(); err == nil || !strings.Contains(err.Error(), "doit être un autre") {
			t.Errorf("%s: %v", second, err)
		}
		f.closeLogs()
	}
}

// The tree is derived: without it, or with one that is damaged, it is made anew, and nothing else changes.
func TestTreeIsMadeAnew(t *testing.T) {
	t.Parallel()
	harmTree := func(f func(b *bolt.Bucket) error) func(*folder) {
		return func(c *folder) {
			db, err := bolt.Open(c.path(audit.TreeName), 0o600, nil)
			must(t, err)
			must(t, db.Update(func(tx *bolt.Tx) error { return f(tx.Bucket([]byte("tree"))) }))
			must(t, db.Close())
		}
	}
	good := grown(t)
	for name, harm := range map[string]func(*folder){
		"absent":    func(c *folder) { must(t, os.Remove(c.path(audit.TreeName))) },
		"cut":       func(c *folder) { must(t, os.Truncate(c.path(audit.TreeName), 5000)) },
		"foreign":   func(c *folder) { must(t, os.WriteFile(c.path(audit.TreeName), []byte("x"), 0o600)) },
		"size":      harmTree(func(b *bolt.Bucket) error { return b.SetSequence(50) }),
		"size more": harmTree(func(b *bolt.Bucket) error { return b.SetSequence(1 << 60) }),
		"emptied":   harmTree(func(b *bolt.Bucket) error { return b.Put(make([]byte, 8), nil) }),
		"a hash": harmTree(func(b *bolt.Bucket) error {
			v := bytes.Clone(b.Get(make([]byte, 8)))
			v[tlog.StoredHashIndex(5, 0)*tlog.HashSize]++ // the first 32 entries: every later root needs it
			return b.Put(make([]byte, 8), v)
		}),
		"the last": harmTree(func(b *bolt.Bucket) error {
			v := bytes.Clone(b.Get(make([]byte, 8)))
			v[len(v)-1]++
			return b.Put(make([]byte, 8), v)
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := good.copied(t)
			harm(c)
			c.open().write(2, 2).close()
			if r := c.verify(); !r.OK() || r.Journal.Lines != 62 || r.Journal.Checkpoints != 4 {
				t.Errorf("%+v %v\n%s", r.Journal, r.Problems(), c.told)
			}
		})
	}
}

// Any engine of the journal will do.
func TestMemoryJournal(t *testing.T) {
	t.Parallel()
	f := newFolder(t).open()
	journal := memjournal.New()
	must(t, journal.Append(t.Context(), 0, journaltest.Events(0, 10)))
	k, err := audit.Open(t.Context(), t.TempDir(), journal, f.log, f.options)
	must(t, err)
	must(t, k.Checkpoint(t.Context()))
	if s, err := k.Latest("journal"); err != nil || s.Size != 10 {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := k.Verify(t.Context(), nil, nil); !errors.Is(err, audit.ErrNotVerifiable) {
		t.Errorf("verify: %v", err)
	}
	must(t, k.Close())
}

// Writers, checkpoints, proofs and a verification at once.
func TestAllAtOnce(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	f.options.Every = time.Millisecond
	f.options.Second = f.path("second.txt")
	f.open().write(1, 1).checkpoint()
	ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	during := func(work func() error) {
		wg.Go(func() {
			for ctx.Err() == nil {
				if err := work(); err != nil && ctx.Err() == nil {
					t.Error(err)
					return
				}
			}
		})
	}
	during(func() error { f.write(3, 2); return nil })
	during(func() error { return f.keeper.Checkpoint(ctx) })
	for _, log := range []string{"journal", "consultations"} {
		during(func() error {
			p, err := f.keeper.Inclusion(ctx, log, 1, 0)
			if err != nil {
				return err
			}
			return tlog.CheckRecord(p.Hashes, p.Size, p.Root, 0, p.Leaf)
		})
	}
	verified := 0
	during(func() error {
		r, err := f.keeper.Verify(ctx, nil, nil)
		if err == nil && !r.OK() {
			err = errors.New(strings.Join(r.Problems(), "\n"))
		}
		verified++
		return err
	})
	wg.Wait()
	f.close()
	if r := f.verify(f.options.Second); !r.OK() || verified == 0 {
		t.Errorf("%v, verified %d times", r.Problems(), verified)
	}
}
