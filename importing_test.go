package dealmap

import (
	"encoding/json"
	"testing"
)

// row is one row of import 50.
func row(n int, facts Facts, into ID, revision int) ImportRow {
	return ImportRow{Add: AddPlace{ID: id(n), Facts: facts, Status: Active, Origin: &Origin{Import: id(50), Row: RowHash{byte(n)}, Line: n}}, Into: into, Revision: revision}
}

func TestImportsComeAndGo(t *testing.T) {
	t.Parallel()
	w := newWorld()
	must := w.must(t, cross13)
	must(AddPlace{ID: id(1), Facts: withOwner(marseille()), Status: Active})
	before := w.places[id(1)].Content()
	must(OpenImport{ID: id(50), Name: "gendarmerie.csv", Counts: ImportCounts{Rows: 3}})
	if err := w.do(t, cross13, OpenImport{ID: id(50), Name: "gendarmerie.csv"}); KindOf(err) != KindConflict {
		t.Errorf("two people validate one import: %v", err)
	}
	other := twin()
	other.Position = point(5.4, 43.31)
	rows := ImportRows{Import: id(50), Rows: []ImportRow{row(11, twin(), id(1), 1), row(12, other, ID{}, 0)}}
	must(rows)
	must(rows) // resumed after an interruption: nothing comes twice
	if len(w.places) != 3 || w.places[id(11)].Into() != id(1) || !w.places[id(12)].Stands() || w.places[id(1)].Facts.Address == "" {
		t.Fatalf("places %+v", w.places)
	}
	must(MoveImport{ID: id(50), To: ImportDone, Counts: ImportCounts{Rows: 3, Added: 1, Merged: 1}})
	if err := w.do(t, cross13, rows); KindOf(err) != KindConflict {
		t.Errorf("rows come into an import that is done: %v", err)
	}
	must(ChangePlace{ID: id(1), Patch: json.RawMessage(`{"landlord":"Habitat 13"}`)})
	must(MoveImport{ID: id(50), To: ImportUndoing, KeepEdited: true})
	must(UndoRows{Import: id(50), Places: []ID{id(11), id(12)}})
	must(UndoRows{Import: id(50), Places: []ID{id(11), id(12)}})
	must(MoveImport{ID: id(50), To: ImportUndone})
	after := w.places[id(1)].Content()
	if after.Facts.Landlord != "Habitat 13" {
		t.Error("a change made after the merge is lost")
	}
	after.Facts.Landlord = ""
	if !sameContent(t, before, after) {
		t.Errorf("the place says %+v, it said %+v", after, before)
	}
	scope := NewScope(ofast, DateOf(noon))
	for _, n := range []int{11, 12} {
		if _, ok := scope.See(w.places[id(n)]); ok {
			t.Errorf("row %d is still on the map", n)
		}
	}
	if _, known := w.Row(RowHash{11}); known {
		t.Error("a withdrawn row counts as known")
	}
}

func TestUndoneImportsLeaveWhatOthersBuiltOnThem(t *testing.T) {
	t.Parallel()
	w := newWorld()
	must := w.must(t, cross13)
	must(OpenImport{ID: id(50), Name: "liste.csv"})
	edited := twin()
	edited.Position = point(5.4, 43.31)
	must(ImportRows{Import: id(50), Rows: []ImportRow{row(11, twin(), ID{}, 0), row(12, edited, ID{}, 0)}})
	must(MoveImport{ID: id(50), To: ImportDone})
	must(AddPlace{ID: id(1), Facts: withOwner(marseille()), Status: Active, AcceptDuplicates: true})
	must(MergePlaces{Into: id(11), From: id(1)}) // the row goes on, the other was merged into it
	must(ConfirmPlace{ID: id(12)})
	must(MoveImport{ID: id(50), To: ImportUndoing, KeepEdited: true})
	must(UndoRows{Import: id(50), Places: []ID{id(11), id(12)}})
	if !w.places[id(1)].Stands() || w.places[id(1)].Facts.Name != "Passage du Lavoir" {
		t.Error("what was merged into a row of the import went with it")
	}
	if w.places[id(11)].Stands() || !w.places[id(12)].Stands() {
		t.Error("the row is still there, or the confirmed one is gone")
	}
}

func TestImportsAreOfTheirUnit(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if err := w.do(t, cross13, OpenImport{ID: id(50), Name: "liste.csv"}); err != nil {
		t.Fatal(err)
	}
	for _, v := range []Viewer{viewer(RoleCross, ServicePN, "Cross 59", "dep:59"), viewer(RoleInvestigator, ServicePN, "Cross 13", "dep:13"), viewer(RolePrefet, "", "", "dep:13")} {
		if err := w.do(t, v, MoveImport{ID: id(50), To: ImportDone}); KindOf(err) != KindNotFound {
			t.Errorf("%s %s: %v", v.Role, v.Unit, err)
		}
	}
	if err := w.do(t, ofast, MoveImport{ID: id(50), To: ImportUndone}); KindOf(err) != KindConflict {
		t.Errorf("an import skips a step: %v", err)
	}
}

// TestTargetsThatChangedMeanwhile: what a row was to be merged into was merged itself, changed, erased or hidden since that was decided.
func TestTargetsThatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile []Command
		into      ID // zero: the row becomes a place of its own
	}{
		"nothing":         {nil, id(1)},
		"merged":          {[]Command{AddPlace{ID: id(2), Facts: withOwner(marseille()), Status: Active, AcceptDuplicates: true}, MergePlaces{Into: id(2), From: id(1)}}, id(2)},
		"confirmed":       {[]Command{ConfirmPlace{ID: id(1)}}, id(1)},
		"moved elsewhere": {[]Command{ChangePlace{ID: id(1), Patch: json.RawMessage(`{"position":[5.6,43.4],"name":"Cité des Genêts","address":""}`)}}, ID{}},
		"another network": {[]Command{ChangePlace{ID: id(1), Patch: json.RawMessage(`{"networks":["R-13-9ZZ"]}`)}}, ID{}},
		"erased":          {[]Command{ErasePlace{ID: id(1), Reason: "retention"}}, ID{}},
		"for its service": {[]Command{ChangePlace{ID: id(1), Patch: json.RawMessage(`{"handling":{"reach":"service","code":"H0"}}`)}}, ID{}},
	} {
		w := newWorld()
		t.Log(name)
		must := w.must(t, ofast)
		place := withOwner(marseille())
		place.Address = "3 passage du Lavoir"
		must(AddPlace{ID: id(1), Facts: place, Status: Active})
		must(OpenImport{ID: id(50), Name: "liste.csv"})
		for _, command := range c.meanwhile {
			must(command)
		}
		decided := row(11, twin(), id(1), 1)
		decided.Least = ProposeFrom
		must(ImportRows{Import: id(50), Rows: []ImportRow{decided}})
		if got := w.places[id(11)].Into(); got != c.into {
			t.Errorf("%s: the row went into %v, want %v", name, got, c.into)
		}
	}
}
