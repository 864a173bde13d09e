package store_test

import (
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
)

// compareEachOf wants the places of a territory, from the beginning and from the middle, in the order in which all places come.
func compareEachOf(t *testing.T, what string, snapshot *store.Snapshot, scope dealmap.Scope) {
	t.Helper()
	for _, territory := range []dealmap.TerritoryCode{"", "fr", "dep:13", "dep:59", "com:13055", "zone:sud", "dep:2A"} {
		filter := dealmap.Filter{Territory: territory}
		var want []dealmap.ID
		snapshot.Each(scope, dealmap.ID{}, func(s dealmap.Sight) bool {
			if filter.Match(s) {
				want = append(want, s.ID())
			}
			return true
		})
		from, after := 0, dealmap.ID{}
		for range 2 {
			var got []dealmap.ID
			snapshot.EachOf(scope, territory, after, func(s dealmap.Sight) bool {
				if filter.Match(s) {
					got = append(got, s.ID())
				}
				return len(got) < 7
			})
			if next := want[from:min(len(want), from+7)]; !slices.Equal(got, next) {
				t.Fatalf("%s, %q after %v: %v, want %v of %v", what, territory, after, got, next, want)
			}
			if len(want) == 0 {
				break
			}
			from = len(want)/2 + 1
			if after = want[from-1]; after.IsZero() {
				break // a sight that does not say which place it is of
			}
		}
	}
}
