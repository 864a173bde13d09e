package web

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAppFiles(t *testing.T) {
	t.Parallel()
	script := bytes.Repeat([]byte("const point = 1;\n"), 200)
	a, err := newApp(fstest.MapFS{
		".gitkeep":                    {},
		"index.html":                  {Data: []byte("<!doctype html>")},
		"favicon.svg":                 {Data: []byte("<svg/>")},
		"assets/app-Z7OAX2OS.js":      {Data: script},
		"assets/some-interesting.css": {Data: []byte("a{}")},
		"assets/app-Z7OAX2OS.js.map":  {Data: []byte("{}")},
	})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		if !a.serve(w, r) {
			w.Code = http.StatusNotFound
		}
		return w
	}
	const immutable = "public, max-age=31536000, immutable"
	for path, want := range map[string]struct{ mediaType, cache string }{
		"/":                            {"text/html; charset=utf-8", "no-cache"},
		"/doublons":                    {"text/html; charset=utf-8", "no-cache"},
		"/territoire":                  {"text/html; charset=utf-8", "no-cache"},
		"/operations":                  {"text/html; charset=utf-8", "no-cache"},
		"/patrouilles":                 {"text/html; charset=utf-8", "no-cache"},
		"/reseaux":                     {"text/html; charset=utf-8", "no-cache"},
		"/reseaux/R-13-7KQ":            {"text/html; charset=utf-8", "no-cache"},
		"/index.html":                  {"text/html; charset=utf-8", "no-cache"},
		"/imports":                     {"text/html; charset=utf-8", "no-cache"},
		"/favicon.svg":                 {"image/svg+xml", "no-cache"},
		"/assets/app-Z7OAX2OS.js":      {"text/javascript; charset=utf-8", immutable},
		"/assets/app-Z7OAX2OS.js.map":  {"", immutable},
		"/assets/some-interesting.css": {"text/css; charset=utf-8", "no-cache"},
	} {
		w := get(path)
		if w.Code != http.StatusOK || want.mediaType != "" && w.Header().Get("Content-Type") != want.mediaType || w.Header().Get("Cache-Control") != want.cache {
			t.Errorf("%s: %d %s %s", path, w.Code, w.Header().Get("Content-Type"), w.Header().Get("Cache-Control"))
		}
	}
	for _, path := range []string{"/.gitkeep", "/assets", "/assets/", "/../server.go", "/nothing"} {
		if w := get(path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	zipped := get("/assets/app-Z7OAX2OS.js", "Accept-Encoding", "gzip")
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Body.Len() >= len(script) {
		t.Errorf("not compressed: %d bytes", zipped.Body.Len())
	}
	if w := get("/", "If-None-Match", get("/").Header().Get("ETag")); w.Code != http.StatusNotModified {
		t.Errorf("conditional: %d", w.Code)
	}
}

func TestAppThatIsNotBuilt(t *testing.T) {
	t.Parallel()
	a, err := newApp(fstest.MapFS{".gitkeep": {}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if !a.serve(w, httptest.NewRequest(http.MethodGet, "/", nil)) || w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
