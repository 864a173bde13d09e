package web

import (
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// TestAWatchTakesAPlaceOnce adds what is seen of a place twice, the second time of another copy of it in memory.
func TestAWatchTakesAPlaceOnce(t *testing.T) {
	t.Parallel()
	scope := dealmap.NewScope(dealmap.Console("essai", dealmap.RoleOfast), dealmap.Date{Year: 2026, Month: 11, Day: 23})
	var scene watchScene
	for _, n := range []byte{1, 2, 1} {
		at := orb.Point{5, 43 + float64(n)/10}
		sight, ok := scope.See(&dealmap.Place{ID: dealmap.ID{n}, Status: dealmap.Active, Facts: dealmap.Facts{Position: &at, Accuracy: dealmap.AccuracyBuilding}})
		if !ok {
			t.Fatal("nothing to see")
		}
		scene.add(sight)
	}
	if len(scene.sights) != 2 || scene.placed != 2 || len(scene.centres) != 2 {
		t.Errorf("%d places, %d of them at %d centres", len(scene.sights), scene.placed, len(scene.centres))
	}
}
