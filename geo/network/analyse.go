package network

import (
	"context"
	"fmt"

	"github.com/mesure5/dealmap"
)

// AnalyseOptions says how a whole network is analysed.
type AnalyseOptions struct {
	// Weighted takes 1/strength as the distance of a tie in both kinds of betweenness.
	Weighted bool
	// Pivots estimates both kinds of betweenness from so many nodes; 0 is exact.
	Pivots int
	// KeyPlayers is the size of the set of key players, 0 for none; a network with fewer nodes has all of them.
	KeyPlayers int
}

// Analysis is all that is told of a network at once.
type Analysis struct {
	Nodes, Ties  int
	Degrees      []Degree
	Weak, Strong Groups
	// Directed and Undirected are betweenness, not normalised; Exact says that both are.
	Directed, Undirected []float64
	Exact                bool
	Cuts                 Cuts
	Communities          Communities
	Fragmentation        Fragmentation
	KeyPlayers           KeyPlayers
}

// Stages of an analysis, as its progress names them, in this order.
const (
	StageComponents    = "components"
	StageCommunities   = "communities"
	StageFragmentation = "fragmentation"
	StageKeyPlayers    = "key-players"
	StageDirected      = "betweenness-directed"
	StageUndirected    = "betweenness-undirected"
)

// Analyse measures the whole network. progress, which may be nil, is never called twice at once; done and total are of the stage.
// Errors: a [dealmap.Error] on fields pivots or key_players when negative, or that of ctx, within a tenth of a second or so.
func (g *Graph) Analyse(ctx context.Context, o AnalyseOptions, progress func(stage string, done, total int)) (*Analysis, error) {
	for field, value := range map[string]int{"pivots": o.Pivots, "key_players": o.KeyPlayers} {
		if value < 0 {
			return nil, dealmap.Invalid(field, fmt.Sprintf("%d : le nombre ne peut pas être négatif", value))
		}
	}
	stage := func(name string) func(done, total int) {
		return func(done, total int) {
			if progress != nil {
				progress(name, done, total)
			}
		}
	}
	a := &Analysis{Nodes: g.n, Ties: g.Ties(), Exact: g.out.sample(o.Pivots).all && g.both.sample(o.Pivots).all}
	a.Degrees, a.Weak, a.Strong, a.Cuts = g.Degrees(), g.Weak(), g.Strong(), g.Cuts()
	stage(StageComponents)(1, 1)
	var err error
	if a.Communities, err = g.Communities(ctx); err != nil {
		return nil, err
	}
	stage(StageCommunities)(1, 1)
	if a.Fragmentation, err = g.fragmentation(ctx, a.Weak, g.n, g.both.sample(0), stage(StageFragmentation)); err != nil {
		return nil, err
	}
	if k := min(o.KeyPlayers, g.n); k > 0 {
		if a.KeyPlayers, err = g.KeyPlayers(ctx, k, stage(StageKeyPlayers)); err != nil {
			return nil, err
		}
	}
	if a.Directed, err = g.Betweenness(ctx, BetweennessOptions{Directed: true, Weighted: o.Weighted, Pivots: o.Pivots}, stage(StageDirected)); err != nil {
		return nil, err
	}
	if a.Undirected, err = g.Betweenness(ctx, BetweennessOptions{Weighted: o.Weighted, Pivots: o.Pivots}, stage(StageUndirected)); err != nil {
		return nil, err
	}
	return a, nil
}
