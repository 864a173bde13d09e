package dealmap_test

import (
	"testing"

	"github.com/mesure5/dealmap"
)

func TestABlurredPlaceIsInNoDistrict(t *testing.T) {
	t.Parallel()
	p := &dealmap.Place{ID: dealmap.ID{1}, Status: dealmap.Active, Territories: []dealmap.TerritoryCode{"qpv:QN01307M", "com:13055", "dep:13"},
		Facts: dealmap.Facts{Kind: dealmap.Street, Commune: "13055", Owner: dealmap.Owner{Service: "PN", Unit: "u"},
			Handling: dealmap.Handling{Reach: dealmap.ReachService, Code: "H0", Blurred: true}}}
	scope := dealmap.NewScope(dealmap.Viewer{Subject: "gn", Role: dealmap.RoleInvestigator, Service: "GN", Unit: "x"}, dealmap.Date{Year: 2026, Month: 11, Day: 23})
	sight, ok := scope.See(p)
	if !ok || sight.Detail() != dealmap.Blurred {
		t.Fatal("not blurred")
	}
	for code, want := range map[dealmap.TerritoryCode]bool{"qpv:QN01307M": false, "com:13055": true, "dep:13": true, "fr": true} {
		if f := (dealmap.Filter{Territory: code}); f.Match(sight) != want {
			t.Errorf("%s: %t", code, !want)
		}
	}
	if at := sight.At(dealmap.LevelQPV); at != "" {
		t.Errorf("in %s", at)
	}
}
