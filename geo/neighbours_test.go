package geo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"pgregory.net/rapid"
)

// bricks are communes laid like bricks: of two neighbours in different rows only one has a vertex where the other's side runs
// on, and some corners are moved by less than rounding.
func bricks(t testing.TB, wide, high int) (*Territories, []dealmap.TerritoryCode, func(i, j int) bool) {
	t.Helper()
	var list []Territory
	var codes []dealmap.TerritoryCode
	west := func(i int) float64 { return float64(i%wide)*0.02 + float64(i/wide%2)*0.01 }
	for i := range wide * high {
		code := dealmap.TerritoryCode(fmt.Sprintf("com:%05d", 10000+i))
		x, y := 5+west(i), 43+float64(i/wide)*0.01
		shift := float64(i%3-1) * 2e-7
		ring := orb.Ring{{x + shift, y}, {x + 0.02, y + shift}, {x + 0.02, y + 0.01}, {x, y + 0.01}, {x + shift, y}}
		list = append(list, Territory{Code: code, Name: string(code), Outline: orb.MultiPolygon{{ring}}})
		codes = append(codes, code)
	}
	territories, err := NewTerritories(list)
	if err != nil {
		t.Fatal(err)
	}
	return territories, codes, func(i, j int) bool {
		rows, gap := i/wide-j/wide, math.Abs(west(i)-west(j))
		return i != j && (rows == 0 && gap < 0.021 || (rows == 1 || rows == -1) && gap < 0.021)
	}
}

func TestContiguous(t *testing.T) {
	t.Parallel()
	territories, codes, want := bricks(t, 9, 8)
	codes = append(codes, "com:99999")
	slices.Reverse(codes)
	got, missing := territories.Contiguous(codes)
	if !slices.Equal(missing, []int{0}) || len(got[0]) != 0 {
		t.Fatalf("without an outline: %v, neighbours %v", missing, got[0])
	}
	for i := 1; i < len(codes); i++ {
		for j := 1; j < len(codes); j++ {
			found := slices.Contains(got[i], int32(j))
			if expected := want(len(codes)-1-i, len(codes)-1-j); found != expected {
				t.Errorf("%s and %s: neighbours %v, want %v", codes[i], codes[j], found, expected)
			}
		}
	}
}

// TestNearestNeighbours holds the tree against sorting all distances.
func TestNearestNeighbours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		step := rapid.SampledFrom([]float64{0.25, 1e-4, 30}).Draw(t, "step")
		grid := rapid.IntRange(-6, 6)
		points := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) orb.Point {
			return orb.Point{float64(grid.Draw(t, "x")) * step, float64(grid.Draw(t, "y")) * step / 3}
		}), 0, 40).Draw(t, "points")
		k := rapid.IntRange(0, 8).Draw(t, "k")
		want := make([]map[int32]bool, len(points))
		for i := range points {
			want[i] = map[int32]bool{}
		}
		for i, p := range points {
			var others []int32
			for j := range points {
				if j != i {
					others = append(others, int32(j))
				}
			}
			slices.SortStableFunc(others, func(a, b int32) int {
				return cmp.Compare(pointDistance(p, points[a]), pointDistance(p, points[b]))
			})
			for _, j := range others[:min(k, len(others))] {
				want[i][j], want[j][int32(i)] = true, true
			}
		}
		for i, units := range NearestNeighbours(points, k) {
			if len(units) != len(want[i]) || !slices.IsSorted(units) {
				t.Fatalf("unit %d: %v, want %v", i, units, want[i])
			}
			for _, j := range units {
				if !want[i][j] {
					t.Fatalf("unit %d: %v, want %v", i, units, want[i])
				}
			}
		}
	})
}

// pointDistance is the distance by the same arithmetic as the tree's, so that ties are ties in both.
func pointDistance(a, b orb.Point) float64 { return DistanceToBound(a, orb.Bound{Min: b, Max: b}) }

func TestNearestNeighboursOfOddPoints(t *testing.T) {
	t.Parallel()
	points := make([]orb.Point, 3000)
	points[7] = orb.Point{math.NaN(), 3}
	points[8] = orb.Point{math.Inf(1), 3}
	n := NearestNeighbours(points, 2)
	if len(n[7]) != 0 || len(n[8]) != 0 {
		t.Errorf("not a position: %v %v", n[7], n[8])
	}
	if !slices.Equal(n[5], []int32{0, 1}) || len(n[0]) != len(points)-3 {
		t.Errorf("all on one spot: %v, and the first has %d", n[5], len(n[0]))
	}
}

func BenchmarkContiguous(b *testing.B) {
	territories, codes, _ := bricks(b, 70, 70)
	for b.Loop() {
		territories.Contiguous(codes)
	}
}
