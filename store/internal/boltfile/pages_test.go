package boltfile

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	bolt "go.etcd.io/bbolt"
)

func grownFile(t *testing.T) (path string, branch int64) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "f.db")
	db, err := Open(path, Options{Format: "f", Version: 1, Buckets: []string{"a", "b"}, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	for round := range 5 {
		err := db.Update(func(tx *bolt.Tx) error {
			for i := range 200 {
				if err := tx.Bucket([]byte("a")).Put(fmt.Appendf(nil, "%d/%d", round, i), make([]byte, 300)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err = db.View(func(tx *bolt.Tx) error { branch = int64(tx.Bucket([]byte("a")).Root()); return nil })
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path, branch
}

// Pages that lead in a circle, elsewhere, or are not what they should be: noticed, without reading for ever.
func TestCheckPages(t *testing.T) {
	t.Parallel()
	path, branch := grownFile(t)
	if err := CheckPages(path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := branch * 4096
	if binary.LittleEndian.Uint16(whole[at+8:]) != branchPage {
		t.Fatal("the file is too small to have a branch")
	}
	child := func(i int64) int64 { return at + pageHeader + i*branchRecord + 8 }
	key := func(i int64) int64 {
		return at + pageHeader + i*branchRecord + int64(whole[at+pageHeader+i*branchRecord])
	}
	put := func(at int64, v uint64) func([]byte) {
		return func(b []byte) { binary.LittleEndian.PutUint64(b[at:], v) }
	}
	// inSmall does harm to the bucket that lies in a value (root 0, sequence, page), and to what it was in pages that are free now.
	inSmall := func(harm func([]byte)) func([]byte) {
		return func(b []byte) {
			for rest := b; ; {
				_, after, found := bytes.Cut(rest, append([]byte("dealmap"), make([]byte, 16)...))
				if !found {
					return
				}
				harm(after)
				rest = after
			}
		}
	}
	for name, harm := range map[string]func([]byte){
		"to itself":   put(child(1), uint64(branch)),
		"twice":       func(b []byte) { copy(b[child(1):child(1)+8], b[child(0):]) },
		"beyond":      put(child(1), 1<<40),
		"to a meta":   put(child(1), 1),
		"its number":  put(at, 7777),
		"its kind":    func(b []byte) { b[at+8] = 4 },
		"its count":   func(b []byte) { b[at+10], b[at+11] = 255, 255 },
		"its room":    func(b []byte) { b[at+15] = 255 },
		"a leaf too":  func(b []byte) { leaf := binary.LittleEndian.Uint64(b[child(0):]) * 4096; b[leaf+8] = 1 },
		"key too big": func(b []byte) { b[key(1)+2]++ },
		"key too low": func(b []byte) { b[key(2)]-- },
		"all too big": func(b []byte) { b[key(0)] = 'z' },
		"key beyond":  func(b []byte) { b[at+pageHeader+branchRecord+2] = 255 },
		"no records":  func(b []byte) { b[at+10], b[at+11] = 0, 0 },
		"to nowhere":  put(child(1), 0),
		"a small one": inSmall(func(b []byte) { b[8] = branchPage }),
		"its records": inSmall(func(b []byte) { b[10] = 255 }),
		"both roots":  func(b []byte) { b[pageHeader+3]++; b[4096+pageHeader+3]++ },
		"nothing yet": func(b []byte) { clear(b[8192:]) },
	} {
		bad := append([]byte{}, whole...)
		harm(bad)
		trial := filepath.Join(t.TempDir(), "f.db")
		if err := os.WriteFile(trial, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := CheckPages(trial); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
		if db, err := Open(trial, Options{Format: "f", Version: 1, Buckets: []string{"a", "b"}, Check: true}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s, opened: %v", name, errors.Join(err, db.Close()))
		}
	}
}

// What CheckPages lets pass ends when it is read, and finds by each key what it reads there.
func TestCheckedPagesAreSafe(t *testing.T) {
	t.Parallel()
	path, _ := grownFile(t)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	used := len(bytes.TrimRight(whole, "\x00"))
	whole = whole[:used+256*4096]
	seed, err := strconv.ParseUint(cmp.Or(os.Getenv("SEED"), "20261130"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 0))
	t.Logf("SEED=%d", seed)
	trial := filepath.Join(t.TempDir(), "f.db")
	passed := 0
	for range 400 {
		bad := bytes.Clone(whole)
		at := r.IntN(used)
		if r.IntN(2) == 0 {
			at = at&^4095 + r.IntN(1024) // the heads of pages
		}
		bad[at] ^= 1 << r.IntN(8)
		if err := os.WriteFile(trial, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if CheckPages(trial) != nil {
			continue
		}
		passed++
		if err := Guard(func() error { return readByKeys(trial) }); err != nil && !errors.Is(err, ErrDamaged) {
			t.Errorf("a bit of byte %d: %v", at, err)
		}
	}
	if passed < 100 || passed == 400 {
		t.Fatalf("%d of 400 passed", passed)
	}
}

// readByKeys reads everything, and finds each record by its key.
func readByKeys(path string) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	defer db.Close()
	return db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			if b == nil {
				return fmt.Errorf("%w: no bucket", ErrDamaged)
			}
			return b.ForEach(func(k, v []byte) error {
				if !bytes.Equal(b.Get(k), v) {
					return fmt.Errorf("%s: %q is not found", name, k)
				}
				return nil
			})
		})
	})
}
