package web_test

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"
)

// TestQuickTilesAnswerAsOthers asks for tiles, good and bad ones, on the short way and on that of all other requests.
func TestQuickTilesAnswerAsOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	for who, u := range map[string]*user{"ofast": w.as("ofast"), "gn": w.as("gn"), "prefet13": w.as("prefet13"), "admin": w.as("admin"), "nobody": w.anonymous()} {
		for _, path := range []string{
			"/tiles/deal_points/12/2109/1500.mvt", "/tiles/clusters,deal_points/12/2109/1500.mvt", "/tiles/clusters/6/32/23.mvt",
			"/tiles/territories/5/16/11.mvt", "/tiles/nothing/12/2109/1500.mvt", "/tiles/clusters,clusters/6/32/23.mvt", "/tiles/clusters/23/0/0.mvt",
			"/tiles/clusters/2/4/0.mvt", "/tiles/clusters/999999999/0/0.mvt", "/tiles/clusters/06/032/0023.mvt",
		} {
			for _, h := range []header{{}, {"Accept-Encoding": "gzip"}} {
				quick, other := u.get(path, h), u.get(path+"?due=false", h)
				for _, a := range []*answer{quick, other} {
					for _, name := range []string{"Date", "X-Request-Id"} {
						a.header.Del(name)
					}
				}
				if quick.status >= 400 {
					if quick.status != other.status {
						t.Errorf("%s as %s: %d, the long way %d", path, who, quick.status, other.status)
					}
					continue
				}
				if quick.status != other.status || !bytes.Equal(quick.body, other.body) {
					t.Errorf("%s as %s: %d with %d bytes, the long way %d with %d", path, who, quick.status, len(quick.body), other.status, len(other.body))
				}
				if !maps.EqualFunc(quick.header, other.header, slices.Equal[[]string]) {
					t.Errorf("%s as %s: %v, the long way %v", path, who, quick.header, other.header)
				}
			}
		}
	}
}

// TestReadingKeepsSessionsAlive asks for nothing but tiles: whoever does is not signed out, and who stops is.
func TestReadingKeepsSessionsAlive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.as("gn")
	const path = "/tiles/deal_points/12/2109/1500.mvt"
	for range 6 {
		w.clock.advance(40 * time.Minute)
		u.get(path).want(http.StatusOK)
		u.get(path).want(http.StatusOK)
	}
	w.clock.advance(2 * time.Hour)
	u.get(path).want(http.StatusUnauthorized)
}
