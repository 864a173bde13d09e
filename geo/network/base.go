package network

import (
	"context"
	"fmt"
	"slices"

	"github.com/mesure5/dealmap"
)

// Whatever a what-if leaves out for want of time it estimates, so that one of 10,000 nodes and 30,000 ties takes a fifth of a second.
const (
	// rankSteps bounds the work, in nodes and arcs looked at, for which the ranking is exact.
	rankSteps = 4e6
	// distanceSteps bounds the work for which the distance-weighted fragmentation is exact, 64 sources being walked at once.
	distanceSteps = 1.2e6
)

// State is how a network stands.
type State struct {
	// Nodes that are open, and the ties between them.
	Nodes, Ties int
	// Components of the undirected graph, Largest the number of nodes of the greatest, Isolated how many nodes have no tie.
	Components, Largest, Isolated int
	Fragmentation                 Fragmentation
}

// Base is a network as it stands before anything closes: computed once, it may serve many what-ifs at once.
type Base struct {
	graph   *Graph
	options BetweennessOptions
	weak    Groups
	state   State
	// ranked and spread are the nodes from which betweenness and distances are found.
	ranked sources
	spread sample
	// values are known, or else what was found from the same nodes from which what is after is found.
	values, found []float64
	ranks         []int
}

// NewBase computes the before of what-ifs with these options. known, which may be nil, is the exact betweenness of the graph with the
// same options, as [Graph.Analyse] has it: where the ranking after is estimated, only what changes then is. Errors: a [dealmap.Error]
// on field known when it is not of as many nodes, or that of ctx.
func (g *Graph) NewBase(ctx context.Context, directed, weighted bool, known []float64) (*Base, error) {
	if known != nil && len(known) != g.n {
		return nil, dealmap.Invalid("known", fmt.Sprintf("l’intermédiarité est celle de %d lieux, le réseau en a %d", len(known), g.n))
	}
	b := &Base{graph: g, options: BetweennessOptions{Directed: directed, Weighted: weighted}, weak: g.Weak()}
	b.options.Pivots = g.within(rankSteps, g.follows(directed))
	b.ranked = g.sources(b.options)
	b.spread = g.both.sample(g.within(distanceSteps*word, &g.both))
	var err error
	if b.found, err = g.betweennessFrom(ctx, b.options, b.ranked, nil); err != nil {
		return nil, err
	}
	if b.values = b.found; known != nil && !b.ranked.there.all {
		b.values = slices.Clone(known)
	}
	b.ranks = ranks(b.values)
	b.state, err = g.state(ctx, b.weak, g.n, b.spread)
	return b, err
}

// within returns from how many nodes ways may be followed within so many steps, at least 1.
func (g *Graph) within(steps float64, a *arcs) int {
	return max(int(min(steps/float64(max(g.n+len(a.to), 1)), maxNodes)), 1)
}

func (g *Graph) state(ctx context.Context, weak Groups, before int, from sample) (State, error) {
	s := State{Nodes: g.n, Ties: g.Ties(), Components: weak.Count(), Largest: weak.Largest()}
	for v := range g.n {
		if g.both.degree(v) == 0 {
			s.Isolated++
		}
	}
	var err error
	s.Fragmentation, err = g.fragmentation(ctx, weak, before, from, nil)
	return s, err
}

// after returns betweenness after, of the nodes kept: what was found then, and what is known but could not be found before.
func (b *Base) after(found []float64, kept []int) []float64 {
	values := make([]float64, len(kept))
	for i, v := range kept {
		values[i] = max(found[i]+(b.values[v]-b.found[v]), 0)
	}
	return values
}
