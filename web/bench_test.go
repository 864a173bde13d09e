package web_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkRequest measures what HTTP adds: session, decoding, consultation, encoding, on an almost empty map in memory.
func BenchmarkRequest(b *testing.B) {
	w := newWorld(b)
	cookie := strings.Split(w.anonymous().post("/api/v1/session", signIn("cross13", password)).want(http.StatusCreated).header.Get("Set-Cookie"), ";")[0]
	body, err := json.Marshal(vieuxPort())
	if err != nil {
		b.Fatal(err)
	}
	path := w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).header.Get("Location")
	for _, c := range []struct{ name, method, path, body string }{
		{"sheet", http.MethodGet, path, ""},
		{"tile", http.MethodGet, "/tiles/deal_points,clusters/12/2109/1500.mvt?status=active", ""},
		{"tile of places", http.MethodGet, "/tiles/deal_points/12/2109/1500.mvt", ""},
		{"tile of clusters", http.MethodGet, "/tiles/clusters/8/131/93.mvt", ""},
		{"nearest", http.MethodGet, "/api/v1/nearest?lon=5.37&lat=43.3", ""},
		{"confirm", http.MethodPost, path + "/confirm", "{}"},
		{"add", http.MethodPost, "/api/v1/deal-points?duplicates=accepted", string(body)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if n%1024 == 0 { // a list that grows is no part of a request
					w.log.forget()
				}
				r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
				r.Header.Set("Cookie", cookie)
				r.Header.Set("Content-Type", "application/json")
				answer := httptest.NewRecorder()
				w.server.Handler().ServeHTTP(answer, r)
				if answer.Code >= 300 {
					b.Fatalf("%d %s", answer.Code, answer.Body)
				}
			}
		})
	}
}
