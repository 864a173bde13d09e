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

// sightList is scratch memory for what comes in no order: where sights lie, and what they are.
type sightList struct {
	sights []dealmap.Sight
	order  []located
	points dealmap.Pointer
}

// located is sorted instead of the sight that it stands for: it is small and holds no pointer.
type located struct {
	x, y  uint32 // geo.Fixed
	z     uint64 // geo.ZOrder
	index int
}

var sightLists = sync.Pool{New: func() any { return new(sightList) }}

func (l *sightList) add(s dealmap.Sight, x, y uint32) {
	l.order = append(l.order, located{x, y, geo.ZOrder(x, y), len(l.sights)})
	l.sights = append(l.sights, s)
}

// sort orders the list by where sights lie, and those of one position by their ids.
func (l *sightList) sort() {
	slices.SortFunc(l.order, func(a, b located) int {
		if a.z != b.z { // as for most: ids are read from places
			return cmp.Compare(a.z, b.z)
		}
		idA, idB := l.sights[a.index].ID(), l.sights[b.index].ID()
		return cmp.Or(cmp.Compare(idA.Number(), idB.Number()), bytes.Compare(idA[:], idB[:]))
	})
}

// release keeps no sight of an old snapshot in memory.
func (l *sightList) release() {
	clear(l.sights)
	l.sights, l.order = l.sights[:0], l.order[:0]
	sightLists.Put(l)
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

// eachDrawn yields the places that a tile draws one by one and where they lie (geo.Fixed), in no order. The request's filter is as Draw leaves it.
func (d *Drawer) eachDrawn(ctx context.Context, src Source, r *Request, yield func(s dealmap.Sight, x, y uint32)) error {
	if !d.showsPoints(r) {
		return nil
	}
	seen := 0
	src.Box(r.Scope, bound(r.Tile, pointBuffer), func(s dealmap.Sight) bool {
		if seen++; seen%checkEvery == 0 && ctx.Err() != nil {
			return false
		}
		if position, ok := r.mayDraw(s); ok {
			if x, y, ok := drawnAt(r.Tile, position); ok {
				yield(s, x, y)
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
	list := sightLists.Get().(*sightList)
	defer list.release()
	if err := d.eachDrawn(ctx, src, r, list.add); err != nil {
		return err
	}
	list.sort()
	var one dealmap.PointSight
	for _, at := range list.order {
		one = list.points.Point(list.sights[at.index])
		yield(fixedUnit(r.Tile, at.x, at.y), &one)
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
