package web_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

func graphExport(format string) map[string]any {
	return map[string]any{"format": format, "recipients": []string{"Parquet de Marseille"}, "purpose": "transmission au parquet"}
}

func TestAGraphLeavesAsFarAsItMay(t *testing.T) {
	t.Parallel()
	w, places := webbed(t)
	cross := w.as("cross13")
	guarded := w.coded(6, "H2").Subject.String()
	for _, body := range []map[string]any{
		{"from": places[1], "to": places[2], "kind": "supplies", "means": "sea", "note": "=2+3"}, {"from": places[2], "to": places[4], "kind": "stores_for"},
		{"from": places[1], "to": places[5], "kind": "supplies"}, {"from": places[1], "to": guarded, "kind": "supplies"},
		{"from": places[2], "to": places[3], "kind": "supplies", "handling": map[string]any{"reach": "national", "code": "H2"}},
	} {
		cross.post("/api/v1/links", body).want(http.StatusCreated)
	}
	const path = "/api/v1/graph/exports?territory=fr"
	for name, want := range map[string]int{"cross13": 5, "ofast": 4, "pn": 2, "gn": 1} {
		u := w.as(name)
		table := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(u.post(path, graphExport("csv")).want(http.StatusOK).body, []byte("\ufeff"))))
		table.Comma = ';'
		rows, err := table.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != want+1 {
			t.Errorf("%s gets %d links, want %d", name, len(rows)-1, want)
		}
		var file struct {
			Mention  string
			Features []struct{ Geometry struct{ Type string } }
		}
		if err := json.Unmarshal(u.post(path, graphExport("geojson")).want(http.StatusOK).body, &file); err != nil {
			t.Fatal(err)
		}
		lines := 0
		for _, f := range file.Features {
			if f.Geometry.Type == "LineString" {
				lines++
			}
		}
		if lines != want || file.Mention == "" {
			t.Errorf("%s gets %d lines of GeoJSON, want %d", name, lines, want)
		}
		a := u.post(path, graphExport("graphml")).want(http.StatusOK)
		var graph struct {
			Graph struct {
				Edges []struct{} `xml:"edge"`
			} `xml:"graph"`
		}
		if err := xml.Unmarshal(a.body, &graph); err != nil || len(graph.Graph.Edges) != want {
			t.Errorf("%s gets %d edges of GraphML, want %d (%v)", name, len(graph.Graph.Edges), want, err)
		}
		if a.header.Get("Content-Type") != "application/graphml+xml" || !strings.Contains(a.header.Get("Content-Disposition"), "diffusion-restreinte-reseau") {
			t.Errorf("headers %v", a.header)
		}
	}
	lines := w.log.of(dealmap.WhatGraphFile)
	if len(lines) != 12 || len(lines[0].Recipients) != 1 || len(lines[0].Places) == 0 {
		t.Errorf("%d lines of the log, %+v", len(lines), lines[0])
	}
	for _, c := range []struct {
		path  string
		body  map[string]any
		field string
	}{{path, graphExport("docx"), "format"}, {path, map[string]any{"format": "csv", "recipients": []string{}, "purpose": "x y z"}, "recipients"},
		{path, map[string]any{"format": "csv", "recipients": []string{"Parquet"}, "purpose": ""}, "purpose"}, {"/api/v1/graph/exports", graphExport("csv"), "territory"}} {
		if a := cross.post(c.path, c.body); a.status/100 != 4 || !strings.Contains(string(a.body), c.field) {
			t.Errorf("%v: %d %s", c.body, a.status, a.body)
		}
	}
	w.as("prefet13").post(path, graphExport("csv")).want(http.StatusForbidden)
}

// TestAGraphThatLeftIsOnRecord: the auditor finds which places a file of a graph disclosed, sites too, and no others.
func TestAGraphThatLeftIsOnRecord(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	w := newWorld(t, audited(k))
	there := w.coded(1, "H0").Subject.String()
	site := w.coded(2, "H0", func(f *dealmap.Facts) { f.Kind = dealmap.Warehouse }).Subject.String()
	elsewhere := w.coded(3, "H0").Subject.String()
	w.as("cross13").post("/api/v1/links", map[string]any{"from": site, "to": there, "kind": "supplies"}).want(http.StatusCreated)
	w.as("gn").post("/api/v1/graph/exports?hops=1&place="+there, graphExport("csv")).want(http.StatusOK)
	auditor := w.as("auditeur")
	for id, want := range map[string]int{there: 1, site: 1, elsewhere: 0} {
		var told toldPage
		auditor.get("/api/v1/audit/consultations?subject=gn&operation=disclosure&place=" + id).want(http.StatusOK).json(&told)
		if len(told.Lines) != want {
			t.Errorf("of %s the log tells %d times that it left, want %d", id, len(told.Lines), want)
		}
	}
	for n := 1; n < 9; n++ {
		a := auditor.get("/api/v1/audit/consultations/" + strconv.Itoa(n) + "/places")
		if a.status == http.StatusOK && strings.Contains(string(a.body), elsewhere) {
			t.Errorf("line %d passes a place off as disclosed: %s", n, a.body)
		}
	}
}
