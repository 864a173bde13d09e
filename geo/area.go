package geo

import (
	"iter"

	"github.com/paulmach/orb"
)

// Area tells what lies inside a multipolygon (WGS 84, lon, lat). Holes are outside; of two polygons that share a border exactly one holds a
// position on it.
type Area []*shape

// NewArea prepares a multipolygon; polygons without a ring of four positions are passed over.
func NewArea(area orb.MultiPolygon) Area {
	shapes := make(Area, 0, len(area))
	for _, polygon := range area {
		if len(polygon) > 0 && len(polygon[0]) >= 4 {
			shapes = append(shapes, newShape(polygon))
		}
	}
	return shapes
}

// Parts yields the box of each polygon, and what tells whether it holds a position that none before it does: whoever looks through all boxes
// finds everything once.
func (a Area) Parts() iter.Seq2[orb.Bound, func(orb.Point) bool] {
	return func(yield func(orb.Bound, func(orb.Point) bool) bool) {
		for i, s := range a {
			holds := func(at orb.Point) bool {
				if !s.holds(at) {
					return false
				}
				for _, earlier := range a[:i] {
					if earlier.holds(at) {
						return false
					}
				}
				return true
			}
			if !yield(s.bound, holds) {
				return
			}
		}
	}
}
