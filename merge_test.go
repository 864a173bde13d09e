package dealmap

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// twin is a second record of marseille() as another service keeps it.
func twin() Facts {
	f := marseille()
	f.Name, f.Address, f.Hours = "PASSAGE LAVOIR", "3 passage du Lavoir", "Mo-Fr 14:00-20:00"
	f.Position, f.Accuracy = point(5.3702, 43.3001), AccuracyDoor
	f.Products, f.Networks, f.CaseRefs = []Product{"crack"}, []string{"R-13-7KQ", "R-13-2AB"}, nil
	f.Owner = Owner{ServiceGN, "BR Aubagne"}
	f.Handling = Handling{Reach: ReachDepartement, Code: "H1"}
	f.FirstSeen, f.LastSeen = DateOf(noon).AddDays(-300), DateOf(noon).AddDays(-2)
	return f
}

// pairWorld holds two records of one place: 1 of the police, 2 of the gendarmerie.
func pairWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld()
	first := marseille()
	first.LastSeen, first.FirstSeen = DateOf(noon).AddDays(-30), DateOf(noon).AddDays(-100)
	for n, facts := range []Facts{first, twin()} {
		if err := w.do(t, ofast, AddPlace{ID: id(n + 1), Facts: withOwner(facts), Status: Active, AcceptDuplicates: true}); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func withOwner(f Facts) Facts {
	if f.Owner == (Owner{}) {
		f.Owner = Owner{ServicePN, "DIPN 13"}
	}
	return f
}

func winner(p *Place, field string) Winner {
	for _, step := range p.Cluster.Steps {
		for _, w := range step.Winners {
			if w.Field == field {
				return w
			}
		}
	}
	return Winner{}
}

func TestMergeTakesTheBetterWordOfEachField(t *testing.T) {
	t.Parallel()
	w := pairWorld(t)
	if err := w.do(t, cross13, MergePlaces{Into: id(1), From: id(2)}); err != nil {
		t.Fatal(err)
	}
	p, member := w.places[id(1)], w.places[id(2)]
	f := p.Facts
	if *f.Position != *twin().Position || f.Accuracy != AccuracyDoor || !strings.Contains(winner(p, "geometry").Reason, "plus précise") {
		t.Errorf("position %v (%s), because %q", *f.Position, f.Accuracy, winner(p, "geometry").Reason)
	}
	if f.Name != "PASSAGE LAVOIR" || winner(p, "name").Side != SideFrom || !strings.Contains(winner(p, "name").Reason, "21/11/2026") {
		t.Errorf("name %q, because %+v", f.Name, winner(p, "name"))
	}
	if !slices.Equal(f.Products, []Product{"cannabis", "cocaine", "crack"}) || !slices.Equal(f.Networks, []string{"R-13-2AB", "R-13-7KQ"}) && len(f.Networks) != 2 {
		t.Errorf("lists %v, %v", f.Products, f.Networks)
	}
	if f.FirstSeen != twin().FirstSeen || f.LastSeen != twin().LastSeen {
		t.Errorf("dates %v to %v", f.FirstSeen, f.LastSeen)
	}
	if f.Handling.Reach != ReachDepartement || f.Handling.Code != "H1" || winner(p, "handling").Reason == "" {
		t.Errorf("handling %+v is not the strictest of both", f.Handling)
	}
	if f.Owner != (Owner{ServicePN, "DIPN 13"}) || !slices.Equal(f.CoOwners, []Owner{{ServiceGN, "BR Aubagne"}}) {
		t.Errorf("owners %v, %v", f.Owner, f.CoOwners)
	}
	if member.Stands() || member.Into() != id(1) || !slices.Equal(p.Members(), []ID{id(2)}) {
		t.Errorf("the member %+v, the members %v", member.Cluster, p.Members())
	}
	if member.Facts.Name != "PASSAGE LAVOIR" || member.Revision != 2 {
		t.Errorf("the source record is not as it was: %+v", member)
	}
	scope := NewScope(ofast, DateOf(noon))
	if _, ok := scope.See(member); ok {
		t.Error("a merged record is still shown")
	}
	gn := viewer(RoleInvestigator, ServiceGN, "BR Aubagne", "dep:84")
	theirs := NewScope(gn, DateOf(noon))
	if sight, _ := theirs.See(p); sight.Detail() != Whole {
		t.Error("who owns a merged record does not see the place as their own")
	}
	if sources := scope.Sources(p, w.Place); len(sources) != 1 || sources[0].Sight.Name() != "PASSAGE LAVOIR" || len(sources[0].Winners) == 0 {
		t.Errorf("sources %+v", sources)
	}
	if notices := theirs.Notices(p, w.Place, noon.AddDate(0, 0, -1)); len(notices) != 1 || notices[0].By.Unit != cross13.Unit || notices[0].By.Subject != "" {
		t.Errorf("the other owner is told %+v", notices)
	}
}

func TestMergeTakesWhatThePersonChose(t *testing.T) {
	t.Parallel()
	w := pairWorld(t)
	take := map[string]Side{"name": SideInto, "geometry": SideInto, "products": SideFrom}
	if err := w.do(t, cross13, MergePlaces{Into: id(1), From: id(2), Take: take}); err != nil {
		t.Fatal(err)
	}
	f := w.places[id(1)].Facts
	if f.Name != "Passage du Lavoir" || f.Accuracy != AccuracyStreet || !slices.Equal(f.Products, []Product{"crack"}) {
		t.Errorf("facts %+v", f)
	}
	if got := winner(w.places[id(1)], "name"); got != (Winner{"name", SideInto, "choisi à la fusion"}) {
		t.Errorf("winner %+v", got)
	}
}

func TestMergeIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change  func(into, from *Facts)
		as      Viewer
		command MergePlaces
		kind    ErrorKind
		says    string
	}{
		"another network": {func(_, from *Facts) { from.Networks = []string{"R-13-2AB"} }, cross13, MergePlaces{Into: id(1), From: id(2)}, KindInvalid, "deux réseaux différents"},
		"a support site":  {func(_, from *Facts) { from.Kind = Warehouse }, cross13, MergePlaces{Into: id(1), From: id(2)}, KindInvalid, "site de soutien"},
		"itself":          {nil, cross13, MergePlaces{Into: id(1), From: id(1)}, KindInvalid, "lui-même"},
		"absent":          {nil, cross13, MergePlaces{Into: id(1), From: id(9)}, KindNotFound, ""},
		"stale":           {nil, cross13, MergePlaces{Into: id(1), From: id(2), FromRevision: 7}, KindStale, ""},
		"investigator":    {nil, viewer(RoleInvestigator, ServicePN, "DIPN 13", "dep:13"), MergePlaces{Into: id(1), From: id(2)}, KindForbidden, "Cross"},
		"hidden": {func(into, _ *Facts) { into.Handling = Handling{Reach: ReachDepartement, Code: "H0"} },
			viewer(RoleCross, ServicePN, "Cross 59", "dep:59"), MergePlaces{Into: id(1), From: id(2)}, KindNotFound, "introuvable"},
		"groups apart": {func(into, from *Facts) {
			into.Handling = Handling{Reach: ReachGroup, Code: "H0", Groups: []string{"Aurore"}}
			from.Handling = Handling{Reach: ReachGroup, Code: "H0", Groups: []string{"Cap"}}
		}, ofast, MergePlaces{Into: id(1), From: id(2)}, KindInvalid, "groupes différents"},
		"services apart": {func(_, from *Facts) { from.Handling = Handling{Reach: ReachService, Code: "H0"} }, ofast, MergePlaces{Into: id(1), From: id(2)}, KindInvalid, "réservée à son service"},
		"unknown field":  {nil, cross13, MergePlaces{Into: id(1), From: id(2), Take: map[string]Side{"owner": SideFrom}}, KindInvalid, "ne se choisit pas"},
	} {
		w := newWorld()
		into, from := withOwner(marseille()), twin()
		if c.change != nil {
			c.change(&into, &from)
		}
		for n, f := range []Facts{into, from} {
			if err := w.do(t, ofast, AddPlace{ID: id(n + 1), Facts: f, Status: Active, AcceptDuplicates: true}); err != nil {
				t.Fatal(name, err)
			}
		}
		before := *w.places[id(1)]
		err := w.do(t, c.as, c.command)
		if KindOf(err) != c.kind || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(before, *w.places[id(1)]) {
			t.Errorf("%s: something changed", name)
		}
	}
}

func TestMergedRecordsCannotBeWritten(t *testing.T) {
	t.Parallel()
	w := pairWorld(t)
	if err := w.do(t, cross13, MergePlaces{Into: id(1), From: id(2)}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []Command{ChangePlace{ID: id(2), Patch: json.RawMessage(`{"name":"X"}`)}, ConfirmPlace{ID: id(2)},
		StepPlace{ID: id(2), To: Dormant}, MergePlaces{Into: id(1), From: id(2)}, ErasePlace{ID: id(2), Reason: "retention"}} {
		if err := w.do(t, ofast, c); KindOf(err) != KindNotFound {
			t.Errorf("%T: %v", c, err)
		}
	}
}

func TestSplitAsksWhereLaterChangesBelong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		side       Side
		into, from string // the hours afterwards
	}{
		{SideInto, "Mo-Su 10:00-12:00", "Mo-Fr 14:00-20:00"},
		{SideFrom, "Mo-Su 12:00-22:00", "Mo-Su 10:00-12:00"},
		{SideBoth, "Mo-Su 10:00-12:00", "Mo-Su 10:00-12:00"},
	} {
		w := pairWorld(t)
		for _, command := range []Command{
			MergePlaces{Into: id(1), From: id(2)}, ChangePlace{ID: id(1), Patch: json.RawMessage(`{"hours":"Mo-Su 10:00-12:00"}`)},
		} {
			if err := w.do(t, cross13, command); err != nil {
				t.Fatal(err)
			}
		}
		err := w.do(t, cross13, SplitPlace{ID: id(1), Member: id(2)})
		if KindOf(err) != KindInvalid || !strings.Contains(err.Error(), "assign.hours") {
			t.Fatalf("a change made since the merge is passed over: %v", err)
		}
		if err := w.do(t, cross13, SplitPlace{ID: id(1), Member: id(2), Assign: map[string]Side{"name": SideInto, "hours": SideInto}}); KindOf(err) != KindInvalid {
			t.Errorf("a field that nobody changed is assigned: %v", err)
		}
		if err := w.do(t, cross13, SplitPlace{ID: id(1), Member: id(2), Assign: map[string]Side{"hours": c.side}}); err != nil {
			t.Fatal(err)
		}
		into, from := w.places[id(1)], w.places[id(2)]
		if into.Facts.Hours != c.into || from.Facts.Hours != c.from {
			t.Errorf("%s: hours %q and %q", c.side, into.Facts.Hours, from.Facts.Hours)
		}
		if into.Facts.Name != "Passage du Lavoir" || into.Facts.Accuracy != AccuracyStreet || len(into.Facts.CoOwners) != 0 || into.Facts.Handling.Reach != ReachNational {
			t.Errorf("%s: what the merge changed stays: %+v", c.side, into.Facts)
		}
		if !from.Stands() || len(into.Members()) != 0 {
			t.Errorf("%s: not parted", c.side)
		}
	}
}

// TestMergingCanAlwaysBeUndone merges records at random, changes some of them in between, and takes all out again in any order:
// every record says again what it said, but for what people changed.
func TestMergingCanAlwaysBeUndone(t *testing.T) {
	t.Parallel()
	r := seed(t)
	for round := range 150 {
		w := newWorld()
		n := 2 + r.IntN(5)
		for i := range n {
			f := withOwner(marseille())
			f.Name, f.Hours, f.Intensity = oneOfMany(r, "Tour A", "Tour B", "Lavoir"), oneOfMany(r, "", "Mo-Su 12:00-22:00", "Mo 10:00-11:00"), r.IntN(6)
			f.Products = []Product{oneOfMany[Product](r, "cannabis", "crack", "mdma")}
			f.Accuracy = oneOfMany(r, AccuracyDoor, AccuracyStreet, AccuracyBuilding)
			f.Position = point(5.37+float64(r.IntN(3))/1000, 43.3)
			f.Handling = Handling{Reach: oneOfMany(r, ReachDepartement, ReachZone, ReachNational), Code: oneOfMany(r, "H0", "H1")}
			f.LastSeen = DateOf(noon).AddDays(-r.IntN(40))
			f.FirstSeen = f.LastSeen.AddDays(-r.IntN(40))
			if err := w.do(t, ofast, AddPlace{ID: id(i + 1), Facts: f, Status: oneOfMany(r, Active, Reported, Dormant), AcceptDuplicates: true}); err != nil {
				t.Fatal(err)
			}
		}
		before := map[ID]Content{}
		for key, p := range w.places {
			before[key] = p.Content()
		}
		merged := 0
		for range 3 * n {
			a, b := id(1+r.IntN(n)), id(1+r.IntN(n))
			if w.places[a].Stands() && w.places[b].Stands() && a != b {
				if err := w.do(t, ofast, MergePlaces{Into: a, From: b}); err != nil {
					t.Fatal(round, err)
				}
				merged++
			}
		}
		edited := false
		if r.IntN(2) == 0 {
			for _, p := range w.places {
				if p.Stands() && len(p.Members()) > 0 {
					edited = true
					if err := w.do(t, ofast, ChangePlace{ID: p.ID, Patch: json.RawMessage(`{"landlord":"Habitat 13"}`)}); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		for merged > 0 {
			var all []MergePlaces
			for _, p := range w.places {
				for _, m := range p.Members() {
					if p.Stands() {
						all = append(all, MergePlaces{Into: p.ID, From: m})
					}
				}
			}
			slices.SortFunc(all, func(a, b MergePlaces) int {
				return slices.Compare(append(a.Into[:], a.From[:]...), append(b.Into[:], b.From[:]...))
			})
			one := all[r.IntN(len(all))]
			changed, err := w.places[one.Into].changedSince(one.From)
			if err != nil {
				t.Fatal(err)
			}
			assign := map[string]Side{}
			for _, field := range changed {
				assign[field] = SideInto
			}
			if err := w.do(t, ofast, SplitPlace{ID: one.Into, Member: one.From, Assign: assign}); err != nil {
				t.Fatal(round, err)
			}
			merged--
		}
		for key, p := range w.places {
			got := p.Content()
			if edited && got.Facts.Landlord == "Habitat 13" {
				got.Facts.Landlord = ""
			}
			if want := before[key]; !p.Stands() || !sameContent(t, got, want) {
				t.Fatalf("round %d: %s says\n%+v, it said\n%+v", round, key, got, want)
			}
		}
	}
}

func sameContent(t *testing.T, a, b Content) bool {
	t.Helper()
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	return string(x) == string(y)
}

func oneOfMany[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func TestErasingAPlaceErasesWhatWasMergedIntoIt(t *testing.T) {
	t.Parallel()
	w := pairWorld(t)
	for _, c := range []Command{MergePlaces{Into: id(1), From: id(2)}, ErasePlace{ID: id(1), Reason: "retention"}} {
		if err := w.do(t, ofast, c); err != nil {
			t.Fatal(err)
		}
	}
	if w.places[id(1)] != nil || w.places[id(2)] != nil {
		t.Error("a record of the erased place is left")
	}
}

func TestVerdictsOnPairs(t *testing.T) {
	t.Parallel()
	w := pairWorld(t)
	pair := PairID(id(2), id(1))
	if pair != PairID(id(1), id(2)) {
		t.Fatal("a pair has two names")
	}
	if err := w.do(t, cross13, SettlePair{A: id(2), B: id(1), Verdict: VerdictNeighbours}); err != nil {
		t.Fatal(err)
	}
	if p := w.pairs[pair]; !p.Settled() || p.A != id(1) || p.B != id(2) || p.By.Unit != cross13.Unit {
		t.Errorf("pair %+v", p)
	}
	for name, c := range map[string]struct {
		as   Viewer
		cmd  SettlePair
		kind ErrorKind
	}{
		"unknown verdict": {cross13, SettlePair{A: id(1), B: id(2), Verdict: "peut-être"}, KindInvalid},
		"one place":       {cross13, SettlePair{A: id(1), B: id(1), Verdict: VerdictSeparate}, KindInvalid},
		"hidden":          {viewer(RoleCross, ServicePN, "Cross 59", "dep:59"), SettlePair{A: id(1), B: id(2), Verdict: VerdictSeparate}, KindNotFound},
		"no right":        {viewer(RoleInvestigator, ServicePN, "DIPN 13", "dep:13"), SettlePair{A: id(1), B: id(2), Verdict: VerdictSeparate}, KindForbidden},
	} {
		if err := w.do(t, c.as, c.cmd); KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.do(t, cross13, SettlePair{A: id(1), B: id(2), Verdict: VerdictOpen}); err != nil || w.pairs[pair].Settled() {
		t.Errorf("a verdict cannot be taken back: %v", err)
	}
}
