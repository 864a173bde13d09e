package network

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestCutsByRemoving takes every node and every tie of small graphs away and counts components.
func TestCutsByRemoving(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, edges := drawGraph(t, 14)
		weak, want := g.Weak(), Cuts{}
		for v := range g.n {
			rest, _ := g.without([]int{v})
			left := rest.Weak()
			pieces := left.Count() - weak.Count() + 1
			if pieces < 2 {
				continue
			}
			a := Articulation{Node: v, Pieces: pieces}
			largest, size := 0, map[int]int{}
			for i, group := range left.Of {
				old := i
				if i >= v {
					old++
				}
				if weak.Of[old] == weak.Of[v] {
					size[group]++
					largest = max(largest, size[group])
				}
			}
			a.CutOff = weak.Sizes[weak.Of[v]] - 1 - largest
			want.Articulations = append(want.Articulations, a)
		}
		for v := range g.n {
			for _, u := range g.both.row(int32(v)) {
				if int(u) < v {
					continue
				}
				var others []Edge
				for _, e := range edges {
					if !(e.From == v && e.To == int(u) || e.From == int(u) && e.To == v) {
						others = append(others, e)
					}
				}
				rest, err := New(g.n, others)
				if err != nil {
					t.Fatal(err)
				}
				if left := rest.Weak(); left.Count() > weak.Count() {
					side := left.Sizes[left.Of[v]]
					want.Bridges = append(want.Bridges, Bridge{A: v, B: int(u), CutOff: min(side, left.Sizes[left.Of[u]])})
				}
			}
		}
		got := g.Cuts()
		if !slices.Equal(got.Articulations, want.Articulations) || !slices.Equal(got.Bridges, want.Bridges) {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}

// chain ties every node to the next.
func chain(t testing.TB, n int) *Graph {
	t.Helper()
	edges := make([]Edge, n-1)
	for v := range edges {
		edges[v] = Edge{v, v + 1, 1}
	}
	g, err := New(n, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestCutsOfALongChain(t *testing.T) {
	t.Parallel()
	g := chain(t, 100_000)
	c := g.Cuts()
	if len(c.Articulations) != g.n-2 || len(c.Bridges) != g.n-1 {
		t.Errorf("%d articulation points and %d bridges", len(c.Articulations), len(c.Bridges))
	}
	if got := g.Strong(); got.Count() != g.n {
		t.Errorf("%d strong components", got.Count())
	}
	if got := c.Bridges[49_999]; got.CutOff != 50_000 {
		t.Errorf("the middle bridge %+v", got)
	}
}
