package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb"
)

// TestCountsAreAnchorsAndMatch changes a map at random and wants of every snapshot on the way, also once later ones exist,
// after a restart, and of maps of the past, that Counts, Points, lists and hexagons yield what Anchors, Box and Filter.Match do.
func TestCountsAreAnchorsAndMatch(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir, now := t.TempDir(), noon
	o := store.Options{Dir: dir, Clock: func() time.Time { now = now.Add(time.Second); return now }}
	s := open(t, o)
	viewers := []dealmap.Viewer{gn, cross13, prefet13, ofast, {}}
	day := dealmap.DateOf(noon)
	filters := []dealmap.Filter{
		{}, {DealPoints: true, Statuses: []dealmap.Status{dealmap.Active}}, {Products: []dealmap.Product{"heroin"}},
		{Territory: "dep:59"}, {Services: []dealmap.Service{dealmap.ServiceGN}}, {ConfirmedAfter: day}, {ConfirmedBefore: day.AddDays(-2)}, {Due: day},
		{Text: "point 1"}, {Territory: "com:13055", ConfirmedAfter: day.AddDays(-3), Text: "lilas"},
	}
	compared := 0
	compare := func(what string, snapshot *store.Snapshot) {
		t.Helper()
		for _, viewer := range viewers {
			scope := scopeOf(viewer)
			for _, filter := range filters {
				compareCellBins(t, what, snapshot, scope, filter)
				compareLists(t, what, snapshot, scope, filter)
				compared += compareCounts(t, what, snapshot, scope, filter) + comparePoints(t, what, snapshot, scope, filter)
			}
		}
	}
	var ids []dealmap.ID
	var kept []*store.Snapshot
	for round := range 12 {
		var batch dealmap.ImportPlaces
		for range r.IntN(60) {
			c := add(r, fmt.Sprint("Point ", r.IntN(100)))
			c.Facts.Products = [][]dealmap.Product{nil, {"heroin"}, {"cannabis"}}[r.IntN(3)]
			c.Facts.LastSeen, c.Facts.NextReview = day.AddDays(-r.IntN(6)), day.AddDays(r.IntN(9)-4)
			c.Facts.Owner = []dealmap.Owner{{}, {Service: gn.Service, Unit: gn.Unit}}[r.IntN(2)]
			c.Facts.Handling = []dealmap.Handling{
				{}, {Reach: dealmap.ReachService, Code: "H1"}, {Reach: dealmap.ReachDepartement, Code: "H1", Blurred: true},
				{Reach: dealmap.ReachNational, Code: "H0", EmbargoUntil: day.AddDays(r.IntN(3) - 1)},
			}[r.IntN(4)]
			if r.IntN(5) == 0 {
				*c.Facts.Position = orb.Point{2.5 + r.Float64(), 50.2 + r.Float64()/2}
			}
			batch.Places, ids = append(batch.Places, c), append(ids, c.ID)
		}
		must(t, s, ofast, batch, "")
		for range min(len(ids), 30) {
			patch := []string{
				`{"position":[5.1,43.4]}`, `{"accuracy":"commune"}`, `{"accuracy":"door"}`, `{"handling":{"reach":"zone"}}`,
				`{"handling":{"reach":"national","embargo_until":null}}`, `{"products":["heroin"]}`,
			}[r.IntN(6)]
			id := ids[r.IntN(len(ids))]
			var c dealmap.Command = dealmap.ChangePlace{ID: id, Patch: json.RawMessage(patch)}
			if r.IntN(3) == 0 {
				c = dealmap.StepPlace{ID: id, To: dealmap.Dormant}
			}
			_, _ = s.Do(context.Background(), ofast, c, "") // what may not be changed is left alone
		}
		kept = append(kept, s.Snapshot())
		compare(fmt.Sprint("round ", round), s.Snapshot())
	}
	for i, snapshot := range kept {
		compare(fmt.Sprint("later, round ", i), snapshot)
	}
	for range 12 {
		then, err := s.SnapshotAt(t.Context(), noon.Add(time.Duration(r.Int64N(int64(now.Sub(noon))))))
		if err != nil {
			t.Fatal(err)
		}
		compare("the past", then)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	compare("after a restart", open(t, o).Snapshot())
	if compared == 0 {
		t.Fatal("nothing was compared")
	}
}
