package network

import "context"

// Communities are groups of the undirected graph with more strength inside than chance would put there.
type Communities struct {
	Groups
	// Modularity is Q of Newman and Girvan, from -0.5 to 1: the share of strength inside groups less what is expected when every
	// node keeps its strength and ties are drawn anew. It is 0 without ties. Above some 0.3 groups are usually held to be real.
	Modularity float64
}

// Communities finds groups of high modularity, ties weighted by strength (Blondel, Guillaume, Lambiotte and Lefebvre, "Fast unfolding
// of communities in large networks", 2008). Nodes are moved in the order of their numbers, so that nothing is drawn by lot; last,
// groups that are not connected are parted, which only raises modularity (Traag, Waltman and van Eck, "From Louvain to Leiden",
// 2019). It is a good partition, not always the best. The only error is that of ctx.
func (g *Graph) Communities(ctx context.Context) (Communities, error) {
	labels := make([]int32, g.n)
	for v := range labels {
		labels[v] = int32(v)
	}
	for l := g.level(); ; {
		merged, err := l.move(ctx)
		if err != nil {
			return Communities{}, err
		}
		if !merged {
			break
		}
		count := renumber(l.group)
		for v, at := range labels {
			labels[v] = l.group[at]
		}
		l = l.merge(count)
	}
	groups := newGroups(g.connected(labels))
	return Communities{Groups: groups, Modularity: g.modularity(groups)}, nil
}

// renumber gives labels the numbers 0 to count-1, in the order in which they first appear.
func renumber(labels []int32) (count int) {
	number := make([]int32, len(labels))
	for i, label := range labels {
		if number[label] == 0 {
			count++
			number[label] = int32(count)
		}
		labels[i] = number[label] - 1
	}
	return count
}

// connected returns labels under which every group is one component of what its ties inside connect.
func (g *Graph) connected(labels []int32) []int32 {
	parts := make([]int32, g.n)
	for v := range parts {
		parts[v] = -1
	}
	var queue []int32
	for v := range parts {
		if parts[v] >= 0 {
			continue
		}
		parts[v] = int32(v)
		queue = append(queue, int32(v))
		for len(queue) > 0 {
			u := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			for _, w := range g.both.row(u) {
				if parts[w] < 0 && labels[w] == labels[u] {
					parts[w] = int32(v)
					queue = append(queue, w)
				}
			}
		}
	}
	return parts
}

// modularity returns Q of any partition.
func (g *Graph) modularity(groups Groups) float64 {
	inside, total := make([]float64, groups.Count()), make([]float64, groups.Count())
	all := 0.0
	for v := range g.n {
		of := groups.Of[v]
		for k := g.both.first[v]; k < g.both.first[v+1]; k++ {
			s := g.both.strength[k]
			all += s
			total[of] += s
			if groups.Of[g.both.to[k]] == of {
				inside[of] += s
			}
		}
	}
	if all == 0 {
		return 0
	}
	q := 0.0
	for i := range inside {
		share := total[i] / all
		q += inside[i]/all - share*share
	}
	return q
}
