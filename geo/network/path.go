package network

import "slices"

// Path is a way between two nodes, or that there is none.
type Path struct {
	// Found is false when no way leads there; all else is then empty.
	Found bool
	// Nodes are those of the way, both ends included.
	Nodes []int
	// Ties counts its ties; Length adds up their distances, 1/strength each.
	Ties   int
	Length float64
}

// ShortestPath returns the way of fewest ties; of several, the one whose nodes come first, compared in turn from the start. Without
// directed, ties are followed either way. Ends that are not nodes give a [dealmap.Error].
func (g *Graph) ShortestPath(from, to int, directed bool) (Path, error) {
	return g.path(from, to, directed, false)
}

// StrongestPath returns the way whose ties' distances, 1/strength each, add up to least; of several, the one of fewest ties, and then
// the one that comes by the lowest nodes, compared in turn from the end. Otherwise it is as [Graph.ShortestPath].
func (g *Graph) StrongestPath(from, to int, directed bool) (Path, error) {
	return g.path(from, to, directed, true)
}

func (g *Graph) path(from, to int, directed, weighted bool) (Path, error) {
	if err := g.checkNodes("from", from); err != nil {
		return Path{}, err
	}
	if err := g.checkNodes("to", to); err != nil {
		return Path{}, err
	}
	w := newWalker(g, directed, weighted)
	w.walk(int32(from))
	if !w.reached(to) {
		return Path{}, nil
	}
	came := w.came()
	p := Path{Found: true, Nodes: []int{to}}
	for v := int32(to); v != int32(from); v = came[v].node {
		p.Nodes = append(p.Nodes, int(came[v].node))
	}
	slices.Reverse(p.Nodes)
	p.Ties = len(p.Nodes) - 1
	for i, v := range p.Nodes[1:] {
		at, _ := slices.BinarySearch(w.arcs.row(int32(p.Nodes[i])), int32(v))
		p.Length += w.arcs.length[int(w.arcs.first[p.Nodes[i]])+at]
	}
	return p, nil
}

// step is by which node, and after how many ties, the chosen way comes to a node.
type step struct{ node, ties int32 }

// came chooses one of the shortest ways of the last walk to every node.
func (w *walker) came() []step {
	came := make([]step, len(w.marks))
	for _, u := range w.order[1:] {
		best := step{node: -1}
		for k := w.back.first[u]; k < w.back.first[u+1]; k++ {
			v := w.back.to[k]
			if !w.onWay(v, u, w.length(w.back, k)) {
				continue
			}
			if by := (step{v, came[v].ties + 1}); best.node < 0 || w.better(by, best) {
				best = by
			}
		}
		came[u] = best
	}
	return came
}

// better prefers fewer ties, then the lower node; without weights ties are equal, and the node that was reached first is preferred.
func (w *walker) better(a, b step) bool {
	if !w.weighted {
		return w.marks[a.node].rank < w.marks[b.node].rank
	}
	return a.ties < b.ties || a.ties == b.ties && a.node < b.node
}
