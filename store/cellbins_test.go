package store_test

import (
	"cmp"
	"maps"
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store"
)

// compareCellBins wants what is counted block by block to add up to what is counted of the whole map.
func compareCellBins(t *testing.T, what string, snapshot *store.Snapshot, scope dealmap.Scope, filter dealmap.Filter) {
	t.Helper()
	census, rule := &dealmap.Census{Filter: filter}, dealmap.CountingRule{Kinds: []dealmap.Kind{dealmap.Street, dealmap.Four, dealmap.Drive}, Statuses: []dealmap.Status{dealmap.Active, dealmap.Dormant}}
	for _, level := range []int{dealmap.TallyLevel, 4} {
		all := snapshot.CellBins(scope, census, level, rule)
		if !slices.IsSortedFunc(all, func(a, b geo.CellBin) int { return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(a.Cell, b.Cell)) }) {
			t.Fatalf("%s: not in their order", what)
		}
		sum, blocks := map[dealmap.Cell]dealmap.CellCount{}, []geo.Block{7}
		for _, b := range all {
			n := sum[b.Cell]
			sum[b.Cell] = dealmap.CellCount{Count: n.Count + b.Count, Weight: n.Weight + b.Weight}
			if blocks[len(blocks)-1] != b.Block {
				blocks = append(blocks, b.Block)
			}
		}
		if want := snapshot.Cells(scope, census, level, rule).Cells; !maps.Equal(sum, want) {
			t.Fatalf("%s, level %d: %d cells by block, want %d", what, level, len(sum), len(want))
		}
		if parts := snapshot.CellBinsIn(scope, census, level, rule, blocks); !slices.Equal(parts, all) {
			t.Fatalf("%s, level %d: %d bins of all blocks one by one, %d of the whole map", what, level, len(parts), len(all))
		}
	}
}
