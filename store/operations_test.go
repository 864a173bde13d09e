package store_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
)

func TestOperationsAndMeetings(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	now := noon
	dir := t.TempDir()
	o := store.Options{Dir: dir, Clock: func() time.Time { return now }}
	s := open(t, o)
	prefet13 := dealmap.Viewer{Subject: "prefet13", Role: dealmap.RolePrefet, Unit: "Préfecture 13", Territories: []dealmap.TerritoryCode{"dep:13"}, Motive: "essai"}
	prefet59 := dealmap.Viewer{Subject: "prefet59", Role: dealmap.RolePrefet, Unit: "Préfecture 59", Territories: []dealmap.TerritoryCode{"dep:59"}, Motive: "essai"}
	today := dealmap.DateOf(noon)
	var ids []dealmap.ID
	for i := range 5 {
		now = now.Add(time.Minute)
		c := dealmap.RecordOperation{ID: newID(r), Facts: dealmap.OperationFacts{Type: dealmap.Pilonnage, From: today.AddDays(10*i - 60),
			Until: today.AddDays(10*i - 55), Territory: "dep:13"}}
		if i == 3 {
			c.Facts.Handling.Reach = dealmap.ReachService
		}
		result := must(t, s, cross13, c, fmt.Sprint("o", i))
		again := c
		again.ID = newID(r)
		if retried := must(t, s, cross13, again, fmt.Sprint("o", i)); !retried.Replayed || retried.Subject != result.Subject {
			t.Fatalf("retry: %+v", retried)
		}
		ids = append(ids, result.Subject)
	}
	must(t, s, ofast, dealmap.ChangeOperation{ID: ids[0], Revision: 1, Patch: []byte(`{"from":"2026-11-20","until":"2026-11-21","type":"judicial"}`)}, "")
	must(t, s, cross13, dealmap.RemoveOperation{ID: ids[1]}, "")
	if unchanged := must(t, s, cross13, dealmap.ChangeOperation{ID: ids[0], Patch: []byte(`{"type":"judicial"}`)}, ""); unchanged.Events != 0 || unchanged.Subject != ids[0] {
		t.Fatalf("no change: %+v", unchanged)
	}
	for _, days := range []int{-40, -10, -20} {
		must(t, s, prefet13, dealmap.HoldMeeting{Territory: "dep:13", Date: today.AddDays(days)}, "")
	}
	must(t, s, prefet59, dealmap.HoldMeeting{Territory: "dep:59", Date: today}, "")
	must(t, s, prefet13, dealmap.RemoveMeeting{ID: dealmap.MeetingID("dep:13", today.AddDays(-20))}, "")
	all := []dealmap.ID{ids[0], ids[4], ids[3], ids[2]}
	for restart := range 3 {
		for _, c := range []struct {
			who   dealmap.Viewer
			query dealmap.OperationQuery
			want  []dealmap.ID
		}{
			{cross13, dealmap.OperationQuery{}, all}, {ofast, dealmap.OperationQuery{}, all}, {prefet13, dealmap.OperationQuery{}, all},
			{gn, dealmap.OperationQuery{}, []dealmap.ID{ids[0], ids[4], ids[2]}}, {prefet59, dealmap.OperationQuery{}, nil}, {admin, dealmap.OperationQuery{}, nil},
			{ofast, dealmap.OperationQuery{Types: []dealmap.OperationType{dealmap.Judicial}}, ids[:1]},
			{ofast, dealmap.OperationQuery{From: today.AddDays(-25), To: today.AddDays(-20)}, []dealmap.ID{ids[4], ids[3]}},
			{ofast, dealmap.OperationQuery{Territory: "reg:93"}, all}, {ofast, dealmap.OperationQuery{Territory: "dep:59"}, nil},
		} {
			var got []dealmap.ID
			s.Snapshot().Operations(scopeOf(c.who), c.query, func(sight dealmap.OperationSight) bool { got = append(got, sight.ID()); return true })
			if !slices.Equal(got, c.want) {
				t.Fatalf("%s asks for %+v and gets %v, want %v", c.who.Subject, c.query, got, c.want)
			}
			for _, id := range ids {
				if _, ok := s.Snapshot().Operation(scopeOf(c.who), id); ok != slices.Contains(c.want, id) && c.query.Territory == "" && c.query.From.IsZero() && c.query.Types == nil {
					t.Fatalf("%s sees the operation %s: %v", c.who.Subject, id, ok)
				}
			}
		}
		var days []dealmap.Date
		for _, m := range s.Snapshot().Meetings(scopeOf(prefet13), "dep:13") {
			days = append(days, m.Date())
		}
		if !slices.Equal(days, []dealmap.Date{today.AddDays(-10), today.AddDays(-40)}) || len(s.Snapshot().Meetings(scopeOf(prefet59), "dep:13")) != 0 {
			t.Fatalf("meetings on %v", days)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if report := check(t, dir); !report.OK() {
			t.Fatalf("%+v", report)
		}
		if restart == 1 {
			if err := os.Remove(dir + "/" + store.StateFile); err != nil {
				t.Fatal(err)
			}
		}
		s = open(t, o)
	}
	past, err := s.SnapshotAt(context.Background(), noon.Add(3*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	if sight, ok := past.Operation(scopeOf(cross13), ids[1]); !ok || sight.Until() != today.AddDays(-45) || len(past.Meetings(scopeOf(prefet13), "dep:13")) != 0 {
		t.Fatalf("as it stood: %v %v", ok, sight)
	}
}
