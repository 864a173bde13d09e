package tiles

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
)

// pointBuffer is how far around a tile places are drawn too, in units: 16 px, wider than the symbols, so that a symbol on
// a tile's edge is not cut.
const pointBuffer = extent / 16

// drawn is a place with its unit in the tile.
type drawn struct {
	number uint64
	at     unit
	sight  dealmap.Sight
}

var drawnLists = sync.Pool{New: func() any { return new([]drawn) }}

// checkEvery is after how many sights it is asked whether the client has gone.
const checkEvery = 4096

// drawPoints adds the layer of individual places, in the order of their ids.
func (d *Drawer) drawPoints(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	if r.Tile.Z < d.pointsFrom || !r.Scope.SeesPoints() {
		return tile, nil
	}
	list := drawnLists.Get().(*[]drawn)
	defer func() {
		clear(*list) // keeps no place of an old snapshot in memory
		*list = (*list)[:0]
		drawnLists.Put(list)
	}()
	f := newFrame(r.Tile)
	seen := 0
	src.Box(r.Scope, bound(r.Tile, pointBuffer), func(s dealmap.Sight) bool {
		if seen++; seen%checkEvery == 0 && ctx.Err() != nil {
			return false
		}
		position, ok := s.Position()
		if !ok || !s.Showable() || !r.Filter.Match(s) {
			return true
		}
		if x, y, ok := f.cell(toWorld(position)); ok && within(x, y, pointBuffer) {
			*list = append(*list, drawn{s.ID().Number(), unit{x, y}, s})
		}
		return true
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(*list, func(a, b drawn) int {
		if c := cmp.Compare(a.number, b.number); c != 0 {
			return c
		}
		idA, idB := a.sight.ID(), b.sight.ID()
		return bytes.Compare(idA[:], idB[:])
	})
	e := newLayerEncoder()
	defer e.release()
	for i := range *list {
		p := &(*list)[i]
		e.begin(p.number, typePoint)
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
	return e.append(tile, LayerDealPoints), nil
}
