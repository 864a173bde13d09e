package web_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// grid is a world with a network of this size: every place is tied to one before it, so that all hang together, and to others.
func grid(b testing.TB, random *rand.Rand, places, links int) (w *world, ids []dealmap.ID) {
	w = newWorld(b)
	var bring dealmap.ImportPlaces
	ids = make([]dealmap.ID, places)
	for i := range ids {
		ids[i] = dealmap.ID{byte(i >> 8), byte(i), 0xee, 6: 0x40, 8: 0x80}
		kind := dealmap.Four
		if i < 20 {
			kind = dealmap.EntryPoint
		}
		bring.Places = append(bring.Places, dealmap.AddPlace{ID: ids[i], Status: dealmap.Active, Facts: dealmap.Facts{
			Kind: kind, Name: fmt.Sprintf("Tour %d", i), Commune: "13055", Position: &orb.Point{5.3 + random.Float64()*0.2, 43.25 + random.Float64()*0.1}, Accuracy: dealmap.AccuracyDoor,
			Owner: dealmap.Owner{Service: "PN", Unit: "Cross 13"}, Handling: dealmap.Handling{Reach: dealmap.ReachNational, Code: "H0"}, Networks: []string{"R-13-7KQ"},
		}})
	}
	w.do(w.viewer("ofast"), bring)
	tie := dealmap.ImportNetwork{}
	known := map[[2]int]bool{}
	for n := 0; n < links; {
		to := n + 1
		if n >= places-1 {
			to = 1 + random.IntN(places-1)
		}
		from := random.IntN(to) * random.IntN(to) / to // the first have most
		if known[[2]int{from, to}] {
			continue
		}
		known[[2]int{from, to}] = true
		n++
		tie.Links = append(tie.Links, dealmap.RecordLink{ID: dealmap.ID{byte(n >> 16), byte(n >> 8), byte(n), 0xdd, 6: 0x40, 8: 0x80}, Facts: dealmap.LinkFacts{
			From: ids[from], To: ids[to], Kind: []dealmap.LinkKind{dealmap.Supplies, dealmap.Supplies, dealmap.SameNetwork}[n%3], Strength: 1 + random.IntN(9),
		}})
	}
	w.do(w.viewer("ofast"), tie)
	return w, ids
}

// BenchmarkGraph measures graphs of 10,000 places and 30,000 links, as HTTP gives them.
func BenchmarkGraph(b *testing.B) {
	w, ids := grid(b, rand.New(rand.NewPCG(1, 2)), 10_000, 30_000)
	cookie := strings.Split(w.anonymous().post("/api/v1/session", signIn("ofast", password)).want(http.StatusCreated).header.Get("Set-Cookie"), ";")[0]
	ask := func(b *testing.B, method, path, body string) {
		b.Helper()
		r := httptest.NewRequest(method, path, strings.NewReader(body))
		r.Header.Set("Cookie", cookie)
		r.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		if w.server.Handler().ServeHTTP(answer, r); answer.Code != http.StatusOK {
			b.Fatalf("%s: %d %s", path, answer.Code, answer.Body)
		}
	}
	closing, err := json.Marshal(map[string]any{"closed": ids[30:31]})
	if err != nil {
		b.Fatal(err)
	}
	change := func() { // nothing is kept of the map before
		w.do(w.viewer("ofast"), dealmap.ConfirmPlace{ID: ids[0]})
	}
	for _, c := range []struct {
		name, method, path, body string
		anew                     bool
	}{
		{"graph", http.MethodGet, "/api/v1/graph?territory=fr", "", true},
		{"around", http.MethodGet, "/api/v1/graph?hops=2&place=" + ids[9_000].String(), "", true},
		{"first-what-if", http.MethodPost, "/api/v1/graph/what-if?territory=fr", string(closing), true},
		{"what-if", http.MethodPost, "/api/v1/graph/what-if?territory=fr", string(closing), false},
		{"what-if-weighted", http.MethodPost, "/api/v1/graph/what-if?territory=fr&weighted=true", string(closing), false},
		{"what-if-directed", http.MethodPost, "/api/v1/graph/what-if?territory=fr&directed=true", string(closing), false},
		{"path", http.MethodGet, "/api/v1/graph/path?from=" + ids[1].String() + "&to=" + ids[9_000].String(), "", false},
		{"flows", http.MethodGet, "/api/v1/territories/dep:13/flows", "", false},
		{"analysis", http.MethodGet, "/api/v1/graph/analysis?territory=fr", "", true},
		{"analysis-weighted", http.MethodGet, "/api/v1/graph/analysis?territory=fr&weighted=true", "", true},
		{"analysis-directed", http.MethodGet, "/api/v1/graph/analysis?territory=fr&directed=true", "", true},
	} {
		b.Run(c.name, func(b *testing.B) {
			ask(b, c.method, c.path, c.body)
			for b.Loop() {
				if c.anew {
					b.StopTimer()
					change()
					b.StartTimer()
				}
				ask(b, c.method, c.path, c.body)
			}
		})
	}
}
