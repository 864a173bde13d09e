package dealmap

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestAuthorsAreNamedToThoseWhoSeeThePlaceWhole: a place that has left a Cross's territory no longer names its people.
func TestAuthorsAreNamedToThoseWhoSeeThePlaceWhole(t *testing.T) {
	t.Parallel()
	w := newWorld()
	var events []Event
	for _, c := range []Command{
		AddPlace{ID: id(1), Facts: marseille()}, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"position":[5.2,43.9]}`)},
	} {
		decided, err := c.Decide(w, ofast, w.env())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.do(t, ofast, c); err != nil {
			t.Fatal(err)
		}
		events = append(events, decided...)
	}
	for viewer, want := range map[*Viewer]string{&ofast: "Ofast", &cross84: "Ofast", &cross13: ""} {
		scope := NewScope(*viewer, DateOf(noon))
		entries, err := SeeHistory(&scope, events)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%s: %d entries, %v", viewer.Unit, len(entries), err)
		}
		if got := entries[1].Author.Subject; got != want {
			t.Errorf("%s reads that %q changed it, want %q", viewer.Unit, got, want)
		}
		if got := entries[0].Author.Subject; viewer != &cross84 && got != want {
			t.Errorf("%s reads that %q added it, want %q", viewer.Unit, got, want)
		}
	}
}

// TestHistoryNamesNoGroups: whoever sees a place through one group does not learn of the others, nor that they changed.
func TestHistoryNamesNoGroups(t *testing.T) {
	t.Parallel()
	w := newWorld()
	facts := marseille()
	facts.Handling = Handling{Reach: ReachGroup, Code: "H0", Groups: []string{"Aurore"}}
	var events []Event
	for _, c := range []Command{
		AddPlace{ID: id(1), Facts: facts},
		ChangePlace{ID: id(1), Patch: json.RawMessage(`{"handling":{"groups":["Aurore","Boréal"]}}`)},
		ChangePlace{ID: id(1), Patch: json.RawMessage(`{"handling":{"code":"H1","groups":["Aurore","Crépuscule"]}}`)},
	} {
		decided, err := c.Decide(w, cross13, w.env())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.do(t, cross13, c); err != nil {
			t.Fatal(err)
		}
		events = append(events, decided...)
	}
	member := gn59
	member.Groups = []string{"Aurore"}
	for viewer, want := range map[*Viewer]bool{&cross13: true, &member: false} {
		scope := NewScope(*viewer, DateOf(noon))
		entries, err := SeeHistory(&scope, events)
		if err != nil || len(entries) != 3 {
			t.Fatalf("%s: %d entries, %v", viewer.Unit, len(entries), err)
		}
		text, err := json.Marshal(entries)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(string(text), "Boréal"); got != want {
			t.Errorf("%s reads of another group: %v\n%s", viewer.Unit, got, text)
		}
		if (len(entries[1].Fields) == 1) != want || len(entries[2].Fields) != 1 {
			t.Errorf("%s reads of changes %v and %v", viewer.Unit, entries[1].Fields, entries[2].Fields)
		}
	}
}

// TestHistoryWithholdsRemarks: the remark of a confirmation or of a step is withheld where remarks are (H3).
func TestHistoryWithholdsRemarks(t *testing.T) {
	t.Parallel()
	w := newWorld()
	facts := marseille()
	facts.Handling = Handling{Reach: ReachNational, Code: "H3"}
	var events []Event
	for _, c := range []Command{
		AddPlace{ID: id(1), Facts: facts, Status: Active},
		ConfirmPlace{ID: id(1), Date: DateOf(noon), Note: "guet au balcon"},
	} {
		decided, err := c.Decide(w, cross13, w.env())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.do(t, cross13, c); err != nil {
			t.Fatal(err)
		}
		events = append(events, decided...)
	}
	for viewer, want := range map[*Viewer]string{&cross13: "guet au balcon", &gn59: ""} {
		scope := NewScope(*viewer, DateOf(noon))
		entries, err := SeeHistory(&scope, events)
		if err != nil || len(entries) != 2 {
			t.Fatalf("%s: %d entries, %v", viewer.Unit, len(entries), err)
		}
		if got := entries[1].Note; got != want {
			t.Errorf("%s reads the remark %q, want %q", viewer.Unit, got, want)
		}
	}
}

// TestOnlyTheProcureurLiftsAnEmbargo: the unit that owns a record may prolong an embargo that runs, not shorten or lift it.
func TestOnlyTheProcureurLiftsAnEmbargo(t *testing.T) {
	t.Parallel()
	w := newWorld()
	facts := marseille()
	facts.Owner = Owner{Service: cross13.Service, Unit: cross13.Unit}
	facts.Handling.EmbargoUntil = DateOf(noon.AddDate(0, 1, 0))
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: facts}); err != nil {
		t.Fatal(err)
	}
	for until, refused := range map[string]bool{`null`: true, `"` + DateOf(noon).String() + `"`: true, `"` + DateOf(noon.AddDate(0, 2, 0)).String() + `"`: false} {
		patch := json.RawMessage(`{"handling":{"embargo_until":` + until + `}}`)
		if _, err := (ChangePlace{ID: id(1), Patch: patch}).Decide(w, cross13, w.env()); (err != nil) != refused {
			t.Errorf("embargo until %s: %v", until, err)
		}
	}
}
