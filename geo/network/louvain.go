package network

import "context"

// level is a graph whose nodes are the groups of the level before.
type level struct {
	first    []int32
	to       []int32
	strength []float64
	// inside is the strength between the nodes that a group was made of, both directions; total all of its strength.
	inside, total []float64
	all           float64
	group         []int32
}

func (g *Graph) level() *level {
	return newLevel(g.both.first, g.both.to, g.both.strength, make([]float64, g.n))
}

func newLevel(first, to []int32, strength, inside []float64) *level {
	n := len(first) - 1
	l := &level{first: first, to: to, strength: strength, inside: inside, total: make([]float64, n), group: make([]int32, n)}
	for v := range n {
		l.total[v] = inside[v]
		for k := first[v]; k < first[v+1]; k++ {
			l.total[v] += strength[k]
		}
		l.all += l.total[v]
		l.group[v] = int32(v)
	}
	return l
}

// leastGain is the gain, as a share of a node's strength, below which a move would only follow the noise of rounding.
const leastGain = 1e-10

// move puts each node in turn where modularity gains most, until none gains, and says whether any group lost its name.
func (l *level) move(ctx context.Context) (merged bool, err error) {
	n := len(l.group)
	groupTotal := append([]float64(nil), l.total...)
	towards, seen := make([]float64, n), make([]int32, 0, n)
	for moved := true; moved; {
		moved = false
		for v := range n {
			if v%4096 == 0 && ctx.Err() != nil {
				return false, ctx.Err()
			}
			own := l.group[v]
			for k := l.first[v]; k < l.first[v+1]; k++ {
				to := l.group[l.to[k]]
				if towards[to] == 0 {
					seen = append(seen, to)
				}
				towards[to] += l.strength[k]
			}
			strength := l.total[v]
			groupTotal[own] -= strength
			best, most := own, towards[own]-strength*(groupTotal[own]/l.all)+leastGain*strength
			for _, to := range seen {
				if gain := towards[to] - strength*(groupTotal[to]/l.all); to != own && gain > most {
					best, most = to, gain
				}
				towards[to] = 0
			}
			seen = seen[:0]
			groupTotal[best] += strength
			if best != own {
				l.group[v] = best
				moved, merged = true, true
			}
		}
	}
	return merged, ctx.Err()
}

// merge makes one node of each group.
func (l *level) merge(count int) *level {
	members := make([][]int32, count)
	for v, group := range l.group {
		members[group] = append(members[group], int32(v))
	}
	var (
		first    = make([]int32, 1, count+1)
		to       []int32
		strength []float64
		inside   = make([]float64, count)
		at       = make([]int32, count)
	)
	for group, nodes := range members {
		begin := int32(len(to))
		for _, v := range nodes {
			inside[group] += l.inside[v]
			for k := l.first[v]; k < l.first[v+1]; k++ {
				other := l.group[l.to[k]]
				if other == int32(group) {
					inside[group] += l.strength[k]
					continue
				}
				// at holds one more than the arc's place, of this group only when it is past begin.
				if at[other] <= begin {
					to, strength = append(to, other), append(strength, 0)
					at[other] = int32(len(to))
				}
				strength[at[other]-1] += l.strength[k]
			}
		}
		first = append(first, int32(len(to)))
	}
	return newLevel(first, to, strength, inside)
}
