package geo

import (
	"bytes"
	"iter"
	"math"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/tidwall/rtree"
)

// Indexed is what an Index finds: a place, or something that leads to one.
type Indexed interface {
	comparable
	// Spot is where it is found (WGS 84, longitude then latitude, in degrees), false when it is not. The zero value is not found.
	Spot() (orb.Point, bool)
	// Identity tells it from others.
	Identity() dealmap.ID
}

// Index finds places by position. What has no Spot is not in it. Any number of readers may use it as long as nobody writes. The zero Index is
// empty and ready.
type Index[T Indexed] struct {
	tree rtree.RTreeGN[float64, T]
}

// NewIndex makes an index of places; nil makes an empty one.
func NewIndex[T Indexed](places iter.Seq[T]) *Index[T] {
	x := &Index[T]{}
	if places != nil {
		for p := range places {
			x.Insert(p)
		}
	}
	return x
}

// Len returns the number of places with a position.
func (x *Index[T]) Len() int { return x.tree.Len() }

func indexed[T Indexed](p T) (orb.Point, bool) {
	var none T
	if p == none {
		return orb.Point{}, false
	}
	at, ok := p.Spot()
	return at, ok && !math.IsNaN(at[0]) && !math.IsNaN(at[1])
}

// Insert adds a place; one that is not found anywhere is passed over.
func (x *Index[T]) Insert(p T) {
	if at, ok := indexed(p); ok {
		x.tree.Insert(at, at, p)
	}
}

// Delete removes a place, which is the very value that was inserted, and reports whether it was there.
func (x *Index[T]) Delete(p T) bool {
	at, ok := indexed(p)
	if !ok {
		return false
	}
	before := x.tree.Len()
	x.tree.Delete(at, at, p)
	return x.tree.Len() < before
}

// Replace puts the new record of a place where the old one was; either may be none.
func (x *Index[T]) Replace(old, fresh T) {
	x.Delete(old)
	x.Insert(fresh)
}

// All yields every place, in no order, until yield returns false.
func (x *Index[T]) All(yield func(T) bool) {
	x.tree.Scan(func(_, _ [2]float64, p T) bool { return yield(p) })
}

// Box yields the places in a box, its border included, in no order, until yield returns false.
func (x *Index[T]) Box(b orb.Bound, yield func(T) bool) {
	x.search(b, func(p T, _ orb.Point) bool { return yield(p) })
}

// search returns false when yield did.
func (x *Index[T]) search(b orb.Bound, yield func(T, orb.Point) bool) bool {
	goOn := true
	x.tree.Search(b.Min, b.Max, func(at, _ [2]float64, p T) bool {
		goOn = yield(p, at)
		return goOn
	})
	return goOn
}

// Radius yields the places within some metres of the centre and their distance in metres, in no order, until yield returns
// false. It is right near the poles and across the 180° meridian.
func (x *Index[T]) Radius(centre orb.Point, metres float64, yield func(p T, metres float64) bool) {
	if !(metres >= 0) {
		return
	}
	for _, box := range BoxesAround(centre, metres) {
		goOn := x.search(box, func(p T, at orb.Point) bool {
			d := Distance(centre, at)
			return d > metres || yield(p, d)
		})
		if !goOn {
			return
		}
	}
}

// Nearest yields all places in increasing distance from the centre, with the metres, until yield returns false. Places
// equally far come in the order of their ids: that of the tree would tell of places between which somebody may not see.
func (x *Index[T]) Nearest(centre orb.Point, yield func(p T, metres float64) bool) {
	var level []T // equally far
	var far float64
	goOn := true
	give := func() bool {
		slices.SortFunc(level, func(a, b T) int { return compareIDs(a.Identity(), b.Identity()) })
		for _, p := range level {
			if goOn = goOn && yield(p, far); !goOn {
				break
			}
		}
		level = level[:0]
		return goOn
	}
	x.tree.Nearby(func(lo, hi [2]float64, _ T, item bool) float64 {
		if item {
			return Distance(centre, lo)
		}
		// A little less than the distance to the box, so that rounding never puts a box after what it holds.
		return DistanceToBound(centre, orb.Bound{Min: lo, Max: hi})*(1-1e-9) - 1e-3
	}, func(_, _ [2]float64, p T, metres float64) bool {
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
func (x *Index[T]) Within(area orb.MultiPolygon, yield func(T) bool) {
	for box, holds := range NewArea(area).Parts() {
		if !x.search(box, func(p T, at orb.Point) bool { return !holds(at) || yield(p) }) {
			return
		}
	}
}

func compareIDs(a, b dealmap.ID) int { return bytes.Compare(a[:], b[:]) }
