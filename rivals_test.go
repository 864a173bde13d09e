package dealmap

import (
	"math"
	"slices"
	"testing"

	"github.com/paulmach/orb"
)

// TestRivals: a candidate is surer when there is no other, and much less so when there is one as good; two records of one unit
// are rivals, and of two units what is plainly one place is none.
func TestRivals(t *testing.T) {
	t.Parallel()
	police, gendarmes := Owner{ServicePN, "Cross 13"}, Owner{ServiceGN, "SR Marseille"}
	place := func(n int, name string, metres float64, owner Owner) *Place {
		f := record(name, "", metres, AccuracyBuilding)
		f.Owner, f.Handling = owner, Handling{Reach: ReachNational, Code: "H0"}
		return &Place{ID: id(n), Status: Active, Facts: f, Territories: chains["com:13055"]}
	}
	row := place(9, "Tilleuls, hall 3", 5, Owner{ServiceDGDDI, "DR 13"}).Facts
	scope := NewScope(ofast, DateOf(noon))
	for what, c := range map[string]struct {
		others      []*Place
		least, most float64
		reason      string
	}{
		"alone":                         {nil, AcceptFrom, 1, "aucun autre point proche ne leur ressemble"},
		"a neighbour as like":           {[]*Place{place(2, "Les Tilleuls, hall 3", 12, police)}, 0.2, AcceptFrom - 0.001, "un autre point proche leur ressemble autant"},
		"the same place of another":     {[]*Place{place(2, "Les Tilleuls, hall 3", 0, gendarmes)}, AcceptFrom, 1, "aucun autre point proche ne leur ressemble"},
		"a neighbour told by its hall":  {[]*Place{place(2, "Les Tilleuls, hall 7", 25, police)}, AcceptFrom, 1, ""},
		"a neighbour without its hall":  {[]*Place{place(2, "Les Tilleuls", 12, police)}, 0.5, 0.992, "un autre point proche leur ressemble un peu"},
		"a stranger":                    {[]*Place{place(2, "Les Oliviers", 90, police)}, AcceptFrom, 1, ""},
		"a neighbour known to the town": {[]*Place{{ID: id(2), Status: Active, Territories: chains["com:13055"], Facts: unplacedRecord("Parking", "", "13055")}}, AcceptFrom, 1, ""},
	} {
		w := newWorld()
		for _, p := range append(c.others, place(1, "Les Tilleuls, hall 3", 0, police)) {
			w.places[p.ID] = p
		}
		d := Describe(&row)
		found := Matches(w, &scope, &d, 0, 10, ID{})
		at := slices.IndexFunc(found, func(m Match) bool { return m.Sight.ID() == id(1) })
		if at < 0 {
			t.Fatalf("%s: it is not found", what)
		}
		m := found[at]
		said := slices.ContainsFunc(m.Reasons, func(r Reason) bool { return r.Text == c.reason })
		if m.Score < c.least || m.Score > c.most || c.reason != "" && !said {
			t.Errorf("%s: %.3f (%.3f alone), want %.2f to %.2f: %v", what, m.Score, m.Pair, c.least, c.most, m.Reasons)
		}
	}
}

// TestManyAtOneSpot: of more places than are compared the best are, and the answer comes in time.
func TestManyAtOneSpot(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for n := range 500 {
		f := record("Les Tilleuls", "", float64(n%40), AccuracyBuilding)
		f.Position = new(orb.Point{f.Position[0], f.Position[1] + float64(n)*1e-7})
		f.Handling = Handling{Reach: ReachNational, Code: "H0"}
		w.places[id(n+1)] = &Place{ID: id(n + 1), Status: Active, Facts: f, Territories: chains["com:13055"]}
	}
	scope, d := NewScope(ofast, DateOf(noon)), Describe(new(record("Les Tilleuls", "", 0, AccuracyBuilding)))
	for _, m := range Matches(w, &scope, &d, 0, 1000, ID{}) {
		if m.Score >= 0.5 {
			t.Errorf("one of 500 is held for it by %.3f", m.Score)
		}
	}
}

// TestAgainst: rows that are like one place take from each other, and the reasons stay in order.
func TestAgainst(t *testing.T) {
	t.Parallel()
	l := Likeness{Score: 0.9, Pair: 0.5, Reasons: []Reason{{"geometry", "près", 2}, {"name", "nom", 0.5}}}
	got := l.Against(1, "une autre ligne")
	if want := 1 / (1 + 2*(1/0.9-1)); math.Abs(got.Score-want) > 1e-12 || got.Pair != l.Pair || l.Odds() != 1 {
		t.Errorf("score %g, want %g; odds %g", got.Score, want, l.Odds())
	}
	if len(got.Reasons) != 3 || got.Reasons[1].Text != "une autre ligne" || got.Reasons[1].Weight >= 0 || len(l.Reasons) != 2 {
		t.Errorf("reasons %v, before %v", got.Reasons, l.Reasons)
	}
}
