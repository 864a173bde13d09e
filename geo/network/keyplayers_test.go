package network

import (
	"context"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestKeyPlayersAreTheBest compares with all sets of small graphs, and the quick way with the best.
func TestKeyPlayersAreTheBest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, _ := drawGraph(t, 9)
		if g.n == 0 {
			return
		}
		k := rapid.IntRange(1, min(g.n, 4)).Draw(t, "k")
		got, err := g.KeyPlayers(context.Background(), k, nil)
		if err != nil {
			t.Fatal(err)
		}
		best, most := []int(nil), -1.0
		for set := range sets(g.n, k) {
			rest, _ := g.without(set)
			if s := share(rest.Weak().pairs(), rest.n); s > most {
				best, most = slices.Clone(set), s
			}
		}
		if !got.Exact || !slices.Equal(got.Nodes, best) || !near(got.Share, most) {
			t.Fatalf("%+v, want %v with %v", got, best, most)
		}
		p := &players{ctx: context.Background(), graph: g, search: newSearch(&g.both), gone: make([]bool, g.n), lost: make([]int64, g.n)}
		if err := p.improve(k); err != nil {
			t.Fatal(err)
		}
		rest, _ := g.without(p.best)
		if p.inTouch != rest.Weak().pairs() || rest.n != g.n-k {
			t.Fatalf("%v leaves %d pairs, not %d", p.best, rest.Weak().pairs(), p.inTouch)
		}
		if quick := share(p.inTouch, rest.n); quick > most || k == 1 && quick != most {
			t.Fatalf("%v has %v, the best %v", p.best, quick, most)
		}
	})
}

// sets yields all sets of k of n numbers, in lexicographic order.
func sets(n, k int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		var from func(set []int) bool
		from = func(set []int) bool {
			if len(set) == k {
				return yield(set)
			}
			first := 0
			if len(set) > 0 {
				first = set[len(set)-1] + 1
			}
			for v := first; v < n; v++ {
				if !from(append(set, v)) {
					return false
				}
			}
			return true
		}
		from(nil)
	}
}

func TestKeyPlayersOfALargeNetwork(t *testing.T) {
	t.Parallel()
	g := supply(t, 5000, 15000)
	last := 0
	got, err := g.KeyPlayers(context.Background(), 10, func(done, total int) {
		if done < last || done > total {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
	})
	if err != nil || got.Exact || len(got.Nodes) != 10 || !slices.IsSorted(got.Nodes) {
		t.Fatalf("%+v: %v", got, err)
	}
	again, err := g.KeyPlayers(context.Background(), 10, nil)
	if err != nil || !slices.Equal(again.Nodes, got.Nodes) {
		t.Errorf("%+v the second time: %v", again, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := g.KeyPlayers(ctx, 10, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
