package network

import (
	"context"
	"fmt"
	"slices"

	"github.com/mesure5/dealmap"
)

// KeyPlayers is a set of nodes whose removal leaves the fewest pairs in touch.
type KeyPlayers struct {
	// Nodes rise.
	Nodes []int
	// Share is the fragmentation of what remains: [Fragmentation].Share.
	Share float64
	// Exact says that all sets were compared: none is better. Otherwise better ones may exist.
	Exact bool
}

// exactSteps bounds the work, in nodes and arcs looked at, for which all sets are compared: some seconds.
const exactSteps = 2e8

// mostRounds bounds how often every member is tried against all others; two or three rounds are usual.
const mostRounds = 20

// KeyPlayers returns k nodes whose removal fragments the undirected graph most (KPP-NEG; Borgatti, "Identifying sets of key players in
// a social network", 2006). All sets are compared when they are few, the lexicographically first of the best being chosen. Otherwise
// the node that parts most is taken in turn (of equals that with more neighbours, then the lower), and then members are swapped for
// others for as long as that gains. One search of the graph weighs all candidates for a place in the set at once.
// Errors: a [dealmap.Error] on field k unless 1 ≤ k ≤ n, or that of ctx. progress may be nil.
func (g *Graph) KeyPlayers(ctx context.Context, k int, progress func(done, total int)) (KeyPlayers, error) {
	if k < 1 || k > g.n {
		return KeyPlayers{}, dealmap.Invalid("k", fmt.Sprintf("le nombre de lieux clés doit être compris entre 1 et %d", g.n))
	}
	p := &players{ctx: ctx, graph: g, search: newSearch(&g.both), gone: make([]bool, g.n), lost: make([]int64, g.n)}
	prefixes := 1.0
	for i := range k - 1 {
		prefixes *= float64(g.n-1-i) / float64(i+1)
	}
	exact := prefixes*float64(g.n+len(g.both.to)) <= exactSteps
	if exact {
		p.total = int(prefixes)
	} else {
		p.total = k * (1 + mostRounds)
	}
	p.progress = progress
	var err error
	if exact {
		p.inTouch = -1
		err = p.compare(make([]int, 0, k), k)
	} else {
		err = p.improve(k)
	}
	if err != nil {
		return KeyPlayers{}, err
	}
	if progress != nil {
		progress(p.total, p.total)
	}
	slices.Sort(p.best)
	return KeyPlayers{Nodes: p.best, Share: share(p.inTouch, g.n-k), Exact: exact}, nil
}

type players struct {
	ctx         context.Context
	graph       *Graph
	search      *search
	gone        []bool
	lost        []int64
	best        []int
	inTouch     int64
	done, total int
	progress    func(done, total int)
}

// weigh fills lost for all nodes that are not gone, and returns how many ordered pairs are in touch now.
func (p *players) weigh() (inTouch int64, err error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	if p.progress != nil && p.done*100/p.total != (p.done-1)*100/p.total {
		p.progress(min(p.done, p.total), p.total)
	}
	p.done++
	p.search.run(p.gone, func(v int32, left pieces) {
		p.lost[v] = left.lost()
		inTouch += int64(left.size - 1)
	})
	return inTouch, nil
}

// compare tries all sets that begin with these nodes, which are gone; the last member is weighed for all candidates at once.
func (p *players) compare(set []int, k int) error {
	first := 0
	if len(set) > 0 {
		first = set[len(set)-1] + 1
	}
	if len(set) == k-1 {
		inTouch, err := p.weigh()
		if err != nil {
			return err
		}
		for v := first; v < p.graph.n; v++ {
			if left := inTouch - p.lost[v]; p.inTouch < 0 || left < p.inTouch {
				p.inTouch, p.best = left, append(slices.Clone(set), v)
			}
		}
		return nil
	}
	for v := first; v <= p.graph.n-k+len(set); v++ {
		p.gone[v] = true
		err := p.compare(append(set, v), k)
		p.gone[v] = false
		if err != nil {
			return err
		}
	}
	return nil
}

// improve takes nodes greedily and then swaps.
func (p *players) improve(k int) error {
	for range k {
		if err := p.place(-1); err != nil {
			return err
		}
	}
	for range mostRounds {
		swapped := false
		for i := range p.best {
			before := p.best[i]
			if err := p.place(i); err != nil {
				return err
			}
			swapped = swapped || p.best[i] != before
		}
		if !swapped {
			break
		}
	}
	return nil
}

// place adds the best node, or puts it in the place of member i when it is better.
func (p *players) place(i int) error {
	best := -1
	if i >= 0 {
		best = p.best[i]
		p.gone[best] = false
	}
	inTouch, err := p.weigh()
	if err != nil {
		return err
	}
	for v := range p.graph.n {
		if p.gone[v] {
			continue
		}
		if best < 0 || p.lost[v] > p.lost[best] ||
			i < 0 && p.lost[v] == p.lost[best] && p.graph.both.degree(v) > p.graph.both.degree(best) {
			best = v
		}
	}
	p.gone[best] = true
	p.inTouch = inTouch - p.lost[best]
	if i < 0 {
		p.best = append(p.best, best)
	} else {
		p.best[i] = best
	}
	return nil
}
