package network

import (
	"context"
	"errors"
	"math"
	"runtime"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func between(t testing.TB, g *Graph, o BetweennessOptions) []float64 {
	t.Helper()
	values, err := g.Betweenness(context.Background(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// TestBetweennessOnAnyProcessors is not parallel: it changes the number of processors.
func TestBetweennessOnAnyProcessors(t *testing.T) {
	g := supply(t, 500, 1500)
	o := BetweennessOptions{Weighted: true}
	want := between(t, g, o)
	for _, processors := range []int{1, 3, 8} {
		before := runtime.GOMAXPROCS(processors)
		got := between(t, g, o)
		runtime.GOMAXPROCS(before)
		if !slices.Equal(got, want) {
			t.Errorf("other figures on %d processors", processors)
		}
	}
}

// TestBucketsOfAnyWidthAgree walks the same graph with buckets less wide than any arc and with wider ones.
func TestBucketsOfAnyWidthAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g, _ := drawGraph(t, 20)
		for _, directed := range []bool{true, false} {
			quick, slow := newWalker(g, directed, true), newWalker(g, directed, true)
			slow.buckets = newBuckets(slow.arcs.length, rapid.IntRange(3, 20).Draw(t, "buckets"))
			a, b := make([]float64, g.n), make([]float64, g.n)
			for v := range g.n {
				quick.walk(int32(v))
				slow.walk(int32(v))
				for u := range g.n {
					if quick.reached(u) != slow.reached(u) || quick.reached(u) && (quick.marks[u].dist != slow.marks[u].dist || quick.marks[u].ways != slow.marks[u].ways) {
						t.Fatalf("from %d to %d: %+v and %+v", v, u, quick.marks[u], slow.marks[u])
					}
				}
				quick.accumulate(a)
				slow.accumulate(b)
			}
			sameValues(t, "betweenness", a, b)
		}
	})
}

// TestWideStrengths takes ties whose distances lie so far apart that one vanishes beside another.
func TestWideStrengths(t *testing.T) {
	t.Parallel()
	g, err := New(5, []Edge{{0, 1, MaxStrength}, {1, 2, 1}, {2, 3, MinStrength}, {3, 4, MaxStrength}, {1, 0, MaxStrength}})
	if err != nil {
		t.Fatal(err)
	}
	for _, directed := range []bool{true, false} {
		if !newWalker(g, directed, true).buckets.mixed {
			t.Error("narrow buckets for ties so far apart")
		}
		finite(t, "betweenness", between(t, g, BetweennessOptions{Directed: directed, Weighted: true})...)
	}
	sameValues(t, "betweenness", between(t, g, BetweennessOptions{Weighted: true}), []float64{0, 3, 4, 3, 0})
}

func finite(t failer, what string, values ...float64) {
	t.Helper()
	for v, x := range values {
		if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
			t.Errorf("%s of %d is %v", what, v, x)
		}
	}
}

// TestLadderOfManyWays has more shortest ways, 2^1500, than a float64 can count.
func TestLadderOfManyWays(t *testing.T) {
	t.Parallel()
	const rungs = 1500
	var edges []Edge
	for i := range rungs {
		at := 3 * i
		edges = append(edges, Edge{at, at + 1, 1}, Edge{at, at + 2, 1}, Edge{at + 1, at + 3, 1}, Edge{at + 2, at + 3, 1})
	}
	g, err := New(3*rungs+1, edges)
	if err != nil {
		t.Fatal(err)
	}
	for _, weighted := range []bool{false, true} {
		got, err := g.betweennessFrom(context.Background(), BetweennessOptions{Directed: true, Weighted: weighted}, sources{there: sample{nodes: []int32{0}, scale: 1, all: true}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		finite(t, "betweenness", got...)
		for i := range rungs {
			// Of the ways from the start to all after a rung half go by either side.
			want := float64(3*(rungs-i-1)+1) / 2
			if !near(got[3*i+1], want) || !near(got[3*i+2], want) {
				t.Fatalf("rung %d: %v and %v, want %v", i, got[3*i+1], got[3*i+2], want)
			}
		}
	}
}

func TestPivotsEstimate(t *testing.T) {
	t.Parallel()
	g := supply(t, 500, 1500)
	for _, o := range []BetweennessOptions{{}, {Directed: true, Weighted: true}} {
		exact := between(t, g, o)
		o.Pivots = g.n
		if !slices.Equal(exact, between(t, g, o)) {
			t.Error("as many pivots as nodes are not exact")
		}
		o.Pivots = 125
		first := slices.Index(exact, slices.Max(exact))
		if got := between(t, g, o)[first]; math.Abs(got-exact[first]) > exact[first]/4 {
			t.Errorf("estimate %v of %v", got, exact[first])
		}
	}
}

func TestBetweennessProgressAndCancel(t *testing.T) {
	t.Parallel()
	g := supply(t, 800, 2400)
	last, ended := 0, false
	if _, err := g.Betweenness(context.Background(), BetweennessOptions{}, func(done, total int) {
		if done <= last || done > total {
			t.Errorf("%d of %d after %d", done, total, last)
		}
		last = done
		ended = done == total
	}); err != nil || !ended {
		t.Errorf("progress ended at %d: %v", last, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var since time.Time
	_, err := g.Betweenness(ctx, BetweennessOptions{Weighted: true}, func(int, int) {
		if since.IsZero() {
			since = time.Now()
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if took := time.Since(since); took > 5*time.Second {
		t.Errorf("cancelling took %v", took)
	}
}

func TestNormalisedOfFew(t *testing.T) {
	t.Parallel()
	for n := range 3 {
		finite(t, "normalised", Normalised(make([]float64, n), true)...)
	}
}
