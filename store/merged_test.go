package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
)

// shown is all that a map shows to everybody who sees much: ids, names, references, where it counts.
func shown(snap *store.Snapshot) []string {
	scope := scopeOf(ofast)
	var list []string
	snap.Each(scope, dealmap.ID{}, func(s dealmap.Sight) bool {
		at, _ := s.Position()
		list = append(list, fmt.Sprint(s.ID(), s.Reference(), s.Name(), at, s.Products(), s.Handling()))
		return true
	})
	counted := uint32(0)
	for _, n := range countsOf(snap, scope, &dealmap.Filter{}, geo.Squares{}, geo.BlockLevel) {
		counted += n.All
	}
	return append(list, fmt.Sprint("counted: ", counted))
}

// TestImportsAndMergesOutliveRestarts brings a list in, merges, settles and undoes, with a restart and a check between, and
// compares the map with the one before.
func TestImportsAndMergesOutliveRestarts(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	o := store.Options{Dir: dir}
	s := open(t, o)
	again := func() {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		report, err := store.Check(t.Context(), dir, nil, nil)
		if err != nil || !report.OK() {
			t.Fatalf("check: %v, %v", report.Problems, err)
		}
		s = open(t, o)
	}
	var places []dealmap.ID
	for i := range 6 {
		places = append(places, must(t, s, ofast, add(r, fmt.Sprintf("Résidence %d", i)), "").Subject)
	}
	before := shown(s.Snapshot())
	list := newID(r)
	must(t, s, cross13, dealmap.OpenImport{ID: list, Name: "gendarmerie.csv"}, "")
	var rows []dealmap.ImportRow
	var brought []dealmap.ID
	for i := range 4 {
		row := dealmap.ImportRow{Add: add(r, fmt.Sprintf("RES %d", i))}
		row.Add.Origin = &dealmap.Origin{Import: list, Row: dealmap.RowHash{byte(i)}, Line: i + 2}
		row.Add.Facts.Owner = dealmap.Owner{Service: dealmap.ServiceGN, Unit: "SR Marseille"}
		row.Add.Facts.Products = []dealmap.Product{"crack"}
		if i < 2 {
			row.Into, row.Revision = places[i], 1
		}
		rows = append(rows, row)
		brought = append(brought, row.Add.ID)
	}
	must(t, s, cross13, dealmap.ImportRows{Import: list, Rows: rows}, "")
	must(t, s, cross13, dealmap.MoveImport{ID: list, To: dealmap.ImportDone}, "")
	must(t, s, cross13, dealmap.SettlePair{A: places[4], B: places[5], Verdict: dealmap.VerdictNeighbours}, "")
	again()
	snap, scope := s.Snapshot(), scopeOf(cross13)
	if sight, moved, ok := snap.Resolve(scope, brought[0]); !ok || !moved || sight.ID() != places[0] {
		t.Errorf("the id of a merged record leads to %v", sight.ID())
	}
	if got := snap.Sources(scope, places[0]); len(got) != 1 || got[0].Sight.ID() != brought[0] {
		t.Errorf("sources %+v", got)
	}
	if got := snap.Imported(scope, list); len(got) != 4 {
		t.Errorf("%d records of the import", len(got))
	}
	if id, ok := snap.Known(dealmap.RowHash{3}); !ok || id != brought[3] {
		t.Error("a row is not known again")
	}
	if got := snap.Neighbours(scope, places[5]); len(got) != 1 || got[0].ID() != places[4] {
		t.Errorf("neighbours %v", got)
	}
	if snap.Verdict(scope, places[5], places[4]) != dealmap.VerdictNeighbours {
		t.Error("the verdict is forgotten")
	}
	if got := snap.Notices(scopeOf(gn), noon.AddDate(0, 0, -1), 10); len(got) != 2 {
		t.Errorf("the other owner is told of %d merges", len(got))
	}
	if history, err := s.History(t.Context(), scopeOf(ofast), brought[0]); err != nil || len(history) != 2 {
		t.Errorf("the merged record's history: %+v, %v", history, err)
	}
	if _, ok := snap.Place(scope, brought[0]); ok {
		t.Error("a merged record is a place still")
	}
	must(t, s, cross13, dealmap.MoveImport{ID: list, To: dealmap.ImportUndoing}, "")
	must(t, s, cross13, dealmap.UndoRows{Import: list, Places: brought}, "")
	must(t, s, cross13, dealmap.MoveImport{ID: list, To: dealmap.ImportUndone}, "")
	if after := shown(s.Snapshot()); !slices.Equal(before, after) {
		t.Errorf("the map after the undoing\n%v\nbefore\n%v", after, before)
	}
	again()
	if after := shown(s.Snapshot()); !slices.Equal(before, after) {
		t.Error("after a restart the map is another")
	}
	if len(s.Snapshot().Imported(scope, list)) != 0 {
		t.Error("withdrawn records count as imported")
	}
	if i, ok := s.Snapshot().Import(scope, list); !ok || i.Status != dealmap.ImportUndone || i.Name != "gendarmerie.csv" {
		t.Errorf("import %+v", i)
	}
	if _, ok := s.Snapshot().Import(scopeOf(gn), list); ok {
		t.Error("an import is shown to another unit")
	}
}

// TestMergedRecordsHideLikeOthers: who may not see a record is led nowhere by its id.
func TestMergedRecordsHideLikeOthers(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Dir: t.TempDir()})
	a, b := add(r, "Tour A"), add(r, "Tour B")
	b.Facts.Owner = dealmap.Owner{Service: dealmap.ServiceGN, Unit: "SR Marseille"}
	b.Facts.Handling = dealmap.Handling{Reach: dealmap.ReachDepartement, Code: "H0"}
	for _, c := range []dealmap.AddPlace{a, b} {
		must(t, s, ofast, c, "")
	}
	stranger := dealmap.Viewer{Subject: "pn59", Role: dealmap.RoleInvestigator, Service: dealmap.ServicePN, Unit: "DIPN 59",
		Territories: []dealmap.TerritoryCode{"dep:59"}, Chains: [][]dealmap.TerritoryCode{{"dep:59", "reg:32", "zone:nord"}}}
	must(t, s, cross13, dealmap.MergePlaces{Into: a.ID, From: b.ID}, "")
	must(t, s, ofast, dealmap.ChangePlace{ID: a.ID, Patch: []byte(`{"handling":{"reach":"national","code":"H0"}}`)}, "")
	snap := s.Snapshot()
	if _, ok := snap.Place(scopeOf(stranger), a.ID); !ok {
		t.Fatal("the place is national and not seen")
	}
	if _, _, ok := snap.Resolve(scopeOf(stranger), b.ID); ok {
		t.Error("the id of a record that was hidden leads to the place")
	}
	if got := snap.Sources(scopeOf(stranger), a.ID); len(got) != 0 {
		t.Errorf("a hidden record is shown as a source: %+v", got)
	}
	if _, err := s.History(t.Context(), scopeOf(stranger), b.ID); dealmap.KindOf(err) != dealmap.KindNotFound {
		t.Errorf("history of a hidden record: %v", err)
	}
}

// TestHistoryTellsOfNoHiddenPlace: a record that was for a while part of a place that the viewer does not see says nothing of it.
func TestHistoryTellsOfNoHiddenPlace(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Dir: t.TempDir()})
	national, local := add(r, "Tour A"), add(r, "Tour B")
	local.Facts.Handling = dealmap.Handling{Reach: dealmap.ReachDepartement, Code: "H0"}
	for _, c := range []dealmap.Command{national, local, dealmap.MergePlaces{Into: local.ID, From: national.ID}, dealmap.SplitPlace{ID: local.ID, Member: national.ID}} {
		must(t, s, ofast, c, "")
	}
	stranger := dealmap.Viewer{Subject: "pn59", Role: dealmap.RoleInvestigator, Service: dealmap.ServicePN, Unit: "DIPN 59",
		Territories: []dealmap.TerritoryCode{"dep:59"}, Chains: [][]dealmap.TerritoryCode{{"dep:59", "reg:32", "zone:nord"}}}
	for _, c := range []struct {
		viewer dealmap.Viewer
		want   int
	}{{ofast, 3}, {stranger, 1}} {
		entries, err := s.History(t.Context(), scopeOf(c.viewer), national.ID)
		if err != nil || len(entries) != c.want {
			t.Errorf("%s: %v, %+v", c.viewer.Subject, err, entries)
		}
	}
}

// TestWhatWasKeptApartStaysApart: two records that somebody found to be two places are not proposed as one because others were
// merged into one of them.
func TestWhatWasKeptApartStaysApart(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Dir: t.TempDir()})
	a, b, c := add(r, "Tour A"), add(r, "Tour A"), add(r, "Tour A")
	for _, one := range []*dealmap.AddPlace{&a, &b, &c} {
		one.Facts.Position, one.AcceptDuplicates = a.Facts.Position, true
		must(t, s, ofast, *one, "")
	}
	pairs := func() int {
		return len(s.Snapshot().Duplicates(scopeOf(ofast), dealmap.DuplicateQuery{Least: dealmap.ProposeFrom, Limit: 10, Look: 10}).Pairs)
	}
	if n := pairs(); n != 3 {
		t.Fatalf("%d pairs", n)
	}
	must(t, s, ofast, dealmap.SettlePair{A: a.ID, B: b.ID, Verdict: dealmap.VerdictSeparate}, "")
	must(t, s, ofast, dealmap.MergePlaces{Into: c.ID, From: b.ID}, "")
	if n := pairs(); n != 0 {
		t.Errorf("%d pairs after one of two that are apart was merged into a third", n)
	}
	must(t, s, ofast, dealmap.SplitPlace{ID: c.ID, Member: b.ID}, "")
	if n := pairs(); n != 2 {
		t.Errorf("%d pairs after it was taken out again", n)
	}
}

// TestWithdrawnRecordsAreFoundByWhoErasesThem by the reference that the file has, and by nobody else; the journal then tells the same map.
func TestWithdrawnRecordsAreFoundByWhoErasesThem(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	s := open(t, store.Options{Dir: dir})
	list, row := newID(r), add(r, "Tour A")
	row.Origin = &dealmap.Origin{Import: list, Row: dealmap.RowHash{1}, Line: 2}
	must(t, s, cross13, dealmap.OpenImport{ID: list, Name: "liste.csv"}, "")
	must(t, s, cross13, dealmap.ImportRows{Import: list, Rows: []dealmap.ImportRow{{Add: row}}}, "")
	sight, _ := s.Snapshot().Place(scopeOf(ofast), row.ID)
	reference := sight.Reference()
	if _, ok := s.Snapshot().Withdrawn(scopeOf(ofast), reference); ok {
		t.Error("a place of the map passes for withdrawn")
	}
	must(t, s, cross13, dealmap.MoveImport{ID: list, To: dealmap.ImportDone}, "")
	must(t, s, cross13, dealmap.MoveImport{ID: list, To: dealmap.ImportUndoing}, "")
	must(t, s, cross13, dealmap.UndoRows{Import: list, Places: []dealmap.ID{row.ID}}, "")
	id, ok := s.Snapshot().Withdrawn(scopeOf(ofast), reference)
	if !ok || id != row.ID {
		t.Fatal("a withdrawn record is not found")
	}
	must(t, s, ofast, dealmap.ErasePlace{ID: id, Reason: "unlawful"}, "")
	if _, ok := s.Snapshot().Withdrawn(scopeOf(ofast), reference); ok {
		t.Error("an erased record is found")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if report, err := store.Check(t.Context(), dir, nil, nil); err != nil {
		t.Errorf("check: %v %+v", err, report)
	}
}

// TestHistoryKeepsNoWordOfAnErasedRecord that was for a while part of the place.
func TestHistoryKeepsNoWordOfAnErasedRecord(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Dir: t.TempDir()})
	a, b := add(r, "Tour A"), add(r, "Tour B")
	b.Facts.Note = "Guet au troisième"
	words := func() (n int) {
		entries, err := s.History(t.Context(), scopeOf(ofast), a.ID)
		if err != nil || len(entries) != 3 {
			t.Fatalf("%v %+v", err, entries)
		}
		for _, e := range entries {
			for _, f := range e.Fields {
				n += strings.Count(string(f.Before)+string(f.After), "Guet")
			}
		}
		return n
	}
	for _, c := range []dealmap.Command{a, b, dealmap.MergePlaces{Into: a.ID, From: b.ID}, dealmap.SplitPlace{ID: a.ID, Member: b.ID}} {
		must(t, s, ofast, c, "")
	}
	if words() == 0 {
		t.Fatal("nothing of the record came into the place")
	}
	must(t, s, ofast, dealmap.ErasePlace{ID: b.ID, Reason: "unlawful"}, "")
	if n := words(); n != 0 {
		t.Errorf("the history of the place says %d times what an erased record said", n)
	}
}
