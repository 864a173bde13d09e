package seeds_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/seeds"
)

// somePoints is how many true points they are of.
const somePoints = 3000

// someLists are made once for the tests that only read them.
var someLists = sync.OnceValues(func() ([]seeds.ServiceList, error) {
	terr, err := gazetteer()
	if err != nil {
		return nil, err
	}
	return seeds.Services(somePoints, seed, terr, asOf), nil
})

func lists(t testing.TB) []seeds.ServiceList {
	t.Helper()
	made, err := someLists()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func eachRecord(t testing.TB, do func(list string, r *seeds.ServiceRecord)) {
	t.Helper()
	for _, l := range lists(t) {
		for i := range l.Records {
			do(l.Name, &l.Records[i])
		}
	}
}

func TestServicesFollowTheSeed(t *testing.T) {
	t.Parallel()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	a, b := seeds.Services(1000, seed, terr, asOf), seeds.Services(1000, seed, terr, asOf)
	if !reflect.DeepEqual(a, b) {
		t.Errorf("seed %d: two runs differ", seed)
	}
	if c := seeds.Services(1000, seed+1, terr, asOf); reflect.DeepEqual(a[0].Records[:20], c[0].Records[:20]) {
		t.Errorf("seeds %d and %d give the same list", seed, seed+1)
	}
	sum := sha256.New()
	for _, l := range a {
		for _, r := range l.Records {
			at := "-"
			if p := r.Add.Facts.Position; p != nil {
				at = fmt.Sprintf("%.6f %.6f", p[0], p[1]) // computed, so that the last digits may follow the machine
			}
			f := r.Add.Facts
			f.Position = nil
			fmt.Fprintf(sum, "%s %d %s %s %s %+v %+v %s\n", l.Name, r.Truth.Line, r.Truth.Point, r.Add.ID, at, f, r.Add.Closing, r.Add.Status)
		}
	}
	const golden = "9e5297b5f51d2ea10a6ad6c5b041ac4f0d858d6ee1a500b1c3f6c5d36e506c2d"
	if got := hex.EncodeToString(sum.Sum(nil)); got != golden {
		t.Errorf("seed %d gives lists with the hash %s, not %s: measures of before do not compare with those of after", seed, got, golden)
	}
}

// TestServicesAreAccepted lets the domain judge every record. What the row leaves blank a reader fills in: the name with the address.
func TestServicesAreAccepted(t *testing.T) {
	t.Parallel()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	env := dealmap.Env{Now: asOf, Gazetteer: terr}
	viewer := dealmap.Console("test", dealmap.RoleOfast)
	eachRecord(t, func(list string, r *seeds.ServiceRecord) {
		add := r.Add
		if add.Facts.Name == "" {
			add.Facts.Name = "Sans nom"
		}
		if _, err := add.Check(viewer, env); err != nil {
			t.Errorf("seed %d: line %d of %s: %v (%+v)", seed, r.Truth.Line, list, err, add.Facts)
		}
		if !add.Synthetic {
			t.Errorf("seed %d: line %d of %s is not marked synthetic", seed, r.Truth.Line, list)
		}
	})
}

func TestServicesOverlap(t *testing.T) {
	t.Parallel()
	held := map[string]map[string]int{}
	eachRecord(t, func(list string, r *seeds.ServiceRecord) {
		if held[r.Truth.Point] == nil {
			held[r.Truth.Point] = map[string]int{}
		}
		held[r.Truth.Point][list]++
		if overseas := strings.HasPrefix(r.Truth.Point, "V97"); overseas && list == seeds.ListGendarmerie {
			t.Errorf("seed %d: line %d of %s lies overseas", seed, r.Truth.Line, list)
		}
		if again := held[r.Truth.Point][list] > 1; again && held[r.Truth.Point][list] > 2 {
			t.Errorf("seed %d: %s is three times in %s", seed, r.Truth.Point, list)
		}
	})
	if len(held) != somePoints {
		t.Fatalf("seed %d: %d points in the lists, want %d", seed, len(held), somePoints)
	}
	in, twice := map[int]int{}, 0
	for _, by := range held {
		in[len(by)]++
		for _, n := range by {
			if n == 2 {
				twice++
			}
		}
	}
	for n, want := range map[int]float64{1: 0.46, 2: 0.37, 3: 0.17} {
		if got := float64(in[n]) / somePoints; math.Abs(got-want) > 0.04 {
			t.Errorf("seed %d: %.2f of the points are in %d lists, want %.2f", seed, got, n, want)
		}
	}
	if twice < somePoints/25 || twice > somePoints/8 {
		t.Errorf("seed %d: %d points stand twice in a list", seed, twice)
	}
}

// TestServicesHaveNeighbours looks at the truth: estates hold several points, no two of them nearer than 20 metres, most of the others 20
// to 60 metres away.
func TestServicesHaveNeighbours(t *testing.T) {
	t.Parallel()
	estates := map[string]map[string]*seeds.TruthRow{}
	eachRecord(t, func(_ string, r *seeds.ServiceRecord) {
		if estates[r.Truth.Estate] == nil {
			estates[r.Truth.Estate] = map[string]*seeds.TruthRow{}
		}
		estates[r.Truth.Estate][r.Truth.Point] = &r.Truth
	})
	several, untold, marked := 0, 0, 0
	for name, points := range estates {
		for id, a := range points {
			nearest := math.Inf(1)
			for other, b := range points {
				if other == id {
					continue
				}
				nearest = min(nearest, geo.Distance(a.At, b.At))
				if seeds.Relate(a, b) == seeds.UntoldNeighbours {
					untold++
				}
			}
			if nearest < 19.9 {
				t.Errorf("seed %d: %s of estate %s is %.1f m from another point", seed, id, name, nearest)
			}
			if nearest <= 60 {
				several++
				if !a.Neighbour {
					t.Errorf("seed %d: %s has a neighbour at %.1f m and does not say so", seed, id, nearest)
				}
			}
			if a.Neighbour {
				marked++
			}
		}
	}
	if several < somePoints/3 || untold < somePoints/12 || marked == somePoints {
		t.Errorf("seed %d: %d points of %d have neighbours in their estate, %d records are not told from one, %d say they have one", seed, several, somePoints, untold, marked)
	}
}

// TestServicesNoise measures the noise against what the classes promise.
func TestServicesNoise(t *testing.T) {
	t.Parallel()
	radius := map[string]float64{seeds.PositionDoor: 10, seeds.PositionBuilding: 25, seeds.PositionStreet: 62}
	within, all, seen := map[string]int{}, map[string]int{}, map[string]int{}
	total := 0
	eachRecord(t, func(list string, r *seeds.ServiceRecord) {
		total++
		row := &r.Truth
		all[row.Position]++
		if row.Metres <= radius[row.Position] {
			within[row.Position]++
		}
		if (r.Add.Facts.Position == nil) != (row.Position == seeds.PositionNone) || (r.Add.Facts.Name == "") != slices.Contains(row.Name, seeds.NameMissing) ||
			(r.Add.Facts.Address == "") != (row.Address == seeds.AddressMissing) {
			t.Errorf("seed %d: line %d of %s: %+v is not what %+v says", seed, row.Line, list, r.Add.Facts, row)
		}
		if p := r.Add.Facts.Position; p != nil && math.Abs(geo.Distance(*p, row.At)-row.Metres) > 0.1 {
			t.Errorf("seed %d: line %d of %s is %.1f m off, it says %.1f", seed, row.Line, list, geo.Distance(*p, row.At), row.Metres)
		}
		for _, class := range append(slices.Clone(row.Name), row.Address, row.Position) {
			seen[class]++
		}
		for _, field := range row.Missing {
			seen["sans "+field]++
		}
		if row.Past {
			seen["past"]++
		}
	})
	for class := range radius {
		if got := float64(within[class]) / float64(all[class]); got < 0.92 || got > 0.98 {
			t.Errorf("seed %d: %.3f of %q within its radius, want 0.95", seed, got, class)
		}
	}
	for _, class := range []string{seeds.PositionHeavy, seeds.PositionMiddle, seeds.PositionEstate, seeds.NameTypo, seeds.NameOrder, seeds.NameShort,
		seeds.NameCut, seeds.NameSynonym, seeds.NameBare, seeds.NameNoUnit, seeds.NameStreet, seeds.NameWrongUnit, seeds.AddressOtherNumber,
		seeds.AddressNoNumber, seeds.AddressShort, "sans nom", "sans adresse", "sans position", "sans commune", "sans produits", "past"} {
		if n := seen[class]; n < total/400 {
			t.Errorf("seed %d: %d of %d records with %q", seed, n, total, class)
		}
	}
}

func TestServicesOfSomeDepartements(t *testing.T) {
	t.Parallel()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	points := map[string]int{}
	for _, l := range seeds.Services(200, seed, terr, asOf, "dep:2A", "dep:971") {
		for _, r := range l.Records {
			department, _, _ := strings.Cut(r.Truth.Point, "-")
			points[department]++
		}
	}
	if len(points) != 2 || points["V2A"] == 0 || points["V971"] == 0 {
		t.Errorf("seed %d: points in %v", seed, points)
	}
}

// TestCrowdedEstates asks for far more points than a département has estates.
func TestCrowdedEstates(t *testing.T) {
	t.Parallel()
	terr, err := gazetteer()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	total := 0
	for _, l := range seeds.Services(6000, seed, terr, asOf, "dep:90") {
		total += len(l.Records)
	}
	if took := time.Since(start); total < 6000 || took > 30*time.Second {
		t.Errorf("seed %d: %d records in %s", seed, total, took)
	}
}

func TestServiceNamesAreNotReal(t *testing.T) {
	t.Parallel()
	taken := realDistricts(t)
	eachRecord(t, func(list string, r *seeds.ServiceRecord) {
		name, _, _ := strings.Cut(strings.ToLower(r.Add.Facts.Name), ",")
		for _, tail := range []string{name, name[strings.IndexByte(name, ' ')+1:], strings.TrimPrefix(r.Truth.Called, "de la ")} {
			if tail != "" && taken[tail] {
				t.Errorf("seed %d: line %d of %s: %q is a real district", seed, r.Truth.Line, list, r.Add.Facts.Name)
			}
		}
	})
}
