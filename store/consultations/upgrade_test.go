package consultations

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// oldFile makes a file of version 1, as it was written before there was a tree.
func oldFile(t *testing.T, path string, lines []dealmap.Consultation, harm func(*bolt.Bucket) error) {
	t.Helper()
	db, err := boltfile.Open(path, boltfile.Options{Format: "consultations", Version: 1, Buckets: []string{"lines"}, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketLines)
		for _, c := range lines {
			n, _ := b.NextSequence()
			data, err := json.Marshal(c)
			if err == nil {
				err = b.Put(key(int64(n)), data)
			}
			if err != nil {
				return err
			}
		}
		if harm != nil {
			return harm(b)
		}
		return nil
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func checkLines(t *testing.T, l *Log, want []dealmap.Consultation) {
	t.Helper()
	i := 0
	err := l.Each(func(n uint64, c dealmap.Consultation) bool {
		if i >= len(want) || n != uint64(i+1) || !reflect.DeepEqual(c, want[i]) {
			t.Fatalf("line %d: %+v", n, c)
		}
		i++
		return true
	})
	if err != nil || i != len(want) {
		t.Fatalf("%d lines of %d, %v", i, len(want), err)
	}
	if f, err := l.Verify(context.Background(), nil, nil); err != nil || !f.OK() || f.Lines != int64(len(want)) {
		t.Fatalf("%+v, %v", f, err)
	}
}

func TestVersion1IsUpgraded(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 1000, 512, 513} {
		path, lines := newPath(t), plainLines(n)
		oldFile(t, path, lines, nil)
		l := openWith(t, path, fast())
		checkLines(t, l, lines)
		more := plainLines(3)
		fill(t, l, more)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		checkLines(t, openWith(t, path, fast()), append(lines, more...))
	}
}

// An upgrade that a crash interrupted goes on where it was.
func TestUpgradeGoesOn(t *testing.T) {
	t.Parallel()
	path, lines := newPath(t), plainLines(1000)
	oldFile(t, path, lines, nil)
	db, err := boltfile.Open(path, boltfile.Options{Format: "consultations", Version: 1, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		more, err := upgradeSome(tx, 512)
		if !more || tree.Size(tx) != 512 {
			t.Errorf("one step took %d lines", tree.Size(tx))
		}
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	checkLines(t, openWith(t, path, fast()), lines)
}

func TestUpgradeRefusesHoles(t *testing.T) {
	t.Parallel()
	for _, hole := range []int64{1, 50, 100} {
		path := newPath(t)
		oldFile(t, path, plainLines(100), func(b *bolt.Bucket) error { return b.Delete(key(hole)) })
		for range 2 { // it is not forgotten the second time
			if l, err := open(path, fast()); !errors.Is(err, boltfile.ErrDamaged) || !strings.Contains(err.Error(), "manque") {
				t.Fatalf("line %d missing: %v %v", hole, l, err)
			}
		}
	}
}

func TestVersionToComeIsRefused(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	l := openWith(t, path, fast())
	if err := l.change(func(tx *bolt.Tx) error { return tx.Bucket([]byte("dealmap")).Put([]byte("version"), []byte("3")) }); err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := open(path, fast()); !errors.Is(err, boltfile.ErrVersion) {
		t.Fatalf("%v", err)
	}
}
