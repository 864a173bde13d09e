package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo/network"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

const (
	defaultKeyPlayers = 3
	mostKeyPlayers    = 10
	// mostSteps bounds the work, in nodes and ties looked at, for which betweenness is computed from every place: some ten seconds.
	// Finding ways by strength takes weightedStep times as long.
	mostSteps    = 1.5e9
	weightedStep = 2
)

// analysisAsked is what is to be measured of a graph.
type analysisAsked struct {
	measured
	keyPlayers int
}

// progress is told how far a stage of the work is.
type progress func(stage string, done, total int)

// AnalyseGraph tells how a graph hangs together.
func (s *Server) AnalyseGraph(w http.ResponseWriter, r *http.Request, _ api.AnalyseGraphParams) {
	if acceptsEvents(r) {
		s.streamAnalysis(w, r)
		return
	}
	s.answer(w, r, func(v *visit) (reply, error) {
		a, err := s.parseAnalysis(v, r)
		if err != nil {
			return reply{}, err
		}
		body, err := s.analysis(r.Context(), v, a, func(string, int, int) {})
		return reply{body: body, line: a.line(v)}, err
	})
}

func (s *Server) parseAnalysis(v *visit, r *http.Request) (a analysisAsked, err error) {
	query := r.URL.Query()
	if a.measured, err = s.parseMeasured(v, query, "key_players"); err != nil {
		return a, err
	}
	a.keyPlayers, err = parseWhole(query, "key_players", defaultKeyPlayers, 0, mostKeyPlayers)
	return a, err
}

func (a *analysisAsked) line(v *visit) *dealmap.Consultation {
	line := v.line(dealmap.WhatAnalysis, canonical(a.query), a.graph.ids()...)
	line.Detail = fmt.Sprintf("analysis n=%d", len(a.graph.nodes))
	return line
}

// analysis measures a graph; everybody has one measured at a time.
func (s *Server) analysis(ctx context.Context, v *visit, a analysisAsked, tell progress) (out api.GraphAnalysis, err error) {
	done, err := s.measuring.wait(ctx, v.viewer.Subject)
	if err != nil {
		return out, err
	}
	defer done()
	sh, n := a.shape, len(a.graph.nodes)
	weak, cuts := sh.tied.Weak(), sh.tied.Cuts()
	tell("components", 1, 1)
	communities, err := sh.tied.Communities(ctx)
	if err != nil {
		return out, err
	}
	tell("communities", 1, 1)
	fragmentation, err := sh.tied.Fragmentation(ctx, nil)
	if err != nil {
		return out, err
	}
	tell("fragmentation", 1, 1)
	players := network.KeyPlayers{Share: fragmentation.Share, Exact: true}
	if k := min(a.keyPlayers, n); k > 0 {
		if players, err = sh.tied.KeyPlayers(ctx, k, func(done, total int) { tell("key_players", done, total) }); err != nil {
			return out, err
		}
	}
	pivots := a.manner.pivots(n, len(a.graph.ties))
	between, err := sh.in(a.manner).Betweenness(ctx, network.BetweennessOptions{Directed: a.manner.directed, Weighted: a.manner.weighted, Pivots: pivots},
		func(done, total int) { tell("betweenness", done, total) })
	if err != nil {
		return out, err
	}
	if pivots == 0 {
		sh.learn(a.manner, between)
	}
	out = api.GraphAnalysis{
		Nodes: n, Ties: len(sh.pairs), Components: weak.Count(), Largest: weak.Largest(), Fragmentation: fragmentation.Share,
		Directed: a.manner.directed, Weighted: a.manner.weighted, Exact: pivots == 0, Communities: communities.Count(), Modularity: communities.Modularity,
		Bridges: [][]types.UUID{}, Explained: explained(a.manner), Warning: centralIsWatched,
	}
	out.KeyPlayers.Places, out.KeyPlayers.Fragmentation, out.KeyPlayers.Exact = a.graph.uuids(players.Nodes), players.Share, players.Exact
	articulates := make([]bool, n)
	cutting := make([]int, len(cuts.Articulations))
	for i, c := range cuts.Articulations {
		articulates[c.Node], cutting[i] = true, c.Node
	}
	out.Articulations = a.graph.uuids(cutting)
	for _, b := range cuts.Bridges {
		out.Bridges = append(out.Bridges, a.graph.uuids([]int{b.A, b.B}))
	}
	out.Measures = measures(a.graph, sh, network.Normalised(between, a.manner.directed), weak, communities.Groups, articulates)
	return out, nil
}

// pivots is from how many places betweenness is estimated, 0 where it can be computed from all.
func (m manner) pivots(nodes, ties int) int {
	each := float64(nodes + 2*ties)
	if m.weighted {
		each *= weightedStep
	}
	if float64(nodes)*each <= mostSteps {
		return 0
	}
	return max(1, int(mostSteps/each))
}

// measures are those of every place, by betweenness and then degree.
func measures(g *graph, sh *shape, between []float64, weak, communities network.Groups, articulates []bool) []api.GraphMeasures {
	ways, tied := sh.ways.Degrees(), sh.tied.Degrees()
	order := make([]int, len(g.nodes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(between[b], between[a]), cmp.Compare(tied[b].Neighbours, tied[a].Neighbours))
	})
	out := make([]api.GraphMeasures, len(order))
	for at, i := range order {
		out[at] = api.GraphMeasures{
			Id: types.UUID(g.nodes[i].ID()), Degree: tied[i].Neighbours, In: ways[i].In, Out: ways[i].Out, Strength: sh.strengths[i], Betweenness: between[i],
			Component: weak.Of[i], Community: communities.Of[i], Articulation: articulates[i],
		}
	}
	return out
}

// streamAnalysis answers with events: how far the work is, and then what came of it.
func (s *Server) streamAnalysis(w http.ResponseWriter, r *http.Request) {
	v, err := s.visit(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a, err := s.parseAnalysis(v, r)
	if err == nil {
		err = s.consult(r, v, *a.line(v))
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	send := beginEvents(w)
	body, err := s.analysis(r.Context(), v, a, thinned(func(stage string, done, total int) {
		send("progress", map[string]any{"stage": stage, "done": done, "total": total})
	}))
	if err == nil {
		_, err = viewerOf(s.Map.Snapshot(), v.who, s.now()) // measuring may have taken long
	}
	if err != nil {
		send("problem", s.problem(r, err))
		return
	}
	send("result", body)
}

// thinned tells of every hundredth of a stage once.
func thinned(tell progress) progress {
	last, told := "", -1
	return func(stage string, done, total int) {
		part := done * 100 / max(1, total)
		if stage != last || part != told {
			last, told = stage, part
			tell(stage, done, total)
		}
	}
}
