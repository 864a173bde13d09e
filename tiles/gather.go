package tiles

import (
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// eachSpot yields all that a scope may count and a filter lets through, some at a time, in shares as Gather does.
func eachSpot(src Source, scope dealmap.Scope, filter *dealmap.Filter, begin func() (yield func([]geo.Spot))) {
	if g, ok := src.(Gatherer); ok {
		g.Gather(scope, filter, begin)
		return
	}
	yield := begin()
	one := make([]geo.Spot, 1)
	src.Anchors(scope, everywhere, func(s dealmap.Sight, anchor orb.Point) bool {
		if filter.Match(s) {
			one[0] = geo.NewSpot(anchor, s.Status())
			yield(one)
		}
		return true
	})
}
