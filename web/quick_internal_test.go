package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestPlainTilesTakeTheShortWay reads addresses: those of tiles as the application asks for them, and those that others must look at.
func TestPlainTilesTakeTheShortWay(t *testing.T) {
	t.Parallel()
	for i, path := range []string{"/tiles/deal_points/12/2109/1500.mvt", "/tiles/clusters,deal_points/12/2109/1500.mvt"} {
		at, ok := quickTile(httptest.NewRequest(http.MethodGet, path+[]string{"", "?status=active&due=perhaps"}[i], nil))
		if !ok || at.z != 12 || at.x != 2109 || at.y != 1500 || "/tiles/"+at.layers+"/12/2109/1500.mvt" != path {
			t.Errorf("%s: %+v, %v", path, at, ok)
		}
	}
	for _, path := range []string{
		"/tiles/clusters/6/32/23", "/tiles/clusters/6/32/.mvt", "/tiles/clusters/6/-1/23.mvt",
		"/tiles/clusters/6/32/23/1.mvt", "/tiles//6/32/23.mvt", "/tiles/../6/32/23.mvt", "/tiles/Clusters/6/32/23.mvt",
		"/tiles/clusters/6/32/0000000023.mvt", "/tiles/clusters/6/3%2F2/23.mvt", "/tiles/map.json", "/api/v1/deal-points",
	} {
		if at, ok := quickTile(httptest.NewRequest(http.MethodGet, path, nil)); ok {
			t.Errorf("%s is taken for %+v", path, at)
		}
	}
	if at, ok := quickTile(httptest.NewRequest(http.MethodHead, "/tiles/clusters/6/32/23.mvt", nil)); ok {
		t.Errorf("HEAD is taken for %+v", at)
	}
}
