package web

import (
	"net/http"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo/network"
	"github.com/mesure5/dealmap/web/api"
)

// FindPath finds the ways of fewest, and of strongest, links from one place to another.
func (s *Server) FindPath(w http.ResponseWriter, r *http.Request, _ api.FindPathParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		p, err := s.parsePath(v, r)
		if err != nil {
			return reply{}, err
		}
		fewest, strongest, err := p.find()
		if err != nil {
			return reply{}, err
		}
		shown := []dealmap.ID{p.from.ID(), p.to.ID()}
		for _, node := range slices.Concat(fewest.Nodes, strongest.Nodes) {
			if id := p.graph.nodes[node].ID(); !holds(shown, id) {
				shown = append(shown, id)
			}
		}
		line := v.line(dealmap.WhatAnalysis, canonical(p.query), shown...)
		line.Detail = "path"
		return reply{body: api.PathPair{Fewest: s.path(v, p, fewest, float64(fewest.Ties)), Strongest: s.path(v, p, strongest, strongest.Length)}, line: line}, nil
	})
}

// pathAsked is a way that is looked for.
type pathAsked struct {
	measured
	from, to dealmap.Sight
}

func (s *Server) parsePath(v *visit, r *http.Request) (*pathAsked, error) {
	if err := mayKnowNetworks(v); err != nil {
		return nil, err
	}
	query := r.URL.Query()
	names := []string{"network", "link_kind", "means", "on", "closed"}
	if err := checkNames(query, append([]string{"from", "to", "directed"}, names...)...); err != nil {
		return nil, err
	}
	p := &pathAsked{measured: measured{query: query}}
	var err error
	if p.from, err = graphPlace(v, "from", query.Get("from")); err != nil {
		return nil, err
	}
	if p.to, err = graphPlace(v, "to", query.Get("to")); err != nil {
		return nil, err
	}
	if p.from.ID() == p.to.ID() {
		return nil, badParameter("to", "c’est le lieu de départ : un autre est attendu")
	}
	q := graphQuestion{territory: dealmap.France}
	if q.network, err = parseNetworkCode("network", query.Get("network")); err != nil {
		return nil, err
	}
	if q.network != "" {
		q.territory = ""
	}
	if err := q.parseLinks(v, query); err != nil {
		return nil, err
	}
	if p.manner.directed, err = parseTruth(query, "directed"); err != nil {
		return nil, err
	}
	key := only(query, names...)
	key.Set("for", "path") // it is not bounded
	if p.keptGraph, err = s.graphOf(v, &q, key); err != nil {
		return nil, err
	}
	p.shape, err = p.keptGraph.shape()
	return p, err
}

// find looks for both ways; places that nothing ties are in no graph, and on no way.
func (p *pathAsked) find() (fewest, strongest network.Path, err error) {
	from, known := p.graph.find(p.from.ID())
	to, too := p.graph.find(p.to.ID())
	if !known || !too {
		return fewest, strongest, nil
	}
	in := p.shape.in(p.manner)
	if fewest, err = in.ShortestPath(from, to, p.manner.directed); err != nil {
		return fewest, strongest, err
	}
	strongest, err = in.StrongestPath(from, to, p.manner.directed)
	return fewest, strongest, err
}

// path shows a way with all links that lead along it.
func (s *Server) path(v *visit, p *pathAsked, way network.Path, length float64) api.GraphPath {
	out := api.GraphPath{Found: way.Found, Places: make([]api.GraphNode, len(way.Nodes)), Links: []api.PlaceLink{}, Length: length}
	for i, node := range way.Nodes {
		out.Places[i] = s.graphNode(p.graph.nodes[node])
	}
	for _, i := range p.along(way.Nodes) {
		out.Links = append(out.Links, s.link(v, p.graph.ties[i]))
	}
	return out
}

// along are the ties of a way, step by step: several may lead from a place to the next, and their strengths add up.
func (p *pathAsked) along(nodes []int) (ties []int) {
	steps := make([][]int, max(0, len(nodes)-1))
	at := map[[2]int]int{}
	for i := range steps {
		at[[2]int{nodes[i], nodes[i+1]}] = i
	}
	for i, ends := range p.graph.ends {
		if !p.shape.counts[i] {
			continue
		}
		step, leads := at[ends]
		if !leads && (!p.manner.directed || !p.graph.ties[i].Kind().Directed()) {
			step, leads = at[[2]int{ends[1], ends[0]}]
		}
		if leads {
			steps[step] = append(steps[step], i)
		}
	}
	return slices.Concat(steps...)
}
