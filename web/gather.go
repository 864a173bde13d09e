package web

import (
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// gather returns the first places after an id, in the order of ids, that lie in the area and pass the filter, and whether
// there are more. Where a place lies is judged by the position that the viewer sees.
func (l *shortlist) gather(v *visit, a area, filter *dealmap.Filter, after dealmap.ID, limit int) (page []found, more bool) {
	inOrder := func(sight dealmap.Sight) bool {
		l.add(found{sight: sight, id: sight.ID()})
		return len(l.found) <= limit
	}
	if a.near == nil && a.polygon == nil {
		if a.box == nil {
			v.snap.ListOf(v.scope, filter, after, inOrder)
		} else {
			v.snap.ListBox(v.scope, filter, *a.box, after, limit+1, inOrder)
		}
		return cut(l.found, limit)
	}
	add := func(sight dealmap.Sight, metres float64) bool {
		at, ok := sight.Position()
		if !ok || a.box != nil && !a.box.Contains(at) || !sight.Showable() || !filter.Match(sight) {
			return true
		}
		l.add(found{sight: sight, metres: metres, hasMetres: a.near != nil})
		if len(l.found) >= 8*(limit+1) { // the order is only known at the end; keep what can still be on the page
			l.found = l.sort(l.found, after)
			l.found = l.found[:min(len(l.found), limit+1)]
		}
		return true
	}
	if a.near != nil {
		v.snap.Radius(v.scope, *a.near, a.metres, add)
	} else {
		v.snap.Within(v.scope, a.polygon, func(sight dealmap.Sight) bool { return add(sight, 0) })
	}
	return cut(l.sort(l.found, after), limit)
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
