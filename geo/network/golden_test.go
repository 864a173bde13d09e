package network

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// published holds the networks that testdata/golden.py read; they are not part of the repository.
const published = "../../../shared/data/networks"

type goldenBetweenness struct{ Plain, PlainNormalised, Weighted, WeightedNormalised []float64 }

type goldenPath struct {
	From, To, Ties int
	Length         float64
}

type goldenNetwork struct {
	Nodes, Ties             int
	Weak, Strong            [][]int
	In, Out, Neighbours     []int
	StrengthIn, StrengthOut []float64
	Directed, Undirected    goldenBetweenness
	Articulations           []int
	Bridges                 [][2]int
	Fragmentation           []struct {
		Closed                   []int
		Components               int
		Share, Distance, Overall float64
	}
	KeyPlayers                     [][]int
	DirectedPaths, UndirectedPaths []goldenPath
	Reach                          []struct {
		Entry  int
		ByTies []int
	}
	GreedyModularity float64
}

// readMatrix reads an adjacency matrix with its header; a cell above 0 is a tie.
func readMatrix(t *testing.T, path string) *Graph {
	t.Helper()
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is absent: the published networks are not part of the repository", path)
	}
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(text), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var edges []Edge
	for i, row := range rows[1:] {
		for j, cell := range row[1:] {
			strength, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			if strength > 0 {
				edges = append(edges, Edge{i, j, strength})
			}
		}
	}
	g, err := New(len(rows)-1, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestGolden compares three published networks with what NetworkX says of them.
func TestGolden(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct{ Networks map[string]goldenNetwork }
	if err := json.Unmarshal(text, &golden); err != nil {
		t.Fatal(err)
	}
	if len(golden.Networks) != 3 {
		t.Fatalf("%d golden networks, want 3", len(golden.Networks))
	}
	for name, want := range golden.Networks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := readMatrix(t, filepath.Join(published, name+".csv"))
			want.structure(t, g)
			want.Directed.compare(t, g, true)
			want.Undirected.compare(t, g, false)
			want.falling(t, g)
			want.ways(t, g)
			c, err := g.Communities(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if c.Modularity < want.GreedyModularity-0.02 {
				t.Errorf("modularity %v, greedy of NetworkX has %v", c.Modularity, want.GreedyModularity)
			}
		})
	}
}

func (want goldenNetwork) structure(t *testing.T, g *Graph) {
	if g.Nodes() != want.Nodes || g.Ties() != want.Ties {
		t.Errorf("%d nodes and %d ties, want %d and %d", g.Nodes(), g.Ties(), want.Nodes, want.Ties)
	}
	for v, d := range g.Degrees() {
		if d.In != want.In[v] || d.Out != want.Out[v] || d.Neighbours != want.Neighbours[v] ||
			!near(d.StrengthIn, want.StrengthIn[v]) || !near(d.StrengthOut, want.StrengthOut[v]) {
			t.Errorf("degree of %d is %+v", v, d)
		}
	}
	sameParts(t, "weak components", g.Weak(), want.Weak)
	sameParts(t, "strong components", g.Strong(), want.Strong)
	cuts := g.Cuts()
	var nodes []int
	for _, a := range cuts.Articulations {
		nodes = append(nodes, a.Node)
	}
	var bridges [][2]int
	for _, b := range cuts.Bridges {
		bridges = append(bridges, [2]int{b.A, b.B})
	}
	if !slices.Equal(nodes, want.Articulations) {
		t.Errorf("articulation points %v, want %v", nodes, want.Articulations)
	}
	if !slices.Equal(bridges, want.Bridges) {
		t.Errorf("bridges %v, want %v", bridges, want.Bridges)
	}
}

func (want goldenBetweenness) compare(t *testing.T, g *Graph, directed bool) {
	for _, weighted := range []bool{false, true} {
		got, err := g.Betweenness(context.Background(), BetweennessOptions{Directed: directed, Weighted: weighted}, nil)
		if err != nil {
			t.Fatal(err)
		}
		plain, normalised, what := want.Plain, want.PlainNormalised, "betweenness"
		if weighted {
			plain, normalised, what = want.Weighted, want.WeightedNormalised, "weighted betweenness"
		}
		sameValues(t, what, got, plain)
		sameValues(t, "normalised "+what, Normalised(got, directed), normalised)
	}
}

func (want goldenNetwork) falling(t *testing.T, g *Graph) {
	for _, f := range want.Fragmentation {
		got, err := g.Fragmentation(context.Background(), f.Closed)
		if err != nil {
			t.Fatal(err)
		}
		sameValues(t, "fragmentation", []float64{got.Share, got.Distance, got.Overall}, []float64{f.Share, f.Distance, f.Overall})
		w, err := g.WhatIf(context.Background(), WhatIfOptions{Closed: f.Closed})
		if err != nil {
			t.Fatal(err)
		}
		if w.After.Components != f.Components || w.After.Fragmentation != got {
			t.Errorf("closing %v leaves %+v, want %d components and %+v", f.Closed, w.After, f.Components, got)
		}
	}
	for i, nodes := range want.KeyPlayers {
		got, err := g.KeyPlayers(context.Background(), i+1, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Exact || !slices.Equal(got.Nodes, nodes) {
			t.Errorf("key players %+v, want %v", got, nodes)
		}
	}
}

func (want goldenNetwork) ways(t *testing.T, g *Graph) {
	check := func(p goldenPath, directed bool) {
		short, err := g.ShortestPath(p.From, p.To, directed)
		if err != nil {
			t.Fatal(err)
		}
		strong, err := g.StrongestPath(p.From, p.To, directed)
		if err != nil {
			t.Fatal(err)
		}
		if short.Found != (p.Ties >= 0) || strong.Found != short.Found {
			t.Errorf("%+v: found %v and %v", p, short.Found, strong.Found)
		}
		if short.Found && (short.Ties != p.Ties || !near(strong.Length, p.Length)) {
			t.Errorf("%+v: %d ties, length %v", p, short.Ties, strong.Length)
		}
	}
	for i := range want.DirectedPaths {
		check(want.DirectedPaths[i], true)
		check(want.UndirectedPaths[i], false)
	}
	for _, r := range want.Reach {
		got, err := g.Reach(context.Background(), []int{r.Entry}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got[0].ByTies, r.ByTies) {
			t.Errorf("reach of %d is %v, want %v", r.Entry, got[0].ByTies, r.ByTies)
		}
	}
}
