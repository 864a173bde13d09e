package network

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/mesure5/dealmap"
)

// Edge is a tie from one node to another.
type Edge struct {
	From, To int
	// Strength says how much passes, from MinStrength to MaxStrength; the distance of the tie is 1/Strength.
	Strength float64
}

// Strengths beyond these bounds are refused: sums of them, or of their inverses, could overflow or vanish.
const (
	MinStrength = 1e-100
	MaxStrength = 1e100
)

// maxNodes leaves numbers of nodes and of arcs within 32 bits.
const maxNodes = 1 << 28

// Graph is a network that does not change: it may be read by many at once.
type Graph struct {
	n int
	// out holds the ties as they are, in those turned round, both those of the undirected graph, each twice.
	out, in, both arcs
}

// New makes the graph of n nodes with these edges. Edges with the same ends and direction add up their strength; their order does
// not matter. A loop, an end that is not a node, and a strength that is not a number within bounds give a [dealmap.Error] whose
// field names the edge: edges[3].strength.
func New(n int, edges []Edge) (*Graph, error) {
	if n < 0 || n > maxNodes {
		return nil, dealmap.Invalid("n", fmt.Sprintf("le nombre de lieux doit être compris entre 0 et %d", maxNodes))
	}
	if len(edges) > maxNodes {
		return nil, dealmap.Invalid("edges", fmt.Sprintf("plus de %d liens", maxNodes))
	}
	for i, e := range edges {
		if err := e.check(n, i); err != nil {
			return nil, err
		}
	}
	sorted := slices.Clone(edges)
	out := newArcs(n, sorted)
	if err := out.checkSums(); err != nil {
		return nil, err
	}
	there, back := make([]Edge, 0, 2*len(out.to)), make([]Edge, 0, len(out.to))
	for v := range n {
		for k := out.first[v]; k < out.first[v+1]; k++ {
			u, s := int(out.to[k]), out.strength[k]
			there, back = append(there, Edge{v, u, s}), append(back, Edge{u, v, s})
		}
	}
	return &Graph{n: n, out: out, in: newArcs(n, back), both: newArcs(n, append(there, back...))}, nil
}

func (e Edge) check(n, i int) error {
	field := func(name string) string { return fmt.Sprintf("edges[%d].%s", i, name) }
	switch {
	case e.From < 0 || e.From >= n:
		return dealmap.Invalid(field("from"), fmt.Sprintf("le lieu %d n’existe pas (de 0 à %d)", e.From, n-1))
	case e.To < 0 || e.To >= n:
		return dealmap.Invalid(field("to"), fmt.Sprintf("le lieu %d n’existe pas (de 0 à %d)", e.To, n-1))
	case e.From == e.To:
		return dealmap.Invalid(field("to"), fmt.Sprintf("le lien relie le lieu %d à lui-même", e.From))
	case math.IsNaN(e.Strength) || e.Strength < MinStrength || e.Strength > MaxStrength:
		return dealmap.Invalid(field("strength"), fmt.Sprintf("la force du lien de %d à %d est %g : elle doit être un nombre positif, de %g à %g",
			e.From, e.To, e.Strength, MinStrength, MaxStrength))
	}
	return nil
}

// Nodes returns the number of nodes.
func (g *Graph) Nodes() int { return g.n }

// Ties returns the number of ties, those with the same ends and direction counted once.
func (g *Graph) Ties() int { return len(g.out.to) }

// checkNodes refuses numbers that are not nodes of g.
func (g *Graph) checkNodes(field string, nodes ...int) error {
	for _, v := range nodes {
		if v < 0 || v >= g.n {
			return dealmap.Invalid(field, fmt.Sprintf("le lieu %d n’existe pas (le réseau en a %d)", v, g.n))
		}
	}
	return nil
}

// without returns the graph that closing nodes leaves, and the number here of each of its nodes.
func (g *Graph) without(closed []int) (rest *Graph, kept []int) {
	if len(closed) == 0 {
		kept = make([]int, g.n)
		for v := range kept {
			kept[v] = v
		}
		return g, kept
	}
	number := make([]int32, g.n)
	for _, v := range closed {
		number[v] = -1
	}
	for v := range number {
		if number[v] == 0 {
			number[v] = int32(len(kept))
			kept = append(kept, v)
		}
	}
	return &Graph{n: len(kept), out: g.out.among(number, kept), in: g.in.among(number, kept), both: g.both.among(number, kept)}, kept
}

// compareEdges orders edges so that equal sets of edges add up their strengths in the same order.
func compareEdges(a, b Edge) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Strength, b.Strength))
}
