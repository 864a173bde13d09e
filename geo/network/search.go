package network

// search is a depth first search of the undirected graph that tells, of every node, what its removal would leave of its component.
type search struct {
	arcs *arcs
	// found numbers nodes as they are found, from 1; low is the lowest number that is tied to a node or to what is below it.
	found, low []int32
	// below counts the nodes of the subtree of a node, itself included.
	below, parent, at []int32
	left              []pieces
	order, stack      []int32
}

// pieces is what the removal of a node leaves of its component.
type pieces struct {
	// size is that of the component, the node included; count and largest are of what is left.
	size, count, largest int
	// pairs counts the ordered pairs of nodes that share a piece, apart those that have to reach each other around the node.
	pairs int64
	apart int
}

func (p *pieces) add(size int) {
	p.count++
	p.largest = max(p.largest, size)
	p.pairs += int64(size) * int64(size-1)
	p.apart += size
}

// lost counts the ordered pairs, those of the node itself included, that its removal parts.
func (p *pieces) lost() int64 { return int64(p.size)*int64(p.size-1) - p.pairs }

func newSearch(a *arcs) *search {
	n := len(a.first) - 1
	return &search{arcs: a, found: make([]int32, n), low: make([]int32, n), below: make([]int32, n), parent: make([]int32, n), at: make([]int32, n),
		left: make([]pieces, n), order: make([]int32, 0, n)}
}

// run tells report of every node but those that are gone, component after component.
func (s *search) run(gone []bool, report func(v int32, p pieces)) {
	clear(s.found)
	for root := range int32(len(s.found)) {
		if s.found[root] != 0 || gone != nil && gone[root] {
			continue
		}
		s.order = s.order[:0]
		s.component(root, gone)
		size := len(s.order)
		for _, v := range s.order {
			p := s.left[v]
			p.size = size
			if rest := size - 1 - p.apart; rest > 0 {
				p.add(rest)
			}
			report(v, p)
		}
	}
}

func (s *search) component(root int32, gone []bool) {
	number := int32(0)
	enter := func(v, parent int32) {
		number++
		s.found[v], s.low[v], s.below[v], s.parent[v], s.at[v] = number, number, 1, parent, s.arcs.first[v]
		s.left[v] = pieces{}
		s.order, s.stack = append(s.order, v), append(s.stack, v)
	}
	enter(root, -1)
	for len(s.stack) > 0 {
		v := s.stack[len(s.stack)-1]
		if s.at[v] < s.arcs.first[v+1] {
			u := s.arcs.to[s.at[v]]
			s.at[v]++
			switch {
			case u == s.parent[v] || gone != nil && gone[u]:
			case s.found[u] == 0:
				enter(u, v)
			default:
				s.low[v] = min(s.low[v], s.found[u])
			}
			continue
		}
		s.stack = s.stack[:len(s.stack)-1]
		if up := s.parent[v]; up >= 0 {
			s.low[up] = min(s.low[up], s.low[v])
			s.below[up] += s.below[v]
			if s.low[v] >= s.found[up] {
				s.left[up].add(int(s.below[v]))
			}
		}
	}
}
