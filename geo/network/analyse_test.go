package network

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"
)

// shapes are graphs at the edge of what can be asked.
func shapes(t *testing.T) map[string]*Graph {
	t.Helper()
	made := map[string]*Graph{"supply": supply(t, 200, 600), "chain": chain(t, 300)}
	add := func(name string, n int, edges []Edge) {
		g, err := New(n, edges)
		if err != nil {
			t.Fatal(err)
		}
		made[name] = g
	}
	add("empty", 0, nil)
	add("one node", 1, nil)
	add("no tie", 5, nil)
	add("one tie", 2, []Edge{{0, 1, 3}})
	add("disconnected", 7, []Edge{{0, 1, 1}, {1, 0, 1}, {2, 3, 1}, {3, 4, 2}, {4, 2, 3}})
	var complete, hub []Edge
	for i := range 40 {
		for j := range 40 {
			if i != j {
				complete = append(complete, Edge{i, j, float64(1 + (i*j)%5)})
			}
		}
	}
	add("complete", 40, complete)
	for v := 1; v <= 10_000; v++ {
		hub = append(hub, Edge{0, v, float64(1 + v%7)})
	}
	add("hub", 10_001, hub)
	return made
}

func TestAnalyseAnyShape(t *testing.T) {
	t.Parallel()
	for name, g := range shapes(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := AnalyseOptions{Weighted: true, KeyPlayers: 2}
			if g.n > 1000 {
				o.Pivots = 40
			}
			a, err := g.Analyse(context.Background(), o, nil)
			if err != nil {
				t.Fatal(err)
			}
			finite(t, "directed betweenness", a.Directed...)
			finite(t, "undirected betweenness", a.Undirected...)
			finite(t, "normalised betweenness", Normalised(a.Undirected, false)...)
			f := a.Fragmentation
			finite(t, "fragmentation", f.Share, f.Distance, f.Overall, a.KeyPlayers.Share, 1+a.Communities.Modularity)
			if f.Share > 1 || f.Distance > 1 || f.Distance < f.Share || len(a.KeyPlayers.Nodes) != min(2, g.n) || a.Exact != (o.Pivots == 0) {
				t.Errorf("%+v, %+v", f, a.KeyPlayers)
			}
			for _, groups := range []Groups{a.Weak, a.Strong, a.Communities.Groups} {
				if len(groups.Of) != g.n || groups.pairs() > int64(g.n)*int64(g.n) {
					t.Errorf("%+v", groups)
				}
			}
			again, err := g.Analyse(context.Background(), o, nil)
			if err != nil || !reflect.DeepEqual(a, again) {
				t.Errorf("the second analysis differs: %v", err)
			}
			whatIf(t, g)
		})
	}
}

// whatIf closes each of the first nodes of g.
func whatIf(t *testing.T, g *Graph) {
	t.Helper()
	for v := range min(g.n, 2) {
		w, err := g.WhatIf(context.Background(), WhatIfOptions{Closed: []int{v}, Entries: []int{0}, Weighted: true, Top: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []State{w.Before, w.After} {
			finite(t, "fragmentation", s.Fragmentation.Share, s.Fragmentation.Distance, s.Fragmentation.Overall)
		}
		for _, c := range w.Ranking {
			finite(t, "ranking", c.Before, c.After)
		}
	}
}

func TestAnalyseHubAndComplete(t *testing.T) {
	t.Parallel()
	made := shapes(t)
	hub, err := made["hub"].Analyse(context.Background(), AnalyseOptions{Pivots: 1, KeyPlayers: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(hub.Cuts.Articulations) != 1 || hub.Cuts.Articulations[0].Pieces != 10_000 || len(hub.Cuts.Bridges) != 10_000 || hub.KeyPlayers.Nodes[0] != 0 || hub.KeyPlayers.Share != 1 {
		t.Errorf("hub: %d articulation points, %d bridges, %+v", len(hub.Cuts.Articulations), len(hub.Cuts.Bridges), hub.KeyPlayers)
	}
	complete, err := made["complete"].Analyse(context.Background(), AnalyseOptions{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(complete.Cuts.Articulations) != 0 || complete.Fragmentation.Distance != 0 || complete.Strong.Count() != 1 {
		t.Errorf("complete: %+v, %+v", complete.Cuts, complete.Fragmentation)
	}
	sameValues(t, "betweenness in the complete graph", complete.Undirected, make([]float64, 40))
}

// TestCommunitiesAreConnected and that two cliques on one tie are two communities.
func TestCommunitiesAreConnected(t *testing.T) {
	t.Parallel()
	g := supply(t, 2000, 6000)
	c, err := g.Communities(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	labels := make([]int32, g.n)
	for v, group := range c.Of {
		labels[v] = int32(group)
	}
	if parted := newGroups(g.connected(labels)); parted.Count() != c.Count() {
		t.Errorf("%d communities fall into %d", c.Count(), parted.Count())
	}
	var edges []Edge
	for i := range 10 {
		for j := range i {
			if i/5 == j/5 {
				edges = append(edges, Edge{i, j, 1})
			}
		}
	}
	two, err := New(10, append(edges, Edge{0, 9, 1}))
	if err != nil {
		t.Fatal(err)
	}
	c, err = two.Communities(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	sameParts(t, "communities", c.Groups, [][]int{{0, 1, 2, 3, 4}, {5, 6, 7, 8, 9}})
}

func TestAnalyseProgressAndCancel(t *testing.T) {
	t.Parallel()
	g := supply(t, 2000, 6000)
	stages := []string{StageComponents, StageCommunities, StageFragmentation, StageKeyPlayers, StageDirected}
	for _, until := range stages {
		ctx, cancel := context.WithCancel(context.Background())
		seen := map[string]bool{}
		var since time.Time
		_, err := g.Analyse(ctx, AnalyseOptions{Weighted: true, KeyPlayers: 20}, func(stage string, done, total int) {
			seen[stage] = true
			if done > total {
				t.Errorf("%s: %d of %d", stage, done, total)
			}
			if stage == until && since.IsZero() {
				since = time.Now()
				cancel()
			}
		})
		cancel()
		if took := time.Since(since); !errors.Is(err, context.Canceled) || took > 5*time.Second {
			t.Errorf("cancelled at %s: %v after %v", until, err, took)
		}
		if !seen[until] {
			t.Errorf("no progress of %s", until)
		}
	}
}
