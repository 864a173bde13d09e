package web

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

// GetGraph shows places and what ties them.
func (s *Server) GetGraph(w http.ResponseWriter, r *http.Request, _ api.GetGraphParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		query := r.URL.Query()
		q, err := s.parseGraph(v, query)
		if err != nil {
			return reply{}, err
		}
		k, err := s.graphOf(v, &q, query)
		if err != nil {
			return reply{}, err
		}
		out := api.Graph{On: dayType(q.filter.On), Nodes: make([]api.GraphNode, len(k.graph.nodes)), Ties: make([]api.GraphTie, len(k.graph.ties))}
		for i, sight := range k.graph.nodes {
			out.Nodes[i] = s.graphNode(sight)
		}
		for i, l := range k.graph.ties {
			out.Ties[i] = graphTie(l, k.graph.ends[i])
		}
		what := dealmap.WhatLinks
		if q.network != "" {
			what = dealmap.WhatNetworks
		}
		line := v.line(what, canonical(query), k.graph.ids()...)
		line.Detail = fmt.Sprintf("graph n=%d", len(out.Nodes))
		return reply{body: out, line: line}, nil
	})
}

func (s *Server) graphNode(sight dealmap.Sight) api.GraphNode {
	end := s.linkEnd(sight)
	return api.GraphNode{
		Id: end.Id, Reference: end.Reference, Name: end.Name, Kind: end.Kind, Status: end.Status, Commune: end.Commune, Position: end.Position,
		Departement: some(sight.Departement()), Networks: list(sight.Networks()),
	}
}

func graphTie(l dealmap.LinkSight, ends [2]int) api.GraphTie {
	return api.GraphTie{
		Id: types.UUID(l.ID()), From: ends[0], To: ends[1], Kind: api.LinkKind(l.Kind()), Directed: l.Kind().Directed(), Means: some(api.Means(l.Means())),
		Strength: l.Strength(), Grading: some(l.Grading().Source + l.Grading().Information), Since: date(l.Since()), Until: date(l.Until()), Network: some(l.Network()),
	}
}

// measured is a graph that is to be measured, and how.
type measured struct {
	*keptGraph
	shape  *shape
	manner manner
	query  url.Values
}

// parseMeasured reads which graph is to be measured, and how, and gathers it.
func (s *Server) parseMeasured(v *visit, query url.Values, names ...string) (m measured, err error) {
	q, err := s.parseGraph(v, query, append(names, "directed", "weighted")...)
	if err != nil {
		return m, err
	}
	m.query = query
	for name, into := range map[string]*bool{"directed": &m.manner.directed, "weighted": &m.manner.weighted} {
		if *into, err = parseTruth(query, name); err != nil {
			return m, err
		}
	}
	if m.keptGraph, err = s.graphOf(v, &q, only(query, graphNames...)); err != nil {
		return m, err
	}
	m.shape, err = m.keptGraph.shape()
	return m, err
}

func parseTruth(query url.Values, name string) (bool, error) {
	switch text := query.Get(name); text {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, badParameter(name, "« %s » : true ou false est attendu", clip(text))
	}
}

// uuids are the ids of nodes.
func (g *graph) uuids(nodes []int) []types.UUID {
	out := make([]types.UUID, len(nodes))
	for i, node := range nodes {
		out[i] = types.UUID(g.nodes[node].ID())
	}
	return out
}
