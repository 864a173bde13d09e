package dealmap

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/paulmach/orb"
)

func TestPolicyTable(t *testing.T) {
	t.Parallel()
	today := DateOf(noon)
	handled := func(h Handling) *Place {
		facts := marseille()
		facts.Owner = Owner{ServiceGN, "SR Marseille"}
		facts.Handling = h
		return &Place{ID: id(1), Reference: "13-K7QF", Revision: 1, Status: Active, Facts: facts, Territories: chains["com:13055"]}
	}
	national := handled(Handling{Reach: ReachNational, Code: "H0"})
	zone := handled(Handling{Reach: ReachZone, Code: "H0"})
	departement := handled(Handling{Reach: ReachDepartement, Code: "H0", Blurred: true})
	service := handled(Handling{Reach: ReachService, Code: "H0"})
	group := handled(Handling{Reach: ReachGroup, Code: "H1", Groups: []string{"Aurore"}})
	embargo := handled(Handling{Reach: ReachNational, Code: "H0", EmbargoUntil: today})
	past := handled(Handling{Reach: ReachNational, Code: "H0", EmbargoUntil: today.AddDays(-1)})
	member := gn59
	member.Groups = []string{"Aurore"}
	for i, c := range []struct {
		who  Viewer
		see  *Place
		want Detail
	}{
		{gn13, national, Whole}, {gn59, national, Shown}, {pn59, national, Shown}, {cross13, national, Whole}, {cross84, national, Shown},
		{ofast, national, Whole}, {prefet13, national, Tallied}, {parquet, national, Tallied}, {partner, national, Nothing},
		{auditor, national, Nothing}, {admin, national, Nothing}, {Viewer{}, national, Nothing},
		{cross84, zone, Shown}, {gn59, zone, Nothing}, {ofast, zone, Whole},
		{cross84, departement, Blurred}, {gn59, departement, Blurred}, {cross13, departement, Whole},
		{gn59, service, Shown}, {pn59, service, Nothing}, {cross13, service, Whole}, {cross84, service, Nothing},
		{member, group, Shown}, {gn59, group, Nothing}, {cross13, group, Whole}, {ofast, group, Whole},
		{gn13, embargo, Whole}, {cross13, embargo, Nothing}, {ofast, embargo, Nothing}, {prefet13, embargo, Nothing},
		{parquet, embargo, Tallied}, {gn59, embargo, Nothing}, {gn59, past, Shown}, {prefet13, past, Tallied},
	} {
		scope := NewScope(c.who, today)
		sight, _ := scope.See(c.see)
		if sight.Detail() != c.want {
			t.Errorf("row %d: %s %s sees %d, want %d", i, c.who.Role, c.who.Unit, sight.Detail(), c.want)
		}
	}
}

func TestZeroScopeSeesNothing(t *testing.T) {
	t.Parallel()
	var scope Scope
	if _, ok := scope.See(&Place{Facts: marseille()}); ok {
		t.Error("the zero scope sees a place")
	}
}

func TestPlaceIsNotForOutput(t *testing.T) {
	t.Parallel()
	for _, v := range []any{Place{}, &Place{}, []*Place{{}}, map[string]Place{"a": {}}} {
		if _, err := json.Marshal(v); !errors.Is(err, errSealed) {
			t.Errorf("json.Marshal(%T) gives error %v", v, err)
		}
	}
}

// TestSightsAnswerOnlyWhatIsNotWithheld sets every fact of a place and checks, for every viewer, that each accessor is zero
// exactly when its field is among those withheld.
func TestSightsAnswerOnlyWhatIsNotWithheld(t *testing.T) {
	t.Parallel()
	facts := marseille()
	facts.Address, facts.Landlord, facts.Note, facts.SourceRecord = "a", "b", "c", "d"
	facts.Lookouts, facts.Obstacles, facts.Cameras = true, true, true
	facts.Grading = Grading{"europol", "A", "1"}
	facts.FirstSeen, facts.LastSeen, facts.NextReview = DateOf(noon), DateOf(noon), DateOf(noon)
	facts.Owner = Owner{ServiceGN, "SR Nice"}
	accessors := map[string]string{
		"reference": "Reference", "name": "Name", "address": "Address", "accuracy": "Accuracy", "products": "Products", "hours": "Hours",
		"intensity": "Intensity", "lookouts": "Lookouts", "obstacles": "Obstacles", "cameras": "Cameras", "landlord": "Landlord",
		"note": "Note", "owner": "Owner", "grading": "Grading", "handling": "Handling", "case_references": "CaseRefs",
		"networks": "Networks", "first_seen": "FirstSeen", "last_confirmed": "LastConfirmed", "next_review": "NextReview",
		"closing": "Closing", "source_record": "SourceRecord",
	}
	for _, h := range []Handling{
		{Reach: ReachNational, Code: "H0"}, {Reach: ReachDepartement, Code: "H0", Blurred: true}, {Reach: ReachService, Code: "H1"},
	} {
		facts.Handling = h
		p := &Place{ID: id(1), Reference: "13-K7QF", Revision: 4, Status: Closed, Facts: facts, Territories: chains["com:13055"],
			Closing: &Closing{Reason: Faded}}
		for _, who := range everyone() {
			scope := NewScope(who, DateOf(noon))
			sight, ok := scope.See(p)
			hidden := map[string]bool{}
			for _, name := range sight.Withheld() {
				hidden[name] = true
			}
			for field, method := range accessors {
				got := reflect.ValueOf(sight).MethodByName(method).Call(nil)[0]
				if want := !ok || hidden[field]; got.IsZero() != want {
					t.Errorf("%s of %s: %s is %v, withheld: %v", field, who.Unit, method, got, want)
				}
			}
			if _, drawn := sight.Position(); drawn != (ok && !hidden["geometry"]) {
				t.Errorf("position of %s: drawn %v", who.Unit, drawn)
			}
			if sight.Detail() == Tallied && (!sight.ID().IsZero() || sight.Revision() != 0) {
				t.Errorf("%s can tell a counted place", who.Unit)
			}
		}
	}
}

func TestTalliedPlacesAnchorOnTheGrid(t *testing.T) {
	t.Parallel()
	a, b := marseille(), marseille()
	centre := CellOf(orb.Point{5.37, 43.31}).At(TallyLevel).Centre()
	a.Position, b.Position = point(centre[0]-0.004, centre[1]-0.004), point(centre[0]+0.004, centre[1]+0.004)
	scope := NewScope(prefet13, DateOf(noon))
	one, _ := scope.See(&Place{Status: Active, Facts: a, Territories: chains["com:13055"]})
	two, _ := scope.See(&Place{Status: Active, Facts: b, Territories: chains["com:13055"]})
	p, ok1 := one.Anchor()
	q, ok2 := two.Anchor()
	if !ok1 || !ok2 || p != q || p == *a.Position {
		t.Errorf("anchors %v %v", p, q)
	}
	if _, ok := one.Position(); ok {
		t.Error("a counted place has a position")
	}
}

// TestFingerprint checks the property that caches rest on: scopes that see differently have different fingerprints.
func TestFingerprint(t *testing.T) {
	t.Parallel()
	r := seed(t)
	day := DateOf(noon)
	for range 3000 {
		a, b := randomViewer(r), randomViewer(r)
		s1, s2 := NewScope(a, day), NewScope(b, day.AddDays(r.IntN(2)))
		p := randomPlace(r, 1)
		x, _ := s1.See(p)
		y, _ := s2.See(p)
		if x.Detail() != y.Detail() && s1.Fingerprint() == s2.Fingerprint() {
			t.Fatalf("%+v and %+v see %+v differently under one fingerprint", a, b, p.Facts.Handling)
		}
	}
	s1, s2 := NewScope(cross13, day), NewScope(cross13, day)
	if s1.Fingerprint() != s2.Fingerprint() {
		t.Error("the same scope has two fingerprints")
	}
}

// TestFilterTellsNothingOfWithheldFields: two places that differ only in what a viewer may not see pass the same filters.
func TestFilterTellsNothingOfWithheldFields(t *testing.T) {
	t.Parallel()
	r := seed(t)
	day := DateOf(noon)
	for range 3000 {
		p := randomPlace(r, 1)
		q := *p
		q.Facts.Name, q.Facts.Networks = "Autre nom", []string{"R-13-ZZZ"}
		q.Facts.LastSeen = day.AddDays(-400)
		scope := NewScope(randomViewer(r), day)
		x, ok := scope.See(p)
		if !ok || x.Detail() > Blurred {
			continue
		}
		if x.Detail() == Blurred { // who sees aggregates only has them by product
			q.Facts.Products = []Product{"heroin"}
		}
		y, _ := scope.See(&q)
		for _, f := range []Filter{
			{Text: "Autre"}, {Products: []Product{"heroin"}}, {Network: "R-13-ZZZ"}, {ConfirmedBefore: day}, {ConfirmedAfter: day.AddDays(-10)},
		} {
			if f.Match(x) != f.Match(y) {
				t.Fatalf("filter %+v tells %+v apart for %+v", f, p, scope.Viewer())
			}
		}
	}
}

func randomViewer(r *rand.Rand) Viewer {
	v := everyone()[r.IntN(len(everyone()))]
	if r.IntN(3) == 0 {
		v.Groups = []string{"Aurore"}
	}
	return v
}

func randomPlace(r *rand.Rand, n int) *Place {
	communes := []TerritoryCode{"com:13055", "com:13001", "com:84007", "com:59350"}
	chain := chains[communes[r.IntN(len(communes))]]
	facts := marseille()
	facts.Commune = chain[0].ID()
	facts.Position = point(4.8+r.Float64(), 43.1+r.Float64())
	facts.Owner = []Owner{{ServicePN, "Cross 13"}, {ServiceGN, "SR Marseille"}, {ServicePN, "DIPN 59"}, {ServiceDGDDI, "DNRED"}}[r.IntN(4)]
	reaches := Reaches()
	facts.Handling = Handling{Reach: Reach(reaches[r.IntN(len(reaches))].Value), Code: "H0", Blurred: r.IntN(2) == 0}
	if facts.Handling.Reach == ReachGroup {
		facts.Handling.Groups = []string{[]string{"Aurore", "Mistral"}[r.IntN(2)]}
	}
	if r.IntN(5) == 0 {
		facts.Handling.EmbargoUntil = DateOf(noon).AddDays(r.IntN(3) - 1)
	}
	statuses := Statuses()
	return &Place{ID: id(n), Reference: MakeReference("13", []byte{byte(n), byte(n >> 5), byte(n >> 10)}), Revision: 1,
		Status: Status(statuses[r.IntN(len(statuses))].Value), Facts: facts, Territories: chain}
}

func TestHistoryLeavesOutWhatWasHidden(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var events []Event
	do := func(v Viewer, c Command) {
		t.Helper()
		made, err := c.Decide(w, v, w.env())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range made {
			w.seq++
			e.Seq = w.seq
			events = append(events, e)
			if w.places[e.Subject], err = Fold(w.places[e.Subject], e); err != nil {
				t.Fatal(err)
			}
		}
	}
	restricted := marseille()
	restricted.Handling = Handling{Reach: ReachService, Code: "H0"}
	do(cross13, AddPlace{ID: id(1), Facts: restricted})
	do(cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"name":"Nom secret"}`)})
	do(cross13, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"name":"Passage public","handling":{"reach":"national"},"case_references":["PV-9"]}`)})
	do(gn59, ConfirmPlace{ID: id(1), Note: "vu"})
	whole, err := SeeHistory(new(NewScope(cross13, DateOf(noon))), events)
	if err != nil || len(whole) != 4 || whole[0].Author.Subject == "" {
		t.Fatalf("whole history: %+v, %v", whole, err)
	}
	part, err := SeeHistory(new(NewScope(gn59, DateOf(noon))), events)
	if err != nil || len(part) != 2 {
		t.Fatalf("history seen by another service: %+v, %v", part, err)
	}
	text, err := json.Marshal(part)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"PV-9", "Nom secret", "PV-2026-001", "case_references"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("history tells %q: %s", secret, text)
		}
	}
	if part[0].Author.Subject != "" || part[0].Author.Unit == "" {
		t.Errorf("authors are shown by unit: %+v", part[0].Author)
	}
	none, err := SeeHistory(new(NewScope(auditor, DateOf(noon))), events)
	if err != nil || none != nil {
		t.Errorf("an auditor sees history %v, %v", none, err)
	}
}
