package network

import (
	"context"
	"math/bits"
	"sync"
)

// hopCounter counts the nodes at every number of ties from many sources at once (Then and others, "The more the merrier: efficient
// multi-source graph traversal", 2014).
type hopCounter struct {
	arcs                *arcs
	seen, now, next     []uint64
	front, ahead, reach []int32
}

func newHopCounter(a *arcs) *hopCounter {
	n := len(a.first) - 1
	return &hopCounter{arcs: a, seen: make([]uint64, n), now: make([]uint64, n), next: make([]uint64, n)}
}

// walk walks from at most 64 sources and tells found how many ties away a node is from the sources whose bits are set.
func (h *hopCounter) walk(sources []int32, found func(v int32, ties int, from uint64)) {
	for i, s := range sources {
		if h.now[s] == 0 {
			h.front = append(h.front, s)
		}
		h.now[s] |= 1 << i
	}
	for _, s := range h.front {
		h.seen[s] = h.now[s]
	}
	h.reach = append(h.reach, h.front...)
	for ties := 1; len(h.front) > 0; ties++ {
		for _, v := range h.front {
			from := h.now[v]
			h.now[v] = 0
			for _, u := range h.arcs.row(v) {
				fresh := from &^ h.seen[u]
				if fresh == 0 {
					continue
				}
				if h.next[u] == 0 {
					h.ahead = append(h.ahead, u)
				}
				h.next[u] |= fresh
			}
		}
		for _, u := range h.ahead {
			if h.seen[u] == 0 {
				h.reach = append(h.reach, u)
			}
			h.seen[u] |= h.next[u]
			found(u, ties, h.next[u])
		}
		h.front, h.ahead = h.ahead, h.front[:0]
		h.now, h.next = h.next, h.now
	}
	for _, v := range h.reach {
		h.seen[v] = 0
	}
	h.front, h.reach = h.front[:0], h.reach[:0]
}

// pairsByTies counts the ordered pairs of a source and another node by the number of ties between them.
func (a *arcs) pairsByTies(ctx context.Context, sources []int32, progress func(done, total int)) ([]int64, error) {
	var (
		mu     sync.Mutex
		counts []int64
	)
	err := inParts(ctx, (len(sources)+word-1)/word, progress, func() func(int, func() bool) {
		h := newHopCounter(a)
		return func(part int, next func() bool) {
			var own []int64
			for at := part * word; at < len(sources) && next(); at += parts * word {
				h.walk(sources[at:min(at+word, len(sources))], func(_ int32, ties int, from uint64) {
					for len(own) <= ties {
						own = append(own, 0)
					}
					own[ties] += int64(bits.OnesCount64(from))
				})
			}
			mu.Lock()
			defer mu.Unlock()
			for len(counts) < len(own) {
				counts = append(counts, 0)
			}
			for ties, count := range own {
				counts[ties] += count
			}
		}
	})
	return counts, err
}
