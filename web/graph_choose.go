package web

import (
	"bytes"
	"slices"

	"github.com/mesure5/dealmap"
)

// graph is what a viewer sees of places and of what ties them.
type graph struct {
	// nodes and ties are in the order of their ids; ends are the two nodes of each tie.
	nodes []dealmap.Sight
	ties  []dealmap.LinkSight
	ends  [][2]int
}

// choose gathers a graph. Everything in it has gone through the viewer's scope.
func (v *visit) choose(q *graphQuestion) (*graph, error) {
	c := &chooser{v: v, q: q, nodes: map[dealmap.ID]dealmap.Sight{}, ties: map[dealmap.ID]dealmap.LinkSight{}}
	switch {
	case !q.place.IsZero():
		c.around()
	default:
		c.whole()
	}
	if c.full {
		return nil, q.tooGreat()
	}
	g := c.graph()
	if q.network != "" && len(g.nodes) == 0 {
		if _, known := v.seeNetwork(q.network); !known {
			return nil, badParameter("network", "réseau introuvable, ou hors de votre périmètre")
		}
	}
	return g, nil
}

// chooser gathers a graph, until it is full.
type chooser struct {
	v     *visit
	q     *graphQuestion
	nodes map[dealmap.ID]dealmap.Sight
	ties  map[dealmap.ID]dealmap.LinkSight
	full  bool
}

// open reports whether a place may be part of the graph: the one from which it begins always is.
func (c *chooser) open(sight dealmap.Sight) bool {
	return c.q.closed || sight.Status() != dealmap.Closed || !c.q.place.IsZero() && sight.ID() == c.q.place.ID()
}

func (c *chooser) add(sight dealmap.Sight) {
	c.nodes[sight.ID()] = sight
	c.full = c.full || c.q.size.nodes > 0 && len(c.nodes) > c.q.size.nodes
}

// takes reports whether a link belongs to the graph, its ends aside.
func (c *chooser) takes(l dealmap.LinkSight) bool {
	return l.Told() && c.open(l.From()) && c.open(l.To())
}

func (c *chooser) tie(l dealmap.LinkSight) {
	c.add(l.From())
	c.add(l.To())
	c.ties[l.ID()] = l
	c.full = c.full || c.q.size.ties > 0 && len(c.ties) > c.q.size.ties
}

// whole gathers the links of a network or a territory with their ends, and the places of the network.
func (c *chooser) whole() {
	if c.q.network != "" {
		c.v.snap.Members(c.v.scope, c.q.network, func(sight dealmap.Sight) bool {
			if c.open(sight) {
				c.add(sight)
			}
			return !c.full
		})
	}
	filter := c.q.filter
	if filter.Network = c.q.network; c.q.territory != dealmap.France {
		filter.Territory = c.q.territory
	}
	c.v.snap.Links(c.v.scope, &filter, dealmap.ID{}, func(l dealmap.LinkSight) bool {
		if c.takes(l) {
			c.tie(l)
		}
		return !c.full
	})
}

// around follows links from a place, and then adds those between the places that were come to last.
func (c *chooser) around() {
	c.add(c.q.place)
	last := []dealmap.ID{c.q.place.ID()}
	for hop := 0; hop <= c.q.hops && !c.full; hop++ {
		var next []dealmap.ID
		for _, id := range last {
			for _, l := range c.v.snap.LinksOf(c.v.scope, id) {
				if !c.q.filter.Match(l) || !c.takes(l) {
					continue
				}
				other := l.Other(id).ID()
				_, known := c.nodes[other]
				switch {
				case known:
				case hop == c.q.hops:
					continue
				default:
					next = append(next, other)
				}
				c.tie(l)
			}
			if c.full {
				return
			}
		}
		last = next
	}
}

func (c *chooser) graph() *graph {
	g := &graph{nodes: make([]dealmap.Sight, 0, len(c.nodes)), ties: make([]dealmap.LinkSight, 0, len(c.ties))}
	for _, sight := range c.nodes {
		g.nodes = append(g.nodes, sight)
	}
	for _, l := range c.ties {
		g.ties = append(g.ties, l)
	}
	slices.SortFunc(g.nodes, func(a, b dealmap.Sight) int { return compareIDs(a.ID(), b.ID()) })
	slices.SortFunc(g.ties, func(a, b dealmap.LinkSight) int { return compareIDs(a.ID(), b.ID()) })
	at := make(map[dealmap.ID]int, len(g.nodes))
	for i, sight := range g.nodes {
		at[sight.ID()] = i
	}
	g.ends = make([][2]int, len(g.ties))
	for i, l := range g.ties {
		g.ends[i] = [2]int{at[l.From().ID()], at[l.To().ID()]}
	}
	return g
}

func compareIDs(a, b dealmap.ID) int { return bytes.Compare(a[:], b[:]) }

// find is the node of a place, and false when the graph has none.
func (g *graph) find(id dealmap.ID) (int, bool) {
	return slices.BinarySearchFunc(g.nodes, id, func(sight dealmap.Sight, id dealmap.ID) int { return compareIDs(sight.ID(), id) })
}

// ids are those of the nodes.
func (g *graph) ids() []dealmap.ID {
	ids := make([]dealmap.ID, len(g.nodes))
	for i, sight := range g.nodes {
		ids[i] = sight.ID()
	}
	return ids
}
