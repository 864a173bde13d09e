package dealmap

import (
	"encoding/json"
	"strings"
	"testing"
)

// added is a world with records 1, 2, 3… of these facts.
func added(t *testing.T, records ...Facts) *world {
	t.Helper()
	w := newWorld()
	for n, f := range records {
		author := ofast
		if !f.Handling.EmbargoUntil.IsZero() {
			author = viewer(RoleCross, f.Owner.Service, f.Owner.Unit, "dep:13", "dep:84")
		}
		if err := w.do(t, author, AddPlace{ID: id(n + 1), Facts: f, Status: Active, AcceptDuplicates: true}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func held(owner Owner, h Handling) Facts {
	f := marseille()
	f.Owner, f.Handling, f.Networks = owner, h, nil
	if h.Code == "" {
		f.Handling.Code = "H0"
	}
	return f
}

func TestMergingTellsNobodyWhatOneOfTheRecordsWouldNot(t *testing.T) {
	t.Parallel()
	pn, gn := Owner{ServicePN, "DIPN 13"}, Owner{ServiceGN, "BR Aubagne"}
	national, service, dep := Handling{Reach: ReachNational}, Handling{Reach: ReachService}, Handling{Reach: ReachDepartement}
	group := func(names ...string) Handling { return Handling{Reach: ReachGroup, Groups: names} }
	avignon := func(h Handling) Facts {
		f := held(pn, h)
		f.Commune, f.Position, f.Accuracy = "84007", point(4.8, 43.9), AccuracyDoor
		return f
	}
	embargo := Handling{Reach: ReachNational, EmbargoUntil: DateOf(noon).AddDays(30)}
	for name, c := range map[string]struct {
		records []Facts // the first takes in the others, in order; the last one is refused, unless allowed
		allowed bool
	}{
		"a service's record, and another service's that came before": {[]Facts{held(pn, national), held(gn, national), held(pn, service)}, false},
		"an embargo, and another unit's record that came before":     {[]Facts{held(pn, national), held(gn, national), held(pn, embargo)}, false},
		"a group's record and an outsider's":                         {[]Facts{held(pn, group("Aurore")), held(gn, national)}, false},
		"an outsider's record and a group's":                         {[]Facts{held(gn, national), held(pn, group("Aurore"))}, false},
		"groups that are not all the same":                           {[]Facts{held(pn, group("Aurore")), held(gn, group("Aurore", "Cap"))}, false},
		"one group":                                                  {[]Facts{held(pn, group("Aurore")), held(gn, group("Aurore"))}, true},
		"a unit's own, one for a group":                              {[]Facts{held(pn, group("Aurore")), held(pn, national)}, true},
		"a service everywhere and a département":                     {[]Facts{held(pn, service), held(pn, dep)}, false},
		"a département and a service everywhere":                     {[]Facts{held(pn, dep), held(pn, service)}, false},
		"a département's and the next one's":                         {[]Facts{held(pn, dep), avignon(national)}, false},
		"a zone's and the next département's":                        {[]Facts{held(pn, Handling{Reach: ReachZone}), avignon(national)}, true},
		"one département's":                                          {[]Facts{held(pn, dep), held(gn, national)}, true},
		"a service's own":                                            {[]Facts{held(pn, service), held(Owner{ServicePN, "DIPN 84"}, national)}, true},
	} {
		w := added(t, c.records...)
		for n := range c.records[1:] {
			last := n == len(c.records)-2
			author := ofast
			if !c.records[n+1].Handling.EmbargoUntil.IsZero() {
				author = viewer(RoleCross, ServicePN, "DIPN 13", "dep:13")
			}
			err := w.do(t, author, MergePlaces{Into: id(1), From: id(n + 2)})
			if last && !c.allowed {
				wantKind(t, err, KindInvalid, name)
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestARecordIsTakenOutThoughTheOthersContradictEachOther(t *testing.T) {
	t.Parallel()
	facts := []Facts{withOwner(marseille()), withOwner(marseille()), withOwner(marseille())}
	facts[0].Networks, facts[1].Networks, facts[2].Networks = []string{"R-13-7KQ"}, []string{"R-13-2AB", "R-13-7KQ"}, []string{"R-13-2AB"}
	facts[0].Products, facts[1].Products, facts[2].Products = []Product{"crack"}, []Product{"mdma"}, []Product{"cannabis"}
	w := added(t, facts...)
	for _, c := range []Command{MergePlaces{Into: id(1), From: id(2)}, MergePlaces{Into: id(1), From: id(3)}, SplitPlace{ID: id(1), Member: id(2)}} {
		if err := w.do(t, ofast, c); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	if got := w.places[id(1)].Facts; strings.Join(got.Networks, " ") != "R-13-2AB R-13-7KQ" || got.Products[0] != "cannabis" {
		t.Errorf("what stays says %v, %v", got.Networks, got.Products)
	}
	if err := w.do(t, ofast, SplitPlace{ID: id(1), Member: id(3)}); err != nil || w.places[id(1)].Facts.Networks[0] != "R-13-7KQ" {
		t.Errorf("%v: %v", err, w.places[id(1)].Facts.Networks)
	}
}

func TestAnUndoneImportLeavesNothingInWhatItsPlacesWereMergedInto(t *testing.T) {
	t.Parallel()
	w := added(t, withOwner(marseille()), withOwner(marseille()), withOwner(marseille()))
	brought := withOwner(marseille())
	brought.Landlord, brought.Note = "Habitat 13", "Guet au troisième"
	before := w.places[id(1)].Content()
	for _, c := range []Command{
		OpenImport{ID: id(50), Name: "liste.csv"}, ImportRows{Import: id(50), Rows: []ImportRow{row(11, brought, id(3), 1)}}, MoveImport{ID: id(50), To: ImportDone},
		MergePlaces{Into: id(2), From: id(3)}, MergePlaces{Into: id(1), From: id(2)},
	} {
		if err := w.do(t, ofast, c); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	if w.places[id(1)].Facts.Landlord != "Habitat 13" {
		t.Fatal("nothing came up from the row")
	}
	for _, c := range []Command{MoveImport{ID: id(50), To: ImportUndoing}, UndoRows{Import: id(50), Places: []ID{id(11)}}} {
		if err := w.do(t, ofast, c); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	if after := w.places[id(1)].Content(); !sameContent(t, before, after) {
		t.Errorf("the place says %+v, it said %+v", after, before)
	}
	if w.places[id(1)].Edits != 0 || len(w.places[id(1)].Members()) != 1 {
		t.Error("it counts as edited, or lost a record that is not of the import")
	}
}

// embargoFirst puts the procureur's embargo on record 1 by its reference.
func embargoFirst(t *testing.T, w *world) Date {
	t.Helper()
	until := DateOf(noon).AddDays(90)
	if err := w.do(t, parquet, PutEmbargo{Reference: w.places[id(1)].Reference, Until: until}); err != nil {
		t.Fatal(err)
	}
	return until
}

func TestPartingLiftsNoEmbargo(t *testing.T) {
	t.Parallel()
	unit := Owner{ServicePN, "Cross 13"}
	w := added(t, held(unit, Handling{Reach: ReachNational}), held(unit, Handling{Reach: ReachNational}))
	if err := w.do(t, cross13, MergePlaces{Into: id(2), From: id(1)}); err != nil {
		t.Fatal(err)
	}
	until := embargoFirst(t, w)
	for _, side := range []Side{SideInto, SideFrom} {
		err := w.do(t, cross13, SplitPlace{ID: id(2), Member: id(1), Assign: map[string]Side{"handling": side}})
		wantKind(t, err, KindInvalid, string(side))
	}
	if err := w.do(t, cross13, SplitPlace{ID: id(2), Member: id(1), Assign: map[string]Side{"handling": SideBoth}}); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 2; n++ {
		if w.places[id(n)].Facts.Handling.EmbargoUntil != until {
			t.Errorf("record %d is under no embargo any more", n)
		}
	}
}

func TestUndoingAnImportLiftsNoEmbargo(t *testing.T) {
	t.Parallel()
	unit := Owner{ServicePN, "Cross 13"}
	for name, deeper := range map[string]bool{"merged into the row": false, "and that into another place": true} {
		w := added(t, held(unit, Handling{Reach: ReachNational}), held(unit, Handling{Reach: ReachNational}))
		commands := []Command{
			OpenImport{ID: id(50), Name: "liste.csv"}, ImportRows{Import: id(50), Rows: []ImportRow{row(11, held(unit, Handling{Reach: ReachNational}), ID{}, 0)}},
			MoveImport{ID: id(50), To: ImportDone}, MergePlaces{Into: id(11), From: id(1)},
		}
		if deeper {
			commands = append(commands, MergePlaces{Into: id(2), From: id(11)})
		}
		for _, c := range commands {
			if err := w.do(t, cross13, c); err != nil {
				t.Fatalf("%T: %v", c, err)
			}
		}
		until := embargoFirst(t, w)
		for _, c := range []Command{MoveImport{ID: id(50), To: ImportUndoing}, UndoRows{Import: id(50), Places: []ID{id(11)}}} {
			if err := w.do(t, cross13, c); err != nil {
				t.Fatalf("%T: %v", c, err)
			}
		}
		if p := w.places[id(1)]; !p.Stands() || p.Facts.Handling.EmbargoUntil != until {
			t.Errorf("%s: it stands %v, under embargo until %v", name, p.Stands(), p.Facts.Handling.EmbargoUntil)
		}
	}
}

func TestHistoryNamesWhereARecordWas(t *testing.T) {
	t.Parallel()
	scope := NewScope(gn59, DateOf(noon))
	events := []Event{
		{Seq: 1, Kind: EventPlaceAdded, Subject: id(2), Body: PlaceAdded{Reference: "13-K7QF3", Status: Active, Facts: held(Owner{ServicePN, "DIPN 13"}, Handling{Reach: ReachNational}), Territories: chains["com:13055"]}},
		{Seq: 2, Kind: EventPlaceFiled, Subject: id(2), Body: PlaceFiled{Into: id(1)}},
		{Seq: 3, Kind: EventPlaceFiled, Subject: id(2), Body: PlaceFiled{Change: ContentChange{Patch: json.RawMessage(`{"landlord":"X"}`)}}},
	}
	entries, err := SeeHistory(&scope, events)
	if err != nil || len(entries) != 3 || entries[1].Into != id(1) || entries[2].Into != id(1) || !entries[0].Into.IsZero() {
		t.Errorf("%v %+v", err, entries)
	}
}

func TestAnUndoneImportTakesBackWhatItHid(t *testing.T) {
	t.Parallel()
	w := newWorld()
	theirs := held(Owner{ServiceGN, "BR Aubagne"}, Handling{Reach: ReachNational, EmbargoUntil: DateOf(noon).AddDays(900)})
	ours := held(Owner{ServicePN, "DIPN 13"}, Handling{Reach: ReachNational})
	for _, c := range []Command{
		OpenImport{ID: id(50), Name: "liste.csv"}, ImportRows{Import: id(50), Rows: []ImportRow{row(11, theirs, ID{}, 0), row(12, ours, ID{}, 0)}}, MoveImport{ID: id(50), To: ImportDone},
	} {
		if err := w.do(t, cross13, c); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	if err := w.do(t, parquet, PutEmbargo{Reference: w.places[id(12)].Reference, Until: DateOf(noon).AddDays(5)}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []Command{MoveImport{ID: id(50), To: ImportUndoing}, UndoRows{Import: id(50), Places: []ID{id(11), id(12)}}} {
		if err := w.do(t, cross13, c); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	if w.places[id(11)].Stands() {
		t.Error("a row that the list itself put under embargo stays for good")
	}
	if !w.places[id(12)].Stands() {
		t.Error("a record that the procureur hid since was touched")
	}
}

func TestWithdrawnRecordsCanBeErased(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, c := range []Command{
		OpenImport{ID: id(50), Name: "liste.csv"}, ImportRows{Import: id(50), Rows: []ImportRow{row(11, held(Owner{ServicePN, "Cross 13"}, Handling{Reach: ReachNational}), ID{}, 0)}},
		MoveImport{ID: id(50), To: ImportDone}, MoveImport{ID: id(50), To: ImportUndoing}, UndoRows{Import: id(50), Places: []ID{id(11)}},
	} {
		if err := w.do(t, cross13, c); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	erase := ErasePlace{ID: id(11), Reason: "unlawful"}
	for _, v := range []Viewer{cross13, gn59, admin} {
		if err := w.do(t, v, erase); KindOf(err) != KindNotFound {
			t.Errorf("%s learns of a withdrawn record: %v", v.Unit, err)
		}
	}
	if err := w.do(t, ofast, erase); err != nil || w.places[id(11)] != nil {
		t.Errorf("a record whose import was undone cannot be erased: %v", err)
	}
}
