package boltjournal_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// treeOf makes the tree of a closed journal, as it is to be remembered.
func treeOf(t testing.TB, path string) (blocks []byte, size int64, attested proof.Checkpoint) {
	t.Helper()
	j, err := boltjournal.Open(path, boltjournal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	var f proof.Frontier
	for hash, err := range j.Hashes(context.Background(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range f.Add(tlog.RecordHash(hash[:])) {
			blocks = append(blocks, h[:]...)
		}
	}
	return blocks, f.Size(), proof.Checkpoint{Origin: proof.OriginJournal, Size: f.Size(), Root: f.Root(), Time: time.Unix(1e9, 0)}
}

func stored(blocks []byte, size int64) proof.Stored {
	return proof.Stored{Size: size, Block: func(n int64) ([]byte, error) {
		const each = 256 * tlog.HashSize
		return blocks[min(n*each, int64(len(blocks))):min((n+1)*each, int64(len(blocks)))], nil
	}}
}

// erase orders the bodies of entries to be erased, and does so.
func erase(t *testing.T, j *boltjournal.Journal, last dealmap.Seq, entries ...dealmap.Seq) {
	t.Helper()
	e := journaltest.Event(int(last))
	e.Kind, e.Body = dealmap.EventPlaceErased, dealmap.PlaceErased{Reason: "order", Entries: entries}
	if err := j.Append(t.Context(), last, []dealmap.Event{e}); err != nil {
		t.Fatal(err)
	}
	for _, seq := range entries {
		if err := j.Erase(t.Context(), seq); err != nil {
			t.Fatal(err)
		}
	}
}

func TestVerifyAGoodJournal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	const n = 9000 // more than two runs
	j := open(t, path)
	for at := 0; at < n-1; at += 3000 {
		if err := j.Append(t.Context(), dealmap.Seq(at), journaltest.Events(at, min(3000, n-1-at))); err != nil {
			t.Fatal(err)
		}
	}
	erase(t, j, n-1, 1, 4096, 4097, n-1)
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	blocks, size, attested := treeOf(t, path)
	told := int64(0)
	progress := func(done, total int64) {
		if done <= told || total != n {
			t.Errorf("progress %d after %d of %d", done, told, total)
		}
		told = done
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := boltjournal.Verify(t.Context(), path, stored(blocks, size), []proof.Checkpoint{attested}, progress)
	if err != nil || !f.OK() || f.Lines != n || f.Erased != 4 || f.Root != attested.Root || f.Checkpoints != 1 || told != n {
		t.Errorf("%+v %v, told %d", f, err, told)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("verifying changed the file (%v)", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := boltjournal.Verify(ended, path, stored(blocks, size), nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}

	// The same while it is open and grows.
	j = open(t, path)
	defer j.Close()
	if err := j.Append(t.Context(), n, journaltest.Events(n, 1)); err != nil {
		t.Fatal(err)
	}
	erase(t, j, n+1, 7)
	if f, err = j.Verify(t.Context(), stored(blocks, size), []proof.Checkpoint{attested}, nil); err != nil || !f.OK() || f.Lines != n+2 || f.Erased != 5 {
		t.Errorf("while open: %+v %v", f, err)
	}
	if _, err := boltjournal.Verify(t.Context(), path, stored(blocks, size), nil, nil); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a journal that a process has open: %v", err)
	}
}

func key(seq uint64) []byte { return binary.BigEndian.AppendUint64(nil, seq) }

// change makes a value of a closed journal what f makes of it; nil takes it out.
func change(t *testing.T, path, bucket string, seq uint64, f func([]byte) []byte) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err == nil {
		err = db.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(bucket))
			if v := f(bytes.Clone(b.Get(key(seq)))); v != nil {
				return b.Put(key(seq), v)
			}
			return b.Delete(key(seq))
		})
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// circle makes the page of the headers lead to itself: bbolt would follow it for ever.
func circle(t *testing.T, path string) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	page := int64(0)
	err = db.View(func(tx *bolt.Tx) error { page = int64(tx.Bucket([]byte("headers")).Root()); return nil })
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	head := make([]byte, 16)
	if _, err := file.ReadAt(head, page*4096); err != nil || head[8] != 1 {
		t.Fatalf("page %d of kind %d is no branch (%v)", page, head[8], err)
	}
	_, err = file.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(page)), page*4096+16+8)
	if err = errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestVerifyNamesWhatWasChanged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "journal.db")
	const n = 60
	written(t, path, n)
	blocks, size, attested := treeOf(t, path)
	flip := func(at int) func([]byte) []byte {
		return func(v []byte) []byte { v[(at+len(v))%len(v)] ^= 1; return v }
	}
	gone := func([]byte) []byte { return nil }
	for name, c := range map[string]struct {
		harm  func(path string)
		first int64
		says  string
	}{
		"header":            {func(p string) { change(t, p, "headers", 20, flip(150)) }, 20, "ligne n° 20 "},
		"header's sequence": {func(p string) { change(t, p, "headers", 20, flip(8)) }, 20, "se trouve à sa place"},
		"header's link":     {func(p string) { change(t, p, "headers", 20, flip(30)) }, 20, "elle ne fait pas suite à l’écriture n° 19"},
		"header's body":     {func(p string) { change(t, p, "headers", 20, flip(-10)) }, 20, "écriture n° 20"},
		"last header":       {func(p string) { change(t, p, "headers", n, flip(150)) }, n, "n° 60"},
		"salt":              {func(p string) { change(t, p, "bodies", 20, flip(3)) }, 20, "écriture n° 20 : son contenu n’est plus"},
		"body":              {func(p string) { change(t, p, "bodies", 20, flip(30)) }, 20, "écriture n° 20 : son contenu n’est plus"},
		"body erased":       {func(p string) { change(t, p, "bodies", 20, func([]byte) []byte { return []byte("erased") }) }, 20, "sans qu’aucune écriture ne l’ordonne"},
		"body gone":         {func(p string) { change(t, p, "bodies", 20, gone) }, 20, "écriture n° 20 : son contenu manque"},
		"body cut":          {func(p string) { change(t, p, "bodies", 20, func(v []byte) []byte { return v[:9] }) }, 20, "n’est plus celui"},
		"header gone":       {func(p string) { change(t, p, "headers", 20, gone) }, 20, "ligne n° 20 : absente"},
		"entry gone":        {func(p string) { change(t, p, "headers", 20, gone); change(t, p, "bodies", 20, gone) }, 20, "ligne n° 20 : absente"},
		"first gone":        {func(p string) { change(t, p, "headers", 1, gone); change(t, p, "bodies", 1, gone) }, 1, "ligne n° 1 : absente"},
		"tail gone":         {func(p string) { change(t, p, "headers", n, gone); change(t, p, "bodies", n, gone) }, n, "la trace de la dernière écriture en retient 60"},
		"entry of 0":        {func(p string) { change(t, p, "headers", 0, func([]byte) []byte { return []byte("{}") }) }, 1, "étrangère"},
		"far away":          {func(p string) { change(t, p, "headers", 1<<60, func([]byte) []byte { return []byte(`{"seq":1`) }) }, n + 1, "absentes"},
		"body alone":        {func(p string) { change(t, p, "bodies", 99, func([]byte) []byte { return []byte("x") }) }, n + 1, "sans écriture"},
		"swapped": {func(p string) {
			for _, bucket := range []string{"headers", "bodies"} {
				var a, b []byte
				change(t, p, bucket, 30, func(v []byte) []byte { a = v; return v })
				change(t, p, bucket, 31, func(v []byte) []byte { b = v; return a })
				change(t, p, bucket, 30, func([]byte) []byte { return b })
			}
		}, 30, "l’écriture n° 31 se trouve à sa place"},
		"pages in a circle": {func(p string) { circle(t, p) }, 1, "est atteinte deux fois"},
		"no file":           {func(p string) { os.Remove(p) }, 1, "no such file"},
		"emptied":           {func(p string) { os.Truncate(p, 0) }, 1, "fichier vide"},
		"cut":               {func(p string) { os.Truncate(p, 3*4096) }, 1, "la fin manque"},
		"another":           {func(p string) { os.Remove(p); os.Remove(p + ".head"); written(t, p, n) }, 1, "ligne n° 1 "},
		"head gone":         {func(p string) { os.Remove(p + ".head") }, 0, "la trace de la dernière écriture est absente"},
		"head behind":       {func(p string) { os.WriteFile(p+".head", nil, 0o600) }, 0, "la trace"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trial := filepath.Join(t.TempDir(), "journal.db")
			copyFile(t, path, trial)
			copyFile(t, path+".head", trial+".head")
			c.harm(trial)
			f, err := boltjournal.Verify(t.Context(), trial, stored(blocks, size), []proof.Checkpoint{attested}, nil)
			if says := strings.Join(f.Problems, "\n"); err != nil || f.OK() || f.FirstBad != c.first || !strings.Contains(says, c.says) {
				t.Errorf("first %d, want %d (%v)\n%s", f.FirstBad, c.first, err, says)
			}
		})
	}
}

// What was erased is nowhere in the file any more, and the file is as good as before.
func TestScrubLeavesNoTrace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	j := open(t, path)
	const n, secret = 300, "Cité « l’Étoile » n° 120"
	for at := 0; at < n; at += 50 {
		if err := j.Append(t.Context(), dealmap.Seq(at), journaltest.Events(at, 50)); err != nil {
			t.Fatal(err)
		}
	}
	erase(t, j, n, 121)
	traces := func() int {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Count(data, []byte(secret))
	}
	before := traces()
	if err := j.Scrub(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := traces(); before == 0 || after != 0 {
		t.Errorf("%d traces before, %d after", before, after)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	blocks, size, attested := treeOf(t, path)
	f, err := boltjournal.Verify(t.Context(), path, stored(blocks, size), []proof.Checkpoint{attested}, nil)
	if err != nil || !f.OK() || f.Erased != 1 || f.Lines != n+1 {
		t.Errorf("%+v %v", f, err)
	}
}

// BenchmarkVerify verifies a journal of entries as they are written; ENTRIES sets how many.
func BenchmarkVerify(b *testing.B) {
	n := 100_000
	if text := os.Getenv("ENTRIES"); text != "" {
		if _, err := fmt.Sscan(text, &n); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(b.TempDir(), "journal.db")
	j, err := boltjournal.Open(path, boltjournal.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for at := 0; at < n; at += 10_000 {
		if err := j.Append(b.Context(), dealmap.Seq(at), journaltest.Events(at, min(10_000, n-at))); err != nil {
			b.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
	blocks, size, attested := treeOf(b, path)
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		f, err := boltjournal.Verify(b.Context(), path, stored(blocks, size), []proof.Checkpoint{attested}, nil)
		if err != nil || !f.OK() {
			b.Fatal(f, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/entry")
	b.ReportMetric(float64(info.Size())/float64(n), "B/entry")
}
