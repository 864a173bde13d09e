package network

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/community"
	"gonum.org/v1/gonum/graph/network"
	"gonum.org/v1/gonum/graph/path"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
	"pgregory.net/rapid"
)

// weightedGraph is what gonum's functions want to be weighted, with lengths or strengths.
type weightedGraph interface {
	graph.Weighted
	SetWeightedEdge(graph.WeightedEdge)
	AddNode(graph.Node)
}

func fill(g *Graph, to weightedGraph, a *arcs, weights []float64) {
	for v := range g.n {
		to.AddNode(simple.Node(v))
	}
	for v := range g.n {
		for k := a.first[v]; k < a.first[v+1]; k++ {
			to.SetWeightedEdge(simple.WeightedEdge{F: simple.Node(v), T: simple.Node(a.to[k]), W: weights[k]})
		}
	}
}

func gonumDirected(g *Graph) *simple.WeightedDirectedGraph {
	d := simple.NewWeightedDirectedGraph(0, math.Inf(1))
	fill(g, d, &g.out, g.out.length)
	return d
}

func gonumUndirected(g *Graph, weights []float64, absent float64) *simple.WeightedUndirectedGraph {
	u := simple.NewWeightedUndirectedGraph(0, absent)
	fill(g, u, &g.both, weights)
	return u
}

// TestBetweennessIsGonums compares with gonum, which leaves zeros out and counts every pair of an undirected graph twice.
func TestBetweennessIsGonums(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, _ := drawGraph(t, 14)
		directed, undirected := gonumDirected(g), gonumUndirected(g, g.both.length, math.Inf(1))
		check := func(o BetweennessOptions, want map[int64]float64, factor float64) {
			got, err := g.Betweenness(context.Background(), o, nil)
			if err != nil {
				t.Fatal(err)
			}
			full := make([]float64, g.n)
			for v := range full {
				full[v] = want[int64(v)] * factor
			}
			sameValues(t, "betweenness", got, full)
		}
		check(BetweennessOptions{Directed: true}, network.Betweenness(directed), 1)
		check(BetweennessOptions{}, network.Betweenness(undirected), 0.5)
	})
}

// TestWeightedBetweennessIsGonums draws strengths whose inverses add up exactly, as gonum finds equal ways by adding otherwise.
func TestWeightedBetweennessIsGonums(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn, edges := drawGraph(t, 10)
		once, used := map[[2]int]bool{}, []Edge(nil)
		for _, e := range edges {
			pair := [2]int{min(e.From, e.To), max(e.From, e.To)}
			if !once[pair] {
				once[pair] = true
				used = append(used, Edge{e.From, e.To, math.Exp2(-math.Floor(e.Strength / 3))})
			}
		}
		g, err := New(drawn.n, used)
		if err != nil {
			t.Fatal(err)
		}
		check := func(o BetweennessOptions, d graph.Graph, w weightedGraph, factor float64) {
			got, err := g.Betweenness(context.Background(), o, nil)
			if err != nil {
				t.Fatal(err)
			}
			want := network.BetweennessWeighted(w, path.DijkstraAllPaths(d))
			full := make([]float64, g.n)
			for v := range full {
				full[v] = want[int64(v)] * factor
			}
			sameValues(t, "weighted betweenness", got, full)
		}
		directed, undirected := gonumDirected(g), gonumUndirected(g, g.both.length, math.Inf(1))
		check(BetweennessOptions{Directed: true, Weighted: true}, directed, directed, 1)
		check(BetweennessOptions{Weighted: true}, undirected, undirected, 0.5)
	})
}

func TestComponentsAreGonums(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, _ := drawGraph(t, 20)
		parts := func(components [][]graph.Node) [][]int {
			all := make([][]int, len(components))
			for i, c := range components {
				for _, v := range c {
					all[i] = append(all[i], int(v.ID()))
				}
				slices.Sort(all[i])
			}
			return all
		}
		sameParts(t, "weak components", g.Weak(), parts(topo.ConnectedComponents(gonumUndirected(g, g.both.length, 0))))
		sameParts(t, "strong components", g.Strong(), parts(topo.TarjanSCC(gonumDirected(g))))
	})
}

// TestModularityIsGonums compares Q with gonum's, and how good the groups are with those that gonum finds.
func TestModularityIsGonums(t *testing.T) {
	t.Parallel()
	worse := 0
	rapid.Check(t, func(t *rapid.T) {
		g, _ := drawGraph(t, 24)
		c, err := g.Communities(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if g.Ties() == 0 {
			if c.Modularity != 0 || c.Count() != g.n {
				t.Fatalf("without ties: %+v", c)
			}
			return
		}
		var groups [][]graph.Node
		for _, members := range c.Members() {
			nodes := make([]graph.Node, len(members))
			for i, v := range members {
				nodes[i] = simple.Node(v)
			}
			groups = append(groups, nodes)
		}
		u := gonumUndirected(g, g.both.strength, 0)
		if want := community.Q(u, groups, 1); !near(c.Modularity, want) {
			t.Fatalf("modularity %v, want %v", c.Modularity, want)
		}
		theirs := community.Q(u, community.Modularize(u, 1, rand.NewPCG(1, 2)).Communities(), 1)
		if c.Modularity < theirs-0.1 {
			t.Fatalf("modularity %v, gonum finds %v", c.Modularity, theirs)
		}
		if c.Modularity < theirs-0.02 {
			worse++
		}
	})
	if worse > 10 {
		t.Errorf("groups are worse than gonum's %d times", worse)
	}
}

func TestPathsAreGonums(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, _ := drawGraph(t, 14)
		if g.n == 0 {
			return
		}
		from, to := rapid.IntRange(0, g.n-1).Draw(t, "a"), rapid.IntRange(0, g.n-1).Draw(t, "b")
		for _, directed := range []bool{true, false} {
			var d graph.Graph = gonumUndirected(g, g.both.length, math.Inf(1))
			if directed {
				d = gonumDirected(g)
			}
			strong, err := g.StrongestPath(from, to, directed)
			if err != nil {
				t.Fatal(err)
			}
			short, err := g.ShortestPath(from, to, directed)
			if err != nil {
				t.Fatal(err)
			}
			_, length := path.DijkstraFrom(simple.Node(from), d).To(int64(to))
			_, ties := path.DijkstraFrom(simple.Node(from), unweighted{d}).To(int64(to))
			found := !math.IsInf(length, 1)
			if strong.Found != found || short.Found != found {
				t.Fatalf("found %v and %v, want %v", strong.Found, short.Found, found)
			}
			if found && (!near(strong.Length, length) || short.Ties != int(ties)) {
				t.Fatalf("%+v and %+v, want length %v and %v ties", strong, short, length, ties)
			}
			walks(t, g, strong, from, to, directed)
			walks(t, g, short, from, to, directed)
		}
	})
}

// unweighted hides the weights of a graph.
type unweighted struct{ graph.Graph }

// walks checks that a path goes along ties from one end to the other, and what it says of itself.
func walks(t failer, g *Graph, p Path, from, to int, directed bool) {
	t.Helper()
	if !p.Found {
		if len(p.Nodes) > 0 || p.Ties != 0 || p.Length != 0 {
			t.Errorf("no path, yet %+v", p)
		}
		return
	}
	a, length := &g.both, 0.0
	if directed {
		a = &g.out
	}
	for i, v := range p.Nodes[1:] {
		at := slices.Index(a.row(int32(p.Nodes[i])), int32(v))
		if at < 0 {
			t.Errorf("%v goes where no tie is", p.Nodes)
			return
		}
		length += a.length[int(a.first[p.Nodes[i]])+at]
	}
	if p.Nodes[0] != from || p.Nodes[len(p.Nodes)-1] != to || p.Ties != len(p.Nodes)-1 || !near(p.Length, length) {
		t.Errorf("%+v from %d to %d", p, from, to)
	}
}
