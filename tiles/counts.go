package tiles

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"sync/atomic"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"
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

// newAggregate counts a whole map, strips of it at the same time: a map of the past looks at each place as it was then and as it may be seen now.
func newAggregate(src Source, r *Request) *aggregate {
	var next atomic.Int32
	var group errgroup.Group
	parts := make([]spotTally, runtime.GOMAXPROCS(0))
	for i := range parts {
		group.Go(func() (err error) {
			defer func() {
				if defect := recover(); defect != nil {
					err = fmt.Errorf("%v\n%s", defect, debug.Stack())
				}
			}()
			for n := next.Add(1) - 1; int(n) < len(strips); n = next.Add(1) - 1 {
				parts[i].count(src, r, strips[n])
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		panic(err) // for whoever asked, as if it had counted by itself
	}
	var all []spot
	for i := range parts {
		all = append(all, parts[i].spots...)
	}
	slices.SortFunc(all, func(a, b spot) int { return cmp.Compare(a.z, b.z) })
	once := all[:0]
	for _, s := range all {
		if n := len(once); n > 0 && once[n-1].z == s.z {
			once[n-1].Add(&s.Counts)
		} else {
			once = append(once, s)
		}
	}
	return &aggregate{lineage{seq: src.Seq()}, slices.Clip(once)}
}

// strips are the world in parts, whose eastern border belongs to the next: a degree each where most of France lies.
var strips = func() (all []orb.Bound) {
	const first, last = -6, 10
	west := everywhere.Min[0]
	for east := float64(first); east <= last; east++ {
		all = append(all, orb.Bound{Min: orb.Point{west, everywhere.Min[1]}, Max: orb.Point{east, everywhere.Max[1]}})
		west = east
	}
	return append(all, orb.Bound{Min: orb.Point{west, everywhere.Min[1]}, Max: everywhere.Max})
}()

// spotTally counts places by spot.
type spotTally struct {
	spots []spot
	known map[uint64]int // where they are, by their z
}

// count adds what counts in a strip. What counts at its own position counts in the middle of the finest square, as it will whatever the zoom.
func (t *spotTally) count(src Source, r *Request, strip orb.Bound) {
	if t.known == nil {
		t.known = map[uint64]int{}
	}
	coarse, east := r.Scope.SeesPoints(), strip.Max[0]
	last, at := orb.Point{math.NaN()}, 0
	src.Anchors(r.Scope, strip, func(s dealmap.Sight, anchor orb.Point) bool {
		if anchor[0] == east && east < everywhere.Max[0] || !r.Filter.Match(s) {
			return true
		}
		if anchor != last { // what comes one after the other often counts in the middle of the same cell
			last = anchor
			x, y := geo.Fixed(anchor)
			if coarse {
				x, y = middle(x, finest), middle(y, finest)
			}
			z, there := geo.ZOrder(x, y), false
			if at, there = t.known[z]; !there {
				at = len(t.spots)
				t.known[z] = at
				t.spots = append(t.spots, spot{z: z})
			}
		}
		n := &t.spots[at]
		n.All++
		if k := geo.StatusPlace(s.Status()); int(k) < len(n.ByStatus) {
			n.ByStatus[k]++
		}
		return true
	})
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
