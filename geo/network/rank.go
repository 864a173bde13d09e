package network

import (
	"cmp"
	"slices"
)

// RankChange is the place of one node in the ranking by betweenness, before and after.
type RankChange struct {
	Node   int
	Closed bool
	// RankBefore and RankAfter count from 1; nodes of the same betweenness share the better rank. A closed node has none after: 0.
	RankBefore, RankAfter int
	// Before and After are betweenness, Change the latter less the former.
	Before, After, Change float64
}

// sameValue is how much less, as a share, a value may be by rounding alone.
const sameValue = 1e-9

// ranking returns the nodes, those of the highest value first, then by rising number.
func ranking(values []float64) []int {
	order := make([]int, len(values))
	for v := range order {
		order[v] = v
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(values[b], values[a]), cmp.Compare(a, b)) })
	return order
}

// ranks returns the rank of each node, from 1.
func ranks(values []float64) []int {
	r := make([]int, len(values))
	order := ranking(values)
	for i, v := range order {
		r[v] = i + 1
		if i > 0 && values[v] >= values[order[i-1]]*(1-sameValue) {
			r[v] = r[order[i-1]]
		}
	}
	return r
}

// changes returns the top nodes before together with the top nodes after: by rank after, closed nodes last, then by rank before.
// Nodes that no way goes through are in no top. after is of the nodes kept, all others being closed.
func (b *Base) changes(top int, after []float64, kept []int) []RankChange {
	all := make([]RankChange, b.graph.n)
	for v := range all {
		all[v] = RankChange{Node: v, Closed: true, RankBefore: b.ranks[v], Before: b.values[v]}
	}
	rankAfter := ranks(after)
	for i, v := range kept {
		c := &all[v]
		c.Closed, c.RankAfter, c.After = false, rankAfter[i], after[i]
	}
	chosen := []RankChange{}
	for v, c := range all {
		if c.RankBefore <= top && c.Before > 0 || !c.Closed && c.RankAfter <= top && c.After > 0 {
			all[v].Change = c.After - c.Before
			chosen = append(chosen, all[v])
		}
	}
	slices.SortFunc(chosen, func(x, y RankChange) int {
		if x.Closed != y.Closed {
			if x.Closed {
				return 1
			}
			return -1
		}
		return cmp.Or(cmp.Compare(x.RankAfter, y.RankAfter), cmp.Compare(x.RankBefore, y.RankBefore), cmp.Compare(x.Node, y.Node))
	})
	return chosen
}
