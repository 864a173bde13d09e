package network

import (
	"context"
	"slices"

	"github.com/mesure5/dealmap"
)

// WhatIfOptions says what closes and what is to be told of it.
type WhatIfOptions struct {
	// Closed are the nodes that close; one named twice closes once.
	Closed []int
	// Entries are where goods come in: what is downstream of each is told before and after.
	Entries []int
	// Directed and Weighted are of the ranking by betweenness, see [BetweennessOptions].
	Directed, Weighted bool
	// Top is how many nodes at the head of the ranking, before and after, are told; 0 leaves the ranking out.
	Top int
	// Base, when given, is the before: of the same graph, Directed and Weighted.
	Base *Base
}

// WhatIf is what closing some nodes would do. Nothing is changed by asking.
type WhatIf struct {
	// Closed are the nodes that close, rising, each once.
	Closed        []int
	Before, After State
	// CutOff are the open nodes of what was the greatest component, outside the greatest piece that is left of it.
	CutOff []int
	// Isolated are the open nodes that lose all their ties.
	Isolated []int
	// Reach is of each entry, in the order given.
	Reach []ReachChange
	// Ranking is by rank after, then closed nodes.
	Ranking []RankChange
	// Exact says that the ranking counts all ways; otherwise it is estimated, before and after, from those that start at Pivots nodes, or
	// only its change is, when the base knew the exact before.
	// [Fragmentation].Sources says the same of distances. All else is always exact.
	Exact  bool
	Pivots int
}

// ReachChange is what is downstream of an entry before and after.
type ReachChange struct{ Before, After Reach }

// WhatIf compares the network with what is left when nodes close. Errors: a [dealmap.Error] on fields closed, entries, top or base,
// or that of ctx.
func (g *Graph) WhatIf(ctx context.Context, o WhatIfOptions) (*WhatIf, error) {
	if err := g.checkWhatIf(o); err != nil {
		return nil, err
	}
	b := o.Base
	if b == nil {
		var err error
		if b, err = g.NewBase(ctx, o.Directed, o.Weighted, nil); err != nil {
			return nil, err
		}
	}
	rest, kept := g.without(o.Closed)
	weak := rest.Weak()
	w := &WhatIf{Closed: slices.Compact(slices.Sorted(slices.Values(o.Closed))), Before: b.state, Exact: b.ranked.there.all, Pivots: b.ranked.there.estimated()}
	var err error
	if w.After, err = rest.state(ctx, weak, g.n, b.spread.still(&g.both, &rest.both, kept)); err != nil {
		return nil, err
	}
	w.CutOff, w.Isolated = b.cutOff(weak, kept), b.isolated(rest, kept)
	if w.Reach, err = b.reach(ctx, o.Entries, rest, kept); err != nil {
		return nil, err
	}
	if o.Top > 0 {
		from := sources{there: b.ranked.there.still(g.follows(o.Directed), rest.follows(o.Directed), kept)}
		if len(b.ranked.back.nodes) > 0 && !from.there.all {
			from.back = b.ranked.back.still(&g.in, &rest.in, kept)
		}
		found, err := rest.betweennessFrom(ctx, b.options, from, nil)
		if err != nil {
			return nil, err
		}
		w.Ranking = b.changes(o.Top, b.after(found, kept), kept)
	}
	return w, nil
}

func (g *Graph) checkWhatIf(o WhatIfOptions) error {
	if err := g.checkNodes("closed", o.Closed...); err != nil {
		return err
	}
	if err := g.checkNodes("entries", o.Entries...); err != nil {
		return err
	}
	switch {
	case o.Top < 0:
		return dealmap.Invalid("top", "le nombre de lieux à classer ne peut pas être négatif")
	case o.Base != nil && (o.Base.graph != g || o.Base.options.Directed != o.Directed || o.Base.options.Weighted != o.Weighted):
		return dealmap.Invalid("base", "l’état de départ est celui d’un autre réseau ou d’autres options")
	}
	return nil
}

// cutOff returns the open nodes of the greatest component before, outside the greatest piece left of it.
func (b *Base) cutOff(weak Groups, kept []int) []int {
	sizes := make([]int, weak.Count())
	main := -1
	for i, v := range kept {
		if b.weak.Of[v] == 0 {
			sizes[weak.Of[i]]++
		}
	}
	for piece, size := range sizes {
		if size > 0 && (main < 0 || size > sizes[main]) {
			main = piece
		}
	}
	var cut []int
	for i, v := range kept {
		if b.weak.Of[v] == 0 && weak.Of[i] != main {
			cut = append(cut, v)
		}
	}
	return cut
}

func (b *Base) isolated(rest *Graph, kept []int) []int {
	var alone []int
	for i, v := range kept {
		if rest.both.degree(i) == 0 && b.graph.both.degree(v) > 0 {
			alone = append(alone, v)
		}
	}
	return alone
}

func (b *Base) reach(ctx context.Context, entries []int, rest *Graph, kept []int) ([]ReachChange, error) {
	before, err := b.graph.Reach(ctx, entries, nil)
	if err != nil {
		return nil, err
	}
	after, err := rest.reach(ctx, entries, kept)
	if err != nil {
		return nil, err
	}
	changes := make([]ReachChange, len(entries))
	for i := range changes {
		changes[i] = ReachChange{Before: before[i], After: after[i]}
	}
	return changes, nil
}
