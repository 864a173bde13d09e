package store_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb"
)

// shownPoint is all that a point sight says, and where.
type shownPoint struct {
	x, y            uint32
	number          uint64
	reference, name string
	status          dealmap.Status
	kind            dealmap.Kind
	product         dealmap.Product
	service         dealmap.Service
	intensity       int
}

// comparePoints wants of a snapshot that Points yields what Box and Filter.Match do, with the same words, in its order, and returns how many
// it compared.
func comparePoints(t *testing.T, what string, snapshot *store.Snapshot, scope dealmap.Scope, filter dealmap.Filter) int {
	t.Helper()
	type expected struct {
		shownPoint
		id dealmap.ID
	}
	var want []expected
	snapshot.Box(scope, orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}, func(s dealmap.Sight) bool {
		at, ok := s.Position()
		if !ok || !s.Showable() || !filter.Match(s) {
			return true
		}
		x, y := geo.Fixed(at)
		p := expected{shownPoint{
			x: x, y: y, number: s.ID().Number(), reference: s.Reference(), name: s.Name(), status: s.Status(), kind: s.Kind(),
			service: s.Owner().Service, intensity: s.Intensity(),
		}, s.ID()}
		if products := s.Products(); len(products) > 0 {
			p.product = products[0]
		}
		want = append(want, p)
		return true
	})
	slices.SortFunc(want, func(a, b expected) int {
		return cmp.Or(cmp.Compare(geo.ZOrder(a.x, a.y), geo.ZOrder(b.x, b.y)), cmp.Compare(a.number, b.number), bytes.Compare(a.id[:], b.id[:]))
	})
	compared := 0
	for _, box := range []geo.Squares{
		{}, {Level: 1, West: 1, East: 1}, {Level: 13, West: 4180, East: 4200, North: 2740, South: 2760}, {Level: 9, West: 260, East: 264, North: 180, South: 188},
		{Level: 20, West: 539_000, East: 541_500, North: 382_000, South: 390_000},
	} {
		var here, got []shownPoint
		for _, p := range want {
			if shift := 32 - box.Level; inside(int64(p.x>>shift), box.West, box.East) && inside(int64(p.y>>shift), box.North, box.South) {
				here = append(here, p.shownPoint)
			}
		}
		snapshot.Points(scope, &filter, box, func(x, y uint32, s *dealmap.PointSight) bool {
			got = append(got, shownPoint{x, y, s.Number(), s.Reference(), s.Name(), s.Status(), s.Kind(), s.Product(), s.Service(), s.Intensity()})
			return true
		})
		if !slices.Equal(here, got) {
			t.Fatalf("%s, %s, %+v, %+v: %d points, %d sights match: %s", what, scope.Viewer().Subject, filter, box, len(got), len(here), firstDifference(got, here))
		}
		compared += len(got)
	}
	return compared
}

func inside(v, least, most int64) bool { return v >= least && v <= most }

func firstDifference(got, want []shownPoint) string {
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Sprintf("%+v, want %+v", got[i], want[i])
		}
	}
	return "one goes on"
}

// compareCounts wants of a snapshot that Counts yields what Anchors and Filter.Match do, and returns how many places it compared.
func compareCounts(t *testing.T, what string, snapshot *store.Snapshot, scope dealmap.Scope, filter dealmap.Filter) (compared int) {
	t.Helper()
	type counted struct {
		x, y   uint32
		exact  bool
		status uint8
	}
	var all []counted
	snapshot.Anchors(scope, orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}, func(s dealmap.Sight, at orb.Point) bool {
		if filter.Match(s) {
			x, y := geo.Fixed(at)
			all = append(all, counted{x, y, s.Detail() != dealmap.Tallied, geo.StatusPlace(s.Status())})
		}
		return true
	})
	for level, box := range map[uint]geo.Squares{
		10: {}, 14: {Level: 1, West: 1, East: 1}, 13: {Level: 16, West: 33720, East: 33760, North: 23940, South: 23980}, 6: {Level: 9, West: 260, East: 264, North: 180, South: 188},
		8: {Level: 3, West: 4, East: 4, North: 2, South: 3},
	} {
		want := map[[2]uint32]geo.Counts{}
		for _, p := range all {
			if p.exact {
				p.x, p.y = p.x>>(32-level)<<(32-level)|1<<(31-level), p.y>>(32-level)<<(32-level)|1<<(31-level)
			}
			if shift := 32 - box.Level; inside(int64(p.x>>shift), box.West, box.East) && inside(int64(p.y>>shift), box.North, box.South) {
				n := want[[2]uint32{p.x, p.y}]
				n.All++
				n.ByStatus[p.status]++
				want[[2]uint32{p.x, p.y}] = n
				compared++
			}
		}
		if got := countsOf(snapshot, scope, &filter, box, level); !maps.Equal(got, want) {
			t.Fatalf("%s, %s, %+v, %+v: counts at %d positions, want %d", what, scope.Viewer().Subject, filter, box, len(got), len(want))
		}
	}
	return compared
}

// countsOf adds up what all shares of counting yield.
func countsOf(snapshot *store.Snapshot, scope dealmap.Scope, filter *dealmap.Filter, box geo.Squares, level uint) map[[2]uint32]geo.Counts {
	var shares []map[[2]uint32]geo.Counts
	snapshot.Counts(scope, filter, box, level, func() func(uint32, uint32, *geo.Counts) {
		share := map[[2]uint32]geo.Counts{}
		shares = append(shares, share)
		return func(x, y uint32, n *geo.Counts) {
			sum := share[[2]uint32{x, y}]
			sum.Add(n)
			share[[2]uint32{x, y}] = sum
		}
	})
	all := map[[2]uint32]geo.Counts{}
	for _, share := range shares {
		for at, n := range share {
			sum := all[at]
			sum.Add(&n)
			all[at] = sum
		}
	}
	return all
}
