package store_test

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
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

// compareBlocks wants what is gathered block by block to be what was gathered of the whole map, each spot in its block.
func compareBlocks(t *testing.T, what string, snapshot *store.Snapshot, scope dealmap.Scope, filter dealmap.Filter, spots []geo.Spot) {
	t.Helper()
	want := map[geo.Block][]geo.Spot{7: nil} // where nothing is, too
	for _, s := range spots {
		want[s.Block] = append(want[s.Block], s)
	}
	asked := slices.Collect(maps.Keys(want))
	order := func(a, b geo.Spot) int {
		return slices.Compare([]uint32{a.X, a.Y, uint32(a.Status)}, []uint32{b.X, b.Y, uint32(b.Status)})
	}
	told := 0
	snapshot.GatherBlocks(scope, &filter, asked, func(block geo.Block, got []geo.Spot) {
		got = slices.Clone(got)
		slices.SortFunc(got, order)
		if block != asked[told] || !slices.Equal(got, want[block]) {
			t.Fatalf("%s, %+v: block %d has %d spots, want %d", what, filter, block, len(got), len(want[block]))
		}
		told++
	})
	if told != len(asked) {
		t.Fatalf("%s: %d of %d blocks", what, told, len(asked))
	}
}

// gathering takes what all shares of a gathering yield, one after the other.
func gathering(take func([]geo.Spot)) (begin func() func([]geo.Spot)) {
	var mu sync.Mutex
	return func() func([]geo.Spot) {
		return func(some []geo.Spot) {
			mu.Lock()
			defer mu.Unlock()
			take(some)
		}
	}
}
