package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

func newRecorder(h http.Handler) string {
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return recorder.Body.String()
}

// Whoever runs the server sees when lines of who saw what wait for their transaction.
func TestWaysOfLinesAreMeasured(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		w.as("cross13").get("/tiles/deal_points/12/2109/1500.mvt").want(http.StatusOK)
	}
	w.log.mu.Lock()
	lines := len(w.log.lines)
	w.log.mu.Unlock()
	text := newRecorder(w.server.Metrics())
	for way, n := range map[string]int{"ahead": 1, "transaction": lines - 1} {
		if want := fmt.Sprintf("\ndealmap_consultation_lines_total{way=%q} %d\n", way, n); !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}

func TestTilesAreConditional(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")
	const path = "/tiles/deal_points,clusters/12/2109/1500.mvt"
	empty := gn.get(path).want(http.StatusOK)
	if got := empty.header.Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("Cache-Control %s", got)
	}
	if vary := strings.Join(empty.header.Values("Vary"), ", "); !strings.Contains(vary, "Cookie") || !strings.Contains(vary, "Accept-Encoding") {
		t.Errorf("Vary %s", vary)
	}
	tag := empty.header.Get("ETag")
	unchanged := gn.get(path, header{"If-None-Match": `"x", ` + tag}).want(http.StatusNotModified)
	if len(unchanged.body) != 0 || unchanged.header.Get("ETag") != tag {
		t.Errorf("304 with %d bytes and ETag %s", len(unchanged.body), unchanged.header.Get("ETag"))
	}

	w.hiddenPlace(1, 5.3698, 43.2965)
	gn.get(path, header{"If-None-Match": tag}).want(http.StatusNotModified) // nothing that gn may see has changed
	if got := cross.get(path, header{"If-None-Match": tag}).want(http.StatusOK); got.header.Get("Content-Type") != "application/vnd.mapbox-vector-tile" {
		t.Errorf("Content-Type %s", got.header.Get("Content-Type"))
	}
	cross.post("/api/v1/deal-points?duplicates=accepted", vieuxPort()).want(http.StatusCreated)
	if got := gn.get(path, header{"If-None-Match": tag}).want(http.StatusOK); got.header.Get("ETag") == tag || len(got.body) == 0 {
		t.Errorf("after the addition: ETag %s, %d bytes", got.header.Get("ETag"), len(got.body))
	}
	if lines := w.log.of("tile"); len(lines) != 5 || lines[0].Layers != "clusters,deal_points" || *lines[0].Tile != (dealmap.TileAddress{Z: 12, X: 2109, Y: 1500}) || lines[0].Query != "" {
		t.Errorf("consultations: %+v", lines)
	}
}

func TestTilesAreCompressedWhereAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.as("ofast")
	const path = "/tiles/territories/5/16/11.mvt"
	plain := u.get(path).want(http.StatusOK)
	if len(plain.body) < 10_000 || plain.header.Get("Content-Encoding") != "" {
		t.Fatalf("%d bytes, %q", len(plain.body), plain.header.Get("Content-Encoding"))
	}
	for accept, zipped := range map[string]bool{"gzip": true, "br, gzip;q=0.5": true, "*": true, "gzip;q=0": false, "identity": false, "*, gzip;q=0": false} {
		a := u.get(path, header{"Accept-Encoding": accept}).want(http.StatusOK)
		if length := a.header.Get("Content-Length"); length != strconv.Itoa(len(a.body)) {
			t.Errorf("Accept-Encoding %s: %d bytes, Content-Length %s", accept, len(a.body), length)
		}
		if (a.header.Get("Content-Encoding") == "gzip") != zipped {
			t.Errorf("Accept-Encoding %s: %q", accept, a.header.Get("Content-Encoding"))
			continue
		}
		if !zipped {
			continue
		}
		z, err := gzip.NewReader(bytes.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(data, plain.body) {
			t.Errorf("Accept-Encoding %s: %d bytes, %v", accept, len(data), err)
		}
	}
	if lines := w.log.of("tile"); len(lines) != 0 {
		t.Errorf("territories are no consultation: %+v", lines)
	}
}

func TestTileJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var doc struct {
		TileJSON string
		Tiles    []string
	}
	w.as("gn").get("/tiles/map.json").want(http.StatusOK).json(&doc)
	if doc.TileJSON != "3.0.0" || len(doc.Tiles) != 1 || !strings.HasPrefix(doc.Tiles[0], w.http.URL+"/tiles/") {
		t.Errorf("%+v", doc)
	}
}

func TestTerritoriesAndVocabulary(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.as("gn")
	type list struct {
		Territories []struct{ Code, Name, Level, Parent string }
	}
	var departements, children, found list
	u.get("/api/v1/territories?level=dep&limit=1000").want(http.StatusOK).json(&departements)
	if len(departements.Territories) < 101 {
		t.Errorf("%d départements", len(departements.Territories))
	}
	u.get("/api/v1/territories?parent=reg:93&level=dep").want(http.StatusOK).json(&children)
	if len(children.Territories) != 6 {
		t.Errorf("children of PACA: %+v", children)
	}
	u.get("/api/v1/territories?q=marseille&level=com").want(http.StatusOK).json(&found)
	if len(found.Territories) == 0 || found.Territories[0].Code != "com:13055" {
		t.Errorf("marseille: %+v", found)
	}
	var feature struct {
		Geometry  *struct{ Type string }
		Ancestors []struct{ Code string }
	}
	a := u.get("/api/v1/territories/dep:13").want(http.StatusOK)
	a.json(&feature)
	if feature.Geometry == nil || feature.Geometry.Type != "MultiPolygon" || len(feature.Ancestors) != 2 || feature.Ancestors[0].Code != "reg:93" {
		t.Errorf("dep:13: %+v", feature)
	}
	u.get("/api/v1/territories/dep:13", header{"If-None-Match": a.header.Get("ETag")}).want(http.StatusNotModified)
	u.get("/api/v1/territories/fr").want(http.StatusOK)

	var vocabulary map[string][]map[string]any
	u.get("/api/v1/vocabulary").want(http.StatusOK).json(&vocabulary)
	if len(vocabulary["kinds"]) != len(dealmap.Kinds()) || len(vocabulary["steps"]) < 10 || len(vocabulary["intensities"]) != 5 {
		t.Errorf("vocabulary: %v", vocabulary)
	}

	w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	var hits struct {
		Communes, Territories []struct{ Code string }
		Places                []point
	}
	u.get("/api/v1/search?q=tilleuls").want(http.StatusOK).json(&hits)
	if len(hits.Places) != 1 || hits.Places[0].Properties["name"] != "Résidence des Tilleuls" {
		t.Errorf("tilleuls: %+v", hits)
	}
	u.get("/api/v1/search?q=bouches").want(http.StatusOK).json(&hits)
	if len(hits.Territories) == 0 || hits.Territories[0].Code != "dep:13" {
		t.Errorf("bouches: %+v", hits)
	}
}
