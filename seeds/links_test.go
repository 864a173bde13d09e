package seeds

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

func TestLinksTieWhatIsThereOnce(t *testing.T) {
	t.Parallel()
	list, err := Territories()
	if err != nil {
		t.Fatal(err)
	}
	terr, err := geo.NewTerritories(list)
	if err != nil {
		t.Fatal(err)
	}
	asOf := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	today := dealmap.DateOf(asOf)
	byID := map[dealmap.ID]dealmap.AddPlace{}
	for p := range Places(4000, 7, terr, asOf) {
		byID[p.ID] = p
	}
	dep := func(p dealmap.AddPlace) string {
		chain, _ := terr.Chain(dealmap.TerritoryCode("com:" + p.Facts.Commune))
		return dealmap.TerritoryAt(chain, dealmap.LevelDepartement).ID()
	}
	for _, n := range []int{0, 1, 500, 12_000} {
		links := slices.Collect(Links(n, 4000, 7, terr, asOf))
		if again := slices.Collect(Links(n, 4000, 7, terr, asOf)); len(links) != n || !reflect.DeepEqual(links, again) {
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
			if f.Means == "road" && land(dep(from)) != land(dep(to)) {
				t.Fatalf("by road from %s to %s", dep(from), dep(to))
			}
			kinds[f.Kind]++
			means[f.Means]++
			where[dep(to)]++
		}
		if n >= 500 && (len(where) < 50 || kinds[dealmap.Supplies] < n/5 || kinds[dealmap.StoresFor] < n/5 || kinds[dealmap.Rival] == 0 || kinds[dealmap.SameNetwork] == 0 || means["air"] == 0) {
			t.Errorf("%d links: %v, %v, in %d départements", n, kinds, means, len(where))
		}
	}
	few := slices.Collect(Links(100_000, 300, 7, terr, asOf))
	if len(few) < 150 || len(few) > 20_000 {
		t.Errorf("300 places are tied by %d links", len(few))
	}
	made := 0
	for range Links(50, 50_000, 7, terr, asOf) {
		made++
	}
	if made != 50 {
		t.Errorf("%d links on a large map", made)
	}
}
