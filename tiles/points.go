package tiles

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// pointBuffer is how far around a tile places are drawn too, in units: 16 px, wider than the symbols, so that a symbol on
// a tile's edge is not cut.
const pointBuffer = extent / 16

// drawing is a place to be drawn, and what orders it among others.
type drawing struct {
	at     unit
	zOrder uint64
	sight  dealmap.Sight
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
	seen := 0
	src.Box(r.Scope, bound(r.Tile, pointBuffer), func(s dealmap.Sight) bool {
		if seen++; seen%checkEvery == 0 && ctx.Err() != nil {
			return false
		}
		if position, ok := r.mayDraw(s); ok {
			if at, ok := drawnAt(r.Tile, position); ok {
				yield(s, at)
			}
		}
		return true
	})
	return ctx.Err()
}

// eachPoint yields what a tile draws one by one, by geo.ZOrder and then by the numbers of the ids, so that its bytes depend on nothing
// else. The request's filter is as Draw leaves it.
func (d *Drawer) eachPoint(ctx context.Context, src Source, r *Request, yield func(unit, *dealmap.PointSight)) error {
	p, ok := src.(Plotter)
	if !ok || !d.showsPoints(r) {
		return d.eachSorted(ctx, src, r, yield)
	}
	seen := 0
	p.Points(r.Scope, &r.Filter, squares(r.Tile), func(x, y uint32, s *dealmap.PointSight) bool {
		if seen++; seen%checkEvery == 0 && ctx.Err() != nil {
			return false
		}
		yield(fixedUnit(r.Tile, x, y), s)
		return true
	})
	return ctx.Err()
}

// eachSorted is eachPoint of what comes in no order.
func (d *Drawer) eachSorted(ctx context.Context, src Source, r *Request, yield func(unit, *dealmap.PointSight)) error {
	var list []drawing
	err := d.eachDrawn(ctx, src, r, func(s dealmap.Sight, at unit) {
		position, _ := s.Position()
		list = append(list, drawing{at, geo.ZOrder(geo.Fixed(position)), s})
	})
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b drawing) int {
		idA, idB := a.sight.ID(), b.sight.ID()
		return cmp.Or(cmp.Compare(a.zOrder, b.zOrder), cmp.Compare(idA.Number(), idB.Number()), bytes.Compare(idA[:], idB[:]))
	})
	for i := range list {
		one := list[i].sight.Point()
		yield(list[i].at, &one)
	}
	return nil
}

// drawPoints adds a layer of individual places.
func (d *Drawer) drawPoints(ctx context.Context, tile []byte, src Source, r *Request, layer Layer) ([]byte, error) {
	e := newLayerEncoder()
	defer e.release()
	looks := looksPool.Get().(*looks)
	defer looks.release()
	w := placeWriter{layerEncoder: e, looks: looks}
	if err := d.eachPoint(ctx, src, r, w.write); err != nil {
		return nil, err
	}
	return e.append(tile, layer), nil
}
