package network

import (
	"context"
)

// BetweennessOptions says which shortest ways are counted.
type BetweennessOptions struct {
	// Directed follows ties in their direction only.
	Directed bool
	// Weighted takes 1/strength as the distance of a tie; without it every tie is 1 long.
	Weighted bool
	// Pivots, when above 0 and below the number of nodes from which ways go, estimates from those that start at so many of them.
	Pivots int
}

// Betweenness returns, for every node, the number of shortest ways between two others that go through it, each pair counting for 1
// in all, whatever the number of its ways (Brandes, "A faster algorithm for betweenness centrality", 2001). It is not normalised;
// in the undirected graph a pair counts once: these are the figures of NetworkX with normalized=False. Ways are equally short when
// their distances, added from the start in floating point, are equal, as there.
//
// With pivots it is an estimate (Brandes and Pich, "Centrality estimation in large networks", 2007): ways are followed from as many
// nodes, in the directed graph also back from as many, always the same ones, and what is found is scaled up. Nodes from which no way
// goes are never pivots, as nothing is to be found from them; the others are taken evenly by their number of ties. A way counts for a
// node by how far along it the node is, which keeps the neighbours of pivots from seeming central (Geisberger, Sanders and Schultes,
// "Better approximation of betweenness centrality", 2008). Small values are often estimated as 0, and even the order of the first may
// differ from the exact one.
//
// The only error is that of ctx. progress may be nil and is never called twice at once.
func (g *Graph) Betweenness(ctx context.Context, o BetweennessOptions, progress func(done, total int)) ([]float64, error) {
	return g.betweennessFrom(ctx, o, g.sources(o), progress)
}

// follows returns the arcs that ways go by.
func (g *Graph) follows(directed bool) *arcs {
	if directed {
		return &g.out
	}
	return &g.both
}

// sources are the nodes from which ways are followed and, for an estimate in the directed graph, those from which they are followed
// back.
type sources struct{ there, back sample }

func (g *Graph) sources(o BetweennessOptions) sources {
	s := sources{there: g.follows(o.Directed).sample(o.Pivots)}
	if o.Directed && !s.there.all {
		s.back = g.in.sample(o.Pivots)
	}
	return s
}

// betweennessFrom is exact from all nodes. Otherwise a way counts for a node by how far along it the node is, and in the undirected graph
// or with the ways back by the rest of it from its other end.
func (g *Graph) betweennessFrom(ctx context.Context, o BetweennessOptions, from sources, progress func(done, total int)) ([]float64, error) {
	sums := make([][]float64, parts)
	turn := len(from.there.nodes)
	err := inParts(ctx, turn+len(from.back.nodes), progress, func() func(int, func() bool) {
		there, back := newWalker(g, o.Directed, o.Weighted), (*walker)(nil)
		if len(from.back.nodes) > 0 {
			back = there.turned()
		}
		return func(part int, next func() bool) {
			sum := make([]float64, g.n)
			for i := part; i < turn+len(from.back.nodes) && next(); i += parts {
				switch {
				case from.there.all:
					there.walk(from.there.nodes[i])
					there.accumulate(sum)
				case i < turn:
					there.walk(from.there.nodes[i])
					there.accumulateAlong(sum, from.there.scale)
				default:
					back.walk(from.back.nodes[i-turn])
					back.accumulateAlong(sum, from.back.scale)
				}
			}
			sums[part] = sum
		}
	})
	if err != nil {
		return nil, err
	}
	total, factor := make([]float64, g.n), 1.0
	if from.there.all && !o.Directed {
		factor = 0.5
	}
	for _, sum := range sums {
		for v, x := range sum {
			total[v] += x
		}
	}
	for v := range total {
		total[v] *= factor
	}
	return total, nil
}

// Normalised returns betweenness as a share, from 0 to 1, of the pairs of other nodes: values divided by (n-1)(n-2), or by half of
// that in the undirected graph. With fewer than three nodes there is no such pair and all is 0.
func Normalised(values []float64, directed bool) []float64 {
	n := float64(len(values))
	shares := make([]float64, len(values))
	if n < 3 {
		return shares
	}
	most := (n - 1) * (n - 2)
	if !directed {
		most /= 2
	}
	for v, x := range values {
		shares[v] = x / most
	}
	return shares
}
