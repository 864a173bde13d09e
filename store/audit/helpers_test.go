package audit_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/tlog"
)

func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	n := uint64(20261123)
	if text := os.Getenv("SEED"); text != "" {
		parsed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		n = parsed
	}
	t.Logf("SEED=%d", n)
	return rand.New(rand.NewPCG(n, 0))
}

func key(t testing.TB, fill byte) proof.Key {
	t.Helper()
	k, err := proof.NewKey([32]byte(bytes.Repeat([]byte{fill}, 32)), proof.SignerName)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func vkeys(t testing.TB) []string { return []string{key(t, 1).Verifier()} }

// clock goes on by a second each time it is looked at.
func clock() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

// folder is a data folder in use.
type folder struct {
	t       testing.TB
	dir     string
	journal *boltjournal.Journal
	log     *consultations.Log
	keeper  *audit.Keeper
	told    *bytes.Buffer
	now     func() time.Time
	options audit.Options
}

func newFolder(t testing.TB) *folder {
	f := &folder{t: t, dir: t.TempDir(), now: clock(), told: &bytes.Buffer{}}
	f.options = audit.Options{Key: key(t, 1), Every: -1, Now: f.now, Logger: slog.New(slog.NewTextHandler(f.told, nil))}
	t.Cleanup(func() { f.closeLogs() })
	return f
}

func (f *folder) try() error {
	f.t.Helper()
	var err error
	if f.journal, err = boltjournal.Open(filepath.Join(f.dir, "journal.db"), boltjournal.Options{}); err != nil {
		return err
	}
	if f.log, err = consultations.Open(filepath.Join(f.dir, consultations.FileName)); err != nil {
		return err
	}
	f.keeper, err = audit.Open(f.t.Context(), f.dir, f.journal, f.log, f.options)
	return err
}

func (f *folder) open() *folder {
	f.t.Helper()
	must(f.t, f.try())
	return f
}

func (f *folder) closeLogs() {
	if f.journal != nil {
		f.journal.Close()
	}
	if f.log != nil {
		f.log.Close()
	}
	f.journal, f.log, f.keeper = nil, nil, nil
}

func (f *folder) close() *folder {
	f.t.Helper()
	must(f.t, f.keeper.Close())
	f.closeLogs()
	return f
}

// write adds entries and lines.
func (f *folder) write(entries, lines int) *folder {
	f.t.Helper()
	last, _, err := f.journal.Last(context.Background())
	must(f.t, err)
	if entries > 0 {
		must(f.t, f.journal.Append(context.Background(), last, journaltest.Events(int(last), entries)))
	}
	for range lines {
		must(f.t, f.log.Record(context.Background(), dealmap.Consultation{Time: f.now(), Subject: "pn", Role: dealmap.RoleInvestigator,
			Operation: dealmap.OpConsultation, What: dealmap.WhatSheet, Seq: last, Places: []dealmap.ID{{1, 2, 3}}}))
	}
	return f
}

func (f *folder) checkpoint() *folder {
	f.t.Helper()
	must(f.t, f.keeper.Checkpoint(f.t.Context()))
	return f
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }

func (f *folder) read(name string) []byte {
	f.t.Helper()
	data, err := os.ReadFile(f.path(name))
	must(f.t, err)
	return data
}

// copied makes a copy of a closed folder.
func (f *folder) copied(t testing.TB) *folder {
	t.Helper()
	c := newFolder(t)
	c.options.Second = f.options.Second
	must(t, os.CopyFS(c.dir, os.DirFS(f.dir)))
	return c
}

func (f *folder) verify(extra ...string) audit.Report {
	f.t.Helper()
	r, err := audit.Verify(context.Background(), f.dir, nil, vkeys(f.t), extra, nil)
	must(f.t, err)
	return r
}

// grown is a closed folder with checkpoints of the journal at 10, 30 and 60 and of the consultations at 5, 15 and 30.
func grown(t testing.TB) *folder {
	t.Helper()
	f := newFolder(t).open()
	return f.write(10, 5).checkpoint().write(20, 10).checkpoint().write(30, 15).checkpoint().close()
}

func copyFile(t testing.TB, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, data, 0o600))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var errNone = errors.New("none")

func orNone(err error) error {
	if err == nil {
		return errNone
	}
	return fmt.Errorf("%w", err)
}

func openJournal(t testing.TB, path string) *boltjournal.Journal {
	t.Helper()
	j, err := boltjournal.Open(path, boltjournal.Options{})
	must(t, err)
	return j
}

// repairHead makes the head of a journal, as whoever rewrites it would.
func repairHead(t testing.TB, path string) {
	t.Helper()
	j, err := boltjournal.Open(path, boltjournal.Options{RepairHead: true})
	must(t, err)
	must(t, j.Close())
}

// emptyLog is a consultation log without lines.
type emptyLog struct{}

func (emptyLog) Size() int64                                      { return 0 }
func (emptyLog) RootAt(int64) (tlog.Hash, error)                  { return tlog.Hash{}, nil }
func (emptyLog) Leaf(int64) (tlog.Hash, error)                    { return tlog.Hash{}, errNone }
func (emptyLog) Inclusion(int64, int64) (tlog.RecordProof, error) { return nil, errNone }
func (emptyLog) Consistency(int64, int64) (tlog.TreeProof, error) { return nil, errNone }
