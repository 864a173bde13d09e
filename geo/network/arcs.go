package network

import (
	"fmt"
	"slices"

	"github.com/mesure5/dealmap"
)

// arcs are compressed sparse rows: those that leave node v are first[v] to first[v+1], by rising head.
type arcs struct {
	first    []int32
	to       []int32
	strength []float64
	length   []float64
}

// newArcs sorts edges in place and adds up those that are parallel.
func newArcs(n int, edges []Edge) arcs {
	slices.SortFunc(edges, compareEdges)
	a := arcs{first: make([]int32, n+1)}
	for i, e := range edges {
		if i > 0 && edges[i-1].From == e.From && edges[i-1].To == e.To {
			a.strength[len(a.strength)-1] += e.Strength
			continue
		}
		a.first[e.From+1]++
		a.to = append(a.to, int32(e.To))
		a.strength = append(a.strength, e.Strength)
	}
	for v := range n {
		a.first[v+1] += a.first[v]
	}
	a.length = make([]float64, len(a.to))
	for k, s := range a.strength {
		a.length[k] = 1 / s
	}
	return a
}

func (a *arcs) checkSums() error {
	for v := range len(a.first) - 1 {
		for k := a.first[v]; k < a.first[v+1]; k++ {
			if a.strength[k] > MaxStrength {
				return dealmap.Invalid("edges", fmt.Sprintf("les forces des liens de %d à %d dépassent ensemble %g", v, a.to[k], MaxStrength))
			}
		}
	}
	return nil
}

// row returns the heads of the arcs that leave v.
func (a *arcs) row(v int32) []int32 { return a.to[a.first[v]:a.first[v+1]] }

// degree returns how many arcs leave v.
func (a *arcs) degree(v int) int { return int(a.first[v+1] - a.first[v]) }

// among returns the arcs between kept nodes, by their new numbers; a negative number is of a node that goes.
func (a *arcs) among(number []int32, kept []int) arcs {
	b := arcs{
		first:    make([]int32, len(kept)+1),
		to:       make([]int32, 0, len(a.to)),
		strength: make([]float64, 0, len(a.to)),
		length:   make([]float64, 0, len(a.to)),
	}
	for i, v := range kept {
		for k := a.first[v]; k < a.first[v+1]; k++ {
			if u := number[a.to[k]]; u >= 0 {
				b.to = append(b.to, u)
				b.strength = append(b.strength, a.strength[k])
				b.length = append(b.length, a.length[k])
			}
		}
		b.first[i+1] = int32(len(b.to))
	}
	return b
}
