package dealmap

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// raided is an operation on the places with these numbers.
func raided(places ...int) OperationFacts {
	facts := OperationFacts{Type: Pilonnage, From: DateOf(noon).AddDays(-10), Territory: "dep:13", Note: "dispositif de quarante agents",
		Results: Results{Arrests: 4, CannabisGrams: 1200}}
	for _, n := range places {
		facts.Places = append(facts.Places, id(n))
	}
	return facts
}

// mapped is a world with a place for each handling.
func mapped(t *testing.T, handlings ...Handling) *world {
	t.Helper()
	w := newWorld()
	for i, h := range handlings {
		facts := marseille()
		facts.Handling = h
		if err := w.do(t, cross13, AddPlace{ID: id(i + 1), Facts: facts, AcceptDuplicates: true}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func TestRecordOperation(t *testing.T) {
	t.Parallel()
	w := mapped(t, Handling{Reach: ReachNational, Code: "H0"})
	for _, who := range []Viewer{gn13, cross84, prefet13, parquet, partner, auditor, admin, {}} {
		wantKind(t, w.do(t, who, RecordOperation{ID: id(9), Facts: raided()}), KindForbidden, string(who.Role))
	}
	for field, spoil := range map[string]func(*OperationFacts){
		"type":             func(f *OperationFacts) { f.Type = "raid" },
		"from":             func(f *OperationFacts) { f.From = DateOf(noon).AddDays(2) },
		"until":            func(f *OperationFacts) { f.Until = f.From.AddDays(-1) },
		"territory":        func(f *OperationFacts) { f.Territory = "dep:99" },
		"places[1]":        func(f *OperationFacts) { f.Places = []ID{id(1), id(77)} },
		"results.arrests":  func(f *OperationFacts) { f.Results.Arrests = -1 },
		"results.cash_eur": func(f *OperationFacts) { f.Results.CashEuros = 2_000_000_000 },
		"note":             func(f *OperationFacts) { f.Note = "joindre le 06 12 34 56 78" },
		"owner.service":    func(f *OperationFacts) { f.Owner = Owner{"FBI", "x"} },
		"handling.code":    func(f *OperationFacts) { f.Handling.Code = "H9" },
		"places":           func(f *OperationFacts) { f.Places = manyIDs(mostOperationPlaces + 1) },
		"places[0]":        func(f *OperationFacts) { f.Territory, f.Places = "com:13001", []ID{id(1)} },
		"handling.embargo_until": func(f *OperationFacts) {
			f.Owner, f.Handling.EmbargoUntil = Owner{ServiceGN, "SR"}, DateOf(noon).AddDays(9)
		},
	} {
		facts := raided(1)
		spoil(&facts)
		wantField(t, w.do(t, cross13, RecordOperation{ID: id(9), Facts: facts}), field)
	}
	for field, from := range map[string]Date{"from": {1999, 12, 31}, "until": DateOf(noon).AddDays(-400)} {
		facts := raided(1)
		facts.From, facts.Until = from, DateOf(noon)
		wantField(t, w.do(t, cross13, RecordOperation{ID: id(9), Facts: facts}), field)
	}
	if err := w.do(t, cross13, RecordOperation{ID: id(9), Facts: raided(1, 1)}); err != nil {
		t.Fatal(err)
	}
	o := w.operations[id(9)]
	if o.Facts.Until != o.Facts.From || len(o.Facts.Places) != 1 || o.Facts.Owner != (Owner{ServicePN, "Cross 13"}) ||
		o.Facts.Handling.Reach != ReachNational || o.Facts.Handling.Code != "H0" {
		t.Errorf("recorded %+v", o)
	}
	if !slices.Equal(o.Territories, chains["dep:13"]) || !strings.HasPrefix(o.Reference, "OP-13-") {
		t.Errorf("recorded in %v as %s", o.Territories, o.Reference)
	}
	if again, err := ParseOperationReference(strings.ToLower(o.Reference)); err != nil || again != o.Reference {
		t.Errorf("%s is read as %q, %v", o.Reference, again, err)
	}
	if err := w.do(t, ofast, RecordOperation{ID: id(10), Facts: OperationFacts{Type: Judicial, From: DateOf(noon), Territory: "zone:sud"}}); err != nil {
		t.Errorf("Ofast in a zone: %v", err)
	}
	if reference := w.operations[id(10)].Reference; !strings.HasPrefix(reference, "OP-SUD-") {
		t.Errorf("an operation in a zone is called %s", reference)
	}
}

func manyIDs(n int) (list []ID) {
	for i := range n {
		list = append(list, id(1000+i))
	}
	return list
}

func TestOperationReferencesAreNoPlates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "draw"))
		ground := rapid.SampledFrom([]string{"13", "2A", "974", "SUD", "SUD-OUEST", "93"}).Draw(t, "ground")
		reference := freeReference(OperationPrefix+ground, draw, func(string) bool { return false })
		var errs fieldErrors
		closing := (&Closing{Reason: Faded, Date: DateOf(noon), Operation: strings.ToLower(reference)}).check(&errs, "", Env{Now: noon})
		if errs.err() != nil || closing.Operation != reference {
			t.Errorf("a closing takes %s as %q: %v", reference, closing.Operation, errs)
		}
		at := len(reference) - 1
		wrong := reference[:at] + string(referenceAlphabet[(strings.IndexByte(referenceAlphabet, reference[at])+1)%32])
		if _, err := ParseOperationReference(wrong); err == nil {
			t.Errorf("%s passes for %s", wrong, reference)
		}
		if _, err := ParseReference(reference); err == nil {
			t.Errorf("%s passes for the reference of a place", reference)
		}
	})
}

func TestOperationsAreSeenLikePlaces(t *testing.T) {
	t.Parallel()
	everyHandling := []Handling{
		{Reach: ReachNational, Code: "H0"}, {Reach: ReachNational, Code: "H3"}, {Reach: ReachService, Code: "H0"}, {Reach: ReachService, Code: "H0", Blurred: true},
		{Reach: ReachDepartement, Code: "H1"}, {Reach: ReachZone, Code: "H2"}, {Reach: ReachGroup, Code: "H0", Groups: []string{"Aurore"}},
		{Reach: ReachNational, Code: "H0", EmbargoUntil: DateOf(noon).AddDays(3)},
	}
	for _, h := range everyHandling {
		for _, owner := range []Owner{{ServicePN, "Cross 13"}, {ServiceGN, "SR Marseille"}, {ServiceGN, "SR Lille"}} {
			o := &FieldOperation{ID: id(9), Reference: "OP-13-K7QF", Revision: 3, Territories: chains["dep:13"], Facts: raided(1)}
			o.Facts.Handling, o.Facts.Owner = h, owner
			p := &Place{ID: id(1), Facts: marseille(), Territories: chains["dep:13"], Status: Active}
			p.Facts.Handling, p.Facts.Owner, p.Facts.Note = h, owner, "n"
			for _, who := range everyone() {
				scope := NewScope(who, DateOf(noon))
				place, shown := scope.See(p)
				sight, ok := scope.SeeOperation(o)
				if ok != (shown && place.Detail() != Blurred) {
					t.Fatalf("%s %s, %+v of %+v: the place is seen in detail %d, the operation: %v", who.Role, who.Unit, h, owner, place.Detail(), ok)
				}
				if !ok {
					continue
				}
				if sight.Detail() != place.Detail() || (sight.Note() != "") != (place.Note() != "") {
					t.Errorf("%s %s, %+v: detail %d, note %q", who.Role, who.Unit, h, sight.Detail(), sight.Note())
				}
				if tallied := sight.Detail() == Tallied; tallied != (sight.Owner() == Owner{}) || tallied != (sight.Revision() == 0) || tallied != (sight.Handling().Code == "") {
					t.Errorf("%s %s sees of it the owner %+v, revision %d, handling %+v", who.Role, who.Unit, sight.Owner(), sight.Revision(), sight.Handling())
				}
				if sight.Results() != o.Facts.Results || sight.Territory() != "dep:13" {
					t.Errorf("%s does not see the numbers", who.Role)
				}
			}
		}
	}
	if _, err := json.Marshal(FieldOperation{}); err == nil {
		t.Error("an operation is output")
	}
}

func TestChangeAndRemoveOperation(t *testing.T) {
	t.Parallel()
	national := Handling{Reach: ReachNational, Code: "H0"}
	w := mapped(t, national, Handling{Reach: ReachService, Code: "H0", EmbargoUntil: DateOf(noon).AddDays(5)}, national)
	if err := w.do(t, cross13, RecordOperation{ID: id(9), Facts: raided(1, 2)}); err != nil {
		t.Fatal(err)
	}
	change := func(who Viewer, revision int, patch string) error {
		return w.do(t, who, ChangeOperation{ID: id(9), Revision: revision, Patch: json.RawMessage(patch)})
	}
	wantKind(t, change(cross13, 7, `{"note":"n"}`), KindStale, "an old revision")
	wantKind(t, change(gn13, 1, `{"note":"n"}`), KindForbidden, "an investigator")
	wantKind(t, change(prefet13, 0, `{"note":"n"}`), KindForbidden, "a prefect")
	wantKind(t, change(partner, 0, `{"note":"n"}`), KindNotFound, "a partner")
	wantField(t, change(cross13, 1, `{"persons":["x"]}`), "persons")
	wantField(t, change(cross13, 1, `{"until":"2019-01-01"}`), "until")
	wantKind(t, change(cross13, 1, `{"territory":"dep:84","places":[]}`), KindForbidden, "out of the author's territory")
	// Ofast does not see the place under embargo, and so cannot take it out.
	if err := change(ofast, 1, fmt.Sprintf(`{"places":["%s"],"results":{"arrests":null,"weapons":2}}`, id(3))); err != nil {
		t.Fatal(err)
	}
	o := w.operations[id(9)]
	if !slices.Equal(o.Facts.Places, []ID{id(3), id(2)}) || o.Facts.Results != (Results{CannabisGrams: 1200, Weapons: 2}) || o.Revision != 2 {
		t.Errorf("after a change: %+v", o)
	}
	wantField(t, change(ofast, 2, fmt.Sprintf(`{"places":["%s"]}`, id(2))), "places[0]")
	if events, err := (ChangeOperation{ID: id(9), Patch: json.RawMessage(`{"type":"pilonnage"}`)}).Decide(w, cross13, w.env()); err != nil || len(events) != 0 {
		t.Errorf("no change writes %v, %v", events, err)
	}
	wantKind(t, w.do(t, gn13, RemoveOperation{ID: id(9)}), KindForbidden, "an investigator takes it away")
	wantKind(t, w.do(t, cross13, RemoveOperation{ID: id(9), Revision: 1}), KindStale, "an old revision taken away")
	if err := w.do(t, cross13, RemoveOperation{ID: id(9), Revision: 2}); err != nil {
		t.Fatal(err)
	}
	for _, who := range everyone() {
		scope := NewScope(who, DateOf(noon))
		if _, ok := scope.SeeOperation(w.operations[id(9)]); ok {
			t.Errorf("%s sees what was taken away", who.Role)
		}
	}
	wantKind(t, change(cross13, 0, `{"note":"n"}`), KindNotFound, "a change afterwards")
}

// TestOperationFollowsItsPlace: a place that was merged into another is that other one.
func TestOperationFollowsItsPlace(t *testing.T) {
	t.Parallel()
	national := Handling{Reach: ReachNational, Code: "H0"}
	w := mapped(t, national, national)
	for _, c := range []Command{RecordOperation{ID: id(9), Facts: raided(2)}, MergePlaces{Into: id(1), From: id(2)},
		ChangeOperation{ID: id(9), Patch: json.RawMessage(fmt.Sprintf(`{"places":["%s"]}`, id(1)))}} {
		if err := w.do(t, cross13, c); err != nil {
			t.Fatal(err)
		}
	}
	if places := w.operations[id(9)].Facts.Places; !slices.Equal(places, []ID{id(1)}) {
		t.Errorf("the operation concerned %v", places)
	}
}

func TestMeetings(t *testing.T) {
	t.Parallel()
	w := newWorld()
	day := DateOf(noon).AddDays(-3)
	held := MeetingID("dep:13", day)
	for _, who := range []Viewer{gn13, cross84, partner, auditor, admin, viewer(RolePrefet, "", "Préfecture 84", "dep:84")} {
		wantKind(t, w.do(t, who, HoldMeeting{Territory: "dep:13", Date: day}), KindForbidden, string(who.Role))
	}
	wantField(t, w.do(t, prefet13, HoldMeeting{Territory: "dep:99", Date: day}), "territory")
	wantField(t, w.do(t, prefet13, HoldMeeting{Territory: "dep:13", Date: DateOf(noon).AddDays(2)}), "date")
	if err := w.do(t, prefet13, HoldMeeting{Territory: "dep:13", Date: day}); err != nil {
		t.Fatal(err)
	}
	wantKind(t, w.do(t, parquet, HoldMeeting{Territory: "dep:13", Date: day}), KindConflict, "the same day again")
	town := viewer(RoleInvestigator, ServiceGN, "BR", "com:13055")
	quarter := viewer(RolePrefet, "", "Sous-préfecture", "com:13055")
	limited := ofast
	limited.Limits = []TerritoryCode{"dep:84"}
	sees := map[string]bool{}
	for name, who := range map[string]Viewer{"cross13": cross13, "ofast": ofast, "gn13": gn13, "prefet13": prefet13, "parquet": parquet, "town": town,
		"cross84": cross84, "gn59": gn59, "partner": partner, "auditor": auditor, "admin": admin, "nobody": {}, "quarter": quarter, "limited": limited} {
		scope := NewScope(who, DateOf(noon))
		if _, ok := scope.SeeMeeting(w.meetings[held]); ok {
			sees[name] = true
		}
	}
	if got := slices.Sorted(maps.Keys(sees)); !slices.Equal(got, []string{"cross13", "gn13", "ofast", "parquet", "prefet13", "town"}) {
		t.Errorf("the meeting is seen by %v", got)
	}
	wantKind(t, w.do(t, gn13, RemoveMeeting{ID: held}), KindForbidden, "an investigator takes it away")
	wantKind(t, w.do(t, cross84, RemoveMeeting{ID: held}), KindNotFound, "a Cross from elsewhere takes it away")
	if err := w.do(t, parquet, RemoveMeeting{ID: held}); err != nil {
		t.Fatal(err)
	}
	wantKind(t, w.do(t, prefet13, RemoveMeeting{ID: held}), KindNotFound, "taken away twice")
	if err := w.do(t, cross13, HoldMeeting{Territory: "dep:13", Date: day}); err != nil || w.meetings[held].Removed {
		t.Errorf("noted again: %v", err)
	}
}
