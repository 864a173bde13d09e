package consultations

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// The index is derived: whatever happens to its file, answers stay the same and it is made again.
func TestIndexIsMadeAgain(t *testing.T) {
	t.Parallel()
	for name, harm := range map[string]func(t *testing.T, path string) error{
		"absent": func(_ *testing.T, path string) error { return os.Remove(path) },
		"empty":  func(_ *testing.T, path string) error { return os.Truncate(path, 0) },
		"cut":    func(_ *testing.T, path string) error { return os.Truncate(path, 40000) },
		"foreign": func(_ *testing.T, path string) error {
			return os.WriteFile(path, bytes.Repeat([]byte("x"), 9000), 0o600)
		},
		"a column": func(_ *testing.T, path string) error {
			return inIndex(path, func(b *bolt.Bucket) error { return b.Put(columnKey(1, columnWho), []byte("x")) })
		},
		"a byte of a dictionary": func(_ *testing.T, path string) error {
			return inIndex(path, func(b *bolt.Bucket) error {
				v := bytes.Clone(b.Get(columnKey(2, columnWhos)))
				v[len(v)-1] ^= 1
				return b.Put(columnKey(2, columnWhos), v)
			})
		},
		"a header": func(_ *testing.T, path string) error {
			return inIndex(path, func(b *bolt.Bucket) error { return b.Delete(columnKey(0, columnHeader)) })
		},
		"of another log": func(t *testing.T, path string) error {
			other := newPath(t)
			l := openWith(t, other, fast())
			fill(t, l, plainLines(1300))
			data := []byte{}
			err := l.WaitIndex(context.Background())
			err = errors.Join(err, l.Close())
			if err == nil {
				data, err = os.ReadFile(indexPath(other))
			}
			return errors.Join(err, os.WriteFile(path, data, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, lines := newPath(t), randomLines(seeded(t, 8), 1300)
			l := openWith(t, path, fast())
			fill(t, l, lines)
			if err := errors.Join(l.WaitIndex(context.Background()), l.Close()); err != nil {
				t.Fatal(err)
			}
			if err := harm(t, indexPath(path)); err != nil {
				t.Fatal(err)
			}
			l = openWith(t, path, fast())
			r := seeded(t, 9)
			for range 10 {
				checkFind(t, l, lines, 0, randomQuery(r, lines))
			}
			checkFind(t, l, lines, 0, Query{})
			if err := l.WaitIndex(context.Background()); err != nil || len(l.index.kept) != 5 || l.IndexErr() != nil {
				t.Fatalf("%d segments, %v, %v", len(l.index.kept), err, l.IndexErr())
			}
			checkFind(t, l, lines, 0, Query{})
		})
	}
}

func inIndex(path string, f func(b *bolt.Bucket) error) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		return err
	}
	err = db.Update(func(tx *bolt.Tx) error { return f(tx.Bucket(bucketSegments)) })
	return errors.Join(err, db.Close())
}

// A log whose index cannot be opened answers all the same, and says so.
func TestWithoutAnIndex(t *testing.T) {
	t.Parallel()
	path, lines := newPath(t), randomLines(seeded(t, 10), 700)
	if err := os.MkdirAll(indexPath(path)+"/x", 0o700); err != nil {
		t.Fatal(err)
	}
	l := openWith(t, path, fast())
	fill(t, l, lines)
	checkFind(t, l, lines, 0, Query{})
	checkFind(t, l, lines, 0, Query{Subject: "bob", Place: place(2)})
	if l.IndexErr() == nil {
		t.Error("nothing tells that there is no index")
	}
	if _, err := l.Erase(context.Background(), noon.Add(-time.Hour)); err != nil {
		t.Error(err)
	}
}

// The index is made beside writing: lines that come meanwhile are all there.
func TestIndexBesideWriting(t *testing.T) {
	t.Parallel()
	l := openWith(t, newPath(t), fast())
	var lines []dealmap.Consultation
	r := seeded(t, 11)
	for range 30 {
		more := randomLines(r, 100+r.IntN(300))
		fill(t, l, more)
		lines = append(lines, more...)
		checkFind(t, l, lines, 0, randomQuery(r, lines))
	}
	waitFor(t, "the index", func() bool {
		l.index.mu.Lock()
		defer l.index.mu.Unlock()
		return len(l.index.kept) == len(lines)/256
	})
	checkFind(t, l, lines, 0, Query{})
}
