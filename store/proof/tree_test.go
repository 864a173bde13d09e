package proof_test

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func openFile(t testing.TB) *bolt.DB {
	t.Helper()
	db, err := bolt.Open(filepath.Join(t.TempDir(), "tree.db"), 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// plain is tlog's own way of storing: a slice of hashes.
type plain []tlog.Hash

func (p plain) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		list[i] = p[at]
	}
	return list, nil
}

func record(n int) []byte { return fmt.Appendf(nil, "ligne n° %d", n) }

func records(from, count int) [][]byte {
	list := make([][]byte, count)
	for i := range list {
		list[i] = record(from + i)
	}
	return list
}

// Trees of any size, grown in steps of any length: what is stored is what tlog stores, and every proof checks.
func TestTreeIsTlogs(t *testing.T) {
	t.Parallel()
	db := openFile(t)
	names := 0
	rapid.Check(t, func(t *rapid.T) {
		names++
		tree := proof.NewTree(fmt.Sprint("tree", names))
		var want plain
		size, roots := int64(0), []tlog.Hash{}
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 400), 1, 6).Draw(t, "steps") {
			for i := range step {
				stored, err := tlog.StoredHashes(size+int64(i), record(int(size)+i), want)
				if err != nil {
					t.Fatal(err)
				}
				want = append(want, stored...)
			}
			update(t, db, func(tx *bolt.Tx) error {
				n, err := tree.Append(tx, records(int(size), step)...)
				if n != size+int64(step) {
					t.Fatalf("size %d after %d and %d", n, size, step)
				}
				size = n
				return err
			})
		}
		for n := range size + 1 {
			root, err := tlog.TreeHash(n, want)
			if err != nil {
				t.Fatal(err)
			}
			roots = append(roots, root)
		}
		view(t, db, func(tx *bolt.Tx) error {
			indexes := make([]int64, len(want))
			for i := range indexes {
				indexes[i] = int64(i)
			}
			got, err := tree.Reader(tx).ReadHashes(indexes)
			if err != nil || tree.Size(tx) != size || len(want) != int(tlog.StoredHashCount(size)) {
				t.Fatalf("size %d of %d, %v", tree.Size(tx), size, err)
			}
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("stored hash %d differs", i)
				}
			}
			checkProofs(t, tx, tree, size, roots)
			return nil
		})
	})
}

func checkProofs(t *rapid.T, tx *bolt.Tx, tree *proof.Tree, size int64, roots []tlog.Hash) {
	for n := range size + 1 {
		if root, err := tree.Root(tx, n); err != nil || root != roots[n] {
			t.Fatalf("root at %d: %v", n, err)
		}
	}
	if size == 0 {
		return
	}
	for range 40 {
		at := rapid.Int64Range(1, size).Draw(t, "at")
		n, old := rapid.Int64Range(0, at-1).Draw(t, "n"), rapid.Int64Range(1, at).Draw(t, "old")
		leaf, err := tree.Leaf(tx, n)
		if err != nil || leaf != tlog.RecordHash(record(int(n))) {
			t.Fatalf("leaf %d: %v", n, err)
		}
		inclusion, err := tree.Inclusion(tx, at, n)
		if err == nil {
			err = tlog.CheckRecord(inclusion, at, roots[at], n, leaf)
		}
		if err != nil {
			t.Fatalf("record %d in %d: %v", n, at, err)
		}
		if tlog.CheckRecord(inclusion, at, roots[at], n, tlog.RecordHash([]byte("autre"))) == nil {
			t.Fatal("the proof is good for another record")
		}
		consistency, err := tree.Consistency(tx, old, at)
		if err == nil {
			err = tlog.CheckTree(consistency, at, roots[at], old, roots[old])
		}
		if err != nil {
			t.Fatalf("from %d to %d: %v", old, at, err)
		}
		if old > 1 && tlog.CheckTree(consistency, at, roots[at], old, roots[old-1]) == nil {
			t.Fatal("the proof is good for another root")
		}
	}
}

// A frontier gives the roots and the stored hashes of the tree.
func TestFrontierIsTheTree(t *testing.T) {
	t.Parallel()
	var f proof.Frontier
	var want, got plain
	for n := range int64(1100) {
		root, err := tlog.TreeHash(n, want)
		if err != nil || f.Root() != root || f.Size() != n {
			t.Fatalf("root at %d differs (%v)", n, err)
		}
		stored, err := tlog.StoredHashes(n, record(int(n)), want)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, stored...)
		got = append(got, f.Add(tlog.RecordHash(record(int(n))))...)
	}
	if len(got) != len(want) {
		t.Fatalf("%d hashes, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("hash %d differs", i)
		}
	}
}

func TestNothingBeyondTheTree(t *testing.T) {
	t.Parallel()
	db, tree := openFile(t), proof.NewTree("tree")
	view(t, db, func(tx *bolt.Tx) error {
		empty, _ := tlog.TreeHash(0, nil)
		if root, err := tree.Root(tx, 0); err != nil || root != empty || tree.Size(tx) != 0 {
			t.Errorf("a tree that is absent: %s %v", root, err)
		}
		return nil
	})
	update(t, db, func(tx *bolt.Tx) error { _, err := tree.Append(tx, records(0, 5)...); return err })
	view(t, db, func(tx *bolt.Tx) error {
		for name, ask := range map[string]func() error{
			"root":         func() error { _, err := tree.Root(tx, 6); return err },
			"root before":  func() error { _, err := tree.Root(tx, -1); return err },
			"leaf":         func() error { _, err := tree.Leaf(tx, 5); return err },
			"leaf before":  func() error { _, err := tree.Leaf(tx, -1); return err },
			"inclusion":    func() error { _, err := tree.Inclusion(tx, 6, 1); return err },
			"not in it":    func() error { _, err := tree.Inclusion(tx, 3, 3); return err },
			"consistency":  func() error { _, err := tree.Consistency(tx, 2, 6); return err },
			"from nothing": func() error { _, err := tree.Consistency(tx, 0, 3); return err },
			"backwards":    func() error { _, err := tree.Consistency(tx, 4, 3); return err },
		} {
			if err := ask(); !errors.Is(err, proof.ErrBeyond) {
				t.Errorf("%s: %v", name, err)
			}
		}
		return nil
	})
}

// A tree whose blocks are not those of its size takes no more.
func TestDamagedTreeTakesNoMore(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(*bolt.Bucket) error{
		"size less": func(b *bolt.Bucket) error { return b.SetSequence(299) },
		"size more": func(b *bolt.Bucket) error { return b.SetSequence(301) },
		"size wild": func(b *bolt.Bucket) error { return b.SetSequence(1<<64 - 1) },
		"last gone": func(b *bolt.Bucket) error { k, _ := b.Cursor().Last(); return b.Delete(k) },
		"block cut": func(b *bolt.Bucket) error {
			k, v := b.Cursor().Last()
			return b.Put(k, bytes.Clone(v[:len(v)-1]))
		},
	} {
		db, tree := openFile(t), proof.NewTree("tree")
		update(t, db, func(tx *bolt.Tx) error {
			if _, err := tree.Append(tx, records(0, 300)...); err != nil {
				return err
			}
			return harm(tx.Bucket([]byte("tree")))
		})
		if err := db.Update(func(tx *bolt.Tx) error { _, err := tree.Append(tx, record(300)); return err }); !errors.Is(err, proof.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, each := range []int{1, 100, 4096} {
		b.Run(fmt.Sprint(each), func(b *testing.B) {
			db, tree, list := openFile(b), proof.NewTree("tree"), records(0, each)
			b.ReportAllocs()
			done := 0
			for b.Loop() {
				if err := db.Update(func(tx *bolt.Tx) error { _, err := tree.Append(tx, list...); return err }); err != nil {
					b.Fatal(err)
				}
				done += each
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(done), "ns/record")
		})
	}
}

type fataler interface {
	Helper()
	Fatal(...any)
}

func update(t fataler, db *bolt.DB, f func(*bolt.Tx) error) {
	t.Helper()
	if err := db.Update(f); err != nil {
		t.Fatal(err)
	}
}

func view(t fataler, db *bolt.DB, f func(*bolt.Tx) error) {
	t.Helper()
	if err := db.View(f); err != nil {
		t.Fatal(err)
	}
}
