package web

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
)

// graphNames are the parameters that choose a graph; graphChoices are those of which exactly one says where it begins.
var (
	graphNames   = []string{"network", "place", "hops", "territory", "link_kind", "means", "on", "closed"}
	graphChoices = []string{"network", "place", "territory"}
)

const (
	mostHops    = 6
	defaultHops = 2
)

// graphSize bounds a graph; zero is no bound.
type graphSize struct{ nodes, ties int }

// mostShown is the greatest graph that is shown or measured: what is greater nobody could read.
var mostShown = graphSize{20_000, 200_000}

// graphQuestion is which graph is asked for.
type graphQuestion struct {
	network string
	// place is where to begin, from which links are followed as often as hops says; the zero Sight where nothing of the kind is asked for.
	place     dealmap.Sight
	hops      int
	territory dealmap.TerritoryCode
	filter    dealmap.LinkFilter
	// closed lets closed places be part of it.
	closed bool
	size   graphSize
}

// parseGraph reads which graph is asked for.
func (s *Server) parseGraph(v *visit, query url.Values, names ...string) (q graphQuestion, err error) {
	if err := mayKnowNetworks(v); err != nil {
		return q, err
	}
	if err := checkNames(query, append(names, graphNames...)...); err != nil {
		return q, err
	}
	given := slices.DeleteFunc(slices.Clone(graphChoices), func(name string) bool { return strings.TrimSpace(query.Get(name)) == "" })
	if len(given) != 1 {
		return q, badParameter(strings.Join(graphChoices, ","), "indiquez un réseau (network), un lieu (place) ou un territoire (territory ; fr pour tout) : l’un des trois, et un seul")
	}
	q.size = s.mostShown
	if q.network, err = parseNetworkCode("network", query.Get("network")); err != nil {
		return q, err
	}
	if text := query.Get("place"); text != "" {
		if q.place, err = graphPlace(v, "place", text); err != nil {
			return q, err
		}
	}
	if text := query.Get("territory"); text != "" {
		if q.territory, err = s.knownTerritory("territory", text); err != nil {
			return q, err
		}
	}
	if query.Get("hops") != "" && q.place.IsZero() {
		return q, badParameter("hops", "va avec « place » : autour de quel lieu ?")
	}
	if q.hops, err = parseWhole(query, "hops", defaultHops, 1, mostHops); err != nil {
		return q, err
	}
	return q, q.parseLinks(v, query)
}

// graphPlace finds a place that a parameter names. Absent and hidden are the same.
func graphPlace(v *visit, name, text string) (dealmap.Sight, error) {
	sight, _, ok := resolve(v, text)
	if !ok {
		return sight, badParameter(name, "lieu introuvable, ou hors de votre périmètre")
	}
	return sight, nil
}

// parseLinks reads which links, and whether closed places, belong to the graph.
func (q *graphQuestion) parseLinks(v *visit, query url.Values) (err error) {
	if q.filter, err = parseLinkFilter(query); err != nil {
		return err
	}
	if q.filter.On.IsZero() {
		q.filter.On = v.scope.Day()
	}
	switch closed := query.Get("closed"); closed {
	case "", "exclude":
	case "include":
		q.closed = true
	default:
		return badParameter("closed", "« %s » est inconnu (exclude, include)", clip(closed))
	}
	return nil
}

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

// tooGreat says what to narrow.
func (q *graphQuestion) tooGreat() error {
	name, how := "territory", "choisissez un territoire plus petit, un réseau ou les environs d’un lieu"
	switch {
	case !q.place.IsZero():
		name, how = "hops", "suivez moins de liens depuis ce lieu"
	case q.network != "":
		name, how = "network", "choisissez les environs d’un de ses lieux"
	}
	return badParameter(name, "ce réseau dépasse %s lieux ou %s liens : %s, ou filtrez les liens (link_kind, means, on)",
		frenchCount(q.size.nodes), frenchCount(q.size.ties), how)
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
