//go:build !brokensee

package web_test

import (
	"fmt"
	"testing"
)

// randomMaps is how many random maps the property of scope is tried on.
const randomMaps = 240

// TestNoOutputTellsOfHiddenPlaces tries random maps on random people: no output changes by a byte when places that a person
// may not see are added, moved, changed, closed, put under embargo or erased, and a hidden place answers as an absent one.
func TestNoOutputTellsOfHiddenPlaces(t *testing.T) {
	t.Parallel()
	seed, maps := seedOf(t), randomMaps
	if underRace {
		maps /= 5
	}
	t.Cleanup(func() {
		if underRace {
			return
		}
		for _, kind := range []string{
			"GET /api/v1/deal-points", "GET /api/v1/deal-points/counts", "GET /api/v1/deal-points/{id}", "GET /api/v1/deal-points/{id}/history",
			"GET /api/v1/nearest", "GET /api/v1/search", "POST /api/v1/within", "POST /api/v1/exports", "GET /api/v1/reports", "GET /api/v1/tokens",
			"GET /api/v1/patrols", "GET /tiles/heat.mvt", "GET /api/v1/territories/dep:13/statistics", "GET /api/v1/territories/dep:13/heat",
			"GET /api/v1/territories/dep:13/report.pdf", "GET /api/v1/territories/zone:sud/report.xlsx",
			"GET /api/v1/operations", "GET /api/v1/operations/{id}",
			"GET /api/v1/operations/{id}/watch", "GET /api/v1/deal-points/{id}/watch", "GET /api/v1/territories/dep:13/meetings",
			"GET /api/v1/sites", "GET /api/v1/sites/counts", "GET /api/v1/sites/{id}", "GET /api/v1/sites/{id}/history", "GET /api/v1/sites/{id}/sources",
			"GET /api/v1/sites/{id}/watch", "GET /tiles/sites.mvt", "GET /tiles/links.mvt", "GET /tiles/links,deal_points.mvt", "GET /tiles/sites,deal_points.mvt",
			"GET /api/v1/links", "GET /api/v1/links/{id}", "GET /api/v1/networks", "GET /api/v1/networks/R-13-7KQ", "GET /api/v1/graph", "GET /api/v1/graph/analysis",
			"POST /api/v1/graph/what-if", "GET /api/v1/graph/path", "GET /api/v1/territories/dep:13/flows",
			"GET /tiles/deal_points,clusters.mvt", "GET /tiles/clusters.mvt",
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/geopackage+sqlite3", "application/vnd.dealmap.tiles",
		} {
			if _, ok := answered.Load(kind); !ok {
				t.Errorf("nobody was given %s: it shows nothing", kind)
			}
		}
	})
	const parts = 8
	for part := range parts {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			t.Parallel()
			for i, leak := range checkMaps(t, seed, part*maps/parts, (part+1)*maps/parts) {
				if i < 3 {
					t.Error(leak)
				}
			}
		})
	}
}

// sound makes Scope.See sound until restore is called; here it always is.
func sound() (restore func()) { return func() {} }
