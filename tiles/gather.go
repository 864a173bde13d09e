package tiles

import (
	"math"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// spot is an anchor in fixed point: 2^32 is the width of the world, a unit about 9 mm. Integers make the sums exact, hence
// the same in whatever order they are added up.
type spot struct {
	x, y   uint32
	status uint8
}

func toSpot(anchor orb.Point, status dealmap.Status) spot {
	world := toWorld(anchor)
	return spot{fixed(world[0]), fixed(world[1]), uint8(slices.Index(statusKeys[:], status))}
}

func fixed(world float64) uint32 {
	return uint32(min(math.MaxUint32, max(0, int64(world*(1<<32)))))
}

// gathered is all that a scope may count of a snapshot and that a filter lets through.
type gathered struct {
	spots []spot
	seq   dealmap.Seq
	// since is the earliest snapshot for which the spots are known to be the same ones.
	since dealmap.Seq
}

func (g *gathered) bytes() int { return 12*cap(g.spots) + 64 }

func gather(src Source, scope dealmap.Scope, filter *dealmap.Filter) *gathered {
	g := &gathered{seq: src.Seq(), since: src.Seq()}
	src.Anchors(scope, everywhere, func(s dealmap.Sight, anchor orb.Point) bool {
		if filter.Match(s) {
			g.spots = append(g.spots, toSpot(anchor, s.Status()))
		}
		return true
	})
	g.spots = slices.Clip(g.spots)
	return g
}

// mostChanges is up to how many changes it is quicker to follow them than to gather anew: each looks through all spots.
const mostChanges = 128

// follow brings what was gathered up to a later snapshot by the changes in between, and returns nil when they are not at
// hand, too many, or do not fit.
func (g *gathered) follow(src Source, scope dealmap.Scope, filter *dealmap.Filter) *gathered {
	f, ok := src.(Follower)
	if !ok || g.seq > src.Seq() {
		return nil
	}
	changes, ok := f.Since(g.seq)
	if !ok || len(changes) > mostChanges {
		return nil
	}
	next := &gathered{spots: g.spots, seq: src.Seq(), since: g.since}
	for _, c := range changes {
		before, after := c.See(&scope)
		old, hadOld := countedSpot(before, filter)
		fresh, hasFresh := countedSpot(after, filter)
		if hadOld == hasFresh && old == fresh {
			continue
		}
		if next.since != next.seq { // the spots are shared until the first change
			next.spots, next.since = slices.Clone(g.spots), next.seq
		}
		if hadOld {
			i := slices.Index(next.spots, old)
			if i < 0 {
				return nil
			}
			next.spots[i] = next.spots[len(next.spots)-1]
			next.spots = next.spots[:len(next.spots)-1]
		}
		if hasFresh {
			next.spots = append(next.spots, fresh)
		}
	}
	return next
}

func countedSpot(s dealmap.Sight, filter *dealmap.Filter) (spot, bool) {
	anchor, ok := s.Anchor()
	if !ok || !filter.Match(s) {
		return spot{}, false
	}
	return toSpot(anchor, s.Status()), true
}
