package network

import (
	"math"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"pgregory.net/rapid"
)

func TestBadEdgesAreNamed(t *testing.T) {
	t.Parallel()
	good := Edge{0, 1, 1}
	for _, bad := range []struct {
		n     int
		edges []Edge
		field string
	}{
		{-1, nil, "n"},
		{0, []Edge{good}, "edges[0].from"},
		{3, []Edge{good, {-1, 0, 1}}, "edges[1].from"},
		{3, []Edge{good, {0, 3, 1}}, "edges[1].to"},
		{3, []Edge{good, good, {2, 2, 1}}, "edges[2].to"},
		{3, []Edge{{0, 1, 0}}, "edges[0].strength"},
		{3, []Edge{{0, 1, -1}}, "edges[0].strength"},
		{3, []Edge{{0, 1, math.NaN()}}, "edges[0].strength"},
		{3, []Edge{{0, 1, math.Inf(1)}}, "edges[0].strength"},
		{3, []Edge{{0, 1, math.SmallestNonzeroFloat64}}, "edges[0].strength"},
		{3, []Edge{{0, 1, MaxStrength}, {0, 1, MaxStrength}}, "edges"},
	} {
		_, err := New(bad.n, bad.edges)
		if dealmap.KindOf(err) != dealmap.KindInvalid || !strings.Contains(err.Error(), bad.field+" :") {
			t.Errorf("%d nodes, %v: %v, want an error on %s", bad.n, bad.edges, err, bad.field)
		}
	}
}

// TestDegreesCountEdges holds degrees to the edges, in whatever order these come.
func TestDegreesCountEdges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, edges := drawGraph(t, 12)
		again, err := New(g.n, rapid.Permutation(edges).Draw(t, "permuted"))
		if err != nil {
			t.Fatal(err)
		}
		ties := 0
		degrees := again.Degrees()
		for v, d := range g.Degrees() {
			out, in, both := map[int]float64{}, map[int]float64{}, map[int]bool{}
			want := Degree{}
			for _, e := range edges {
				if e.From == v {
					out[e.To] += e.Strength
					both[e.To] = true
					want.StrengthOut += e.Strength
				}
				if e.To == v {
					in[e.From] += e.Strength
					both[e.From] = true
					want.StrengthIn += e.Strength
				}
			}
			want.Out, want.In, want.Neighbours = len(out), len(in), len(both)
			ties += len(out)
			if d != want || degrees[v] != want {
				t.Fatalf("degree of %d is %+v, want %+v", v, d, want)
			}
		}
		if g.Ties() != ties {
			t.Fatalf("%d ties, want %d", g.Ties(), ties)
		}
	})
}
