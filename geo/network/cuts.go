package network

import (
	"cmp"
	"slices"
)

// Articulation is a node whose removal alone breaks its component.
type Articulation struct {
	Node int
	// Pieces is how many components are left of its own.
	Pieces int
	// CutOff counts the nodes that then are outside the greatest of them.
	CutOff int
}

// Bridge is a tie of the undirected graph whose loss alone breaks its component.
type Bridge struct {
	// A and B are its ends, A < B.
	A, B int
	// CutOff counts the nodes on its smaller side.
	CutOff int
}

// Cuts are the weak spots of the undirected graph, by rising node.
type Cuts struct {
	Articulations []Articulation
	Bridges       []Bridge
}

// Cuts returns the articulation points and the bridges (Hopcroft and Tarjan, "Algorithm 447: efficient algorithms for graph
// manipulation", 1973), without recursion: a chain may be as long as it likes.
func (g *Graph) Cuts() Cuts {
	s := newSearch(&g.both)
	var c Cuts
	s.run(nil, func(v int32, p pieces) {
		if p.count > 1 {
			c.Articulations = append(c.Articulations, Articulation{Node: int(v), Pieces: p.count, CutOff: p.size - 1 - p.largest})
		}
		if up := s.parent[v]; up >= 0 && s.low[v] > s.found[up] {
			side := int(s.below[v])
			c.Bridges = append(c.Bridges, Bridge{A: int(min(v, up)), B: int(max(v, up)), CutOff: min(side, p.size-side)})
		}
	})
	slices.SortFunc(c.Articulations, func(a, b Articulation) int { return cmp.Compare(a.Node, b.Node) })
	slices.SortFunc(c.Bridges, func(a, b Bridge) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	return c
}
