package web

import (
	"net/http"
	"strings"

	"github.com/mesure5/dealmap/web/api"
)

// Addresses of tiles, one and several.
const (
	tileRoute  = "/tiles/{layers}/{z}/{x}/{y}.mvt"
	tilesRoute = "/tiles/{layers}/{z}"
)

// quickTiles answers what is asked for most, tiles, without looking for the route among the others and binding parameters that GetTile reads for
// itself. Whatever is out of the ordinary goes the way of all other requests.
func (s *Server) quickTiles(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at, ok := quickTile(r)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		traceOf(r).route = tileRoute
		s.GetTile(w, r, at.layers, at.z, at.x, at.y, api.GetTileParams{})
	})
}

// tileAddress is that of a tile as it is asked for.
type tileAddress struct {
	layers  string
	z, x, y int
}

// quickTile reads the address of a tile in its plainest form.
func quickTile(r *http.Request) (at tileAddress, ok bool) {
	if r.Method != http.MethodGet || r.URL.RawPath != "" {
		return at, false
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/tiles/")
	if !ok {
		return at, false
	}
	at.layers, rest, ok = strings.Cut(rest, "/")
	if !ok || at.layers == "" || strings.Trim(at.layers, "abcdefghijklmnopqrstuvwxyz_,") != "" {
		return at, false
	}
	z, rest, _ := strings.Cut(rest, "/")
	x, rest, _ := strings.Cut(rest, "/")
	y, ok := strings.CutSuffix(rest, ".mvt")
	if !ok {
		return at, false
	}
	if at.z, ok = quickNumber(z); ok {
		if at.x, ok = quickNumber(x); ok {
			at.y, ok = quickNumber(y)
		}
	}
	return at, ok
}

// quickNumber reads a number of one to nine digits.
func quickNumber(text string) (n int, ok bool) {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return 0, false
		}
		n = n*10 + int(text[i]-'0')
	}
	return n, text != "" && len(text) < 10
}
