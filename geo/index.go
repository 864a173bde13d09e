package geo

import (
	"bytes"
	"iter"
	"math"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Index finds places by position. Places without a position ([dealmap.Place.HasPosition]) are not in it, nor are records that
// do not stand for themselves ([dealmap.Place.Stands]).
//
// One writer changes its own Index and publishes a [Index.Copy]; any number of readers use what was published without
// waiting. A copy shares everything that later changes do not touch. The zero Index is empty and ready.
type Index struct {
	copying sync.Mutex // Copy marks the tree, also when it is called on a published index by two goroutines
	tree    rtree.RTreeGN[float64, *dealmap.Place]
}

// NewIndex makes an index of places; nil makes an empty one.
func NewIndex(places iter.Seq[*dealmap.Place]) *Index {
	x := &Index{}
	if places != nil {
		for p := range places {
			x.Insert(p)
		}
	}
	return x
}

// Copy returns an index with the same places in constant time. Changing either leaves the other as it is. It may run while
// others read, but not while one writes.
func (x *Index) Copy() *Index {
	x.copying.Lock()
	defer x.copying.Unlock()
	return &Index{tree: *x.tree.Copy()}
}

// Len returns the number of places with a position.
func (x *Index) Len() int { return x.tree.Len() }

func indexed(p *dealmap.Place) (orb.Point, bool) {
	if p == nil || !p.HasPosition() || !p.Stands() {
		return orb.Point{}, false
	}
	at := p.Position()
	return at, !math.IsNaN(at[0]) && !math.IsNaN(at[1])
}

// Insert adds a place; one without a position is passed over.
func (x *Index) Insert(p *dealmap.Place) {
	if at, ok := indexed(p); ok {
		x.tree.Insert(at, at, p)
	}
}

// Delete removes a place, which is the very pointer that was inserted, and reports whether it was there.
func (x *Index) Delete(p *dealmap.Place) bool {
	at, ok := indexed(p)
	if !ok {
		return false
	}
	before := x.tree.Len()
	x.tree.Delete(at, at, p)
	return x.tree.Len() < before
}

// Replace puts the new record of a place where the old one was; either may be nil or without a position.
func (x *Index) Replace(old, fresh *dealmap.Place) {
	x.Delete(old)
	x.Insert(fresh)
}

// All yields every place, in no order, until yield returns false.
func (x *Index) All(yield func(*dealmap.Place) bool) {
	x.tree.Scan(func(_, _ [2]float64, p *dealmap.Place) bool { return yield(p) })
}

// Box yields the places in a box, its border included, in no order, until yield returns false.
func (x *Index) Box(b orb.Bound, yield func(*dealmap.Place) bool) {
	x.search(b, yield)
}

// search returns false when yield did.
func (x *Index) search(b orb.Bound, yield func(*dealmap.Place) bool) bool {
	goOn := true
	x.tree.Search(b.Min, b.Max, func(_, _ [2]float64, p *dealmap.Place) bool {
		goOn = yield(p)
		return goOn
	})
	return goOn
}

// Radius yields the places within some metres of the centre and their distance in metres, in no order, until yield returns
// false. It is right near the poles and across the 180° meridian.
func (x *Index) Radius(centre orb.Point, metres float64, yield func(p *dealmap.Place, metres float64) bool) {
	if !(metres >= 0) {
		return
	}
	for _, box := range boxesAround(centre, metres) {
		goOn := x.search(box, func(p *dealmap.Place) bool {
			d := Distance(centre, p.Position())
			return d > metres || yield(p, d)
		})
		if !goOn {
			return
		}
	}
}

// Nearest yields all places in increasing distance from the centre, with the metres, until yield returns false. Places
// equally far come in the order of their ids: that of the tree would tell of places between which somebody may not see.
func (x *Index) Nearest(centre orb.Point, yield func(p *dealmap.Place, metres float64) bool) {
	var level []*dealmap.Place // equally far
	var far float64
	goOn := true
	give := func() bool {
		slices.SortFunc(level, func(a, b *dealmap.Place) int { return bytes.Compare(a.ID[:], b.ID[:]) })
		for _, p := range level {
			if goOn = goOn && yield(p, far); !goOn {
				break
			}
		}
		level = level[:0]
		return goOn
	}
	x.tree.Nearby(func(lo, hi [2]float64, _ *dealmap.Place, item bool) float64 {
		if item {
			return Distance(centre, lo)
		}
		// A little less than the distance to the box, so that rounding never puts a box after what it holds.
		return DistanceToBound(centre, orb.Bound{Min: lo, Max: hi})*(1-1e-9) - 1e-3
	}, func(_, _ [2]float64, p *dealmap.Place, metres float64) bool {
		if metres != far && !give() {
			return false
		}
		level, far = append(level, p), metres
		return true
	})
	if goOn {
		give()
	}
}

// Within yields the places inside a multipolygon, in no order and each once, until yield returns false. Holes are outside;
// of two polygons that share a border exactly one holds a place on it.
func (x *Index) Within(area orb.MultiPolygon, yield func(*dealmap.Place) bool) {
	shapes := make([]*shape, 0, len(area))
	for _, polygon := range area {
		if len(polygon) > 0 && len(polygon[0]) >= 4 {
			shapes = append(shapes, newShape(polygon))
		}
	}
	for i, s := range shapes {
		goOn := x.search(s.bound, func(p *dealmap.Place) bool {
			at := p.Position()
			if !s.holds(at) {
				return true
			}
			for _, earlier := range shapes[:i] {
				if earlier.holds(at) {
					return true
				}
			}
			return yield(p)
		})
		if !goOn {
			return
		}
	}
}
