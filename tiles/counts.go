package tiles

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// counter counts places by position in a box; begin is called once for each share of the map, what it returned at the same time as those of the
// others (Counter.Counts).
type counter func(box geo.Squares, level uint, begin func() (yield func(x, y uint32, n *geo.Counts)))

// counter returns what counts for a request.
func (d *Drawer) counter(ctx context.Context, src Source, r *Request) (counter, error) {
	if c, ok := src.(Counter); ok {
		return func(box geo.Squares, level uint, begin func() func(x, y uint32, n *geo.Counts)) {
			c.Counts(r.Scope, &r.Filter, box, level, begin)
		}, nil
	}
	good := func(*aggregate) bool { return true }
	all, err := derive(ctx, d, src, src.Seq(), "aggregate "+kin(src)+" "+whose(r), good, func(*aggregate) *aggregate {
		return newAggregate(src, r)
	})
	if err != nil {
		return nil, err
	}
	return all.counts, nil
}

// aggregate is all that a scope may count under a filter of a map that is no Counter, as of one entry of the journal.
type aggregate struct {
	lineage
	spots []spot
}

// spot is how many places count at one position.
type spot struct {
	z uint64 // geo.ZOrder
	geo.Counts
}

func (a *aggregate) bytes() int { return 256 + 32*cap(a.spots) }

// newAggregate counts a whole map. What counts at its own position counts in the middle of the finest square, as it will whatever the zoom.
func newAggregate(src Source, r *Request) *aggregate {
	a := &aggregate{lineage: lineage{seq: src.Seq()}}
	known, coarse := map[uint64]int{}, r.Scope.SeesPoints()
	last, at := orb.Point{math.NaN()}, 0
	src.Anchors(r.Scope, everywhere, func(s dealmap.Sight, anchor orb.Point) bool {
		if !r.Filter.Match(s) {
			return true
		}
		if anchor != last { // what comes one after the other often counts in the middle of the same cell
			last = anchor
			x, y := geo.Fixed(anchor)
			if coarse {
				x, y = middle(x, finest), middle(y, finest)
			}
			z, there := geo.ZOrder(x, y), false
			if at, there = known[z]; !there {
				at = len(a.spots)
				known[z] = at
				a.spots = append(a.spots, spot{z: z})
			}
		}
		n := &a.spots[at]
		n.All++
		if k := geo.StatusPlace(s.Status()); int(k) < len(n.ByStatus) {
			n.ByStatus[k]++
		}
		return true
	})
	a.spots = slices.Clip(a.spots)
	slices.SortFunc(a.spots, func(a, b spot) int { return cmp.Compare(a.z, b.z) })
	return a
}

// counts is a counter; positions stay as they are, for whoever asks moves them to the middle of a square.
func (a *aggregate) counts(box geo.Squares, _ uint, begin func() func(x, y uint32, n *geo.Counts)) {
	yield := begin()
	for _, r := range box.Beside().Ranges() {
		from, _ := slices.BinarySearchFunc(a.spots, r[0], func(s spot, z uint64) int { return cmp.Compare(s.z, z) })
		for i := from; i < len(a.spots) && a.spots[i].z <= r[1]; i++ {
			x, y := geo.FromZOrder(a.spots[i].z)
			yield(x, y, &a.spots[i].Counts)
		}
	}
}
