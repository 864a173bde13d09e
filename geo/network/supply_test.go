package network

import (
	"math/rand/v2"
	"testing"
)

// supply makes the network of a trade: entries feed warehouses, those feed hubs, those feed points of sale, and some ties cross.
func supply(t testing.TB, nodes, ties int) *Graph {
	t.Helper()
	r := rand.New(rand.NewPCG(20261123, uint64(nodes)))
	entries := max(nodes/500, 1)
	warehouses := entries + nodes/50
	hubs := warehouses + nodes/10
	layer := func(v int) (from, to int) {
		switch {
		case v < entries:
			return 0, 0
		case v < warehouses:
			return 0, entries
		case v < hubs:
			return entries, warehouses
		}
		return warehouses, hubs
	}
	seen, edges := map[[2]int]bool{}, []Edge(nil)
	add := func(from, to int) {
		if from != to && !seen[[2]int{from, to}] {
			seen[[2]int{from, to}] = true
			edges = append(edges, Edge{from, to, float64(1 + r.IntN(50))})
		}
	}
	for v := entries; v < nodes; v++ {
		from, to := layer(v)
		add(from+r.IntN(to-from), v)
	}
	for len(edges) < ties {
		v := r.IntN(nodes)
		if r.IntN(4) == 0 {
			add(v, r.IntN(nodes))
			continue
		}
		if from, to := layer(v); to > from {
			add(from+r.IntN(to-from), v)
		}
	}
	g, err := New(nodes, edges)
	if err != nil {
		t.Fatal(err)
	}
	return g
}
