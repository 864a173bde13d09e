package network

import (
	"math"
	"slices"

	"pgregory.net/rapid"
)

// drawGraph draws a small graph, often with parallel ties, and the edges that it was made of.
func drawGraph(t *rapid.T, most int) (*Graph, []Edge) {
	n := rapid.IntRange(0, most).Draw(t, "n")
	var edges []Edge
	if n > 1 {
		edges = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Edge {
			from := rapid.IntRange(0, n-1).Draw(t, "from")
			to := (from + rapid.IntRange(1, n-1).Draw(t, "by")) % n
			return Edge{from, to, float64(rapid.IntRange(1, 8).Draw(t, "strength"))}
		}), 0, 3*n).Draw(t, "edges")
	}
	g, err := New(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g, edges
}

// drawClosed draws nodes of g, now and then the same twice.
func drawClosed(t *rapid.T, g *Graph, label string) []int {
	if g.n == 0 {
		return nil
	}
	return rapid.SliceOfN(rapid.IntRange(0, g.n-1), 0, g.n).Draw(t, label)
}

func near(a, b float64) bool {
	return math.Abs(a-b) <= 1e-9*max(1, math.Abs(a), math.Abs(b))
}

// failer is a test or a property.
type failer interface {
	Helper()
	Errorf(string, ...any)
	Fatal(...any)
}

func sameValues(t failer, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for v := range got {
		if !near(got[v], want[v]) {
			t.Errorf("%s of %d: %v, want %v", what, v, got[v], want[v])
		}
	}
}

// sameParts compares groups with parts whose members rise.
func sameParts(t failer, what string, got Groups, want [][]int) {
	t.Helper()
	members := got.Members()
	slices.SortFunc(members, slices.Compare)
	want = slices.SortedFunc(slices.Values(want), slices.Compare)
	if !slices.EqualFunc(members, want, slices.Equal) {
		t.Errorf("%s %v, want %v", what, members, want)
	}
	if !slices.IsSortedFunc(got.Sizes, func(a, b int) int { return b - a }) {
		t.Errorf("%s: sizes %v do not fall", what, got.Sizes)
	}
}
