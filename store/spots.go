package store

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// spots finds the places of a map that stand for themselves by their positions.
type spots struct {
	plots   *plots
	columns *columns
}

// over yields the slots of the places that lie in a box, and perhaps of some on its very border that lie beside it, with their positions
// (geo.Fixed), until yield returns false.
func (s spots) over(box orb.Bound, yield func(at slot, x, y uint32) bool) (goOn bool) {
	b := fixedOf(box).outer()
	var few [geo.FewRanges][2]uint64
	return s.plots.in(squaresOver(b.west, b.north, b.east, b.south).AppendRanges(few[:0]), func(l *leaf, i int) bool {
		x, y := geo.FromZOrder(l.z[i])
		return !b.holds(x, y) || yield(l.at[i], x, y)
	})
}

// fixedBox is a box of the fixed point (geo.Fixed), its border included.
type fixedBox struct{ west, north, east, south uint32 }

func fixedOf(box orb.Bound) (b fixedBox) {
	b.west, b.south = geo.Fixed(box.Min)
	b.east, b.north = geo.Fixed(box.Max)
	return b
}

// outer returns a box whose border holds all that lies in the one that b is of, and perhaps some of what lies beside.
func (b fixedBox) outer() fixedBox {
	return fixedBox{b.west - min(b.west, rounding), b.north - min(b.north, rounding),
		b.east + min(math.MaxUint32-b.east, rounding), b.south + min(math.MaxUint32-b.south, rounding)}
}

// inner returns a box that holds nothing that does not lie in the one that b is of, and perhaps not all of what does.
func (b fixedBox) inner() fixedBox {
	return fixedBox{b.west + min(math.MaxUint32-b.west, rounding), b.north + min(math.MaxUint32-b.north, rounding),
		b.east - min(b.east, rounding), b.south - min(b.south, rounding)}
}

func (b fixedBox) holds(x, y uint32) bool {
	return x >= b.west && x <= b.east && y >= b.north && y <= b.south
}

// rounding is by how much the fixed point may be beside a position, on either side of a border, in its units.
const rounding = 2

// across is how many squares a box is covered with in its longer direction, about: more of them take longer to look up, fewer let more be
// found that lies beside the box.
const across = 8

// squaresOver returns squares that hold a box of the fixed point.
func squaresOver(west, north, east, south uint32) geo.Squares {
	size := max(east-west, south-north, across)
	down := bits.Len32(size/across) - 1 // a square is 1<<down wide
	return geo.Squares{
		Level: uint(32 - down), West: int64(west >> down), North: int64(north >> down), East: int64(east >> down), South: int64(south >> down),
	}
}

// placesIn yields the places of a box, its border included, in no order, until yield returns false. Those who go through the whole map glance
// at them.
func (s spots) placesIn(box orb.Bound, look func(*record) *dealmap.Place, yield func(*dealmap.Place) bool) bool {
	return s.over(box, func(at slot, _, _ uint32) bool {
		r, _ := s.columns.at(at)
		p := look(r)
		return !box.Contains(p.Position()) || yield(p)
	})
}

// radius yields the places within some metres of a centre with their distance, in no order, until yield returns false.
func (s spots) radius(centre orb.Point, metres float64, yield func(*dealmap.Place, float64) bool) {
	s.ring(centre, -1, metres, yield)
}

// ring is radius of what lies farther than some metres from the centre.
func (s spots) ring(centre orb.Point, inner, outer float64, yield func(*dealmap.Place, float64) bool) {
	if !(outer >= 0) {
		return
	}
	for _, box := range geo.BoxesAround(centre, outer) {
		goOn := s.over(box, func(at slot, x, y uint32) bool {
			about := geo.Distance(centre, geo.PositionOf(x, y))
			if (about > outer+beside || about < inner-beside) && y > 0 && y < math.MaxUint32 { // where the square world ends, it does not tell
				return true
			}
			r, _ := s.columns.at(at)
			p := r.place()
			d := geo.Distance(centre, p.Position())
			return d <= inner || d > outer || !box.Contains(p.Position()) || yield(p, d)
		})
		if !goOn {
			return
		}
	}
}

// beside is how far a place may be from where the fixed point says that it is, in metres, and more.
const beside = 0.1

// nearest yields all places in increasing distance from a centre, those equally far by their ids, with the metres, until yield returns false. It
// looks around the centre, and each time twice as far.
func (s spots) nearest(centre orb.Point, yield func(*dealmap.Place, float64) bool) {
	type near struct {
		place  *dealmap.Place
		metres float64
	}
	var ring []near
	seen := 0
	for inner, outer := -1., s.firstRing(centre); ; inner, outer = outer, 2*outer {
		if outer >= farthest {
			outer = math.Inf(1)
		}
		ring = ring[:0]
		s.ring(centre, inner, min(outer, farthest), func(p *dealmap.Place, metres float64) bool {
			ring = append(ring, near{p, metres})
			return true
		})
		seen += len(ring)
		slices.SortFunc(ring, func(a, b near) int {
			return cmp.Or(cmp.Compare(a.metres, b.metres), slices.Compare(a.place.ID[:], b.place.ID[:]))
		})
		for _, one := range ring {
			if !yield(one.place, one.metres) {
				return
			}
		}
		if seen == s.plots.n || math.IsInf(outer, 1) {
			return
		}
	}
}

// leastRing is how far around a centre is looked at least, in metres; nothing on Earth is farther than farthest.
const (
	leastRing = 32.
	farthest  = 2.1e7
)

// firstRing is how far around a centre it is worth looking first, in metres: some of those that lie near it in Z-order lie so near.
func (s spots) firstRing(centre orb.Point) float64 {
	const around, some = 8, 5
	z := geo.ZOrder(geo.Fixed(centre))
	l := s.plots.floor(plotKey{z: z}).leaf
	if l == nil {
		return leastRing
	}
	i := l.first(0, z)
	var far []float64
	for j := max(0, i-around); j < min(l.n, i+around); j++ {
		far = append(far, geo.Distance(centre, geo.PositionOf(geo.FromZOrder(l.z[j]))))
	}
	slices.Sort(far)
	return max(leastRing, far[min(some, len(far)-1)])
}

// within yields the places inside a multipolygon, in no order and each once, until yield returns false.
func (s spots) within(area orb.MultiPolygon, yield func(*dealmap.Place) bool) {
	for box, holds := range geo.NewArea(area).Parts() {
		goOn := s.over(box, func(at slot, _, _ uint32) bool {
			r, _ := s.columns.at(at)
			p := r.place()
			return !holds(p.Position()) || yield(p)
		})
		if !goOn {
			return
		}
	}
}
