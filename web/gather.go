package web

import (
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// gather returns the first places after an id, in the order of ids, that lie in the area and pass the filter, and whether
// there are more. Where a place lies is judged by the position that the viewer sees.
func (l *shortlist) gather(v *visit, a area, filter *dealmap.Filter, after dealmap.ID, limit int) (page []found, more bool) {
	if a.near == nil && a.box == nil && a.polygon == nil {
		v.snap.ListOf(v.scope, filter, after, func(sight dealmap.Sight) bool {
			l.add(found{sight: sight, id: sight.ID()})
			return len(l.found) <= limit
		})
		return cut(l.found, limit)
	}
	take := func(sight dealmap.Sight) bool {
		return sight.Showable() && filter.Match(sight)
	}
	put := func(sight dealmap.Sight, metres float64) {
		l.add(found{sight: sight, metres: metres, hasMetres: a.near != nil})
		if len(l.found) >= 8*(limit+1) { // the order is only known at the end; keep what can still be on the page
			l.found = l.sort(l.found, after)
			l.found = l.found[:min(len(l.found), limit+1)]
		}
	}
	add := func(sight dealmap.Sight, metres float64) bool {
		if at, ok := sight.Position(); ok && (a.box == nil || a.box.Contains(at)) && take(sight) {
			put(sight, metres)
		}
		return true
	}
	switch {
	case a.near != nil:
		v.snap.Radius(v.scope, *a.near, a.metres, add)
	case a.polygon != nil:
		v.snap.Within(v.scope, a.polygon, func(sight dealmap.Sight) bool { return add(sight, 0) })
	default:
		seen, full := 0, false
		v.snap.ListBox(v.scope, filter, *a.box, func(sight dealmap.Sight) bool {
			if seen++; seen == skimmed*(limit+1) {
				if page, full = skim(v, *a.box, take, after, limit); full {
					return false
				}
			}
			put(sight, 0)
			return true
		})
		if full {
			return cut(page, limit)
		}
	}
	return cut(l.sort(l.found, after), limit)
}

// skimmed is how many places for each on the page are looked at in the order of ids, and how many that pass a box must hold before that
// is tried.
const skimmed = 8

// skim walks the places in the order of ids for a while: when the box holds a good part of them, which is what a map of the
// country asks for, the page is full long before the index would have yielded the whole box.
func skim(v *visit, box orb.Bound, take func(dealmap.Sight) bool, after dealmap.ID, limit int) (page []found, full bool) {
	left := skimmed * (limit + 1)
	v.snap.Each(v.scope, after, func(sight dealmap.Sight) bool {
		if at, ok := sight.Position(); ok && box.Contains(at) && take(sight) {
			page = append(page, found{sight: sight, id: sight.ID()})
		}
		left--
		return len(page) <= limit && left > 0
	})
	return page, len(page) > limit
}

func cut(page []found, limit int) ([]found, bool) {
	if len(page) > limit {
		return page[:limit], true
	}
	return page, false
}

// tally calls yield with everything that the viewer may count in an area: places for those who see them, anchors on a
// coarse grid for those who see aggregates only.
func tally(v *visit, a area, yield func(dealmap.Sight)) {
	if !v.scope.SeesAggregates() {
		return
	}
	if a.box == nil && a.near == nil {
		v.snap.Each(v.scope, dealmap.ID{}, func(sight dealmap.Sight) bool {
			yield(sight)
			return true
		})
		return
	}
	box := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	if a.near != nil {
		box = around(*a.near, a.metres)
	}
	if a.box != nil {
		box = overlap(box, *a.box)
	}
	v.snap.Anchors(v.scope, box, func(sight dealmap.Sight, at orb.Point) bool {
		if box.Contains(at) && (a.near == nil || geo.Distance(*a.near, at) <= a.metres) {
			yield(sight)
		}
		return true
	})
}
