package staging_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
	listfile "github.com/mesure5/dealmap/store/intake/list"
)

// TestAnImportCutOffAtItsBeginningMergesNothingUnasked: the map knows of it, the list does not know with which threshold yet.
func TestAnImportCutOffAtItsBeginningMergesNothingUnasked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := b.viewer("cross13")
	b.do(v, tilleuls())
	l := b.staged(v, "liste.csv", heading+"Tilleuls;;5,3699;43,2966;cocaïne;13055\n", nil)
	rows, _, err := b.desk.Rows(v, l.ID, nil, 0, 1)
	if err != nil || len(rows) != 1 || rows[0].State != dealmap.RowReview {
		t.Fatalf("%v %+v", err, rows)
	}
	b.do(v, dealmap.OpenImport{ID: l.ID, Name: "liste.csv"})
	b.stop()
	b.start()
	if l = b.wait(v, l.ID); l.Import.Counts.Merged != 0 || l.Import.Counts.Added != 1 {
		t.Errorf("%+v", l.Import.Counts)
	}
}

// TestOneWorksOnAListAtATime: whoever reads it otherwise while another validates it takes nothing away from under them.
func TestOneWorksOnAListAtATime(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := b.viewer("cross13")
	for _, name := range strings.Fields("Abricot Bruyère Chêne Dahlia Érable Fougère Genêt Houx Iris Jasmin Laurier Mimosa Noyer Olivier Platane") {
		text := strings.ReplaceAll(three, "Tour Nouvelle", "Résidence du "+name) // other rows each time
		l := b.staged(v, "liste.csv", text, nil)
		var working sync.WaitGroup
		var committed, read error
		working.Go(func() { _, committed = b.desk.Commit(t.Context(), v, l.ID, 1) })
		working.Go(func() { _, read = b.desk.Read(t.Context(), v, l.ID, listfile.Options{}) })
		working.Wait()
		if (committed == nil) == (read == nil) {
			t.Fatalf("validated: %v, read otherwise: %v", committed, read)
		}
		if l = b.wait(v, l.ID); committed == nil && l.Import.Counts.Added+l.Import.Counts.Known != 3 {
			t.Fatalf("%+v", l.Import.Counts)
		}
	}
}

// TestAListIsItsUnitsWhoeverWorksOnIt: the Ofast stages and validates a list of another unit.
func TestAListIsItsUnitsWhoeverWorksOnIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v, ofast := b.viewer("cross13"), dealmap.Console("essai", dealmap.RoleOfast)
	l := b.staged(v, "liste.csv", three, nil)
	own := profile()
	delete(own.Defaults, "owner_service")
	delete(own.Defaults, "owner_unit")
	if _, err := b.desk.Map(ofast, l.ID, own, ""); err != nil {
		t.Fatal(err)
	}
	b.wait(ofast, l.ID)
	if _, err := b.desk.Commit(t.Context(), ofast, l.ID, 1); err != nil {
		t.Fatal(err)
	}
	if l = b.wait(ofast, l.ID); l.Import.Counts.Added != 3 {
		t.Fatalf("%+v", l.Import.Counts)
	}
	if names := b.names(); !strings.Contains(names[0], "Cross 13") {
		t.Errorf("the records belong to others: %q", names)
	}
	if again := b.staged(v, "encore.csv", three, nil); again.Counts[dealmap.RowKnown] != 3 {
		t.Errorf("the same list of the same unit again: %v", again.Counts)
	}
}

// TestErasedRecordsAreErasedFromTheirListToo as far as anybody can look.
func TestErasedRecordsAreErasedFromTheirListToo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := b.viewer("cross13")
	l := b.staged(v, "liste.csv", three, nil)
	rows, _, err := b.desk.Rows(v, l.ID, nil, 0, 3)
	if err != nil {
		t.Fatal(err)
	}
	gone := rows[1].Add.ID
	if _, err := b.desk.Commit(t.Context(), v, l.ID, 1); err != nil {
		t.Fatal(err)
	}
	b.wait(v, l.ID)
	if _, err := os.Stat(filepath.Join(b.dir, "imports", l.ID.String(), "list")); !os.IsNotExist(err) {
		t.Errorf("the file is still there: %v", err)
	}
	b.do(dealmap.Console("essai", dealmap.RoleOfast), dealmap.ErasePlace{ID: gone, Reason: "unlawful"})
	for range 2 {
		rows, _, err = b.desk.Rows(v, l.ID, []dealmap.RowState{dealmap.RowDone}, 0, 3)
		if err != nil || len(rows) != 3 || rows[1].Add != nil || rows[1].Cells != nil || rows[1].Line == 0 || rows[0].Add == nil {
			t.Fatalf("%v %+v", err, rows)
		}
		b.stop()
		b.start()
	}
}

func TestAUnitKeepsSoManyListsAndNoMore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := b.viewer("cross13")
	for n := range 51 {
		_, err := b.desk.Add(t.Context(), v, "liste.csv", -1, strings.NewReader(three))
		if n < 50 && err != nil || n == 50 && dealmap.KindOf(err) != dealmap.KindConflict {
			t.Fatalf("list %d: %v", n+1, err)
		}
	}
	if _, err := b.desk.Add(t.Context(), b.viewer("cross59"), "liste.csv", -1, strings.NewReader(three)); err != nil {
		t.Errorf("another unit's list: %v", err)
	}
	names, err := filepath.Glob(filepath.Join(b.dir, "imports", "*.part"))
	if err != nil || slices.ContainsFunc(names, func(name string) bool { return !strings.Contains(name, "profiles") }) {
		t.Errorf("left over: %v, %v", names, err)
	}
}
