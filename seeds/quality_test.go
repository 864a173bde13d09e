package seeds_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/mesure5/dealmap/seeds"
	"github.com/paulmach/orb"
)

func row(list string, line int, point, estate string, change func(*seeds.TruthRow)) seeds.TruthRow {
	r := seeds.TruthRow{List: list, Line: line, Point: point, Estate: estate, At: orb.Point{5, 43}, Position: seeds.PositionDoor,
		Name: []string{seeds.NameExact}, Address: seeds.AddressExact, Kind: "street"}
	if change != nil {
		change(&r)
	}
	return r
}

func key(list string, line int) seeds.RecordKey { return seeds.RecordKey{List: list, Line: line} }

func TestEvaluate(t *testing.T) {
	t.Parallel()
	truth, err := seeds.NewTruth([]seeds.TruthRow{
		row("police", 2, "p", "e", func(r *seeds.TruthRow) { r.Building = "A" }),
		row("gendarmerie", 2, "p", "e", func(r *seeds.TruthRow) { r.Name = []string{seeds.NameBare, seeds.NameTypo} }),
		row("douanes", 2, "p", "e", func(r *seeds.TruthRow) { r.Position, r.Missing = seeds.PositionNone, []string{"position"} }),
		row("douanes", 3, "q", "e", func(r *seeds.TruthRow) { r.Building = "B" }),
		row("douanes", 4, "r", "far", func(r *seeds.TruthRow) { r.At = orb.Point{5, 44} }),
	})
	if err != nil {
		t.Fatal(err)
	}
	pairs := []seeds.Pair{
		{A: key("police", 2), B: key("gendarmerie", 2), Score: 0.9},
		{A: key("gendarmerie", 2), B: key("police", 2), Score: 0.8}, // again
		{A: key("douanes", 3), B: key("police", 2), Score: 0.8},
		{A: key("douanes", 3), B: key("gendarmerie", 2), Score: 0.8},
		{A: key("douanes", 3), B: key("douanes", 4), Score: 0.7},
		{A: key("douanes", 2), B: key("police", 2), Score: 0.2},
	}
	q, err := truth.Evaluate(pairs, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	if want := (seeds.Tally{Right: 1, Wrong: 3, Missed: 2}); q.All != want {
		t.Errorf("all: %+v, want %+v", q.All, want)
	}
	if told := q.Told(); told != (seeds.Tally{Right: 1, Wrong: 2, Missed: 2}) {
		t.Errorf("told: %+v", told)
	}
	for relation, want := range map[seeds.Relation]int{seeds.ToldNeighbours: 1, seeds.UntoldNeighbours: 1, seeds.Strangers: 1} {
		if q.Wrong[relation] != want {
			t.Errorf("%s: %d wrong, want %d", relation, q.Wrong[relation], want)
		}
	}
	for class, want := range map[seeds.Class]seeds.Tally{
		{Family: "nom", Name: seeds.NameTypo}:                 {Right: 1, Wrong: 1, Missed: 1},
		{Family: "position", Name: seeds.PositionNone}:        {Missed: 2},
		{Family: "manque", Name: "position"}:                  {Missed: 2},
		{Family: "listes", Name: "gendarmerie × police"}:      {Right: 1},
		{Family: "listes", Name: "douanes × douanes"}:         {Wrong: 1},
		{Family: "adresse", Name: seeds.AddressExact}:         {Right: 1, Wrong: 3, Missed: 2},
		{Family: "position", Name: seeds.PositionMiddle}:      {},
		{Family: "nom", Name: seeds.NameExact}:                {Right: 1, Wrong: 3, Missed: 2},
		{Family: "listes", Name: "douanes × police"}:          {Wrong: 1, Missed: 1},
		{Family: "listes", Name: "douanes × gendarmerie"}:     {Wrong: 1, Missed: 1},
		{Family: "voisins", Name: "non"}:                      {Right: 1, Wrong: 3, Missed: 2},
		{Family: "vie antérieure", Name: "oui"}:               {},
		{Family: "listes", Name: "gendarmerie × gendarmerie"}: {},
	} {
		if q.Classes[class] != want {
			t.Errorf("%v: %+v, want %+v", class, q.Classes[class], want)
		}
	}
	if got := q.Crossed[[2]string{seeds.PositionNone, seeds.NameBare}]; got != (seeds.Tally{Missed: 1}) {
		t.Errorf("crossed: %+v", got)
	}
	if p, r, f := q.All.Precision(), q.All.Recall(), q.All.F1(); p != 0.25 || math.Abs(r-1./3) > 1e-12 || math.Abs(f-2./7) > 1e-12 {
		t.Errorf("precision %g, recall %g, F1 %g", p, r, f)
	}
	for _, bad := range []seeds.Pair{{A: key("police", 2), B: key("police", 2)}, {A: key("police", 2), B: key("police", 99)}} {
		if _, err := truth.Evaluate([]seeds.Pair{bad}, 0); err == nil {
			t.Errorf("%+v was judged", bad)
		}
	}
}

func TestRelate(t *testing.T) {
	t.Parallel()
	a := row("police", 2, "p", "e", func(r *seeds.TruthRow) {
		r.Building, r.Hall, r.Number, r.Network, r.Called = "A", "hall 1", "12", "R-13-AAA", "de la Loutre"
	})
	for name, c := range map[string]struct {
		change func(*seeds.TruthRow)
		want   seeds.Relation
	}{
		"same":         {func(r *seeds.TruthRow) { r.Point, r.Building = "p", "B" }, seeds.SamePlace},
		"alike":        {func(*seeds.TruthRow) {}, seeds.UntoldNeighbours},
		"says nothing": {func(r *seeds.TruthRow) { r.Building, r.Hall, r.Number, r.Network, r.Called = "", "", "", "", "" }, seeds.UntoldNeighbours},
		"building":     {func(r *seeds.TruthRow) { r.Building = "B" }, seeds.ToldNeighbours},
		"hall":         {func(r *seeds.TruthRow) { r.Hall = "hall 2" }, seeds.ToldNeighbours},
		"number":       {func(r *seeds.TruthRow) { r.Number = "14" }, seeds.ToldNeighbours},
		"network":      {func(r *seeds.TruthRow) { r.Network = "R-13-BBB" }, seeds.ToldNeighbours},
		"own name":     {func(r *seeds.TruthRow) { r.Called = "du Loriot" }, seeds.ToldNeighbours},
		"hall or street are taken for each other": {func(r *seeds.TruthRow) { r.Kind = "four" }, seeds.UntoldNeighbours},
		"stash flat":                   {func(r *seeds.TruthRow) { r.Kind = "stash_flat" }, seeds.ToldNeighbours},
		"other estate, close":          {func(r *seeds.TruthRow) { r.Estate, r.At = "f", orb.Point{5, 43.0004} }, seeds.UntoldNeighbours},
		"other estate, 70 metres away": {func(r *seeds.TruthRow) { r.Estate, r.At = "f", orb.Point{5, 43.00063} }, seeds.Strangers},
	} {
		b := a
		b.Line, b.Point = 3, "q"
		c.change(&b)
		if got, back := seeds.Relate(&a, &b), seeds.Relate(&b, &a); got != c.want || back != c.want {
			t.Errorf("%s: %q and %q, want %q", name, got, back, c.want)
		}
	}
}

// TestMerged compares with a walk over all records, on random pairs.
func TestMerged(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(seed, 7))
	for range 50 {
		const n = 30
		var pairs []seeds.Pair
		var joined [n][n]bool
		for range rng.IntN(40) {
			a, b, score := rng.IntN(n), rng.IntN(n), rng.Float64()
			if a == b {
				continue
			}
			pairs = append(pairs, seeds.Pair{A: key("police", a), B: key("police", b), Score: score})
			if score >= 0.5 {
				joined[a][b], joined[b][a] = true, true
			}
		}
		for k := range n {
			for i := range n {
				for j := range n {
					joined[i][j] = joined[i][j] || joined[i][k] && joined[k][j]
				}
			}
		}
		want := 0
		for i := range n {
			for j := range i {
				if joined[i][j] {
					want++
				}
			}
		}
		got := seeds.Merged(pairs, 0.5)
		for _, p := range got {
			if !joined[p.A.Line][p.B.Line] {
				t.Errorf("seed %d: %+v was merged", seed, p)
			}
		}
		if len(got) != want {
			t.Errorf("seed %d: %d pairs merged, want %d", seed, len(got), want)
		}
	}
}

// TestPerfectMatcher evaluates the truth itself.
func TestPerfectMatcher(t *testing.T) {
	t.Parallel()
	truth := seeds.TruthOf(lists(t))
	by := map[string][]seeds.RecordKey{}
	eachRecord(t, func(_ string, r *seeds.ServiceRecord) { by[r.Truth.Point] = append(by[r.Truth.Point], r.Truth.Key()) })
	var pairs []seeds.Pair
	for _, keys := range by {
		for i := range keys {
			for j := range i {
				pairs = append(pairs, seeds.Pair{A: keys[i], B: keys[j], Score: 1})
			}
		}
	}
	q, err := truth.Evaluate(pairs, 1)
	if err != nil || q.All != (seeds.Tally{Right: len(pairs)}) || len(pairs) < somePoints/2 {
		t.Errorf("seed %d: %+v of %d pairs (%v)", seed, q, len(pairs), err)
	}
	if q, err = truth.Evaluate(pairs, 2); err != nil || q.All != (seeds.Tally{Missed: len(pairs)}) || q.All.Precision() != 1 {
		t.Errorf("seed %d: %+v (%v)", seed, q, err)
	}
}
