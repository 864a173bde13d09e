package geo

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// golden reads the figures that testdata/*/make.R wrote, a column of numbers or of words for each name.
func golden(t testing.TB, path string) (columns map[string][]float64, words map[string][]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns, words = map[string][]float64{}, map[string][]string{}
	for _, row := range rows[1:] {
		for c, text := range row {
			v, _ := strconv.ParseFloat(text, 64) // words are for the caller to know
			columns[rows[0][c]] = append(columns[rows[0][c]], v)
			words[rows[0][c]] = append(words[rows[0][c]], text)
		}
	}
	return columns, words
}

func goldenNeighbours(t testing.TB, path string) Neighbours {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var n Neighbours
	for line := range strings.Lines(string(text)) {
		var units []int32
		for _, word := range strings.Fields(line) {
			unit, err := strconv.Atoi(word)
			if err != nil {
				t.Fatal(err)
			}
			units = append(units, int32(unit))
		}
		n = append(n, units)
	}
	return n
}

func TestHotSpotsAgainstSpdep(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"lattice", "points"} {
		want, words := golden(t, "testdata/hotspots/"+name+".csv")
		n := goldenNeighbours(t, "testdata/hotspots/"+name+".nb")
		if name == "points" {
			var points []orb.Point
			for i := range want["lon"] {
				points = append(points, orb.Point{want["lon"][i], want["lat"][i]})
			}
			// spdep measures on the ellipsoid: a neighbour nearly as far as another may be another.
			agree := 0
			for i, units := range NearestNeighbours(points, 6) {
				if slices.Equal(units, n[i]) {
					agree++
				}
			}
			if agree < 95 {
				t.Errorf("points: the neighbours of only %d of 100 units are spdep's", agree)
			}
		}
		o := HotSpotOptions{Permutations: 9999, Seed: 20261123}
		gi, err := GetisOrdStar(t.Context(), want["x"], n, o)
		if err != nil {
			t.Fatal(err)
		}
		moran, err := LocalMoran(t.Context(), want["x"], n, o)
		if err != nil {
			t.Fatal(err)
		}
		for i := range gi {
			near := func(what string, got, want, tolerance float64) {
				if !(math.Abs(got-want) <= tolerance) {
					t.Errorf("%s, unit %d: %s = %v, want %v within %v", name, i, what, got, want, tolerance)
				}
			}
			near("Gi*", gi[i].Statistic, want["gi"][i], 1e-9)
			near("E(Gi*)", gi[i].Expected, want["gi_e"][i], 1e-9)
			near("Z(Gi*)", gi[i].Z, want["gi_z"][i], 1e-9)
			near("I", moran[i].Statistic, want["moran"][i], 1e-9)
			near("E(I)", moran[i].Expected, want["moran_e"][i], 1e-9)
			near("Z(I)", moran[i].Z, want["moran_z"][i], 1e-9)
			near("P(Gi*)", gi[i].P, want["p"][i], monteCarlo(want["p"][i]))
			near("P(I)", moran[i].P, want["p"][i], monteCarlo(want["p"][i]))
			if want := Quadrant(strings.ToLower(words["quadrant"][i])); moran[i].Quadrant != want {
				t.Errorf("%s, unit %d: %s, want %s", name, i, moran[i].Quadrant, want)
			}
		}
		for i, q := range FalseDiscovery(want["p"]) {
			if math.Abs(q-want["q"][i]) > 1e-14 {
				t.Errorf("%s, unit %d: q = %v, want %v", name, i, q, want["q"][i])
			}
		}
		foldedAgainstSpdep(t, name, want, n)
	}
}

// monteCarlo is the difference that two runs of 9,999 draws stay under: 4.5 standard errors of a difference of shares.
func monteCarlo(p float64) float64 { return 4.5*math.Sqrt(2*p*(1-p)/9999) + 2e-4 }

// foldedAgainstSpdep compares one tail of the draws with spdep's own permutations. spdep draws with replacement, which makes
// tails a little heavier, and rounding decides to which tail it gives the draws that equal what is observed.
func foldedAgainstSpdep(t *testing.T, name string, want map[string][]float64, n Neighbours) {
	t.Helper()
	draw := newDraws(want["x"], HotSpotOptions{Permutations: 9999, Seed: 7})
	for i := range n {
		observed, above, below := 0.0, 0.0, 0.0
		for _, j := range n[i] {
			observed += want["x"][j]
		}
		draw.sums(i, len(n[i]), func(sum float64) {
			if sum > observed {
				above++
			} else if sum < observed {
				below++
			}
		})
		strict, loose := min(above, below)/9999, min(1-above/9999, 1-below/9999)
		for _, column := range []string{"fold_g", "fold_i"} {
			p := want[column][i]
			if slack := monteCarlo(p) + 0.01; p < strict-slack || p > loose+slack {
				t.Errorf("%s, unit %d: spdep's %s = %v, ours from %v to %v", name, i, column, p, strict, loose)
			}
		}
	}
}

// lattice makes counts on a lattice with rook neighbours, and one unit without any.
func lattice(side int) ([]float64, Neighbours) {
	values, n := make([]float64, side*side+1), make(Neighbours, side*side+1)
	for i := range side * side {
		values[i] = float64(mix(uint64(i)) % 7)
		if i%side > side/2 && i/side < side/4 {
			values[i] += 5
		}
		for _, j := range []int{i - side, i - 1, i + 1, i + side} {
			if j >= 0 && j < side*side && (i/side == j/side || i%side == j%side) {
				n[i] = append(n[i], int32(j))
			}
		}
	}
	return values, n
}

// TestHotSpotsAreRepeatable: the seed makes the figures, the number of cores does not.
func TestHotSpotsAreRepeatable(t *testing.T) {
	values, n := lattice(20)
	run := func(cores int, seed uint64) []Local {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		calls, last := 0, 0
		o := HotSpotOptions{Permutations: 199, Seed: seed, Progress: func(done, total int) {
			if calls++; done <= last || total != len(values) {
				t.Errorf("progress %d of %d after %d", done, total, last)
			}
			last = done
		}}
		results, err := GetisOrdStar(t.Context(), values, n, o)
		if err != nil {
			t.Fatal(err)
		}
		if last != len(values) || calls < 40 || calls > 60 {
			t.Errorf("progress ended at %d after %d calls", last, calls)
		}
		return results
	}
	one := run(1, 5)
	if !slices.Equal(one, run(4, 5)) {
		t.Error("the figures depend on the number of cores")
	}
	if slices.Equal(one, run(1, 6)) {
		t.Error("the figures do not depend on the seed")
	}
	if last := one[len(one)-1]; !last.Alone || last.P != 1 || last.Q != 1 || last.Z != 0 {
		t.Errorf("a unit without neighbours: %+v", last)
	}
}

// TestHotSpotsHoldTheirRules on any data: numbers in range, never NaN, and Q that never overtakes.
func TestHotSpotsHoldTheirRules(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		count := rapid.IntRange(30, 45).Draw(t, "units")
		scale := rapid.SampledFrom([]float64{1, 1, 0.1, 1e9}).Draw(t, "scale")
		values, n := make([]float64, count), make(Neighbours, count)
		for i := range values {
			values[i] = scale * float64(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 400}).Draw(t, "value"))
		}
		values[rapid.IntRange(0, count-1).Draw(t, "hot")] += 500
		for i := range n {
			for j := range i {
				if rapid.IntRange(0, 6).Draw(t, "joined") == 0 {
					n[i] = append(n[i], int32(j))
				}
			}
		}
		n.symmetrise()
		for _, test := range []func(context.Context, []float64, Neighbours, HotSpotOptions) ([]Local, error){GetisOrdStar, LocalMoran} {
			results, err := test(context.Background(), values, n, HotSpotOptions{Permutations: 99, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			for i, r := range results {
				if sum := r.Statistic + r.Expected + r.Z; math.IsNaN(sum) || math.IsInf(sum, 0) {
					t.Fatalf("unit %d: %+v", i, r)
				}
				if !(r.P >= 0.01 && r.P <= r.Q && r.Q <= 1) || r.Alone != (len(n[i]) == 0) {
					t.Fatalf("unit %d: %+v", i, r)
				}
			}
		}
	})
}

func TestHotSpotsRefuse(t *testing.T) {
	t.Parallel()
	values, n := lattice(8)
	with := func(change func(v []float64)) []float64 {
		v := slices.Clone(values)
		change(v)
		return v
	}
	all := func(x float64) []float64 {
		return with(func(v []float64) {
			for i := range v {
				v[i] = x
			}
		})
	}
	few := with(func(v []float64) { clear(v); v[3], v[4] = 15, 14.5 })
	for name, c := range map[string]struct {
		values       []float64
		n            Neighbours
		permutations int
		field, says  string
	}{
		"units":          {values[:29], n[:29], 99, "units", "29 territoires"},
		"events":         {few, n, 99, "values", "29,5 points"},
		"none":           {all(0), n, 99, "values", "0 points"},
		"equal":          {all(3), n, 99, "values", "égales"},
		"negative":       {with(func(v []float64) { v[4] = -1 }), n, 99, "values", "valeur 5"},
		"not a number":   {with(func(v []float64) { v[4] = math.NaN() }), n, 99, "values", "valeur 5"},
		"infinite":       {with(func(v []float64) { v[4] = math.Inf(1) }), n, 99, "values", "valeur 5"},
		"draws too few":  {values, n, 98, "permutations", "98"},
		"draws too many": {values, n, 10000, "permutations", "10000"},
		"lists missing":  {values, n[1:], 99, "neighbours", "64 listes"},
		"unknown unit":   {values, append(Neighbours{{1, 900}}, n[1:]...), 99, "neighbours", "unité 1"},
		"own neighbour":  {values, append(Neighbours{{0, 1}}, n[1:]...), 99, "neighbours", "unité 1"},
	} {
		results, err := GetisOrdStar(t.Context(), c.values, c.n, HotSpotOptions{Permutations: c.permutations})
		refused, ok := errors.AsType[*dealmap.Error](err)
		if results != nil || !ok || refused.Fields[0].Field != c.field || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, %v", name, results, err)
		}
		if tooFew, ok := errors.AsType[*TooFewError](err); ok != (name == "units" || name == "events" || name == "none") {
			t.Errorf("%s: too few: %v", name, tooFew)
		}
		if _, again := LocalMoran(t.Context(), c.values, c.n, HotSpotOptions{Permutations: c.permutations}); fmt.Sprint(again) != fmt.Sprint(err) {
			t.Errorf("%s: Moran says %v, Gi* says %v", name, again, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := LocalMoran(ctx, values, n, HotSpotOptions{Permutations: 99}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func BenchmarkGetisOrdStar(b *testing.B) {
	territories, codes, _ := bricks(b, 70, 70)
	n, _ := territories.Contiguous(codes)
	values := make([]float64, len(codes))
	for i := range values {
		values[i] = float64(mix(uint64(i)) % 7)
	}
	for b.Loop() {
		if _, err := GetisOrdStar(b.Context(), values, n, HotSpotOptions{Permutations: 999}); err != nil {
			b.Fatal(err)
		}
	}
}
