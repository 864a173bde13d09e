package web

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo/network"
)

// shape is what a graph's links hold together, ready to be measured. Rivals do not work together, and where trade went to is the past:
// such links count only when they were asked for by kind.
type shape struct {
	graph *graph
	// counts says of each tie whether it is part of the shape.
	counts []bool
	// tied has one edge for every link, whichever way it leads; ways has those that lead somewhere as they lead, and the others both
	// ways; goods only those along which goods move.
	tied, ways, goods *network.Graph
	// pairs are the pairs of nodes that are tied, each once.
	pairs [][2]int
	// strengths add up those of the links of each node.
	strengths []int
	// entries are where goods come in.
	entries []int

	mu    sync.Mutex
	bases map[manner]*network.Base
	known map[manner][]float64 // exact betweenness, once it was computed
	reach []network.Reach      // of the entries, nothing being closed; nil before it is computed
}

// manner is how ways are found: along links as they lead, and by strength.
type manner struct{ directed, weighted bool }

// newShape makes the shape of a graph of which links of these kinds were asked for, all where there are none.
func newShape(g *graph, kinds []dealmap.LinkKind) (*shape, error) {
	s := &shape{graph: g, counts: make([]bool, len(g.ties)), strengths: make([]int, len(g.nodes)), bases: map[manner]*network.Base{}, known: map[manner][]float64{}}
	var tied, ways, goods []network.Edge
	for i, l := range g.ties {
		kind := l.Kind()
		if s.counts[i] = len(kinds) > 0 || kind != dealmap.Rival && kind != dealmap.DisplacedTo; !s.counts[i] {
			continue
		}
		from, to, strength := g.ends[i][0], g.ends[i][1], float64(l.Strength())
		low, high := min(from, to), max(from, to)
		tied = append(tied, network.Edge{From: low, To: high, Strength: strength})
		s.pairs = append(s.pairs, [2]int{low, high})
		s.strengths[from] += l.Strength()
		s.strengths[to] += l.Strength()
		edge := network.Edge{From: from, To: to, Strength: strength}
		ways = append(ways, edge)
		if !kind.Directed() {
			ways = append(ways, network.Edge{From: to, To: from, Strength: strength})
		}
		if kind.Carries() {
			goods = append(goods, edge)
		}
	}
	slices.SortFunc(s.pairs, func(a, b [2]int) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	s.pairs = slices.Compact(s.pairs)
	for _, one := range []struct {
		into  **network.Graph
		edges []network.Edge
	}{{&s.tied, tied}, {&s.ways, ways}, {&s.goods, goods}} {
		var err error
		if *one.into, err = network.New(len(g.nodes), one.edges); err != nil {
			return nil, err
		}
	}
	s.entries = entriesOf(g, goods)
	return s, nil
}

// entriesOf are the points of entry of a graph; where it has none, the places from which goods go and to which none come.
func entriesOf(g *graph, goods []network.Edge) (entries []int) {
	for i, sight := range g.nodes {
		if sight.Kind() == dealmap.EntryPoint {
			entries = append(entries, i)
		}
	}
	if len(entries) > 0 {
		return entries
	}
	in, out := make([]bool, len(g.nodes)), make([]bool, len(g.nodes))
	for _, e := range goods {
		out[e.From], in[e.To] = true, true
	}
	for i := range g.nodes {
		if out[i] && !in[i] {
			entries = append(entries, i)
		}
	}
	return entries
}

// in is the graph in which ways are found.
func (s *shape) in(m manner) *network.Graph {
	if m.directed {
		return s.ways
	}
	return s.tied
}

// base is the graph as it stands, kept for the next question.
func (s *shape) base(ctx context.Context, m manner) (*network.Base, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.bases[m]; b != nil {
		return b, nil
	}
	b, err := s.in(m).NewBase(ctx, m.directed, m.weighted, s.known[m])
	if err == nil {
		s.bases[m] = b
	}
	return b, err
}

// learn keeps exact betweenness, so that what a what-if says of the graph as it stands is not estimated any more.
func (s *shape) learn(m manner, between []float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known[m] == nil {
		s.known[m] = between
		delete(s.bases, m)
	}
}

// reached is how far goods come from each entry as things stand, kept for the next question.
func (s *shape) reached(ctx context.Context) ([]network.Reach, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reach != nil {
		return s.reach, nil
	}
	reach, err := s.goods.Reach(ctx, s.entries, nil)
	if err == nil {
		s.reach = reach
	}
	return reach, err
}

// pairsWithout counts the pairs that are tied when some nodes are closed.
func (s *shape) pairsWithout(closed []int) int {
	if len(closed) == 0 {
		return len(s.pairs)
	}
	gone := make([]bool, len(s.graph.nodes))
	for _, node := range closed {
		gone[node] = true
	}
	n := 0
	for _, pair := range s.pairs {
		if !gone[pair[0]] && !gone[pair[1]] {
			n++
		}
	}
	return n
}
