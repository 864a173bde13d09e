package tiles

import (
	"context"
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

// newAggregate counts a whole map.
func newAggregate(src Source, r *Request) *aggregate {
	a := &aggregate{lineage: lineage{seq: src.Seq()}}
	src.Anchors(r.Scope, everywhere, func(s dealmap.Sight, anchor orb.Point) bool {
		if r.Filter.Match(s) {
			one := spot{z: geo.ZOrder(geo.Fixed(anchor)), Counts: geo.Counts{All: 1}}
			if k := geo.StatusPlace(s.Status()); int(k) < len(one.ByStatus) {
				one.ByStatus[k] = 1
			}
			a.spots = append(a.spots, one)
		}
		return true
	})
	a.spots = merged(a.spots)
	return a
}

// merged brings spots into their order, one for each position.
func merged(spots []spot) []spot {
	slices.SortFunc(spots, func(a, b spot) int {
		if a.z < b.z {
			return -1
		}
		if a.z > b.z {
			return 1
		}
		return 0
	})
	n := 0
	for i := range spots {
		if n > 0 && spots[n-1].z == spots[i].z {
			spots[n-1].Add(&spots[i].Counts)
			continue
		}
		spots[n] = spots[i]
		n++
	}
	return slices.Clip(spots[:n])
}

// counts is a counter; positions stay as they are, for whoever asks moves them to the middle of a square.
func (a *aggregate) counts(box geo.Squares, _ uint, begin func() func(x, y uint32, n *geo.Counts)) {
	yield := begin()
	for _, r := range box.Beside().Ranges() {
		from, _ := slices.BinarySearchFunc(a.spots, r[0], func(s spot, z uint64) int {
			if s.z < z {
				return -1
			}
			return 1
		})
		for i := from; i < len(a.spots) && a.spots[i].z <= r[1]; i++ {
			x, y := geo.FromZOrder(a.spots[i].z)
			yield(x, y, &a.spots[i].Counts)
		}
	}
}
