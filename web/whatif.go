package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo/network"
	"github.com/mesure5/dealmap/web/api"
	"github.com/oapi-codegen/runtime/types"
)

const (
	// mostClosed is how many places may be marked at once, topRanked how far down the ranking is told, mostEntries how many entries.
	mostClosed  = 100
	topRanked   = 20
	mostEntries = 100
)

// TryClosing tells what closing places would do. Nothing is written.
func (s *Server) TryClosing(w http.ResponseWriter, r *http.Request, _ api.TryClosingParams) {
	s.answer(w, r, func(v *visit) (reply, error) {
		m, err := s.parseMeasured(v, r.URL.Query())
		if err != nil {
			return reply{}, err
		}
		var in api.TryClosingJSONRequestBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		closed, err := m.closedNodes(v, in.Closed)
		if err != nil {
			return reply{}, err
		}
		began := time.Now()
		body, named, err := m.tryClosing(r.Context(), closed)
		if err != nil {
			return reply{}, err
		}
		body.Milliseconds = roundTo(float64(time.Since(began).Microseconds())/1000, 1)
		line := v.line(dealmap.WhatAnalysis, canonical(m.query), named...)
		line.Detail = fmt.Sprintf("what-if closed=%d", len(closed))
		return reply{body: body, line: line}, nil
	})
}

// closedNodes finds the places that are marked. One that the graph has not, one that is hidden and one that is not there are all the same.
func (m *measured) closedNodes(v *visit, texts []string) (closed []int, err error) {
	switch {
	case len(texts) == 0:
		return nil, dealmap.Invalid("closed", "indiquez au moins un lieu à fermer")
	case len(texts) > mostClosed:
		return nil, dealmap.Invalid("closed", fmt.Sprintf("%d lieux au plus", mostClosed))
	}
	for i, text := range texts {
		sight, _, ok := resolve(v, text)
		node := 0
		if ok {
			node, ok = m.graph.find(sight.ID())
		}
		if !ok {
			return nil, dealmap.Invalid(fmt.Sprintf("closed[%d]", i), "ce lieu n’est pas de ce réseau, ou est hors de votre périmètre")
		}
		closed = append(closed, node)
	}
	slices.Sort(closed)
	return slices.Compact(closed), nil
}

// tryClosing compares the graph as it stands with what is left of it, and returns the places that it names.
func (m *measured) tryClosing(ctx context.Context, closed []int) (out api.WhatIf, named []dealmap.ID, err error) {
	base, err := m.shape.base(ctx, m.manner)
	if err != nil {
		return out, nil, err
	}
	got, err := m.shape.in(m.manner).WhatIf(ctx, network.WhatIfOptions{
		Closed: closed, Directed: m.manner.directed, Weighted: m.manner.weighted, Top: topRanked, Base: base,
	})
	if err != nil {
		return out, nil, err
	}
	before, err := m.shape.reached(ctx)
	if err != nil {
		return out, nil, err
	}
	after, err := m.shape.goods.Reach(ctx, m.shape.entries, closed)
	if err != nil {
		return out, nil, err
	}
	g := m.graph
	out = api.WhatIf{
		Closed: g.uuids(closed), Before: side(&got.Before, m.shape.pairsWithout(nil)), After: side(&got.After, m.shape.pairsWithout(closed)),
		CutOff: g.uuids(got.CutOff), Exact: got.Exact, Warning: centralIsWatched,
	}
	nodes := slices.Concat(closed, got.CutOff)
	out.Reach = make([]reachOfEntry, 0, min(len(before), mostEntries))
	for _, i := range farthest(before) {
		sight := g.nodes[before[i].Entry]
		out.Reach = append(out.Reach, reachOfEntry{
			Id: types.UUID(sight.ID()), Reference: sight.Reference(), Name: some(sight.Name()), Before: before[i].Nodes, After: after[i].Nodes,
		})
		nodes = append(nodes, before[i].Entry)
	}
	out.Ranking = make([]rankOfPlace, len(got.Ranking))
	pairs := pairsOfOthers(len(g.nodes), m.manner.directed)
	for i, c := range got.Ranking {
		out.Ranking[i] = rankOfPlace{
			Id: types.UUID(g.nodes[c.Node].ID()), Before: c.Before / pairs, After: c.After / pairs, RankBefore: some(c.RankBefore), RankAfter: some(c.RankAfter),
		}
		nodes = append(nodes, c.Node)
	}
	slices.Sort(nodes)
	for _, node := range slices.Compact(nodes) {
		named = append(named, g.nodes[node].ID())
	}
	return out, named, nil
}

// reachOfEntry and rankOfPlace are elements of what the contract calls reach and ranking.
type (
	reachOfEntry = struct {
		After     int        `json:"after"`
		Before    int        `json:"before"`
		Id        types.UUID `json:"id"`
		Name      *string    `json:"name,omitempty"`
		Reference string     `json:"reference"`
	}
	rankOfPlace = struct {
		After  float64    `json:"after"`
		Before float64    `json:"before"`
		Id     types.UUID `json:"id"`

		// RankAfter Absent for a closed place
		RankAfter  *int `json:"rank_after,omitempty"`
		RankBefore *int `json:"rank_before,omitempty"`
	}
)

func side(s *network.State, ties int) api.WhatIfSide {
	return api.WhatIfSide{
		Nodes: s.Nodes, Ties: ties, Components: s.Components, Largest: s.Largest, Fragmentation: s.Fragmentation.Share, Isolated: s.Isolated,
	}
}

// farthest are the entries from which most is reached, as indices, by that and then in their order.
func farthest(reach []network.Reach) []int {
	order := make([]int, len(reach))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(reach[b].Nodes, reach[a].Nodes) })
	return order[:min(len(order), mostEntries)]
}

// pairsOfOthers is of how many pairs a place may lie between, at least 1: betweenness divided by it is a share, before and after alike.
func pairsOfOthers(n int, directed bool) float64 {
	pairs := float64(n-1) * float64(n-2)
	if !directed {
		pairs /= 2
	}
	return max(pairs, 1)
}
