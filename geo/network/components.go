package network

import (
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
)

// Weak returns the components of the undirected graph.
func (g *Graph) Weak() Groups {
	labels := make([]int32, g.n)
	for v := range labels {
		labels[v] = -1
	}
	var queue []int32
	for v := range labels {
		if labels[v] >= 0 {
			continue
		}
		labels[v] = int32(v)
		queue = append(queue[:0], int32(v))
		for len(queue) > 0 {
			u := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, w := range g.both.row(u) {
				if labels[w] < 0 {
					labels[w] = int32(v)
					queue = append(queue, w)
				}
			}
		}
	}
	return newGroups(labels)
}

// Strong returns the strong components: the greatest groups in which every node is downstream of every other (Tarjan, "Depth-first
// search and linear graph algorithms", 1972).
func (g *Graph) Strong() Groups {
	d := simple.NewDirectedGraph()
	for v := range g.n {
		d.AddNode(simple.Node(v))
	}
	for v := range g.n {
		for _, u := range g.out.row(int32(v)) {
			d.SetEdge(simple.Edge{F: simple.Node(v), T: simple.Node(u)})
		}
	}
	labels := make([]int32, g.n)
	for i, component := range topo.TarjanSCC(d) {
		for _, v := range component {
			labels[v.ID()] = int32(i)
		}
	}
	return newGroups(labels)
}
