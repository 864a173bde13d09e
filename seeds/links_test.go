package seeds_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/seeds"
)

// island is the land without a road to any other that a département is on, empty for the mainland.
func island(departement string) string {
	if land := strings.TrimRight(departement, "AB"); land == "2" || strings.HasPrefix(land, "97") {
		return land
	}
	return ""
}

func TestLinksTieWhatIsThereOnce(t *testing.T) {
	t.Parallel()
	made, terr := places(t, 4000, seed)
	today := dealmap.DateOf(asOf)
	byID := map[dealmap.ID]dealmap.AddPlace{}
	for p := range made {
		byID[p.ID] = p
	}
	dep := func(p dealmap.AddPlace) string { return departementOf(t, terr, p).ID() }
	for _, n := range []int{0, 1, 500, 12_000} {
		links := slices.Collect(seeds.Links(n, 4000, seed, terr, asOf))
		if again := slices.Collect(seeds.Links(n, 4000, seed, terr, asOf)); len(links) != n || !reflect.DeepEqual(links, again) {
			t.Errorf("%d links, %d the second time, want %d, the same", len(links), len(again), n)
		}
		ids, pairs, kinds, means, where := map[dealmap.ID]bool{}, map[string]bool{}, map[dealmap.LinkKind]int{}, map[dealmap.Means]int{}, map[string]int{}
		for _, l := range links {
			f := l.Facts
			from, okFrom := byID[f.From]
			to, okTo := byID[f.To]
			pair := fmt.Sprint(min(f.From.String(), f.To.String()), max(f.From.String(), f.To.String()))
			if !okFrom || !okTo || f.From == f.To || pairs[pair] || ids[l.ID] || !l.Synthetic {
				t.Fatalf("a link that cannot be, or is there already: %+v", l)
			}
			ids[l.ID], pairs[pair] = true, true
			for _, end := range []dealmap.AddPlace{from, to} {
				if end.Status == dealmap.Closed || end.Facts.Handling.UnderEmbargo(today) || !f.Since.IsZero() && f.Since.Before(end.Facts.FirstSeen) {
					t.Fatalf("a link of a place that was not there, or is no more: %+v", l)
				}
			}
			if !f.Since.Before(today) || !f.Until.IsZero() && (f.Until.Before(f.Since) || !f.Until.Before(today)) {
				t.Fatalf("from %s until %s", f.Since, f.Until)
			}
			if f.Means == "road" && island(dep(from)) != island(dep(to)) {
				t.Fatalf("by road from %s to %s", dep(from), dep(to))
			}
			kinds[f.Kind]++
			means[f.Means]++
			where[dep(to)]++
		}
		if n >= 500 && (len(where) < 50 || kinds[dealmap.Supplies] < n/5 || kinds[dealmap.StoresFor] < n/5 || kinds[dealmap.Rival] == 0 || kinds[dealmap.SameNetwork] == 0 || n > 10_000 && means["air"] == 0) {
			t.Errorf("%d links: %v, %v, in %d départements", n, kinds, means, len(where))
		}
	}
	few := slices.Collect(seeds.Links(100_000, 300, seed, terr, asOf))
	if len(few) < 150 || len(few) > 20_000 {
		t.Errorf("300 places are tied by %d links", len(few))
	}
	onLarge := 0
	for range seeds.Links(50, 50_000, seed, terr, asOf) {
		onLarge++
	}
	if onLarge != 50 {
		t.Errorf("%d links on a large map", onLarge)
	}
}
