package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb"
)

// TestWalksFollowTheMap changes a map of many chunks and asks earlier and later snapshots for the places of territories in any order: what
// was made for one must never be told of another.
func TestWalksFollowTheMap(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	s := open(t, store.Options{Dir: t.TempDir()})
	var ids []dealmap.ID
	some := func(n int) {
		places := make([]dealmap.AddPlace, n)
		for i := range places {
			places[i] = add(r, fmt.Sprint("Point ", len(ids)))
			if r.IntN(3) == 0 {
				places[i].Facts.Position = &orb.Point{2.5 + r.Float64(), 50 + r.Float64()}
			}
			places[i].Facts.Owner = dealmap.Owner{Service: dealmap.ServicePN, Unit: "Cross 13"}
			places[i].Facts.Handling = dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"}
			ids = append(ids, places[i].ID)
		}
		must(t, s, ofast, dealmap.ImportPlaces{Places: places}, "")
	}
	some(900)
	snapshots, asked := []*store.Snapshot{s.Snapshot()}, 0
	for range 60 {
		id := ids[r.IntN(len(ids))]
		var c dealmap.Command
		switch r.IntN(5) {
		case 0:
			some(1 + r.IntN(40))
			snapshots = append(snapshots, s.Snapshot())
			continue
		case 1:
			c = dealmap.ErasePlace{ID: id, Reason: "order", Decision: "2026-1"}
		case 2:
			c = dealmap.MergePlaces{Into: id, From: ids[r.IntN(len(ids))]}
		default:
			c = dealmap.ChangePlace{ID: id, Patch: json.RawMessage([]string{`{"position":[5.1,43.4]}`, `{"position":[3.1,50.4]}`, `{"name":"Autre"}`}[r.IntN(3)])}
		}
		_, _ = s.Do(context.Background(), ofast, c, "") // what may not be done changes nothing
		snapshots = append(snapshots, s.Snapshot())
		for range 3 {
			snapshot, scope := snapshots[r.IntN(len(snapshots))], scopeOf(ofast)
			compareLists(t, fmt.Sprint("after entry ", snapshot.Seq()), snapshot, scope, dealmap.Filter{Statuses: []dealmap.Status{dealmap.Active}})
			for _, territory := range []dealmap.TerritoryCode{"dep:13", "dep:59", "zone:nord", "com:13055"} {
				filter := dealmap.Filter{Territory: territory}
				var want, got []dealmap.Sight
				snapshot.Each(scope, dealmap.ID{}, func(s dealmap.Sight) bool {
					if filter.Match(s) {
						want = append(want, s)
					}
					return true
				})
				snapshot.ListOf(scope, &filter, dealmap.ID{}, func(s dealmap.Sight) bool {
					got = append(got, s)
					return true
				})
				if !slices.EqualFunc(got, want, alike) {
					t.Fatalf("%s after entry %d of %d: %d places, want %d", territory, snapshot.Seq(), s.Snapshot().Seq(), len(got), len(want))
				}
				asked += len(want)
			}
		}
	}
	if asked < 100_000 {
		t.Errorf("%d places were told of in all: the test shows nothing", asked)
	}
}
