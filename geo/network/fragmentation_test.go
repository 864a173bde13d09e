package network

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// distances returns, for all pairs of nodes that stay open, the number of ties between them, 0 for none (Floyd and Warshall).
func distances(n int, edges []Edge, closed []int, directed bool) [][]int {
	const far = 1 << 20
	d := make([][]int, n)
	for v := range d {
		d[v] = slices.Repeat([]int{far}, n)
	}
	for _, e := range edges {
		if slices.Contains(closed, e.From) || slices.Contains(closed, e.To) {
			continue
		}
		d[e.From][e.To] = 1
		if !directed {
			d[e.To][e.From] = 1
		}
	}
	for k := range n {
		for i := range n {
			for j := range n {
				d[i][j] = min(d[i][j], d[i][k]+d[k][j])
			}
		}
	}
	for i := range n {
		for j := range n {
			if d[i][j] >= far || i == j {
				d[i][j] = 0
			}
		}
	}
	return d
}

// TestFragmentationOfPairs holds both measures to their definition, pair by pair.
func TestFragmentationOfPairs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, edges := drawGraph(t, 14)
		closed := drawClosed(t, g, "closed")
		got, err := g.Fragmentation(context.Background(), closed)
		if err != nil {
			t.Fatal(err)
		}
		open, inTouch, closeness := 0, 0.0, 0.0
		for v, row := range distances(g.n, edges, closed, false) {
			if !slices.Contains(closed, v) {
				open++
			}
			for _, d := range row {
				if d > 0 {
					inTouch++
					closeness += 1 / float64(d)
				}
			}
		}
		want := Fragmentation{Nodes: open, Share: 1, Distance: 1, Overall: 1}
		if pairs := float64(open * (open - 1)); pairs > 0 {
			want.Share, want.Distance = 1-inTouch/pairs, 1-closeness/pairs
		}
		if g.n > 1 {
			want.Overall = 1 - inTouch/float64(g.n*(g.n-1))
		}
		if got.Nodes != open || got.Sources != 0 {
			t.Fatalf("%+v, want %d nodes", got, open)
		}
		sameValues(t, "fragmentation", []float64{got.Share, got.Distance, got.Overall}, []float64{want.Share, want.Distance, want.Overall})
	})
}

func TestReachOfPairs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, edges := drawGraph(t, 14)
		closed, entries := drawClosed(t, g, "closed"), drawClosed(t, g, "entries")
		got, err := g.Reach(context.Background(), entries, closed)
		if err != nil {
			t.Fatal(err)
		}
		d := distances(g.n, edges, closed, true)
		for i, entry := range entries {
			want := Reach{Entry: entry, Closed: slices.Contains(closed, entry)}
			for _, ties := range d[entry] {
				if ties > 0 {
					want.count(ties)
				}
			}
			if r := got[i]; r.Entry != entry || r.Closed != want.Closed || r.Nodes != want.Nodes || !slices.Equal(r.ByTies, want.ByTies) {
				t.Fatalf("%+v, want %+v", got[i], want)
			}
		}
	})
}

// TestReachOfManyEntries has more entries than one word has bits.
func TestReachOfManyEntries(t *testing.T) {
	t.Parallel()
	g := chain(t, 300)
	entries := make([]int, g.n)
	for v := range entries {
		entries[v] = v
	}
	got, err := g.Reach(context.Background(), entries, []int{200})
	if err != nil {
		t.Fatal(err)
	}
	for v, r := range got {
		want := 299 - v
		if v < 200 {
			want = 199 - v
		} else if v == 200 {
			want = 0
		}
		if r.Nodes != want || r.Closed != (v == 200) || len(r.ByTies) != want {
			t.Errorf("%+v, want %d nodes", r, want)
		}
	}
}
