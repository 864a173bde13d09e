package dealmap

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func (w *world) members(code string) (n int) {
	for _, p := range w.places {
		for _, c := range p.Facts.Networks {
			if c == code {
				n++
			}
		}
	}
	return n
}

func TestNetworkRecords(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	facts := NetworkFacts{Territory: "dep:13", Products: []Product{"cocaine", "cannabis", "cannabis"}, CaseRefs: []string{"PV-1"}, Note: "n"}
	for name, c := range map[string]struct {
		as    Viewer
		cmd   RecordNetwork
		kind  ErrorKind
		field string
	}{
		"nowhere":       {cross13, RecordNetwork{ID: id(200)}, KindInvalid, "territory"},
		"unknown":       {cross13, RecordNetwork{ID: id(200), Facts: NetworkFacts{Territory: "dep:99"}}, KindInvalid, "territory"},
		"a zone":        {ofast, RecordNetwork{ID: id(200), Facts: NetworkFacts{Territory: "zone:sud"}}, KindInvalid, "territory"},
		"elsewhere":     {cross84, RecordNetwork{ID: id(200), Facts: facts}, KindForbidden, ""},
		"investigator":  {gn13, RecordNetwork{ID: id(200), Facts: facts}, KindForbidden, ""},
		"no id":         {cross13, RecordNetwork{Facts: facts}, KindInvalid, "id"},
		"a family name": {cross13, RecordNetwork{ID: id(200), Facts: facts, Code: "Dupont"}, KindInvalid, "code"},
		"embargo": {cross13, RecordNetwork{ID: id(200), Facts: NetworkFacts{Territory: "dep:13", Owner: Owner{ServiceGN, "SR"},
			Handling: Handling{EmbargoUntil: DateOf(noon).AddDays(9)}}}, KindInvalid, "handling.embargo_until"},
	} {
		if err := w.do(t, c.as, c.cmd); KindOf(err) != c.kind || !strings.Contains(fmt.Sprint(err), c.field) {
			t.Errorf("%s: %v, want %s of %q", name, err, c.kind, c.field)
		}
	}
	if err := w.do(t, cross13, RecordNetwork{ID: id(201), Facts: facts}); err != nil {
		t.Fatal(err)
	}
	n := w.networks[id(201)]
	if !IsNetworkCode(n.Code) || !strings.HasPrefix(n.Code, "R-13-") || len(n.Facts.Products) != 2 || n.Facts.Status != "suspected" {
		t.Errorf("recorded %+v", n)
	}
	for _, v := range []Viewer{cross13, ofast, pn59, gn59} {
		scope := NewScope(v, DateOf(noon))
		sight, ok := scope.SeeNetwork(n)
		if !ok || (len(sight.CaseRefs()) > 0) != (sight.Detail() == Whole) {
			t.Errorf("%s sees %v: %v", v.Subject, ok, sight.CaseRefs())
		}
	}
	for _, v := range []Viewer{prefet13, parquet, partner, auditor, admin, {}} {
		scope := NewScope(v, DateOf(noon))
		if _, ok := scope.SeeNetwork(n); ok {
			t.Errorf("%s sees the record", v.Subject)
		}
	}
	change := func(patch string, revision int) Command {
		return ChangeNetwork{ID: id(201), Revision: revision, Patch: json.RawMessage(patch)}
	}
	if err := w.do(t, cross13, change(`{"status":"dismantled","handling":{"reach":"service","code":"H0"}}`, 1)); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		as   Viewer
		cmd  Command
		kind ErrorKind
	}{"stale": {cross13, change(`{"note":null}`, 1), KindStale}, "hidden now": {gn13, change(`{"note":null}`, 2), KindNotFound},
		"no right": {pn59, change(`{"note":null}`, 2), KindForbidden}, "odd": {cross13, change(`{"code":"R-13-ABC"}`, 2), KindInvalid}} {
		if err := w.do(t, c.as, c.cmd); KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
	}
	// Whoever does not see a record may open one under the same code, as if there were none.
	secret := NetworkFacts{Territory: "dep:13", Handling: Handling{EmbargoUntil: DateOf(noon).AddDays(30)}}
	if err := w.do(t, cross13, RecordNetwork{ID: id(204), Facts: secret, Code: "R-13-HID"}); err != nil {
		t.Fatal(err)
	}
	if err := w.do(t, ofast, RecordNetwork{ID: id(202), Facts: facts, Code: "R-13-HID"}); err != nil {
		t.Errorf("a hidden record is hinted at: %v", err)
	}
	if err := w.do(t, cross13, RecordNetwork{ID: id(203), Facts: facts, Code: n.Code}); KindOf(err) != KindConflict {
		t.Errorf("the code of a record that is seen: %v", err)
	}
	if err := w.do(t, cross13, RemoveNetwork{ID: id(201), Revision: 2}); err != nil {
		t.Fatal(err)
	}
	if err := w.do(t, cross13, RemoveNetwork{ID: id(201)}); KindOf(err) != KindNotFound {
		t.Errorf("removed twice: %v", err)
	}
}

func TestAssigningIsAllOrNone(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	for name, c := range map[string]struct {
		as  Viewer
		cmd AssignNetwork
	}{"hidden": {ofast, AssignNetwork{Code: "R-13-ABC", Add: []ID{id(1), id(5)}}}, "absent": {cross13, AssignNetwork{Code: "R-13-ABC", Add: []ID{id(1), id(77)}}},
		"no right": {gn13, AssignNetwork{Code: "R-13-ABC", Add: []ID{id(1)}}}, "no code": {cross13, AssignNetwork{Code: "x", Add: []ID{id(1)}}}} {
		if err := w.do(t, c.as, c.cmd); KindOf(err) != KindInvalid || w.members("R-13-ABC") != 0 {
			t.Errorf("%s: %v, %d members", name, err, w.members("R-13-ABC"))
		}
	}
	if err := w.do(t, cross13, AssignNetwork{Code: "R-13-ABC", Add: []ID{id(1), id(2), id(2)}}); err != nil || w.members("R-13-ABC") != 2 {
		t.Errorf("%v, %d members", err, w.members("R-13-ABC"))
	}
	if err := w.do(t, cross13, AssignNetwork{Code: "R-13-ABC", Add: []ID{id(1), id(3)}, Remove: []ID{id(2)}}); err != nil || w.members("R-13-ABC") != 2 {
		t.Errorf("%v, %d members", err, w.members("R-13-ABC"))
	}
	if n := w.members("R-13-7KQ"); n != 5 {
		t.Errorf("of the network that they were of before, %d are left", n)
	}
}

func TestANetworkIsImportedOnce(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	fresh := withOwner(marseille())
	fresh.Kind, fresh.Name, fresh.Hours, fresh.Intensity, fresh.Position, fresh.Networks = Warehouse, "Dépôt", "", 0, point(5.5, 43.4), nil
	bring := func(first int) ImportNetwork {
		return ImportNetwork{
			Network: &RecordNetwork{ID: id(300 + first), Facts: NetworkFacts{Territory: "dep:13"}},
			Places:  []AddPlace{{ID: id(310 + first), Facts: fresh, AcceptDuplicates: true}}, Members: []ID{id(1), id(2), id(310 + first)},
			Links: []RecordLink{tie(first, 310+first, 1), tie(first+1, 1, 2), tie(first+2, 1, 2)},
		}
	}
	if err := w.do(t, cross13, bring(0)); err != nil {
		t.Fatal(err)
	}
	code := w.networks[id(300)].Code
	if len(w.links) != 2 || w.members(code) != 3 || w.links[id(100)].Facts.Network != code {
		t.Errorf("%d links, %d members of %s", len(w.links), w.members(code), code)
	}
	again := ImportNetwork{Code: code, Members: []ID{id(1)}, Links: []RecordLink{tie(5, 310, 1), tie(6, 1, 2)}}
	if err := w.do(t, cross13, again); err != nil || len(w.links) != 2 {
		t.Errorf("brought again: %v, %d links", err, len(w.links))
	}
	if err := w.do(t, cross13, ImportNetwork{Links: []RecordLink{tie(7, 2, 3), tie(7, 3, 1)}}); KindOf(err) != KindInvalid || !strings.Contains(err.Error(), "links[1]") {
		t.Errorf("two links of one id: %v", err)
	}
	before := len(w.entries)
	for field, c := range map[string]ImportNetwork{
		"links[1]":   {Links: []RecordLink{tie(7, 2, 3), tie(8, 2, 77)}},
		"members[0]": {Code: code, Members: []ID{id(77)}},
		"places[0]":  {Places: []AddPlace{{ID: id(90)}}},
		"network":    {Network: &RecordNetwork{ID: id(91)}},
		"code":       {Members: []ID{id(3)}},
	} {
		if err := w.do(t, cross13, c); KindOf(err) != KindInvalid || !strings.Contains(err.Error(), field) || len(w.entries) != before {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := w.do(t, gn13, again); KindOf(err) != KindForbidden {
		t.Errorf("no right: %v", err)
	}
}

func TestTheHistoryOfLinksShowsNothingWithheld(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	var events []Event
	run := func(v Viewer, c Command) {
		t.Helper()
		made, err := c.Decide(w, v, w.env())
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, made...)
		if err := w.do(t, v, c); err != nil {
			t.Fatal(err)
		}
	}
	run(cross13, tie(1, 1, 2, func(f *LinkFacts) { f.Handling = Handling{Reach: ReachService, Code: "H0"} }))
	run(cross13, ChangeLink{ID: id(101), Patch: json.RawMessage(`{"note":"secret","handling":{"code":"H3"}}`)})
	run(cross13, ChangeLink{ID: id(101), Patch: json.RawMessage(`{"handling":{"reach":"national"},"strength":4}`)})
	see := func(v Viewer) []HistoryEntry {
		scope := NewScope(v, DateOf(noon))
		all, err := SeeLinkHistory(&scope, sightOf(w, scope, id(1)), sightOf(w, scope, id(2)), events)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := see(cross13); len(all) != 3 || len(all[1].Fields) != 2 || all[1].Author.Subject == "" {
		t.Errorf("its Cross reads %+v", all)
	}
	if all := see(pn59); len(all) != 3 || len(all[1].Fields) != 1 || all[1].Author.Subject != "" {
		t.Errorf("its service reads %+v", all)
	}
	if all := see(gn13); len(all) != 1 || len(all[0].Fields) != 2 || all[0].Fields[0].Before != nil {
		t.Errorf("another service reads %+v", all)
	}
	if all := see(prefet13); len(all) != 0 {
		t.Errorf("the prefect reads %+v", all)
	}
}

// TestHistoryWithholdsAsOfTodayAndOfThen: what is withheld today, or was before a change, is in no entry; of places as of links and
// networks.
func TestHistoryWithholdsAsOfTodayAndOfThen(t *testing.T) {
	t.Parallel()
	w := tiedWorld(t)
	var events []Event
	run := func(c Command) {
		t.Helper()
		made, err := c.Decide(w, cross13, w.env())
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, made...)
		if err := w.do(t, cross13, c); err != nil {
			t.Fatal(err)
		}
	}
	member := gn59
	member.Groups = []string{"Aurore"}
	place := withOwner(marseille())
	place.Name, place.Position = "Quai", point(5.48, 43.4)
	for what, c := range map[string]struct {
		open   Command
		change func(patch string) Command
		see    func(*Scope) ([]HistoryEntry, error)
	}{
		"link": {tie(1, 1, 2), func(patch string) Command { return ChangeLink{ID: id(101), Patch: json.RawMessage(patch)} }, func(s *Scope) ([]HistoryEntry, error) {
			return SeeLinkHistory(s, sightOf(w, *s, id(1)), sightOf(w, *s, id(2)), events)
		}},
		"network": {RecordNetwork{ID: id(200), Facts: NetworkFacts{Territory: "dep:13"}},
			func(patch string) Command { return ChangeNetwork{ID: id(200), Patch: json.RawMessage(patch)} },
			func(s *Scope) ([]HistoryEntry, error) { return SeeNetworkHistory(s, events) }},
		"place": {AddPlace{ID: id(7), Facts: place, AcceptDuplicates: true},
			func(patch string) Command { return ChangePlace{ID: id(7), Patch: json.RawMessage(patch)} },
			func(s *Scope) ([]HistoryEntry, error) { return SeeHistory(s, events) }},
	} {
		reads := func(v Viewer) string {
			scope := NewScope(v, DateOf(noon))
			all, err := c.see(&scope)
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(all)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		events = nil
		run(c.open)
		run(c.change(`{"note":"ouverte"}`))
		run(c.change(`{"note":"retenue","handling":{"reach":"group","code":"H3","groups":["Aurore","Boréal"]}}`))
		if text := reads(cross13); !strings.Contains(text, "ouverte") || !strings.Contains(text, "retenue") || !strings.Contains(text, "Boréal") {
			t.Errorf("%s: its Cross reads %s", what, text)
		}
		if text := reads(member); !strings.Contains(text, "H3") || strings.Contains(text, "ouverte") || strings.Contains(text, "retenue") || strings.Contains(text, "Boréal") {
			t.Errorf("%s: while its remarks are kept back, a member reads %s", what, text)
		}
		run(c.change(`{"note":"publique","handling":{"reach":"national","code":"H0","groups":null}}`))
		if text := reads(member); !strings.Contains(text, "publique") || !strings.Contains(text, "ouverte") || strings.Contains(text, "retenue") || strings.Contains(text, "Boréal") {
			t.Errorf("%s: afterwards a member reads %s", what, text)
		}
	}
}
