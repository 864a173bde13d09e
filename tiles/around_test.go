package tiles

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
	"pgregory.net/rapid"
)

// TestClustersDependOnWhatIsAroundThem changes a map beyond what the clusters of a tile say that they depend on, and wants the same clusters.
func TestClustersDependOnWhatIsAroundThem(t *testing.T) {
	t.Parallel()
	further := 0
	rapid.Check(t, func(t *rapid.T) {
		z := maptile.Zoom(rapid.IntRange(3, 12).Draw(t, "zoom"))
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
		centre := orb.Point{5.38, 43.3}
		tile := maptile.At(centre, z)
		width := float64(uint64(1) << (32 - z))
		slope := rapid.Float64Range(0, 1).Draw(t, "slope")
		// More and more lie where the slope leads, so that each cell looks at the next one, well beyond the tile.
		var at [][2]uint32
		for c := range int64(8 * cellsAcross) {
			for r := range int64(8 * cellsAcross) {
				x := (float64(tile.X) - 3.5 + (float64(c)+random.Float64())/cellsAcross) * width
				y := (float64(tile.Y) - 3.5 + (float64(r)+random.Float64())/cellsAcross) * width
				if x < 0 || y < 0 || x >= 1<<32 || y >= 1<<32 {
					continue
				}
				for range 1 + int(slope*float64(c)+random.Float64()*2) {
					at = append(at, [2]uint32{uint32(x), uint32(y)})
				}
			}
		}
		a := spotsAt(at...)
		f := fieldOf(a, false, tile)
		want := f.clusters(tile)
		around := f.around.Beside()
		if f.around != f.box(f.west, f.north, windowSide) {
			further++
		}
		f.release()
		var more [][2]uint32
		for range 3000 {
			x, y := random.Uint32(), random.Uint32()
			if random.IntN(10) > 0 { // near by
				x = uint32(max(0, min(math.MaxUint32, (float64(tile.X)+random.Float64()*9-4)*width)))
				y = uint32(max(0, min(math.MaxUint32, (float64(tile.Y)+random.Float64()*9-4)*width)))
			}
			if !around.Holds(x, y) {
				more = append(more, slices.Repeat([][2]uint32{{x, y}}, random.IntN(20))...)
			}
		}
		at = append(at, more...)
		f = fieldOf(spotsAt(at...), false, tile)
		got := f.clusters(tile)
		f.release()
		if !slices.Equal(got, want) {
			t.Fatalf("tile %v: %d clusters, %d before something changed outside %+v", tile, len(got), len(want), around)
		}
	})
	if further == 0 {
		t.Error("no tile depended on anything beyond its window")
	}
}
