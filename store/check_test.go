package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	bolt "go.etcd.io/bbolt"
)

// written makes a closed data folder with some places, each confirmed once.
func written(t *testing.T, places int) string {
	t.Helper()
	r := seeded(t)
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	for i := range places {
		key := fmt.Sprint("k", i)
		id := must(t, s, cross13, add(r, fmt.Sprint("Point ", i)), key).Subject
		must(t, s, gn, dealmap.ConfirmPlace{ID: id}, "")
	}
	must(t, s, admin, dealmap.GiveGrant{ID: newID(r), Grant: dealmap.Grant{Subject: "a", Name: "A", Role: dealmap.RoleAuditor}}, "")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// edit changes a bbolt file behind dealmap's back.
func edit(t *testing.T, path string, change func(*bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err == nil {
		err = errors.Join(db.Update(change), db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func check(t *testing.T, dir string) store.Report {
	t.Helper()
	report, err := store.Check(context.Background(), dir, nil, func(uint64, uint64, string) {})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestCheckOfAHealthyFolder(t *testing.T) {
	t.Parallel()
	dir := written(t, 10)
	report := check(t, dir)
	if !report.OK() || report.Entries != 21 || report.Places != 10 || report.Grants != 1 || report.StateAt != 21 || len(report.Last) != 64 {
		t.Fatalf("%+v", report)
	}
	if _, err := store.Check(context.Background(), t.TempDir(), nil, nil); !errors.Is(err, os.ErrNotExist) {
		t.Fatalf("an empty folder: %v", err)
	}
}

func TestCheckFindsWhatWasChanged(t *testing.T) {
	t.Parallel()
	seq := []byte{0, 0, 0, 0, 0, 0, 0, 5}
	replaceIn := func(bucket string, old, fresh string) func(*bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(bucket))
			was := bytes.Clone(b.Get(seq))
			if !bytes.Contains(was, []byte(old)) {
				return fmt.Errorf("%q does not hold %q", was, old)
			}
			return b.Put(seq, bytes.Replace(was, []byte(old), []byte(fresh), 1))
		}
	}
	for name, change := range map[string]struct {
		file string
		edit func(*bolt.Tx) error
		says string
	}{
		"body":    {store.JournalFile, replaceIn("bodies", "Point 2", "Point 9"), "n° 4"},
		"author":  {store.JournalFile, replaceIn("headers", "cross13", "cross14"), "n° 5"},
		"removed": {store.JournalFile, func(tx *bolt.Tx) error { return tx.Bucket([]byte("headers")).Delete(seq) }, "n° 4"},
		"no body": {store.JournalFile, func(tx *bolt.Tx) error { return tx.Bucket([]byte("bodies")).Delete(seq) }, "n° 4"},
		"place": {store.StateFile, func(tx *bolt.Tx) error {
			k, v := tx.Bucket([]byte("places")).Cursor().First()
			return tx.Bucket([]byte("places")).Put(bytes.Clone(k), bytes.Replace(v, []byte("Point"), []byte("Poing"), 1))
		}, "état"},
		"request": {store.StateFile, func(tx *bolt.Tx) error {
			k, _ := tx.Bucket([]byte("requests")).Cursor().First()
			return tx.Bucket([]byte("requests")).Delete(k)
		}, "état"},
		"history": {store.StateFile, func(tx *bolt.Tx) error {
			k, _ := tx.Bucket([]byte("subjects")).Cursor().First()
			return tx.Bucket([]byte("subjects")).Delete(k)
		}, "état"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := written(t, 8)
			edit(t, filepath.Join(dir, change.file), change.edit)
			report := check(t, dir)
			if report.OK() || !strings.Contains(strings.Join(report.Problems, "\n"), change.says) {
				t.Fatalf("found: %q", report.Problems)
			}
			err := store.Rebuild(context.Background(), dir, nil, nil)
			if change.file == store.JournalFile {
				if !errors.Is(err, dealmap.ErrTampered) {
					t.Fatalf("rebuilt from a journal that was changed: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if report := check(t, dir); !report.OK() {
				t.Fatalf("after rebuilding: %q", report.Problems)
			}
		})
	}
}

func TestStartRefusesATamperedJournal(t *testing.T) {
	t.Parallel()
	dir := written(t, 4)
	if err := os.Remove(filepath.Join(dir, store.StateFile)); err != nil {
		t.Fatal(err)
	}
	edit(t, filepath.Join(dir, store.JournalFile), func(tx *bolt.Tx) error {
		k, v := tx.Bucket([]byte("bodies")).Cursor().First()
		return tx.Bucket([]byte("bodies")).Put(bytes.Clone(k), bytes.Replace(v, []byte("Point"), []byte("Poing"), 1))
	})
	if _, err := store.Open(context.Background(), store.Options{Dir: dir, Territories: atlas(t)}); !errors.Is(err, dealmap.ErrTampered) {
		t.Fatalf("%v", err)
	}
}

func TestStateThatDoesNotFitIsMadeAnew(t *testing.T) {
	t.Parallel()
	long, short := written(t, 9), written(t, 3)
	state, err := os.ReadFile(filepath.Join(long, store.StateFile))
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(t *testing.T, path string){
		"ahead of the journal": func(t *testing.T, path string) {
			if err := os.WriteFile(path, state, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"of another version": func(t *testing.T, path string) {
			edit(t, path, func(tx *bolt.Tx) error { return tx.Bucket([]byte("dealmap")).Put([]byte("version"), []byte("0")) })
		},
		"not a state": func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte("rien"), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	} {
		spoil(t, filepath.Join(short, store.StateFile))
		var log strings.Builder
		s := open(t, store.Options{Dir: short, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if !strings.Contains(log.String(), "made anew") {
			t.Errorf("state %s: nothing said: %q", name, log.String())
		}
		if s.Snapshot().Len() != 3 || len(s.Snapshot().Grants()) != 1 {
			t.Fatalf("state %s: %d places", name, s.Snapshot().Len())
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if report := check(t, short); !report.OK() || report.StateAt != 7 {
			t.Fatalf("state %s: %+v", name, report)
		}
	}
}

func TestRebuildMakesTheHeadAnew(t *testing.T) {
	t.Parallel()
	dir := written(t, 3)
	if err := os.Remove(filepath.Join(dir, store.JournalFile+".head")); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(context.Background(), store.Options{Dir: dir, Territories: atlas(t)}); err == nil || !strings.Contains(err.Error(), "rebuild") {
		t.Fatalf("without a head: %v", err)
	}
	if err := store.Rebuild(context.Background(), dir, nil, nil); err != nil {
		t.Fatal(err)
	}
	if s := open(t, store.Options{Dir: dir}); s.Snapshot().Len() != 3 {
		t.Fatalf("%d places", s.Snapshot().Len())
	}
}
