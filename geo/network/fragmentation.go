package network

import "context"

// Fragmentation says how far the undirected graph has fallen apart. Both measures are of the nodes that remain: closed nodes, and
// pairs that they are of, do not count, as in fragment of the R package keyplayer (of which Distance is the value for a symmetric
// matrix with binary=TRUE). So closing a lone node makes a network less fragmented; Overall does not.
type Fragmentation struct {
	// Nodes is how many remain; with less than two there is no pair to be in touch, and all measures are 1.
	Nodes int
	// Share is F of KPP-NEG (Borgatti, "Identifying sets of key players in a social network", 2006): the share of pairs of remaining
	// nodes that no way connects, 0 when all are in one component, 1 when each is alone.
	Share float64
	// Distance is DF of the same paper: 1 less the mean of 1/d over pairs, d being the number of ties between them. It is 0 when all
	// pairs are tied, and at least Share.
	Distance float64
	// Overall is Share with closed nodes still counted, each as a component of its own: it never falls when one more closes.
	Overall float64
	// Sources is 0 when Distance is exact; otherwise it is estimated from the ways that start at so many nodes.
	Sources int
}

// Fragmentation returns how far the graph falls apart when these nodes close; a node named twice closes once. It is exact, on all
// processors. Errors: a [dealmap.Error] on field closed for numbers that are not nodes, or that of ctx.
func (g *Graph) Fragmentation(ctx context.Context, closed []int) (Fragmentation, error) {
	if err := g.checkNodes("closed", closed...); err != nil {
		return Fragmentation{}, err
	}
	rest, _ := g.without(closed)
	return rest.fragmentation(ctx, rest.Weak(), g.n, rest.both.sample(0), nil)
}

// fragmentation is of g whole, which had so many nodes before some closed.
func (g *Graph) fragmentation(ctx context.Context, weak Groups, before int, from sample, progress func(done, total int)) (Fragmentation, error) {
	f := Fragmentation{Nodes: g.n, Share: share(weak.pairs(), g.n), Distance: 1, Overall: share(weak.pairs(), before), Sources: from.estimated()}
	counts, err := g.both.pairsByTies(ctx, from.nodes, progress)
	if err != nil || g.n < 2 {
		return f, err
	}
	near := 0.0
	for ties := len(counts) - 1; ties > 0; ties-- {
		near += float64(counts[ties]) / float64(ties)
	}
	f.Distance = max(1-from.scale*near/(float64(g.n)*float64(g.n-1)), f.Share)
	return f, nil
}

// share returns which share of the ordered pairs of n nodes is not among those in touch.
func share(inTouch int64, n int) float64 {
	if n < 2 {
		return 1
	}
	all := int64(n) * int64(n-1)
	return float64(all-inTouch) / float64(all)
}
