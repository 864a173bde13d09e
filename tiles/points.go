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

// pointBuffer is how far around a tile places are drawn too, in units: 16 px, wider than the symbols, so that a symbol on
// a tile's edge is not cut.
const pointBuffer = extent / 16

// drawn is a place with its unit in the tile.
type drawn struct {
	at    unit
	sight dealmap.Sight
}

// numbered is sorted instead of what it stands for: it is small and holds no pointer.
type numbered struct {
	number uint64
	index  int
}

// pointList is the scratch memory of one tile.
type pointList struct {
	drawn []drawn
	order []numbered
}

var pointLists = sync.Pool{New: func() any { return new(pointList) }}

func (l *pointList) add(s dealmap.Sight, at unit) {
	l.order = append(l.order, numbered{s.ID().Number(), len(l.drawn)})
	l.drawn = append(l.drawn, drawn{at, s})
}

// sort orders the list by the ids of the features; should two be equal, by the whole ids of the places.
func (l *pointList) sort() {
	slices.SortFunc(l.order, func(a, b numbered) int {
		if c := cmp.Compare(a.number, b.number); c != 0 {
			return c
		}
		idA, idB := l.drawn[a.index].sight.ID(), l.drawn[b.index].sight.ID()
		return bytes.Compare(idA[:], idB[:])
	})
}

func (l *pointList) release() {
	clear(l.drawn) // keeps no place of an old snapshot in memory
	l.drawn, l.order = l.drawn[:0], l.order[:0]
	pointLists.Put(l)
}

// checkEvery is after how many sights it is asked whether the client has gone.
const checkEvery = 4096

// showsPoints reports whether a request draws places one by one at all.
func (d *Drawer) showsPoints(r *Request) bool {
	return r.Tile.Z >= d.pointsFrom && r.Scope.SeesPoints()
}

// mayDraw reports whether a sight that lies in the tile is drawn in it, and where it lies.
func (r *Request) mayDraw(s dealmap.Sight) (orb.Point, bool) {
	position, ok := s.Position()
	return position, ok && s.Showable() && r.Filter.Match(s)
}

// eachDrawn yields the places that a tile draws one by one, in no order. The request's filter is as Draw leaves it.
func (d *Drawer) eachDrawn(ctx context.Context, src Source, r *Request, yield func(dealmap.Sight, unit)) error {
	if !d.showsPoints(r) {
		return nil
	}
	f := newFrame(r.Tile)
	seen := 0
	src.Box(r.Scope, bound(r.Tile, pointBuffer), func(s dealmap.Sight) bool {
		if seen++; seen%checkEvery == 0 && ctx.Err() != nil {
			return false
		}
		if position, ok := r.mayDraw(s); ok {
			if at, ok := f.drawn(position); ok {
				yield(s, at)
			}
		}
		return true
	})
	return ctx.Err()
}

// drawn returns where a tile draws a place that lies in it or near it.
func (f frame) drawn(position orb.Point) (unit, bool) {
	x, y, ok := f.cell(geo.Mercator(position))
	return unit{x, y}, ok && within(x, y, pointBuffer)
}

// drawPoints adds a layer of individual places, in the order of their ids.
func (d *Drawer) drawPoints(ctx context.Context, tile []byte, src Source, r *Request, layer Layer) ([]byte, error) {
	list := pointLists.Get().(*pointList)
	defer list.release()
	if err := d.eachDrawn(ctx, src, r, list.add); err != nil {
		return nil, err
	}
	list.sort()
	e := newLayerEncoder()
	defer e.release()
	for _, n := range list.order {
		p := &list.drawn[n.index]
		e.begin(n.number, typePoint)
		e.text("ref", p.sight.Reference())
		e.text("name", p.sight.Name())
		e.text("status", string(p.sight.Status()))
		e.text("kind", string(p.sight.Kind()))
		if products := p.sight.Products(); len(products) > 0 {
			e.text("product", string(products[0]))
		}
		e.text("service", string(p.sight.Owner().Service))
		e.number("intensity", uint64(max(0, p.sight.Intensity())))
		e.point(p.at.x, p.at.y)
		e.end()
	}
	return e.append(tile, layer), nil
}
