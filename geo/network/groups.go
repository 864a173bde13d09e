package network

import (
	"cmp"
	"slices"
)

// Groups parts the nodes: every node is in exactly one group. The greatest group comes first; among groups of one size, the one
// with the lowest node.
type Groups struct {
	// Of is the group of each node.
	Of []int
	// Sizes counts the nodes of each group.
	Sizes []int
}

// newGroups numbers the groups of labels, which are from 0 to below len(labels), anew.
func newGroups(labels []int32) Groups {
	sizes, lowest := make([]int, len(labels)), make([]int, len(labels))
	var present []int
	for v, label := range labels {
		if sizes[label] == 0 {
			lowest[label] = v
			present = append(present, int(label))
		}
		sizes[label]++
	}
	slices.SortFunc(present, func(a, b int) int {
		return cmp.Or(cmp.Compare(sizes[b], sizes[a]), cmp.Compare(lowest[a], lowest[b]))
	})
	g := Groups{Of: make([]int, len(labels)), Sizes: make([]int, len(present))}
	number := make([]int, len(labels))
	for i, label := range present {
		number[label], g.Sizes[i] = i, sizes[label]
	}
	for v, label := range labels {
		g.Of[v] = number[label]
	}
	return g
}

// Count returns the number of groups.
func (g Groups) Count() int { return len(g.Sizes) }

// Largest returns the size of the greatest group, 0 when there is none.
func (g Groups) Largest() int {
	if len(g.Sizes) == 0 {
		return 0
	}
	return g.Sizes[0]
}

// Members returns the nodes of every group, rising.
func (g Groups) Members() [][]int {
	members := make([][]int, len(g.Sizes))
	for i, size := range g.Sizes {
		members[i] = make([]int, 0, size)
	}
	for v, i := range g.Of {
		members[i] = append(members[i], v)
	}
	return members
}

// pairs counts the ordered pairs of nodes that share a group.
func (g Groups) pairs() int64 {
	sum := int64(0)
	for _, size := range g.Sizes {
		sum += int64(size) * int64(size-1)
	}
	return sum
}
