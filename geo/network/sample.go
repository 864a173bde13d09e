package network

import (
	"cmp"
	"slices"
)

// sample is the nodes from which ways are followed.
type sample struct {
	// nodes rise; each stands for scale nodes.
	nodes []int32
	scale float64
	// all says that nodes are all from which any way goes, so that nothing is estimated.
	all bool
}

// sample returns count of the nodes that any of these arcs leaves, or all of them when count is 0 or they are no more than that. They
// are spread evenly over those nodes by number of arcs, so that the few from which most ways go are neither missed nor in excess.
func (a *arcs) sample(count int) sample {
	var useful []int32
	for v := range len(a.first) - 1 {
		if a.degree(v) > 0 {
			useful = append(useful, int32(v))
		}
	}
	if count <= 0 || count >= len(useful) {
		return sample{nodes: useful, scale: 1, all: true}
	}
	slices.SortFunc(useful, func(u, v int32) int {
		return cmp.Or(cmp.Compare(a.degree(int(v)), a.degree(int(u))), cmp.Compare(u, v))
	})
	s := sample{nodes: make([]int32, count), scale: float64(len(useful)) / float64(count)}
	for i := range s.nodes {
		s.nodes[i] = useful[(2*i+1)*len(useful)/(2*count)]
	}
	slices.Sort(s.nodes)
	return s
}

// still returns the sample of what is left of the arcs when only the kept nodes are: its nodes that remain, each for its share of those
// that remain of all. When none of its nodes does, as many others are taken.
func (s sample) still(before, after *arcs, kept []int) sample {
	if s.all {
		return after.sample(0)
	}
	left, useful, at := sample{}, 0, 0
	for i, v := range kept {
		if before.degree(v) > 0 {
			useful++
		}
		for at < len(s.nodes) && int(s.nodes[at]) < v {
			at++
		}
		if at < len(s.nodes) && int(s.nodes[at]) == v {
			left.nodes = append(left.nodes, int32(i))
		}
	}
	if left.nodes == nil {
		return after.sample(len(s.nodes))
	}
	left.scale = float64(useful) / float64(len(left.nodes))
	return left
}

// estimated returns the number of nodes of the sample, 0 when it is exact.
func (s sample) estimated() int {
	if s.all {
		return 0
	}
	return len(s.nodes)
}
