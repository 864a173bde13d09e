package web

import (
	"context"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/tiles"
)

// ofPlace recalls who saw one place.
type ofPlace struct {
	*recall
	id       dealmap.ID
	versions []dealmap.Version
	spots    []spot
	verdicts map[verdictKey]verdict
}

// spot is a position at which the place lay, with the tiles that draw it.
type spot struct {
	at    [2]float64
	tiles map[dealmap.TileAddress]bool
}

type verdictKey struct {
	eyes          *eyes
	asked         *asked
	then, present int // versions
}

// verdict is whether a scope saw the place with a filter, and where it is drawn: an index of spots, -1 nowhere.
type verdict struct {
	listed, drawable, exported bool
	layer                      tiles.Layer // that draws it
	spot                       int
}

func (c *recall) ofPlace(ctx context.Context, id dealmap.ID) (*ofPlace, error) {
	versions, err := c.server.Map.Versions(ctx, id)
	if err != nil {
		return nil, err
	}
	p := &ofPlace{recall: c, id: id, versions: versions, verdicts: map[verdictKey]verdict{}}
	every := everyEye()
	for _, v := range versions {
		if sight, ok := v.See(&every); ok {
			p.spotOf(sight)
		}
	}
	return p, nil
}

// spotOf returns the index of the sight's position among the spots, -1 when it shows none.
func (p *ofPlace) spotOf(sight dealmap.Sight) int {
	at, ok := sight.Position()
	if !ok {
		return -1
	}
	for i := range p.spots {
		if p.spots[i].at == at {
			return i
		}
	}
	around := map[dealmap.TileAddress]bool{}
	for _, t := range p.server.Drawer.Around(at) {
		around[dealmap.TileAddress{Z: uint32(t.Z), X: t.X, Y: t.Y}] = true
	}
	p.spots = append(p.spots, spot{at, around})
	return len(p.spots) - 1
}

// tiles are all addresses at which the place was ever drawn by itself.
func (p *ofPlace) tiles() []dealmap.TileAddress {
	all := map[dealmap.TileAddress]bool{}
	for _, s := range p.spots {
		for t := range s.tiles {
			all[t] = true
		}
	}
	list := make([]dealmap.TileAddress, 0, len(all))
	for t := range all {
		list = append(list, t)
	}
	return list
}

// at returns the version that held after an entry, -1 when the place was not there yet.
func (p *ofPlace) at(seq dealmap.Seq) int {
	i := len(p.versions) - 1
	for i >= 0 && p.versions[i].Seq > seq {
		i--
	}
	return i
}

// disclosed reports whether a candidate of the consultation log disclosed the place.
func (p *ofPlace) disclosed(name dealmap.LineName, line *dealmap.Consultation) (bool, error) {
	if !isComputed(line.What) {
		return true, nil // only lines that name the place are candidates
	}
	computed, err := p.computed(name, line)
	if computed || err != nil || line.What != dealmap.WhatList && line.What != dealmap.WhatTile {
		return computed, err
	}
	// A page may name the place beside those that it lists, a tile as an end of a link that crosses it.
	return holds(line.Places, p.id), nil
}

func (p *ofPlace) computed(name dealmap.LineName, line *dealmap.Consultation) (bool, error) {
	if line.What == dealmap.WhatList && !onPage(line, p.id) {
		return false, nil
	}
	then := p.at(line.Seq)
	e := p.scopeOf(line)
	a := p.queryOf(line.Query, e)
	if then < 0 || !e.ok || !a.ok {
		return false, nil
	}
	present := then
	if a.looksBack(e) {
		seq, err := p.presentOf(name, line)
		if err != nil {
			return false, err
		}
		if present = p.at(seq); present < 0 {
			return false, nil
		}
	}
	v := p.verdict(verdictKey{e, a, then, present})
	switch line.What {
	case dealmap.WhatTile:
		if !v.drawable || v.spot < 0 || line.Tile == nil || !p.spots[v.spot].tiles[*line.Tile] {
			return false, nil
		}
		request, draws := p.tileOf(line, e, a)
		return draws && slices.Contains(request.Layers, v.layer), nil
	case dealmap.WhatExport:
		return v.exported, nil
	}
	return v.listed, nil
}

func (p *ofPlace) verdict(key verdictKey) verdict {
	v, known := p.verdicts[key]
	if known {
		return v
	}
	v.spot = -1
	sight, ok := p.versions[key.then].See(&key.eyes.scope)
	if ok && sight.Showable() && key.asked.looksBack(key.eyes) {
		now, _ := p.versions[key.present].See(&key.eyes.scope)
		ok = keepsThrough(sight, now)
	}
	if ok {
		v.listed = key.asked.shows(sight)
		v.exported = v.listed && sight.MayDisclose()
		filter := key.asked.filter
		filter.DealPoints, filter.Sites = false, false // its layers say what a tile draws
		v.drawable, v.layer = sight.Showable() && filter.Match(sight), tiles.LayerOf(sight.Kind())
		v.spot = p.spotOf(sight)
	}
	p.verdicts[key] = v
	return v
}
