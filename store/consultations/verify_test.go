package consultations

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// finished makes a log of some lines, the first of them erased, and returns its file and checkpoints of every size asked.
func finished(t *testing.T, lines, erased int, sizes ...int64) (path string, against []proof.Checkpoint) {
	t.Helper()
	path = newPath(t)
	l := openWith(t, path, fast())
	all := plainLines(lines)
	fill(t, l, all)
	if erased > 0 {
		if c, err := l.Erase(context.Background(), all[erased].Time); err != nil || c.To != int64(erased) {
			t.Fatalf("%+v, %v", c, err)
		}
	}
	for _, size := range sizes {
		root, err := l.RootAt(size)
		if err != nil {
			t.Fatal(err)
		}
		against = append(against, proof.Checkpoint{Origin: proof.OriginConsultations, Size: size, Root: root, Time: noon})
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return path, against
}

func verify(t *testing.T, path string, against []proof.Checkpoint) proof.Finding {
	t.Helper()
	f, err := Verify(context.Background(), path, against, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// harm changes a log's file behind its back.
func harm(t *testing.T, path string, f func(tx *bolt.Tx) error) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Update(f), db.Close()); err != nil {
		t.Fatal(err)
	}
}

// forge gives a line other content, and makes the tree of the log as it then is: a forger with all of the file.
func forge(tx *bolt.Tx, n int64) error {
	b := tx.Bucket(bucketLines)
	if err := b.Put(key(n), bytes.Replace(b.Get(key(n)), []byte("agent"), []byte("autre"), 1)); err != nil {
		return err
	}
	if err := tree.Clear(tx); err != nil {
		return err
	}
	return b.ForEach(func(_, v []byte) error {
		_, err := tree.Append(tx, v)
		return err
	})
}

func TestVerifyNamesTheFirstBadLine(t *testing.T) {
	t.Parallel()
	const size = 1001 // with the line that tells of the erasure of lines 1 to 200
	for name, c := range map[string]struct {
		harm    func(tx *bolt.Tx) error
		first   int64
		problem string
	}{
		"edited": {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).Put(key(512), []byte(`{}`)) }, 512, "ligne n° 512"},
		"edited twice": {func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketLines)
			return errors.Join(b.Put(key(700), []byte(`{}`)), b.Put(key(300), []byte(`{}`)))
		}, 300, "ligne n° 300"},
		"deleted":      {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).Delete(key(600)) }, 600, "ligne n° 600 : absente"},
		"last deleted": {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).Delete(key(size)) }, size, ""},
		"swapped":      {swap(400, 401), 400, "ligne n° 400"},
		"swapped far":  {swap(250, 900), 250, "ligne n° 250"},
		"foreign key":  {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).Put(append(key(500), 1), []byte("x")) }, 501, "enregistrement"},
		"key changed": {func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketLines)
			return errors.Join(b.Put(append(key(555), 0), b.Get(key(555))), b.Delete(key(555)))
		}, 555, "enregistrement"},
		"told erasure edited": {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).Put(key(size), []byte("{}")) }, size, "ligne n° 1001"},
		"added":               {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).Put(key(size+1), []byte("x")) }, 0, "la dernière ligne est la n° 1002"},
		"counter back":        {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).SetSequence(10) }, 0, "le fichier en annonce 10"},
		"counter wild":        {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).SetSequence(1 << 63) }, 0, "le fichier en annonce"},
		"counters wild": {func(tx *bolt.Tx) error {
			return errors.Join(tx.Bucket(bucketLines).SetSequence(1<<47), tx.Bucket(bucketTree).SetSequence(1<<47))
		}, 0, "absentes"},
		"key wild":        {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).Put(key(1<<60), []byte("x")) }, 0, "la dernière ligne"},
		"erased again":    {func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).Put(key(100), []byte("x")) }, 100, "encore là"},
		"erased secretly": {eraseSecretly(450), 201, "sans ligne du journal"},
		"tree cut":        {func(tx *bolt.Tx) error { return tx.Bucket(bucketTree).Delete(key(3)) }, 0, ""},
		"tree swollen": {func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketTree)
			return b.Put(key(3), append(bytes.Clone(b.Get(key(3))), 0))
		}, 0, "bloc n° 3"},
		"tree gone":  {func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketTree) }, 0, "« tree » manque"},
		"lines gone": {func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketLines) }, 0, "« lines » manque"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, against := finished(t, size-1, 200, 500, size)
			if f := verify(t, path, against); !f.OK() || f.Lines != size || f.Erased != 200 || f.Checkpoints != 2 || f.Root != against[1].Root {
				t.Fatalf("a good log: %+v", f)
			}
			harm(t, path, c.harm)
			for _, against := range [][]proof.Checkpoint{nil, against} {
				f := verify(t, path, against)
				if f.OK() || c.first > 0 && f.FirstBad != c.first || !strings.Contains(strings.Join(f.Problems, "\n"), c.problem) {
					t.Errorf("%+v, want line %d, %q", f, c.first, c.problem)
				}
			}
		})
	}
}

func swap(a, b int64) func(tx *bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		lines := tx.Bucket(bucketLines)
		x, y := bytes.Clone(lines.Get(key(a))), bytes.Clone(lines.Get(key(b)))
		return errors.Join(lines.Put(key(a), y), lines.Put(key(b), x))
	}
}

func eraseSecretly(to int64) func(tx *bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		for n := int64(1); n <= to; n++ {
			if err := tx.Bucket(bucketLines).Delete(key(n)); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketErasure).Put(keyThrough, key(to))
	}
}

// Who rewrites lines and tree together is found by checkpoints, which tell between which lines.
func TestVerifyFindsAForgedTree(t *testing.T) {
	t.Parallel()
	path, against := finished(t, 2000, 0, 500, 1000, 1500, 2000)
	harm(t, path, func(tx *bolt.Tx) error { return forge(tx, 1234) })
	if f := verify(t, path, nil); !f.OK() {
		t.Fatalf("without a checkpoint nothing can be seen: %+v", f)
	}
	f := verify(t, path, against)
	if f.OK() || f.FirstBad != 0 || f.Range != [2]int64{1001, 1500} {
		t.Fatalf("%+v", f)
	}
	if f := verify(t, path, against[:2]); !f.OK() || f.Checkpoints != 2 {
		t.Fatalf("checkpoints of before the forged line: %+v", f)
	}
	other := against[3]
	other.Origin, other.Root = proof.OriginJournal, tlog.Hash{}
	if f := verify(t, path, []proof.Checkpoint{other}); !f.OK() {
		t.Fatalf("a checkpoint of the other log: %+v", f)
	}
}

// A log that was replaced by an older copy of itself, or whose end was cut off with its tree.
func TestVerifyFindsAnOlderCopy(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	l := openWith(t, path, fast())
	fill(t, l, plainLines(700))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	older, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l = openWith(t, path, fast())
	fill(t, l, plainLines(300))
	against := []proof.Checkpoint{checkpointOf(t, l)}
	l.Close()
	if err := os.WriteFile(path, older, 0o600); err != nil {
		t.Fatal(err)
	}
	f := verify(t, path, against)
	if f.FirstBad != 701 || f.Lines != 700 || !strings.Contains(f.Problems[0], "la fin manque") {
		t.Fatalf("%+v", f)
	}
}

// The end of the file is cut off, at many lengths.
func TestVerifyFindsACutFile(t *testing.T) {
	t.Parallel()
	path, against := finished(t, 3000, 0, 3000)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	harm(t, path, func(tx *bolt.Tx) error { used = int(tx.Size()); return nil })
	r := seeded(t, 3)
	for i := range 60 {
		cut := filepath.Join(t.TempDir(), FileName)
		size := r.IntN(used)
		if i < 20 {
			size = used - 1 - i*4096
		}
		if err := os.WriteFile(cut, whole[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		if f := verify(t, cut, against); f.OK() {
			t.Fatalf("%d of %d bytes are left: %+v", size, used, f)
		}
		if l, err := open(cut, fast()); size > 0 && err == nil {
			t.Errorf("a log of %d of %d bytes is opened: %v", size, used, l.Close())
		}
	}
}

// content is all that a log holds: by bucket and key, the number of its place among the others and the value.
func content(path string) (all map[string]string, err error) {
	all = map[string]string{}
	err = boltfile.Guard(func() error {
		db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
		if err != nil {
			return err
		}
		defer db.Close()
		return db.View(func(tx *bolt.Tx) error {
			return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
				if n := string(name); n == "lines" || n == "tree" { // elsewhere it says nothing
					all["sequence of "+n] = fmt.Sprint(b.Sequence())
				}
				i := 0
				return b.ForEach(func(k, v []byte) error {
					i++
					all[fmt.Sprintf("%s %x", name, k)] = fmt.Sprintf("%d %q", i, v)
					return nil
				})
			})
		})
	})
	return all, err
}

// firstDifference names something that two contents do not share.
func firstDifference(a, b map[string]string) string {
	for k, v := range a {
		if b[k] != v {
			return fmt.Sprintf("%s: %s, was %s", k, b[k], v)
		}
	}
	for k, v := range b {
		if _, known := a[k]; !known {
			return fmt.Sprintf("%s: %s is new", k, v)
		}
	}
	return ""
}

// A byte is changed anywhere in the file: either it is found, or it changes nothing of what the log holds.
func TestVerifyFindsAnyByte(t *testing.T) {
	t.Parallel()
	path, against := finished(t, 1500, 100, 1000, 1501)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := content(path)
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	harm(t, path, func(tx *bolt.Tx) error { used = int(tx.Size()); return nil })
	r := seeded(t, 4)
	found, unused := 0, 0
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	at := 0
	for range 700 {
		if _, err := file.WriteAt(good[at:at+1], int64(at)); err != nil { // the one before is made good
			t.Fatal(err)
		}
		at = r.IntN(used)
		bit := byte(1) << r.IntN(8)
		if _, err := file.WriteAt([]byte{good[at] ^ bit}, int64(at)); err != nil {
			t.Fatal(err)
		}
		if f := verify(t, path, against); !f.OK() {
			found++
			continue
		}
		unused++
		if got, err := content(path); err != nil || firstDifference(want, got) != "" {
			t.Fatalf("bit %b of byte %d of %d is changed and not found: %s (%v)", bit, at, used, firstDifference(want, got), err)
		}
	}
	t.Logf("%d found, %d changed nothing", found, unused)
	if found < 250 {
		t.Errorf("only %d found", found)
	}
}

// A byte of a line, or of its number: that line is named.
func TestVerifyNamesTheLineOfAByte(t *testing.T) {
	t.Parallel()
	path, against := finished(t, 1500, 0, 1000)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, n := range []int64{1, 2, 13, 500, 768, 999, 1000, 1001, 1499, 1500} {
		text := fmt.Appendf(nil, "contenu-%06d", n)
		at := bytes.Index(data, text)
		if at < 0 || bytes.Contains(data[at+1:], text) {
			t.Fatalf("line %d is at %d", n, at)
		}
		begin := bytes.LastIndex(data[:at], []byte(`{"time"`))
		for _, at := range []int{at + 3, begin, begin - 1, begin - 2, begin - 3, begin - 8} {
			for _, bit := range []byte{1, 4, 128} {
				write := func(b byte) {
					if _, err := file.WriteAt([]byte{b}, int64(at)); err != nil {
						t.Fatal(err)
					}
				}
				write(data[at] ^ bit)
				if f := verify(t, path, against); f.FirstBad != n {
					t.Errorf("line %d, byte %d, bit %d: %+v", n, at-begin, bit, f)
				}
				write(data[at])
			}
		}
	}
}

func TestVerifyWhatIsNoLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := Verify(context.Background(), filepath.Join(dir, "absent.db"), nil, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "absent.db")); err == nil {
		t.Error("verifying made the file")
	}
	for name, data := range map[string][]byte{"empty": nil, "text": []byte(strings.Repeat("ceci n’est pas un journal\n", 1000))} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if f := verify(t, path, nil); f.OK() {
			t.Errorf("%s: %+v", name, f)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, data) {
			t.Errorf("%s was changed by verifying", name)
		}
	}
	path := newPath(t)
	l := openWith(t, path, fast())
	if _, err := Verify(context.Background(), path, nil, nil); !errors.Is(err, boltfile.ErrLocked) {
		t.Errorf("while it is open: %v", err)
	}
	l.Close()
	if f := verify(t, path, nil); !f.OK() || f.Lines != 0 {
		t.Errorf("a log without lines: %+v", f)
	}
}

// While the log is open, with lines being written.
func TestVerifyWhileOpen(t *testing.T) {
	t.Parallel()
	l := openWith(t, newPath(t), fast())
	fill(t, l, plainLines(20000))
	against := []proof.Checkpoint{checkpointOf(t, l)}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				_ = l.Record(context.Background(), dealmap.Consultation{Time: noon, What: "sheet"})
			}
		}
	}()
	for range 5 {
		var last, total int64
		f, err := l.Verify(context.Background(), against, func(done, of int64) { last, total = done, of })
		if err != nil || !f.OK() || f.Lines < 20000 || f.Checkpoints != 1 || last != total || total != f.Lines {
			t.Fatalf("%+v, %v, progress %d of %d", f, err, last, total)
		}
	}
	close(stop)
	<-stopped
	if err := l.change(func(tx *bolt.Tx) error { return tx.Bucket(bucketLines).Put(key(77), []byte(`{}`)) }); err != nil {
		t.Fatal(err)
	}
	if f, err := l.Verify(context.Background(), against, nil); err != nil || f.FirstBad != 77 {
		t.Fatalf("%+v, %v", f, err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := l.Verify(gone, against, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("of a caller who is gone: %v", err)
	}
}
