package dealmap

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

func TestAddFillsInWhatIsNotSaid(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: marseille()}); err != nil {
		t.Fatal(err)
	}
	p := w.places[id(1)]
	if p.Revision != 1 || p.Status != Reported || p.Facts.Owner != (Owner{ServicePN, "Cross 13"}) {
		t.Errorf("place opens as %+v", p)
	}
	if p.Facts.Handling.Reach != ReachNational || p.Facts.Handling.Code != "H0" || p.Facts.CommuneYear != 2025 {
		t.Errorf("defaults: %+v", p.Facts)
	}
	if p.Facts.NextReview != DateOf(noon).AddDays(90) || p.Facts.FirstSeen != DateOf(noon) || p.At(LevelZone) != "zone:sud" {
		t.Errorf("dates and territories: %+v %v", p.Facts, p.Territories)
	}
	if p.Facts.Products[0] != "cannabis" {
		t.Errorf("products are not in the vocabulary's order: %v", p.Facts.Products)
	}
	if ref, err := ParseReference(p.Reference); err != nil || ref != p.Reference || !strings.HasPrefix(ref, "13-") {
		t.Errorf("reference %q: %v", p.Reference, err)
	}
}

func TestAddRefusesNamingTheField(t *testing.T) {
	t.Parallel()
	for field, spoil := range map[string]func(*Facts){
		"kind":               func(f *Facts) { f.Kind = "kiosk" },
		"name":               func(f *Facts) { f.Name = "" },
		"address":            func(f *Facts) { f.Address = strings.Repeat("é", 201) },
		"landlord":           func(f *Facts) { f.Landlord = "bad \xff" },
		"note":               func(f *Facts) { f.Note = "tenu par M. Dupont" },
		"source_record":      func(f *Facts) { f.SourceRecord = "liste\x00.csv" },
		"owner.unit":         func(f *Facts) { f.Owner = Owner{ServicePN, "\u00a0 "} },
		"hours":              func(f *Facts) { f.Hours = "du matin au soir é" },
		"intensity":          func(f *Facts) { f.Intensity = 6 },
		"accuracy":           func(f *Facts) { f.Accuracy = "roughly" },
		"products[0]":        func(f *Facts) { f.Products = []Product{"sugar"} },
		"networks[0]":        func(f *Facts) { f.Networks = []string{"Famille X"} },
		"case_references[0]": func(f *Facts) { f.CaseRefs = []string{"<script>"} },
		"grading.source":     func(f *Facts) { f.Grading = Grading{"europol", "E", "1"} },
		"grading.scheme":     func(f *Facts) { f.Grading = Grading{"stars", "A", "1"} },
		"handling.reach":     func(f *Facts) { f.Handling = Handling{Reach: "moon", Code: "H0"} },
		"handling.code":      func(f *Facts) { f.Handling = Handling{Reach: ReachZone, Code: "H9"} },
		"handling.groups":    func(f *Facts) { f.Handling = Handling{Reach: ReachGroup, Code: "H0"} },
		"commune":            func(f *Facts) { f.Commune = "13999" },
		"owner.service":      func(f *Facts) { f.Owner = Owner{"KGB", "u"} },
		"first_seen":         func(f *Facts) { f.FirstSeen = DateOf(noon).AddDays(3) },
		"last_confirmed":     func(f *Facts) { f.FirstSeen = DateOf(noon); f.LastSeen = DateOf(noon).AddDays(-3) },
		"geometry":           func(f *Facts) { f.Position, f.Commune = nil, "" },
	} {
		facts := marseille()
		spoil(&facts)
		w := newWorld()
		wantField(t, w.do(t, cross13, AddPlace{ID: id(1), Facts: facts}), field)
	}
}

// TestInvisibleCharactersAreRefused: a zero-width space within a telephone number would carry it past the guard.
func TestInvisibleCharactersAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"06 12\u200b 34 56 78", "abc\u202edef", "a\u00adb", "a\tb", "a\x7fb", "perdu \ufffd", "   ", "a\u2028b"} {
		facts := marseille()
		facts.Name = text
		wantField(t, newWorld().do(t, cross13, AddPlace{ID: id(1), Facts: facts}), "name")
	}
	if err := CheckText("motive", "flagrant délit, îlot n° 3 (« Nord »)\nsuite", 3, 300); err != nil {
		t.Error(err)
	}
	wantField(t, CheckText("motive", " a ", 3, 300), "motive")
	wantField(t, CheckText("motive", "chez Mme Martin", 3, 300), "motive")
}

func TestAddRefusesPositions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lon, lat float64
		says     string
	}{
		{43.3, 5.37, "inversées"}, {2.35, 48.85 + 90, "latitude"}, {185, 43, "longitude"}, {-0.12, 51.5, "hors du territoire"},
		{math.NaN(), 43, "nombres"}, {5, math.Inf(1), "nombres"}, {0, 0, "hors du territoire"},
	} {
		err := CheckPosition("geometry", [2]float64{c.lon, c.lat})
		wantField(t, err, "geometry")
		if err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("position %v: %v does not say %q", c, err, c.says)
		}
	}
	far := marseille()
	far.Position = point(3.06, 50.63)
	wantField(t, newWorld().do(t, ofast, AddPlace{ID: id(1), Facts: far}), "commune")
	border := marseille()
	border.Position = point(5.2, 43.9)
	w := newWorld()
	if err := w.do(t, ofast, AddPlace{ID: id(1), Facts: border}); err != nil || w.places[id(1)].At(LevelDepartement) != "dep:13" {
		t.Errorf("a declared commune wins over indicative geometry: %v", err)
	}
}

func TestRightsByRole(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: marseille()}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		who  Viewer
		wish Command
		kind ErrorKind
	}{
		{gn13, AddPlace{ID: id(2), Facts: marseille()}, KindForbidden},
		{cross84, AddPlace{ID: id(2), Facts: marseille()}, KindForbidden},
		{gn13, StepPlace{ID: id(1), To: Closed, Reason: Faded}, KindForbidden},
		{cross84, StepPlace{ID: id(1), To: Closed, Reason: Faded}, KindForbidden},
		{cross84, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"intensity":1}`)}, KindForbidden},
		{prefet13, ConfirmPlace{ID: id(1)}, KindNotFound},
		{auditor, ConfirmPlace{ID: id(1)}, KindNotFound},
		{partner, StepPlace{ID: id(1), To: Closed}, KindNotFound},
		{Viewer{}, ConfirmPlace{ID: id(1)}, KindNotFound},
		{gn59, ConfirmPlace{ID: id(9)}, KindNotFound},
		{gn59, ConfirmPlace{ID: id(1)}, ""},
		{cross13, StepPlace{ID: id(1), To: Disrupted}, KindConflict},
		{cross13, StepPlace{ID: id(1), To: "gone"}, KindInvalid},
		{cross13, StepPlace{ID: id(1), To: Closed}, KindInvalid},
		{cross13, StepPlace{ID: id(1), To: Closed, Reason: Faded, Date: DateOf(noon).AddDays(9)}, KindInvalid},
		{cross13, GiveGrant{ID: id(5)}, KindForbidden},
	} {
		wantKind(t, w.do(t, c.who, c.wish), c.kind, c.who.Unit)
	}
}

func TestLife(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: marseille()}); err != nil {
		t.Fatal(err)
	}
	for i, step := range []StepPlace{
		{To: Active}, {To: Disrupted}, {To: Active}, {To: Dormant}, {To: Closed, Reason: Displaced, Operation: "OP 12", DisplacedTo: "13-K7QF"},
		{To: Active}, {To: Closed, Reason: Dismantled},
	} {
		step.ID, step.Revision = id(1), i+1
		if step.DisplacedTo != "" {
			step.DisplacedTo = MakeReference("13", []byte{1, 2, 3})
		}
		if err := w.do(t, cross13, step); err != nil {
			t.Fatalf("step %d to %s: %v", i, step.To, err)
		}
		p := w.places[id(1)]
		if p.Status != step.To || p.Revision != i+2 || (p.Closing != nil) != (step.To == Closed) {
			t.Fatalf("after step %d: %+v", i, p)
		}
	}
	wantKind(t, w.do(t, gn13, ConfirmPlace{ID: id(1)}), KindConflict, "confirm a closed place")
	wantKind(t, w.do(t, cross13, StepPlace{ID: id(1), To: Active, Revision: 2}), KindStale, "stale step")
}

// TestDatesFollowOneAnother: first seen, closed, reopened.
func TestDatesFollowOneAnother(t *testing.T) {
	t.Parallel()
	w, today := newWorld(), DateOf(noon)
	facts := marseille()
	facts.FirstSeen = today.AddDays(-30)
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: facts, Status: Active}); err != nil {
		t.Fatal(err)
	}
	if err := w.do(t, cross13, StepPlace{ID: id(1), To: Dormant, Date: today.AddDays(-12)}); err != nil || w.places[id(1)].Facts.LastSeen != facts.FirstSeen {
		t.Errorf("putting to sleep is no sighting: %v, last seen %s", err, w.places[id(1)].Facts.LastSeen)
	}
	if err := w.do(t, cross13, StepPlace{ID: id(1), To: Closed, Reason: Faded, Date: today.AddDays(-10)}); err != nil {
		t.Fatal(err)
	}
	wantField(t, w.do(t, cross13, StepPlace{ID: id(1), To: Active, Date: today.AddDays(-11)}), "date")
	late := json.RawMessage(`{"first_seen":"` + today.AddDays(-5).String() + `","last_confirmed":"` + today.String() + `"}`)
	wantField(t, w.do(t, cross13, ChangePlace{ID: id(1), Patch: late}), "first_seen")
	if err := w.do(t, cross13, StepPlace{ID: id(1), To: Active, Date: today.AddDays(-10)}); err != nil || w.places[id(1)].Facts.LastSeen != today.AddDays(-10) {
		t.Errorf("reopened on the day of its closing: %v, last seen %s", err, w.places[id(1)].Facts.LastSeen)
	}
	old := AddPlace{ID: id(2), Facts: marseille(), Status: Closed, Closing: &Closing{Reason: Faded, Date: today.AddDays(-400)}, AcceptDuplicates: true}
	if err := w.do(t, cross13, old); err != nil || w.places[id(2)].Facts.FirstSeen != today.AddDays(-400) {
		t.Errorf("a list's closed point without dates: %v", err)
	}
	old.ID, old.Facts.FirstSeen = id(3), today.AddDays(-399)
	wantField(t, w.do(t, cross13, old), "closing.date")
}

// TestACommuneIsNeeded where nothing finer is known, or the record would be nowhere.
func TestACommuneIsNeeded(t *testing.T) {
	t.Parallel()
	w := newWorld()
	facts := marseille()
	facts.Commune = "" // the outlines know the département only
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: facts}); err != nil {
		t.Fatal(err)
	}
	wantField(t, w.do(t, cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"accuracy":"commune"}`)}), "commune")
	if err := w.do(t, cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"accuracy":"commune","commune":"13055"}`)}); err != nil {
		t.Error(err)
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: marseille()}); err != nil {
		t.Fatal(err)
	}
	first := w.places[id(1)]
	patch := `{"address":"12 rue des Lilas","hours":null,"handling":{"reach":"zone"},"products":["crack"]}`
	if err := w.do(t, cross13, ChangePlace{ID: id(1), Revision: 1, Patch: json.RawMessage(patch)}); err != nil {
		t.Fatal(err)
	}
	p := w.places[id(1)]
	if p.Facts.Address != "12 rue des Lilas" || p.Facts.Hours != "" || p.Facts.Handling.Reach != ReachZone || p.Facts.Products[0] != "crack" {
		t.Errorf("after the change: %+v", p.Facts)
	}
	if first.Facts.Hours == "" || first.Revision != 1 {
		t.Error("the place before the change was changed")
	}
	if err := w.do(t, cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(patch)}); err != nil || w.places[id(1)].Revision != 2 {
		t.Errorf("a change that changes nothing makes no event: %v, revision %d", err, w.places[id(1)].Revision)
	}
	if err := w.do(t, cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"position":[5.2,43.9]}`)}); KindOf(err) != KindForbidden {
		t.Errorf("moving a place out of one's territory: %v", err)
	}
	if err := w.do(t, ofast, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"position":[5.2,43.9]}`)}); err != nil || w.places[id(1)].Facts.Commune != "84007" {
		t.Errorf("moving a place takes the commune along: %v, %s", err, w.places[id(1)].Facts.Commune)
	}
	for field, patch := range map[string]string{
		"statut": `{"statut":"active"}`, "intensity": `{"intensity":"3"}`, "name": `{"name":"Mme Martin"}`, "": `[]`,
	} {
		wantField(t, w.do(t, ofast, ChangePlace{ID: id(1), Patch: json.RawMessage(patch)}), field)
	}
	err := w.do(t, ofast, ChangePlace{ID: id(1), Revision: 1, Patch: json.RawMessage(`{"intensity":1}`)})
	wantKind(t, err, KindStale, "stale change")
	if e, ok := err.(*Error); !ok || e.Current.Revision() != 3 {
		t.Errorf("a stale change carries the current state: %+v", err)
	}
}

// TestNobodyHidesAPlaceFromThemselves: what an author writes stays in the author's sight, so that no answer says « introuvable »
// of what was just done, and that an embargo can be lifted by whoever put it.
func TestNobodyHidesAPlaceFromThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld()
	facts := marseille()
	facts.Owner = Owner{ServiceGN, "SR Marseille"}
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: facts}); err != nil {
		t.Fatal(err)
	}
	embargo := json.RawMessage(`{"handling":{"embargo_until":"2027-01-01"}}`)
	for _, who := range []Viewer{cross13, ofast} {
		wantField(t, w.do(t, who, ChangePlace{ID: id(1), Patch: embargo}), "handling.embargo_until")
	}
	facts.Handling = Handling{Reach: ReachNational, Code: "H0", EmbargoUntil: DateOf(noon)}
	wantField(t, w.do(t, cross13, AddPlace{ID: id(2), Facts: facts, AcceptDuplicates: true}), "handling.embargo_until")
	facts.Owner = Owner{}
	if err := w.do(t, cross13, AddPlace{ID: id(3), Facts: facts, AcceptDuplicates: true}); err != nil {
		t.Errorf("an embargo on a record of one's own: %v", err)
	}
	if err := w.do(t, cross13, ChangePlace{ID: id(3), Patch: embargo}); err != nil {
		t.Errorf("a longer embargo on a record of one's own: %v", err)
	}
}

// TestACommunesYearGoesWithItsCode: codes of one vintage are not read in another.
func TestACommunesYearGoesWithItsCode(t *testing.T) {
	t.Parallel()
	w := newWorld()
	facts := marseille()
	facts.CommuneYear = 2018
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: facts}); err != nil || w.places[id(1)].Facts.CommuneYear != 2018 {
		t.Fatalf("a declared year stays: %v", err)
	}
	for _, step := range []struct {
		patch string
		year  int
	}{{`{"commune":"13001"}`, 2025}, {`{"commune":"13055","commune_year":2017}`, 2017}, {`{"commune":null}`, 0}} {
		if err := w.do(t, cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(step.patch)}); err != nil || w.places[id(1)].Facts.CommuneYear != step.year {
			t.Errorf("%s: year %d, want %d (%v)", step.patch, w.places[id(1)].Facts.CommuneYear, step.year, err)
		}
	}
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	w := newWorld()
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: marseille()}); err != nil {
		t.Fatal(err)
	}
	near := marseille()
	near.Position = point(5.3701, 43.3001)
	err := w.do(t, cross13, AddPlace{ID: id(2), Facts: near})
	wantKind(t, err, KindDuplicate, "close by")
	if e, ok := err.(*Error); ok && (len(e.Candidates) != 1 || e.Candidates[0].ID() != id(1)) {
		t.Errorf("candidates %v", e.Candidates)
	}
	hidden := marseille()
	hidden.Handling = Handling{Reach: ReachNational, Code: "H0", EmbargoUntil: DateOf(noon).AddDays(30)}
	hidden.Owner = Owner{ServiceGN, "SR Marseille"}
	w2 := newWorld()
	if err := w2.do(t, ofast, ImportPlaces{Places: []AddPlace{{ID: id(1), Facts: hidden}}}); err != nil {
		t.Fatal(err)
	}
	if err := w2.do(t, cross13, AddPlace{ID: id(2), Facts: near}); err != nil {
		t.Errorf("a hidden place is hinted at: %v", err)
	}
}

func TestGrants(t *testing.T) {
	t.Parallel()
	w := newWorld()
	root := Console("root", RoleAdmin)
	give := GiveGrant{ID: id(1), Grant: Grant{Subject: "cross13", Name: "Cross 13", Role: RoleCross, Service: ServicePN, Unit: "Cross 13",
		Territories: []TerritoryCode{"dep:13"}}}
	if err := w.do(t, root, give); err != nil {
		t.Fatal(err)
	}
	g := w.grants[id(1)]
	v := g.Viewer()
	if !g.Active(noon) || !v.MayAt(ActionClose, chains["com:13055"]) || v.MayAt(ActionClose, chains["com:84007"]) {
		t.Errorf("grant %+v", g)
	}
	if err := w.do(t, root, EndGrant{ID: id(1)}); err != nil || w.grants[id(1)].Active(noon) || !g.Active(noon) {
		t.Errorf("ending: %v", err)
	}
	wantKind(t, w.do(t, root, EndGrant{ID: id(1)}), KindConflict, "ended twice")
	wantKind(t, w.do(t, root, EndGrant{ID: id(7)}), KindNotFound, "unknown")
	for field, spoil := range map[string]func(*Grant){
		"subject": func(g *Grant) { g.Subject = "" }, "role": func(g *Grant) { g.Role = "king" },
		"territories": func(g *Grant) { g.Territories = nil }, "territories[0]": func(g *Grant) { g.Territories = []TerritoryCode{"dep:00"} },
		"unit": func(g *Grant) { g.Unit = "" }, "groups[0]": func(g *Grant) { g.Groups = []string{"06 12 34 56 78"} },
		"unit ": func(g *Grant) { g.Unit = "tél. 06 12 34 56 78" }, "until": func(g *Grant) { g.Until = noon.AddDate(-1, 0, 0) },
	} {
		bad := give
		bad.ID = id(3)
		spoil(&bad.Grant)
		wantField(t, w.do(t, root, bad), strings.TrimSpace(field))
	}
}

func TestReferencesInABatchDiffer(t *testing.T) {
	t.Parallel()
	var batch ImportPlaces
	for n := range 400 {
		batch.Places = append(batch.Places, AddPlace{ID: id(n + 1), Facts: marseille()})
	}
	w := newWorld()
	if err := w.do(t, cross13, batch); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, p := range w.places {
		if _, err := ParseReference(p.Reference); err != nil || seen[p.Reference] {
			t.Fatalf("reference %s comes twice or is malformed: %v", p.Reference, err)
		}
		seen[p.Reference] = true
	}
	taken := func(r string) bool { return len(r) < len("13-AAAAA") }
	if got := freeReference("13", id(1), taken); len(got) != len("13-AAAAA") {
		t.Errorf("when short references are taken, %s", got)
	}
	wantKind(t, w.do(t, cross13, batch), KindConflict, "ids again")
	batch.Places = []AddPlace{{ID: id(900), Facts: marseille()}, {ID: id(900), Facts: marseille()}}
	wantKind(t, w.do(t, cross13, batch), KindConflict, "one id twice in a batch")
}

// TestReferencesTellNothing: the id, which is shown, does not lead to the reference when there is a draw, so that nobody can
// tell that a hidden place had taken another one.
func TestReferencesTellNothing(t *testing.T) {
	t.Parallel()
	references := map[string]bool{}
	for n := range byte(20) {
		w := newWorld()
		if err := w.do(t, cross13, AddPlace{ID: id(1), Draw: [16]byte{1, n}, Facts: marseille()}); err != nil {
			t.Fatal(err)
		}
		references[w.places[id(1)].Reference] = true
	}
	if len(references) < 19 {
		t.Errorf("twenty draws for one id give %d references", len(references))
	}
}
