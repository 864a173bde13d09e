package network

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/mesure5/dealmap"
	"pgregory.net/rapid"
)

// TestWhatIfIsTheNetworkWithoutThem holds every part of a what-if to the measures of the graph made anew without closed nodes.
func TestWhatIfIsTheNetworkWithoutThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, edges := drawGraph(t, 14)
		o := WhatIfOptions{Closed: drawClosed(t, g, "closed"), Entries: drawClosed(t, g, "entries"), Top: rapid.IntRange(0, 5).Draw(t, "top"),
			Directed: rapid.Bool().Draw(t, "directed"), Weighted: rapid.Bool().Draw(t, "weighted")}
		w, err := g.WhatIf(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		base, err := g.NewBase(context.Background(), o.Directed, o.Weighted, nil)
		if err != nil {
			t.Fatal(err)
		}
		o.Base = base
		if again, err := g.WhatIf(context.Background(), o); err != nil || !reflect.DeepEqual(w, again) {
			t.Fatalf("with its base: %+v, without: %+v (%v)", again, w, err)
		}
		var left []Edge
		for _, e := range edges {
			if !slices.Contains(o.Closed, e.From) && !slices.Contains(o.Closed, e.To) {
				left = append(left, e)
			}
		}
		anew, err := New(g.n, left)
		if err != nil {
			t.Fatal(err)
		}
		// Here a closed node stays, as a component of its own.
		shut := len(w.Closed)
		weak := anew.Weak()
		if !w.Exact || w.Pivots != 0 || w.After.Components != weak.Count()-shut || w.After.Ties != anew.Ties() || w.After.Nodes != g.n-shut {
			t.Fatalf("after %+v: %+v", o.Closed, w.After)
		}
		if w.Before.Components != g.Weak().Count() || w.Before.Nodes != g.n || w.Before.Fragmentation.Share > w.Before.Fragmentation.Distance {
			t.Fatalf("before: %+v", w.Before)
		}
		values, err := anew.Betweenness(context.Background(), BetweennessOptions{Directed: o.Directed, Weighted: o.Weighted}, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range w.Ranking {
			if c.Closed != slices.Contains(o.Closed, c.Node) || c.Closed != (c.RankAfter == 0) || !near(c.After, values[c.Node]) || c.Change != c.After-c.Before {
				t.Fatalf("%+v, want %v after", c, values[c.Node])
			}
			if c.RankBefore > o.Top && (c.RankAfter > o.Top || c.Closed) {
				t.Fatalf("%+v is in no top %d", c, o.Top)
			}
		}
		for _, v := range w.Isolated {
			if anew.both.degree(v) > 0 || g.both.degree(v) == 0 || slices.Contains(o.Closed, v) {
				t.Fatalf("%d is not isolated by closing %v", v, o.Closed)
			}
		}
		largest := g.Weak().Members()
		for _, v := range w.CutOff {
			if !slices.Contains(largest[0], v) || slices.Contains(o.Closed, v) {
				t.Fatalf("%d is cut off by closing %v", v, o.Closed)
			}
		}
		if len(largest) > 0 {
			pieces := map[int]int{}
			open := 0
			for _, v := range largest[0] {
				if !slices.Contains(o.Closed, v) {
					pieces[weak.Of[v]]++
					open++
				}
			}
			main := 0
			for _, size := range pieces {
				main = max(main, size)
			}
			if len(w.CutOff) != open-main {
				t.Fatalf("%v cut off, want %d nodes", w.CutOff, open-main)
			}
		}
	})
}

func TestWhatIfOfAHub(t *testing.T) {
	t.Parallel()
	// One entry supplies hub 1, which supplies 2, 3 and 4; 5 and 6 trade apart.
	g, err := New(7, []Edge{{0, 1, 5}, {1, 2, 1}, {1, 3, 1}, {1, 4, 1}, {5, 6, 2}})
	if err != nil {
		t.Fatal(err)
	}
	w, err := g.WhatIf(context.Background(), WhatIfOptions{Closed: []int{1, 1}, Entries: []int{0}, Directed: true, Weighted: true, Top: 3})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(w.Closed, []int{1}) || !slices.Equal(w.CutOff, []int{2, 3, 4}) || !slices.Equal(w.Isolated, []int{0, 2, 3, 4}) {
		t.Errorf("closed %v, cut off %v, isolated %v", w.Closed, w.CutOff, w.Isolated)
	}
	if w.Before.Components != 2 || w.Before.Largest != 5 || w.After.Components != 5 || w.After.Largest != 2 || w.After.Isolated != 4 {
		t.Errorf("before %+v, after %+v", w.Before, w.After)
	}
	if r := w.Reach[0]; r.Before.Nodes != 4 || !slices.Equal(r.Before.ByTies, []int{1, 3}) || r.After.Nodes != 0 || r.After.Closed {
		t.Errorf("reach %+v", r)
	}
	if want := []RankChange{{Node: 1, Closed: true, RankBefore: 1, Before: 3, Change: -3}}; !slices.Equal(w.Ranking, want) {
		t.Errorf("ranking %+v", w.Ranking)
	}
}

func TestBaseOfAnother(t *testing.T) {
	t.Parallel()
	g, ctx := chain(t, 4), context.Background()
	base, err := g.NewBase(ctx, true, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.WhatIf(ctx, WhatIfOptions{Base: base}); dealmap.KindOf(err) != dealmap.KindInvalid {
		t.Errorf("other options: %v", err)
	}
	if _, err := chain(t, 4).WhatIf(ctx, WhatIfOptions{Base: base, Directed: true}); dealmap.KindOf(err) != dealmap.KindInvalid {
		t.Errorf("another graph: %v", err)
	}
}

// TestWhatIfOfALargeNetwork estimates, says so, and serves many at once from one base.
func TestWhatIfOfALargeNetwork(t *testing.T) {
	t.Parallel()
	g := supply(t, 3000, 9000)
	base, err := g.NewBase(context.Background(), false, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	told := make([]string, 4)
	for i := range told {
		group.Go(func() {
			w, err := g.WhatIf(context.Background(), WhatIfOptions{Closed: []int{6, 7}, Entries: []int{0, 1}, Weighted: true, Top: 10, Base: base})
			if err != nil {
				t.Error(err)
				return
			}
			if w.Exact || w.Pivots == 0 || w.Pivots >= g.n || len(w.Ranking) < 10 {
				t.Errorf("exact %v, %d pivots, %d ranked", w.Exact, w.Pivots, len(w.Ranking))
			}
			told[i] = fmt.Sprintf("%+v", *w)
		})
	}
	group.Wait()
	for _, other := range told[1:] {
		if other != told[0] {
			t.Error("the same closing told otherwise")
		}
	}
}

// TestWhatIfClosesTheSources closes every node from which the ranking is estimated.
func TestWhatIfClosesTheSources(t *testing.T) {
	t.Parallel()
	g := supply(t, 3000, 9000)
	base, err := g.NewBase(context.Background(), true, true, nil)
	if err != nil {
		t.Fatal(err)
	}
	var closed []int
	for _, v := range base.ranked.there.nodes {
		closed = append(closed, int(v))
	}
	w, err := g.WhatIf(context.Background(), WhatIfOptions{Closed: closed, Directed: true, Weighted: true, Top: 5, Base: base})
	if err != nil || len(w.Ranking) == 0 {
		t.Fatalf("%+v: %v", w, err)
	}
	closed = closed[:0]
	for v := range g.n {
		closed = append(closed, v)
	}
	w, err = g.WhatIf(context.Background(), WhatIfOptions{Closed: closed, Entries: []int{0}, Directed: true, Weighted: true, Top: 5, Base: base})
	if err != nil || w.After.Nodes != 0 || w.After.Fragmentation.Share != 1 || !w.Reach[0].After.Closed {
		t.Fatalf("all closed: %+v: %v", w, err)
	}
}

func TestEqualValuesShareARank(t *testing.T) {
	t.Parallel()
	if got, want := ranks([]float64{1, 3, 0, 3 * (1 - 1e-13), 0}), []int{3, 1, 4, 1, 4}; !slices.Equal(got, want) {
		t.Errorf("ranks %v, want %v", got, want)
	}
}

func TestNodesThatAreNot(t *testing.T) {
	t.Parallel()
	g, ctx := chain(t, 3), context.Background()
	_, inFragmentation := g.Fragmentation(ctx, []int{3})
	_, inEntries := g.Reach(ctx, []int{-1}, nil)
	_, inClosed := g.Reach(ctx, nil, []int{7})
	_, inFrom := g.ShortestPath(9, 0, true)
	_, inTo := g.StrongestPath(0, -2, false)
	_, inWhatIf := g.WhatIf(ctx, WhatIfOptions{Closed: []int{3}})
	_, inTop := g.WhatIf(ctx, WhatIfOptions{Top: -1})
	_, few := g.KeyPlayers(ctx, 0, nil)
	_, many := g.KeyPlayers(ctx, 4, nil)
	_, pivots := g.Analyse(ctx, AnalyseOptions{Pivots: -1}, nil)
	for i, err := range []error{inFragmentation, inEntries, inClosed, inFrom, inTo, inWhatIf, inTop, few, many, pivots} {
		if dealmap.KindOf(err) != dealmap.KindInvalid {
			t.Errorf("case %d: %v", i, err)
		}
	}
}

// TestWhatIfFromWhatIsKnown is told the exact ranking, and estimates only what changes.
func TestWhatIfFromWhatIsKnown(t *testing.T) {
	t.Parallel()
	g, ctx := supply(t, 2000, 6000), context.Background()
	known := between(t, g, BetweennessOptions{Weighted: true})
	if _, err := g.NewBase(ctx, false, true, known[1:]); dealmap.KindOf(err) != dealmap.KindInvalid {
		t.Errorf("of fewer nodes: %v", err)
	}
	base, err := g.NewBase(ctx, false, true, known)
	if err != nil {
		t.Fatal(err)
	}
	closed := slices.Index(known, slices.Max(known))
	w, err := g.WhatIf(ctx, WhatIfOptions{Closed: []int{closed}, Weighted: true, Top: 10, Base: base})
	if err != nil || w.Exact {
		t.Fatalf("exact %v: %v", w.Exact, err)
	}
	rest, kept := g.without([]int{closed})
	after, wrong, all := between(t, rest, BetweennessOptions{Weighted: true}), 0.0, 0.0
	for _, c := range w.Ranking {
		if c.Before != known[c.Node] {
			t.Errorf("%+v, known to be %v before", c, known[c.Node])
		}
		if !c.Closed {
			at := slices.Index(kept, c.Node)
			wrong, all = wrong+math.Abs(c.After-after[at]), all+after[at]
		}
	}
	if wrong > all/5 {
		t.Errorf("wrong by %v of %v", wrong, all)
	}
}
