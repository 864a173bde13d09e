package dealmap

import (
	"fmt"
	"testing"
)

// TestMatchesShowNothingHidden: places that the scope does not see, or sees blurred, change no answer, wherever they lie and
// whatever they are called.
func TestMatchesShowNothingHidden(t *testing.T) {
	t.Parallel()
	r := seed(t)
	all := (country{20, 4, "mixed", false, 20, 60}).make(r)
	open, more := newWorld(), newWorld()
	for i := range all {
		f := usual.row(r, &all[i])
		f.Owner = Owner{ServicePN, "Cross 13"}
		f.Handling = Handling{Reach: ReachNational, Code: "H0"}
		p := &Place{ID: id(i + 1), Status: Active, Facts: f, Territories: chains[TerritoryCode("com:"+f.Commune)]}
		open.places[p.ID], more.places[p.ID] = p, p
		hidden := *p
		hidden.ID = id(1000 + i)
		hidden.Facts.Owner = Owner{ServiceGN, "SR Marseille"}
		hidden.Facts.Handling.EmbargoUntil = DateOf(noon).AddDays(30)
		more.places[hidden.ID] = &hidden
		blurred := hidden
		blurred.ID = id(2000 + i)
		blurred.Facts.Handling = Handling{Reach: ReachService, Code: "H0", Blurred: true}
		more.places[blurred.ID] = &blurred
	}
	scope := NewScope(viewer(RoleInvestigator, ServicePN, "DIPN 13", "dep:13"), DateOf(noon))
	if sight, ok := scope.See(more.places[id(2000)]); !ok || sight.Detail() != Blurred {
		t.Fatalf("it is seen as %v", sight.Detail())
	}
	answers := 0
	for i := range all {
		f := usual.row(r, &all[i])
		if i%4 == 0 {
			f.Position, f.Accuracy = nil, AccuracyCommune
		}
		d := Describe(&f)
		without, with := Matches(open, &scope, &d, ProposeFrom, 10, ID{}), Matches(more, &scope, &d, ProposeFrom, 10, ID{})
		answers += len(without)
		if fmt.Sprint(ids(without)) != fmt.Sprint(ids(with)) {
			t.Errorf("%s: %v, with hidden places %v", f.Name, ids(without), ids(with))
		}
		for n := range min(len(without), len(with)) {
			if a, b := without[n].Likeness, with[n].Likeness; fmt.Sprint(a) != fmt.Sprint(b) {
				t.Errorf("%s: %v, with hidden rivals %v", f.Name, a, b)
			}
		}
	}
	if answers == 0 {
		t.Error("nothing was found")
	}
	seesAll := NewScope(ofast, DateOf(noon))
	f := more.places[id(1001)].Facts
	d := Describe(&f)
	if got := ids(Matches(more, &seesAll, &d, ProposeFrom, 10, id(1001))); len(got) == 0 || got[0] == id(1001) {
		t.Errorf("one who sees all finds %v, himself left out", got)
	}
	var nobody Scope
	if got := Matches(more, &nobody, &d, 0, 10, ID{}); len(got) != 0 {
		t.Errorf("the zero scope finds %v", ids(got))
	}
}

func ids(matches []Match) (list []ID) {
	for _, m := range matches {
		list = append(list, m.Sight.ID())
	}
	return list
}

// TestMatchesAreTheBest: however the places come, the answer is the best of all that Compare finds, in order.
func TestMatchesAreTheBest(t *testing.T) {
	t.Parallel()
	r := seed(t)
	all := (country{20, 5, "mixed", false, 20, 60}).make(r)
	w := newWorld()
	for i := range all {
		f := neat.row(r, &all[i])
		f.Owner, f.Handling = Owner{ServicePN, "Cross 13"}, Handling{Reach: ReachNational, Code: "H0"}
		w.places[id(i+1)] = &Place{ID: id(i + 1), Status: Closed, Facts: f, Territories: chains[TerritoryCode("com:"+f.Commune)]}
	}
	scope := NewScope(cross13, DateOf(noon))
	for i := range all {
		f := usual.row(r, &all[i])
		d := Describe(&f)
		found := Matches(w, &scope, &d, ProposeFrom, 3, ID{})
		if len(found) > 3 {
			t.Fatalf("%d found, 3 asked for", len(found))
		}
		for n, m := range found {
			other := DescribeSight(m.Sight)
			if again := Compare(&d, &other); again.Score != m.Pair || len(m.Reasons) == 0 {
				t.Errorf("score of the pair %g, compared %g: %v", m.Pair, again.Score, m.Reasons)
			}
			if n > 0 && found[n-1].Score < m.Score {
				t.Errorf("scores are not in order: %v", found)
			}
		}
		if d.placed && len(found) < 3 {
			for _, p := range w.places {
				other := Describe(&p.Facts)
				near := other.placed && metresBetween(d.position, other.position) < 20
				if l := Compare(&d, &other); near && l.Score > 0.5 && f.Kind.IsDealPoint() && !among(found, p.ID) {
					t.Errorf("%s is %.2f like %s and not found", p.Facts.Name, l.Score, f.Name)
				}
			}
		}
	}
}

func among(found []Match, one ID) bool {
	for _, m := range found {
		if m.Sight.ID() == one {
			return true
		}
	}
	return false
}

// TestDuplicatesTellWhy: the error of an entry names the candidates with their scores, closed ones too.
func TestDuplicatesTellWhy(t *testing.T) {
	t.Parallel()
	w := newWorld()
	facts := marseille()
	if err := w.do(t, cross13, AddPlace{ID: id(1), Facts: facts, Status: Closed, Closing: &Closing{Reason: Faded, Date: DateOf(noon).AddDays(-3)}}); err != nil {
		t.Fatal(err)
	}
	err := w.do(t, cross13, AddPlace{ID: id(2), Facts: facts})
	wantKind(t, err, KindDuplicate, "a closed place comes back")
	e, ok := err.(*Error)
	if !ok || len(e.Matches) != 1 || len(e.Candidates) != 1 || e.Matches[0].Sight.ID() != id(1) || len(e.Matches[0].Reasons) == 0 {
		t.Fatalf("matches %+v", e)
	}
	facts.Position, facts.Accuracy = nil, AccuracyCommune
	wantKind(t, w.do(t, cross13, AddPlace{ID: id(3), Facts: facts}), KindDuplicate, "by name in the commune")
	facts.Kind = StashFlat
	if err := w.do(t, cross13, AddPlace{ID: id(4), Facts: facts}); err != nil {
		t.Errorf("a support site is no deal point: %v", err)
	}
}
