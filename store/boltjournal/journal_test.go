package boltjournal_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/journaltest"
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

func TestConformance(t *testing.T) {
	t.Parallel()
	journaltest.Run(t, func(t *testing.T) string { return filepath.Join(t.TempDir(), "journal.db") },
		func(t *testing.T, path string) store.Engine { return open(t, path) })
}

func open(t *testing.T, path string) *boltjournal.Journal {
	t.Helper()
	j, err := boltjournal.Open(path, boltjournal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// written makes a closed journal of some entries.
func written(t *testing.T, path string, entries int) {
	t.Helper()
	j := open(t, path)
	for i := range entries {
		if err := j.Append(t.Context(), dealmap.Seq(i), journaltest.Events(i, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestLostTailIsNoticed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	written(t, path, 5)
	copyFile(t, path, path+".old")
	j := open(t, path)
	if err := j.Append(t.Context(), 5, journaltest.Events(5, 1)); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	copyFile(t, path+".old", path)
	for _, repair := range []bool{false, true} {
		_, err := boltjournal.Open(path, boltjournal.Options{RepairHead: repair})
		if !errors.Is(err, boltjournal.ErrTailLost) || !strings.Contains(err.Error(), path) {
			t.Fatalf("an older copy is taken: %v", err)
		}
	}
}

func TestAnotherHistoryIsNoticed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, other := filepath.Join(dir, "journal.db"), filepath.Join(dir, "other.db")
	written(t, path, 5)
	written(t, other, 9) // longer, but with other salts
	copyFile(t, other, path)
	if _, err := boltjournal.Open(path, boltjournal.Options{}); !errors.Is(err, boltjournal.ErrTailLost) {
		t.Fatalf("a foreign journal is taken: %v", err)
	}
}

func TestMissingJournalIsNoticed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	written(t, path, 2)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := boltjournal.Open(path, boltjournal.Options{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Fatalf("a lost journal is made anew: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Fatal("something was written in its place")
	}
}

func TestHeadIsRepairedOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	written(t, path, 4)
	if err := os.WriteFile(path+".head", []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := boltjournal.Open(path, boltjournal.Options{}); err == nil || !strings.Contains(err.Error(), ".head") {
		t.Fatalf("a damaged head is passed over: %v", err)
	}
	j, err := boltjournal.Open(path, boltjournal.Options{RepairHead: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	j = open(t, path)
	defer j.Close()
	if last, _, err := j.Last(t.Context()); last != 4 || err != nil {
		t.Fatalf("last %d, %v", last, err)
	}
}

func TestTornHeadFallsBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	written(t, path, 4)
	whole, err := os.ReadFile(path + ".head")
	if err != nil {
		t.Fatal(err)
	}
	for _, slot := range []int{0, 512} {
		torn := bytes.Clone(whole)
		clear(torn[slot+10 : slot+60])
		if err := os.WriteFile(path+".head", torn, 0o600); err != nil {
			t.Fatal(err)
		}
		j := open(t, path)
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, content := range map[string][]byte{
		"text.db": []byte("ceci n’est pas un journal"), "zeros.db": make([]byte, 1<<16), "image.db": bytes.Repeat([]byte{0xff, 0xd8}, 20000),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := boltjournal.Open(path, boltjournal.Options{RepairHead: true}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s is taken: %v", name, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, content) {
			t.Errorf("%s was overwritten (%v)", name, err)
		}
	}
}

// Whatever bit is flipped and wherever the file is cut: what is read is what was written, or there is an error.
func TestDamageIsNeverSilent(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "journal.db")
	const entries = 30
	written(t, path, entries)
	want := journaltest.Events(0, entries)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	used := len(bytes.TrimRight(whole, "\x00"))
	whole = whole[:min(len(whole), used+256*4096)] // bbolt makes its file larger than it needs
	noticed, rounds := 0, 250
	if testing.Short() {
		rounds = 40
	}
	for round := range rounds {
		damaged := bytes.Clone(whole)
		what := "cut"
		switch round % 5 {
		case 0:
			damaged = damaged[:r.IntN(used)]
		default:
			at := r.IntN(used)
			if round%5 == 1 {
				at = r.IntN(2 * 4096) // the meta pages
			}
			damaged[at] ^= 1 << r.IntN(8)
			what = "bit at " + strconv.Itoa(at)
		}
		trial := filepath.Join(dir, "trial.db")
		if err := os.WriteFile(trial, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		copyFile(t, path+".head", trial+".head")
		got, err := readAll(trial)
		if err != nil {
			noticed++
			continue
		}
		for i := range want {
			want[i].Seq = dealmap.Seq(i + 1)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("round %d (%s): %d entries read without an error and not as written", round, what, len(got))
		}
	}
	t.Logf("%d of %d damages noticed, the others did no harm", noticed, rounds)
	if noticed < rounds/4 || noticed == rounds {
		t.Fatalf("%d of %d noticed: the test looks at the wrong bytes", noticed, rounds)
	}
}

func readAll(path string) (list []dealmap.Event, err error) {
	j, err := boltjournal.Open(path, boltjournal.Options{})
	if err != nil {
		return nil, err
	}
	defer j.Close()
	for e, err := range j.Read(context.Background(), 0) {
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}
