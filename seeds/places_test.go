package seeds_test

import (
	"compress/gzip"
	"encoding/json"
	"iter"
	"maps"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
	"github.com/paulmach/orb/planar"
)

// seed is the one that failures are replayed with.
const seed = 20201231

var asOf = time.Date(2026, time.November, 23, 9, 30, 0, 0, time.UTC)

func places(t testing.TB, n int, seed uint64) (iter.Seq[dealmap.AddPlace], *geo.Territories) {
	t.Helper()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	return seeds.Places(n, seed, terr, asOf), terr
}

func departementOf(t testing.TB, terr *geo.Territories, p dealmap.AddPlace) dealmap.TerritoryCode {
	t.Helper()
	chain, _ := terr.Chain(dealmap.TerritoryCode("com:" + p.Facts.Commune))
	code := dealmap.TerritoryAt(chain, dealmap.LevelDepartement)
	if code == "" {
		t.Fatalf("seed %d: %s: commune %q is in no département", seed, p.ID, p.Facts.Commune)
	}
	return code
}

func TestPlacesFollowTheSeed(t *testing.T) {
	t.Parallel()
	first, _ := places(t, 500, seed)
	again, _ := places(t, 500, seed)
	a, b := slices.Collect(first), slices.Collect(again)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("seed %d: two runs differ", seed)
	}
	other, _ := places(t, 500, seed+1)
	c := slices.Collect(other)
	ids := map[dealmap.ID]bool{}
	for _, p := range slices.Concat(a, c) {
		if ids[p.ID] {
			t.Errorf("seeds %d and %d share the id %s", seed, seed+1, p.ID)
		}
		ids[p.ID] = true
	}
}

func TestDistributionIsThePublishedOne(t *testing.T) {
	t.Parallel()
	stream, terr := places(t, 3952, seed)
	counts := map[dealmap.TerritoryCode]int{}
	for p := range stream {
		counts[departementOf(t, terr, p)]++
	}
	for code, want := range map[dealmap.TerritoryCode][2]int{
		"dep:93": {276, 276}, "dep:69": {255, 255}, "dep:59": {251, 251}, "dep:13": {140, 140}, "dep:76": {67, 67},
		"dep:06": {75, 100}, "dep:31": {75, 100}, "dep:84": {75, 100}, "dep:34": {50, 75}, "dep:83": {50, 75}, "dep:30": {25, 50},
		"dep:05": {0, 0}, "dep:48": {0, 0},
	} {
		if got := counts[code]; got < want[0] || got > want[1] {
			t.Errorf("%s has %d places, published %v", code, got, want)
		}
	}
	guadeloupe, _ := terr.Get("dep:971")
	if rate := float64(counts["dep:971"]) * 1e5 / float64(guadeloupe.Population); math.Abs(rate-34.2) > 0.2 {
		t.Errorf("Guadeloupe has %.1f places for 100,000 inhabitants, published 34.2", rate)
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	if total != 3952 || len(counts) != 99 {
		t.Errorf("%d places in %d départements, want 3952 in 99", total, len(counts))
	}
	expected := seeds.Distribution(3952, terr)
	maps.DeleteFunc(expected, func(_ dealmap.TerritoryCode, n int) bool { return n == 0 })
	if !maps.Equal(counts, expected) {
		t.Error("Distribution says other numbers than Places makes")
	}
}

func TestDistributionSumsToN(t *testing.T) {
	t.Parallel()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{-1, 0, 1, 2, 99, 100, 3951, 3953, 77_147, 1_000_000} {
		total := 0
		for code, k := range seeds.Distribution(n, terr) {
			total += k
			if exact := float64(n) / 3952 * float64(seeds.Distribution(3952, terr)[code]); n > 0 && math.Abs(float64(k)-exact) > 1 {
				t.Errorf("n = %d: %s has %d, its share is %.2f", n, code, k, exact)
			}
		}
		if total != max(0, n) {
			t.Errorf("n = %d: the départements sum to %d", n, total)
		}
	}
}

func TestOnePlace(t *testing.T) {
	t.Parallel()
	stream, terr := places(t, 1, seed)
	all := slices.Collect(stream)
	if len(all) != 1 || departementOf(t, terr, all[0]) != "dep:93" {
		t.Errorf("%d places, want one in dep:93", len(all))
	}
	for range stream {
		break // stopping early must not panic
	}
}

// TestPlacesAreAccepted lets the domain judge every place as if a person had entered it: vocabulary, free-text guard, dates,
// territory.
func TestPlacesAreAccepted(t *testing.T) {
	t.Parallel()
	stream, terr := places(t, 6000, seed)
	env := dealmap.Env{Now: asOf, Gazetteer: terr}
	viewer := dealmap.Console("test", dealmap.RoleOfast)
	seen := map[string]int{}
	for p := range stream {
		added, err := p.Check(viewer, env)
		if err != nil {
			t.Fatalf("seed %d: %s: %v", seed, p.ID, err)
		}
		if !added.Synthetic || !p.AcceptDuplicates || p.ID[6]>>4 != 4 || p.ID[8]>>6 != 2 {
			t.Fatalf("seed %d: %s: synthetic %v, duplicates accepted %v", seed, p.ID, added.Synthetic, p.AcceptDuplicates)
		}
		f := added.Facts
		today := dealmap.DateOf(asOf)
		if today.Before(f.LastSeen) || f.NextReview.Before(f.LastSeen) || f.CommuneYear != 2026 {
			t.Fatalf("seed %d: %s: last seen %s, next review %s, year %d", seed, p.ID, f.LastSeen, f.NextReview, f.CommuneYear)
		}
		if c := added.Closing; c != nil && (today.Before(c.Date) || c.Date.Before(f.LastSeen)) {
			t.Fatalf("seed %d: %s: seen %s, closed %s", seed, p.ID, f.LastSeen, c.Date)
		}
		if h, err := dealmap.ParseHours(f.Hours); err != nil || h.Partial() || h.Known() != (f.Hours != "") {
			t.Fatalf("seed %d: %s: hours %q: %v", seed, p.ID, f.Hours, err)
		}
		seen["status "+string(added.Status)]++
		seen["kind "+string(f.Kind)]++
		seen["accuracy "+string(f.Accuracy)]++
		seen["reach "+string(f.Handling.Reach)]++
		seen["service "+string(f.Owner.Service)]++
		for what, is := range map[string]bool{"embargo": f.Handling.UnderEmbargo(today), "blurred": f.Handling.Blurred,
			"network": len(f.Networks) > 0, "overdue": f.NextReview.Before(today), "unplaced": f.Position == nil,
			"operation": added.Closing != nil && added.Closing.Operation != "", "lookouts": f.Lookouts, "hours": f.Hours != ""} {
			if is {
				seen[what]++
			}
		}
	}
	for _, kind := range [][]dealmap.Term{dealmap.Kinds(), dealmap.Statuses(), dealmap.Accuracies(), dealmap.Reaches()} {
		prefix := map[string]string{"street": "kind ", "reported": "status ", "door": "accuracy ", "service": "reach "}[kind[0].Value]
		for _, term := range kind {
			if seen[prefix+term.Value] == 0 {
				t.Errorf("seed %d: no place has %s%s", seed, prefix, term.Value)
			}
		}
	}
	for _, what := range []string{"embargo", "blurred", "network", "overdue", "unplaced", "operation", "lookouts", "hours", "service PN",
		"service PP", "service GN", "service DGDDI"} {
		if seen[what] == 0 {
			t.Errorf("seed %d: no place with %s", seed, what)
		}
	}
	if seen["embargo"] > 6000/20 || seen["reach national"] < 6000/2 {
		t.Errorf("seed %d: %d of 6000 under embargo, %d national", seed, seen["embargo"], seen["reach national"])
	}
}

func TestPositionsAreInTheirDepartement(t *testing.T) {
	t.Parallel()
	stream, terr := places(t, 20_000, seed)
	outlines := map[dealmap.TerritoryCode]geo.Territory{}
	for _, d := range terr.Level(dealmap.LevelDepartement) {
		outlines[d.Code] = d
	}
	for p := range stream {
		code := departementOf(t, terr, p)
		if at := p.Facts.Position; at != nil && !planar.MultiPolygonContains(outlines[code].Outline, *at) {
			t.Fatalf("seed %d: %s at %v is outside %s", seed, p.ID, *at, code)
		}
	}
}

// TestPlacesKeepWithinTheirCommune checks the scatter: nobody is far from the centre of a commune with a few inhabitants.
func TestPlacesKeepWithinTheirCommune(t *testing.T) {
	t.Parallel()
	stream, terr := places(t, 10_000, seed)
	for p := range stream {
		c, _ := terr.Get(dealmap.TerritoryCode("com:" + p.Facts.Commune))
		if c.Code.Level() != dealmap.LevelCommune || !c.HasCentre {
			t.Fatalf("seed %d: %s is in %q", seed, p.ID, p.Facts.Commune)
		}
		if children := terr.Children(c.Code); len(children) > 0 {
			t.Fatalf("seed %d: %s is in %s as a whole, not in one of its arrondissements", seed, p.ID, c.Name)
		}
		if p.Facts.Position == nil {
			continue
		}
		if far := geo.Distance(*p.Facts.Position, c.Centre); far > 9000 {
			t.Errorf("seed %d: %s is %.0f m from the centre of %s", seed, p.ID, far, c.Name)
		}
	}
}

// realDistricts are the names of the priority districts in lower case; without them beside the checkout the test is skipped.
func realDistricts(t *testing.T) map[string]bool {
	t.Helper()
	file, err := os.Open("../../shared/data/territories/qpv2024.json.gz")
	if err != nil {
		t.Skip("priority districts are not beside the checkout: ", err)
	}
	defer file.Close()
	zipped, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var official struct {
		Districts []struct{ Label string } `json:"qpvs"`
	}
	if err := json.NewDecoder(zipped).Decode(&official); err != nil {
		t.Fatal(err)
	}
	if len(official.Districts) < 1000 {
		t.Fatalf("%d districts", len(official.Districts))
	}
	taken := map[string]bool{}
	for _, d := range official.Districts {
		taken[strings.ToLower(d.Label)] = true
	}
	return taken
}

// TestNamesAreNotReal compares the names with those of the priority districts where they lie beside the checkout.
func TestNamesAreNotReal(t *testing.T) {
	t.Parallel()
	taken := realDistricts(t)
	stream, _ := places(t, 10_000, seed)
	for p := range stream {
		name, _, _ := strings.Cut(strings.ToLower(p.Facts.Name), ",")
		for _, tail := range []string{name, name[strings.IndexByte(name, ' ')+1:]} {
			if taken[tail] {
				t.Errorf("seed %d: %q is a real district", seed, p.Facts.Name)
			}
		}
	}
}

func TestHundredThousandPlacesAreFast(t *testing.T) {
	t.Parallel()
	stream, _ := places(t, 100_000, seed)
	start, n := time.Now(), 0
	for range stream {
		n++
	}
	if took := time.Since(start); n != 100_000 || took > 30*time.Second {
		t.Errorf("%d places in %s", n, took)
	}
}

func BenchmarkPlaces(b *testing.B) {
	for b.Loop() {
		stream, _ := places(b, 100_000, seed)
		for range stream {
		}
	}
}
