package boltfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

func TestScrub(t *testing.T) {
	t.Parallel()
	for _, most := range []int{scrubPages, 100, 7} {
		t.Run(fmt.Sprint(most), func(t *testing.T) { t.Parallel(); testScrub(t, most) })
	}
}

// testScrub deletes and replaces values of many sizes, and looks for what they said in the file.
func testScrub(t *testing.T, most int) {
	path := filepath.Join(t.TempDir(), "x.db")
	o := Options{Format: "test", Version: 1, Buckets: []string{"b"}, NoSync: true}
	db, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const entries = 3000
	key := func(i int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(i*7919%entries)) }
	value := func(i int) []byte {
		what := "kept"
		if i%10 < 3 {
			what = "secret"
		}
		return []byte(strings.Repeat(fmt.Sprint(what, "-", i, " "), 1+i%40*i%97))
	}
	put := func(from, to int) {
		t.Helper()
		err := db.Update(func(tx *bolt.Tx) error {
			for i := from; i < to; i++ {
				if err := tx.Bucket([]byte("b")).Put(key(i), value(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range 30 {
		put(i*100, i*100+100)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		for i := range entries {
			var err error
			switch i % 10 {
			case 0, 1:
				err = tx.Bucket([]byte("b")).Delete(key(i))
			case 2:
				err = tx.Bucket([]byte("b")).Put(key(i), []byte("erased"))
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	count := func() int {
		t.Helper()
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Count(data, []byte("secret"))
	}
	before, free := count(), db.Stats().FreePageN+db.Stats().PendingPageN
	if before == 0 {
		t.Fatal("bbolt leaves nothing: the test tests nothing")
	}
	info, _ := os.Stat(path)
	if err := scrub(db, most); err != nil {
		t.Fatal(err)
	}
	if after := count(); after != 0 {
		t.Fatalf("%d of %d traces are left in %d free pages", after, before, free)
	}
	if grown, _ := os.Stat(path); grown.Size() > info.Size()+info.Size()/4 {
		t.Fatalf("the file grew from %d to %d bytes", info.Size(), grown.Size())
	}
	err = db.View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			t.Error(err)
		}
		for i := range entries {
			want := value(i)
			if i%10 == 2 {
				want = []byte("erased")
			}
			if got := tx.Bucket([]byte("b")).Get(key(i)); i%10 > 1 && !bytes.Equal(got, want) {
				t.Fatalf("value %d is %.20q", i, got)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	info, _ = os.Stat(path)
	for range 10 { // nothing to do, and nothing is used up
		if err := scrub(db, most); err != nil {
			t.Fatal(err)
		}
	}
	if grown, _ := os.Stat(path); grown.Size() > info.Size()+64*4096 {
		t.Fatalf("the file grew from %d to %d bytes for nothing", info.Size(), grown.Size())
	}
	t.Logf("%d traces in %d free pages", before, free)
}
