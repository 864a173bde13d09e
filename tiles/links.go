package tiles

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// drawLinks adds the layer of links: one by one where places are, elsewhere as flows between territories.
func (d *Drawer) drawLinks(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	switch {
	case d.showsPoints(r):
		return d.drawEachLink(ctx, tile, src, r)
	case r.Scope.SeesAggregates():
		return d.drawFlows(ctx, tile, src, r)
	}
	return tile, nil
}

// tied is a link that may cross the tile.
type tied struct {
	sight dealmap.LinkSight
	id    dealmap.ID
	// low and high are its ends in the order of ids: links between the same two places have them in common, whichever way they lead.
	low, high dealmap.ID
	from, to  orb.Point // on Mercator's unit square
}

func (t *tied) turned() bool { return t.low != t.sight.From().ID() }

func (t *tied) joinsAs(o *tied) bool { return t.low == o.low && t.high == o.high }

// tiedList is the scratch memory of one tile.
type tiedList struct {
	list  []tied
	order []int32
}

var tiedLists = sync.Pool{New: func() any { return new(tiedList) }}

func (l *tiedList) add(s dealmap.LinkSight, from, to orb.Point) {
	t := tied{sight: s, id: s.ID(), low: s.From().ID(), high: s.To().ID(), from: from, to: to}
	if bytes.Compare(t.high[:], t.low[:]) < 0 {
		t.low, t.high = t.high, t.low
	}
	l.order = append(l.order, int32(len(l.list)))
	l.list = append(l.list, t)
}

// sort brings links between the same two places together, and orders those by id.
func (l *tiedList) sort() {
	slices.SortFunc(l.order, func(i, j int32) int {
		a, b := &l.list[i], &l.list[j]
		return cmp.Or(bytes.Compare(a.low[:], b.low[:]), bytes.Compare(a.high[:], b.high[:]), bytes.Compare(a.id[:], b.id[:]))
	})
}

func (l *tiedList) release() {
	clear(l.list) // keeps no place of an old snapshot in memory
	l.list, l.order = l.list[:0], l.order[:0]
	tiedLists.Put(l)
}

// drawEachLink draws links one by one, those between the same two places in lanes beside each other.
func (d *Drawer) drawEachLink(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	l := tiedLists.Get().(*tiedList)
	defer l.release()
	p := newLinePen(r.Tile)
	seen := 0
	src.LinkBox(r.Scope, &r.Links, p.box, func(s dealmap.LinkSight) bool {
		if seen++; seen%checkEvery == 0 && ctx.Err() != nil {
			return false
		}
		from, okFrom := s.From().Position()
		to, okTo := s.To().Position()
		if a, b := geo.Mercator(from), geo.Mercator(to); okFrom && okTo && s.Told() && geo.ArcMayCross(a, b, geo.ArcReach, p.box) {
			l.add(s, a, b)
		}
		return true
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.sort()
	e := newLayerEncoder()
	defer e.release()
	day := r.Links.On
	if day.IsZero() {
		day = r.Scope.Day()
	}
	for i := 0; i < len(l.order); {
		lanes := 1
		for i+lanes < len(l.order) && l.list[l.order[i]].joinsAs(&l.list[l.order[i+lanes]]) {
			lanes++
		}
		for lane := range lanes {
			t := &l.list[l.order[i+lane]]
			bow := geo.Bow(lane, lanes)
			if t.turned() {
				bow = -bow
			}
			e.begin(t.id.Number(), typeLine)
			if p.arc(e, t.from, t.to, bow) {
				describeLink(e, t, day, lane, lanes)
				e.flag("head", p.holds(t.to))
				e.end()
				r.name(t.low, t.high)
			}
		}
		i += lanes
	}
	return e.append(tile, LayerLinks), nil
}

// name tells which places the tile names beside those that it draws.
func (r *Request) name(ids ...dealmap.ID) {
	if r.Names == nil {
		return
	}
	for _, id := range ids {
		r.Names(id)
	}
}

func describeLink(e *layerEncoder, t *tied, day dealmap.Date, lane, lanes int) {
	s := t.sight
	from, to := s.From(), s.To()
	e.text("id", t.id.String())
	e.text("kind", string(s.Kind()))
	e.text("means", string(s.Means()))
	e.text("network", s.Network())
	e.number("strength", uint64(max(0, s.Strength())))
	e.text("from", from.Reference())
	e.text("to", to.Reference())
	e.text("from_id", from.ID().String())
	e.text("to_id", to.ID().String())
	e.flag("directed", s.Kind().Directed())
	e.flag("ended", !s.Until().IsZero() && s.Until().Before(day))
	if lanes > 1 {
		e.number("lane", uint64(lane+1))
		e.number("lanes", uint64(lanes))
	}
}
