package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/mesure5/dealmap/web/api"
)

// tileRoute is the address of tiles.
const tileRoute = "/tiles/{layers}/{z}/{x}/{y}.mvt"

// quickTiles answers what is asked for most, tiles without a filter for somebody in a session, without looking for the route among the
// others, reading parameters that are not there, and copying the session into the request. Whatever is out of the ordinary, a session that
// is to be written or has ended too, goes the way of all other requests.
func (s *Server) quickTiles(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at, ok := quickTile(r)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		current, ok := s.quickSession(r)
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		t := traceOf(r)
		t.route, t.session = tileRoute, &current
		w.Header()["Vary"] = append(make([]string, 0, 3), "Authorization", "Cookie")
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
	if r.Method != http.MethodGet || r.URL.RawQuery != "" || r.URL.RawPath != "" || len(r.Header["Authorization"]) > 0 {
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

// quickSession reads the session that a request's cookie names, when it is alive and nothing is to be noted in it.
func (s *Server) quickSession(r *http.Request) (found session, ok bool) {
	cookie, err := r.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return session{}, false
	}
	data, there, err := s.final.Find(storedToken(cookie.Value))
	if err != nil || !there {
		return session{}, false
	}
	values, ok := s.codec.read(data)
	if !ok {
		return session{}, false
	}
	found, seen, alive, err := s.judgeSession(values.get)
	return found, err == nil && alive && !s.worthNoting(seen)
}

// storedToken is under what name scs keeps a session (HashTokenInStore).
func storedToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
