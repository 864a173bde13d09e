package network

import (
	"context"
	"math/bits"
)

// Reach says how much of the network is downstream of an entry.
type Reach struct {
	Entry int
	// Closed says that the entry itself is closed: nothing is downstream of it.
	Closed bool
	// Nodes counts those downstream, without the entry.
	Nodes int
	// ByTies counts them by the fewest ties to them: ByTies[0] is at one tie.
	ByTies []int
}

// Reach returns, for every entry, what can be reached from it along the direction of ties when these nodes are closed. Errors: a
// [dealmap.Error] on field entries or closed for numbers that are not nodes, or that of ctx.
func (g *Graph) Reach(ctx context.Context, entries, closed []int) ([]Reach, error) {
	if err := g.checkNodes("entries", entries...); err != nil {
		return nil, err
	}
	if err := g.checkNodes("closed", closed...); err != nil {
		return nil, err
	}
	rest, kept := g.without(closed)
	return rest.reach(ctx, entries, kept)
}

// reach is of g whole, whose nodes were kept of a graph of which the entries are.
func (g *Graph) reach(ctx context.Context, entries, kept []int) ([]Reach, error) {
	number := make(map[int]int32, len(kept))
	for i, v := range kept {
		number[v] = int32(i)
	}
	reach := make([]Reach, len(entries))
	var sources []int32
	var of []*Reach
	for i, entry := range entries {
		v, open := number[entry]
		reach[i] = Reach{Entry: entry, Closed: !open}
		if open {
			sources, of = append(sources, v), append(of, &reach[i])
		}
	}
	err := inParts(ctx, (len(sources)+word-1)/word, nil, func() func(int, func() bool) {
		h := newHopCounter(&g.out)
		return func(part int, next func() bool) {
			for at := part * word; at < len(sources) && next(); at += parts * word {
				h.walk(sources[at:min(at+word, len(sources))], func(_ int32, ties int, from uint64) {
					for ; from != 0; from &= from - 1 {
						of[at+bits.TrailingZeros64(from)].count(ties)
					}
				})
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return reach, nil
}

func (r *Reach) count(ties int) {
	for len(r.ByTies) < ties {
		r.ByTies = append(r.ByTies, 0)
	}
	r.ByTies[ties-1]++
	r.Nodes++
}
