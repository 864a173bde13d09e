package store_test

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
	"github.com/paulmach/orb"
)

// listPage is what is asked of a list: what comes after some places, how many are taken, and how many that was likely to be.
type listPage struct{ from, take, likely int }

// compareLists wants that what is judged for a whole list is what Scope.See and Filter.Match say of each place: the very sights.
func compareLists(t *testing.T, what string, snapshot *store.Snapshot, scope dealmap.Scope, filter dealmap.Filter) {
	t.Helper()
	byID := func(a, b dealmap.Sight) int { return strings.Compare(a.ID().String(), b.ID().String()) }
	everywhere := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	boxes := []orb.Bound{everywhere, {Min: orb.Point{2, 48}, Max: orb.Point{6, 51}}, {Min: orb.Point{5.3, 43.2}, Max: orb.Point{5.45, 43.35}}}
	snapshot.Box(scope, everywhere, func(s dealmap.Sight) bool { // corners upon places
		at, _ := s.Position()
		boxes = append(boxes, orb.Bound{Min: at, Max: at}, orb.Bound{Min: at, Max: orb.Point{at[0] + 0.01, at[1] + 0.02}},
			orb.Bound{Min: orb.Point{at[0] - 0.02, at[1] - 0.01}, Max: orb.Point{math.Nextafter(at[0], -180), at[1]}})
		return len(boxes) < 12
	})
	for i, box := range boxes {
		var want, got []dealmap.Sight
		snapshot.Box(scope, box, func(s dealmap.Sight) bool {
			if s.Showable() && filter.Match(s) {
				want = append(want, s)
			}
			return true
		})
		slices.SortFunc(want, byID)
		// All of them, and in turn: all when fewer were likely, so that they are looked for in two ways, a few, pages after some.
		n := len(want)
		others := []listPage{{0, n + 1, 1}, {0, 3, 1}, {1, 3, 3}, {n / 2, n, 2}, {n / 2, 7, 50}}
		for _, page := range []listPage{{0, n + 1, n}, others[i%len(others)]} {
			if page.from > n {
				continue
			}
			after := dealmap.ID{}
			if page.from > 0 {
				after = want[page.from-1].ID()
			}
			got = got[:0]
			snapshot.ListBox(scope, &filter, box, after, page.likely, func(s dealmap.Sight) bool {
				got = append(got, s)
				return len(got) < page.take
			})
			if next := want[page.from:min(n, page.from+page.take)]; !slices.EqualFunc(got, next, alike) {
				t.Fatalf("%s, %+v in %v, %+v: %d sights, want %d", what, filter, box, page, len(got), len(next))
			}
		}
	}
	for _, territory := range []dealmap.TerritoryCode{filter.Territory, "fr", "dep:13", "dep:59", "com:13055", "zone:sud", "dep:2A", "qpv:QN01340M"} {
		filter.Territory = territory
		var want []dealmap.Sight
		snapshot.Each(scope, dealmap.ID{}, func(s dealmap.Sight) bool {
			if s.Showable() && filter.Match(s) {
				want = append(want, s)
			}
			return true
		})
		for _, from := range []int{0, 1, 2, len(want)/2 + 1} { // the first page, and pages after some of the places
			if from > len(want) {
				break
			}
			after := dealmap.ID{}
			if from > 0 {
				after = want[from-1].ID()
			}
			var got []dealmap.Sight
			snapshot.ListOf(scope, &filter, after, func(s dealmap.Sight) bool {
				got = append(got, s)
				return len(got) < 7
			})
			if next := want[from:min(len(want), from+7)]; !slices.EqualFunc(got, next, alike) {
				t.Fatalf("%s, %+v after %v: %d sights, want %d", what, filter, after, len(got), len(next))
			}
		}
	}
}

// alike reports whether two sights show the same, also of a place that was read anew in between.
func alike(a, b dealmap.Sight) bool { return reflect.DeepEqual(a, b) }
