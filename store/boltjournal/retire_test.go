package boltjournal_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/internal/raw"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/proof"
)

// A journal that was put aside is not begun anew by mistake, only by a copy; one that is half copied is for copies only.
func TestRetiredAndIncomplete(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	written(t, path, 5)
	aside, err := boltjournal.Retire(path)
	if err != nil || aside != path+".copied" {
		t.Fatal(aside, err)
	}
	for _, o := range []boltjournal.Options{{}, {ReadOnly: true}, {RepairHead: true}} {
		if _, err := boltjournal.Open(path, o); !errors.Is(err, boltjournal.ErrRetired) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a journal was made")
	}
	j, err := boltjournal.Open(path, boltjournal.Options{Copy: true})
	if err == nil {
		err = errors.Join(j.Copying(t.Context(), true), j.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := boltjournal.Open(path, boltjournal.Options{}); !errors.Is(err, boltjournal.ErrIncomplete) {
		t.Errorf("half copied: %v", err)
	}
	if j, err = boltjournal.Open(path, boltjournal.Options{Copy: true}); err == nil {
		err = errors.Join(j.Copying(t.Context(), false), j.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := open(t, path).Close(); err != nil {
		t.Error(err)
	}
	if _, err := boltjournal.Retire(path); err == nil || !strings.Contains(err.Error(), "existe déjà") {
		t.Errorf("over one that was retired before: %v", err)
	}
	// What was put aside is a journal, under its own names.
	if err := open(t, aside).Close(); err != nil {
		t.Error(err)
	}
}

func TestReadOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	if _, err := boltjournal.Open(path, boltjournal.Options{ReadOnly: true}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("one that is not there: %v", err)
	}
	written(t, path, 5)
	j, err := boltjournal.Open(path, boltjournal.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"append":     j.Append(t.Context(), 5, journaltest.Events(5, 1)),
		"append raw": j.AppendRaw(t.Context(), raw.Tail{}, make([]raw.Entry, 1)),
		"erase":      j.Erase(t.Context(), 2),
		"copying":    j.Copying(t.Context(), true),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if last, _, err := j.Last(t.Context()); last != 5 || err != nil {
		t.Errorf("%d %v", last, err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	// Copies do not go on from another end than they think.
	j = open(t, path)
	defer j.Close()
	if err := j.AppendRaw(t.Context(), raw.Tail{Seq: 5}, make([]raw.Entry, 1)); !errors.Is(err, dealmap.ErrTampered) {
		t.Errorf("after an entry of another hash: %v", err)
	}
	if err := j.AppendRaw(t.Context(), raw.Tail{Seq: 4}, make([]raw.Entry, 1)); dealmap.KindOf(err) != dealmap.KindConflict {
		t.Errorf("after another entry: %v", err)
	}
}

// Links that go with a place are erased by entries of their own kind.
func TestVerifyKnowsErasedLinks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.db")
	written(t, path, 5)
	j := open(t, path)
	defer j.Close()
	e := journaltest.Event(5)
	e.Kind, e.Body = dealmap.EventLinkErased, dealmap.LinkErased{Reason: "order", Entries: []dealmap.Seq{3}}
	if err := errors.Join(j.Append(t.Context(), 5, []dealmap.Event{e}), j.Erase(t.Context(), 3)); err != nil {
		t.Fatal(err)
	}
	none := proof.Stored{Block: func(int64) ([]byte, error) { return nil, nil }}
	if f, err := j.Verify(t.Context(), none, nil, nil); err != nil || !f.OK() || f.Erased != 1 {
		t.Errorf("%+v %v", f, err)
	}
}
