package web

import (
	"context"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/tiles"
)

// disclosure is what a line disclosed.
type disclosure struct {
	list []namedPlace
	// exact is false when places that were erased since may be missing.
	exact bool
	// aggregates: it held numbers and no place.
	aggregates bool
}

type namedPlace struct {
	id        dealmap.ID
	reference string // empty: erased
}

func (d *disclosure) add(sight dealmap.Sight) {
	d.list = append(d.list, namedPlace{sight.ID(), sight.Reference()})
}

// places computes again which places a line disclosed.
func (c *recall) places(ctx context.Context, name dealmap.LineName, line *dealmap.Consultation) (disclosure, error) {
	out := disclosure{exact: true}
	if isComputed(line.What) {
		if err := c.compute(ctx, name, line, &out); err != nil {
			return out, err
		}
	}
	out.aggregates = out.aggregates || line.What == dealmap.WhatCounts || line.What == dealmap.WhatDossier || line.What == dealmap.WhatFlows
	every := everyEye()
	for _, id := range line.Places {
		if slices.ContainsFunc(out.list, func(p namedPlace) bool { return p.id == id }) {
			continue
		}
		sight, _ := c.snap.Source(every, id) // one that was merged into another since is not erased
		out.list = append(out.list, namedPlace{id, sight.Reference()})
	}
	return out, nil
}

// compute makes the output again from the map as it stood.
func (c *recall) compute(ctx context.Context, name dealmap.LineName, line *dealmap.Consultation, out *disclosure) error {
	e := c.scopeOf(line)
	a := c.queryOf(line.Query, e)
	if !e.ok || !a.ok {
		out.exact = false // of a version that said less
		return nil
	}
	var request tiles.Request
	if line.What == dealmap.WhatTile {
		draws := false
		if request, draws = c.tileOf(line, e, a); !draws {
			out.aggregates = slices.ContainsFunc(request.Layers, isAggregate) && len(line.Places) == 0
			return nil
		}
	}
	snap, err := c.mapOf(ctx, name, line, a.looksBack(e))
	if err != nil {
		return err
	}
	switch line.What {
	case dealmap.WhatTile:
		sights, err := c.server.Drawer.Drawn(ctx, snap, request)
		if err != nil {
			return err
		}
		for _, sight := range sights {
			out.add(sight)
		}
	case dealmap.WhatList:
		snap.Each(e.scope, line.After, func(sight dealmap.Sight) bool {
			if !onPage(line, sight.ID()) {
				return sight.ID().IsZero() // one that is only counted
			}
			if a.shows(sight) {
				out.add(sight)
			}
			return true
		})
	case dealmap.WhatExport:
		snap.Each(e.scope, dealmap.ID{}, func(sight dealmap.Sight) bool {
			if a.shows(sight) && sight.MayDisclose() {
				out.add(sight)
			}
			return true
		})
	}
	out.exact, err = c.nothingErased(ctx, line.Seq)
	return err
}

// isAggregate reports whether a layer may show numbers of what it does not show one by one.
func isAggregate(l tiles.Layer) bool {
	return l == tiles.LayerClusters || l == tiles.LayerHeat || l == tiles.LayerLinks
}

// mapOf is the map that a line's output was made from.
func (c *recall) mapOf(ctx context.Context, name dealmap.LineName, line *dealmap.Consultation, looksBack bool) (Snapshot, error) {
	then, err := c.server.Map.SnapshotAfter(ctx, line.Seq)
	if err != nil || !looksBack {
		return then, err
	}
	seq, err := c.presentOf(name, line)
	if err != nil {
		return nil, err
	}
	now, err := c.server.Map.SnapshotAfter(ctx, seq)
	if err != nil {
		return nil, err
	}
	return past{Snapshot: then, now: now}, nil
}

// mostErasures is how many erasures are looked at one by one.
const mostErasures = 1000

// nothingErased reports whether no place that was on the map after an entry has been erased since.
func (c *recall) nothingErased(ctx context.Context, after dealmap.Seq) (bool, error) {
	erased := []dealmap.EventKind{dealmap.EventPlaceErased}
	later, err := c.server.Map.Entries(ctx, dealmap.JournalQuery{Kinds: erased, Limit: mostErasures})
	if err != nil {
		return false, err
	}
	for _, erasure := range later {
		if erasure.Seq <= after {
			return true, nil
		}
		versions, err := c.server.Map.Versions(ctx, erasure.Subject)
		if err != nil {
			return false, err
		}
		if len(versions) > 0 && versions[0].Seq <= after {
			return false, nil
		}
	}
	return len(later) < mostErasures, nil
}
