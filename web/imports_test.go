package web_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// staged is an import as a client reads it.
type staged struct {
	ID     string
	Stage  string
	Error  string
	Counts map[string]int
	Report *struct{ Added, Merged, Waiting, Kept int }
}

// handIn takes a list in.
func (u *user) handIn(name, text string) *answer {
	u.w.t.Helper()
	return u.send(http.MethodPost, "/api/v1/imports?name="+name, text, header{"Content-Type": "application/octet-stream"})
}

// until asks for an import until nothing is under way.
func (u *user) until(id string) staged {
	u.w.t.Helper()
	for range 600 {
		var s staged
		u.get("/api/v1/imports/" + id).want(http.StatusOK).json(&s)
		if s.Stage != "staging" && s.Stage != "committing" && s.Stage != "undoing" {
			return s
		}
		time.Sleep(10 * time.Millisecond)
	}
	u.w.t.Fatal("the import does not come to an end")
	return staged{}
}

var mapped = map[string]any{"mapping": map[string]any{
	"columns":  map[string]string{"name": "Nom", "address": "Adresse", "x": "Lon", "y": "Lat", "products": "Produits", "commune": "Insee"},
	"defaults": map[string]string{"kind": "four", "status": "active", "accuracy": "building", "owner_service": "GN", "owner_unit": "BR Aubagne"},
}}

const list = "Nom;Adresse;Lon;Lat;Produits;Insee\n" +
	"RES. DES TILLEULS;;5,36985;43,29652;cocaïne;13055\n" +
	"Tour Nouvelle;3 rue du Sémaphore;5,41;43,31;shit;13055\n" +
	"Tour d’ailleurs;3 rue du Sémaphore;3,06;50,63;shit;59350\n" +
	"Voir M. Dupont;;5,42;43,31;shit;13055\n"

type rows struct {
	Rows []struct {
		Line       int
		State      string
		Candidates []struct {
			Point     point
			Score     float64
			Differing []string
			Reasons   []struct{ Text string }
		}
		Problems []struct{ Column, Reason, Value string }
	}
	Next string
}

// TestThreeListsStory brings a list in by HTTP, merges, parts, and undoes it whole: the map's tiles are then those of before.
func TestImportStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")
	there := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	tiles := func(u *user) string {
		var all []string
		for _, path := range []string{"/tiles/deal_points,clusters/12/2109/1496.mvt", "/tiles/clusters/6/32/23.mvt", "/tiles/deal_points/14/8436/5986.mvt"} {
			all = append(all, string(u.get(path).want(http.StatusOK).body))
		}
		return strings.Join(all, "|")
	}
	before := [2]string{tiles(cross), tiles(gn)}

	var l staged
	cross.handIn("gendarmerie.csv", list).want(http.StatusCreated).json(&l)
	if l.Stage != "uploaded" {
		t.Fatalf("handed in: %+v", l)
	}
	path := "/api/v1/imports/" + l.ID
	bad := map[string]any{"mapping": map[string]any{"columns": map[string]string{"name": "Colonne", "x": "Lon"}}}
	if fields := cross.send(http.MethodPut, path+"/mapping", bad).problem(http.StatusUnprocessableEntity, "invalid"); len(fields) < 2 {
		t.Errorf("a wrong mapping names %v", fields)
	}
	cross.send(http.MethodPut, path+"/mapping", mapped).want(http.StatusAccepted)
	if l = cross.until(l.ID); l.Stage != "staged" || l.Counts["quarantined"] != 2 || l.Counts["rows"] != 4 {
		t.Fatalf("staged: %+v", l)
	}
	gn.get(path).want(http.StatusForbidden)
	var all rows
	cross.get(path + "/rows").want(http.StatusOK).json(&all)
	if len(all.Rows) != 4 || len(all.Rows[0].Candidates) != 1 || all.Rows[0].Candidates[0].Point.ID != there.ID || len(all.Rows[0].Candidates[0].Reasons) == 0 {
		t.Fatalf("rows: %+v", all.Rows)
	}
	if p := all.Rows[3].Problems; len(p) != 1 || p[0].Column != "Nom" {
		t.Errorf("problems of a bad row: %+v", p)
	}
	if lines := w.log.of(dealmap.WhatImport); len(lines) != 1 || len(lines[0].Places) != 1 {
		t.Errorf("the log says of candidates %+v", lines)
	}
	decision := map[string]any{"decision": map[string]any{"action": "merge", "into": there.ID}}
	cross.send(http.MethodPatch, fmt.Sprintf("%s/rows/%d", path, all.Rows[0].Line), decision).want(http.StatusOK)
	if sheet := cross.get(path + "/quarantine").want(http.StatusOK); !strings.Contains(string(sheet.body), "M. Dupont") {
		t.Errorf("quarantine: %s", sheet.body)
	}
	if sheet := cross.get(path + "/quarantine?format=xlsx").want(http.StatusOK); !strings.HasPrefix(string(sheet.body), "PK") {
		t.Error("the quarantine is no workbook")
	}
	cross.post(path+"/commit", map[string]any{"threshold": 1}).want(http.StatusAccepted)
	if l = cross.until(l.ID); l.Stage != "committed" || l.Report == nil || l.Report.Added != 1 || l.Report.Merged != 1 {
		t.Fatalf("committed: %+v %+v", l, l.Report)
	}
	cross.get(path + "/report").want(http.StatusOK)
	cross.post(path+"/commit", map[string]any{}).problem(http.StatusConflict, "conflict")

	now := gn.get("/api/v1/deal-points/" + there.ID).want(http.StatusOK).point()
	if now.Properties["co_owners"] == nil {
		t.Errorf("the merged point does not say whose it is too: %v", now.Properties)
	}
	var notices struct{ Notices []struct{ Unit string } }
	gn.get("/api/v1/notices").want(http.StatusOK).json(&notices)
	if len(notices.Notices) != 1 || notices.Notices[0].Unit != "Cross 13" {
		t.Errorf("the other owner is told %+v", notices)
	}
	var sources struct {
		Sources []struct {
			Point   point
			Winners []struct{ Field, Reason string }
		}
	}
	cross.get("/api/v1/deal-points/" + there.ID + "/sources").want(http.StatusOK).json(&sources)
	if len(sources.Sources) != 1 || len(sources.Sources[0].Winners) == 0 {
		t.Fatalf("sources %+v", sources)
	}
	member := sources.Sources[0].Point
	moved := cross.get("/api/v1/deal-points/" + member.ID).want(http.StatusOK)
	if moved.point().ID != there.ID || moved.header.Get("Content-Location") == "" {
		t.Error("the id of a merged record does not lead to the point")
	}
	byReference := cross.get("/api/v1/deal-points/" + fmt.Sprint(member.Properties["reference"])).want(http.StatusOK).point()
	if byReference.ID != there.ID {
		t.Error("the reference of a merged record does not lead to the point")
	}
	cross.patch("/api/v1/deal-points/"+member.ID, `"2"`, map[string]any{"properties": map[string]any{"name": "X"}}).problem(http.StatusConflict, "conflict")
	if history := cross.get("/api/v1/deal-points/" + there.ID + "/history").want(http.StatusOK); !strings.Contains(string(history.body), "Fusion") {
		t.Errorf("history %s", history.body)
	}

	cross.post(path+"/undo", map[string]any{"edited": "withdraw"}).want(http.StatusAccepted)
	if l = cross.until(l.ID); l.Stage != "undone" {
		t.Fatalf("undone: %+v", l)
	}
	if after := [2]string{tiles(cross), tiles(gn)}; after != before {
		t.Error("the tiles are not those of before the import")
	}
	cross.send(http.MethodDelete, path, nil).want(http.StatusNoContent)
	if l := cross.until(l.ID); l.Stage != "undone" {
		t.Errorf("what the journal knows of a forgotten list: %+v", l)
	}
}

func TestDuplicatesAreDecided(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn, ofast := w.as("cross13"), w.as("gn"), w.as("ofast")
	first := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	refused := cross.post("/api/v1/deal-points", vieuxPort(at(5.36985, 43.29652), with("name", "RES. DES TILLEULS")))
	refused.problem(http.StatusConflict, "possible-duplicate")
	var why struct {
		Candidates []point
		Likeness   []struct {
			Score   float64
			Reasons []struct{ Text string }
		}
	}
	refused.json(&why)
	if len(why.Candidates) != 1 || len(why.Likeness) != 1 || len(why.Likeness[0].Reasons) == 0 {
		t.Errorf("why it may be the same: %+v", why)
	}
	second := cross.post("/api/v1/deal-points?duplicates=accepted", vieuxPort(at(5.36985, 43.29652), with("name", "RES. DES TILLEULS"))).want(http.StatusCreated).point()
	var pairs struct {
		Pairs []struct {
			A, B     point
			Score    float64
			MayMerge bool `json:"may_merge"`
		}
	}
	pending := func(u *user, query string) int {
		t.Helper()
		u.get("/api/v1/duplicates" + query).want(http.StatusOK).json(&pairs)
		return len(pairs.Pairs)
	}
	if n := pending(cross, ""); n != 1 || !pairs.Pairs[0].MayMerge {
		t.Fatalf("%d pairs wait", n)
	}
	if pending(ofast, "?territory=dep:59") != 0 || pending(ofast, "?territory=dep:13") != 1 {
		t.Error("pairs of a territory")
	}
	gn.get("/api/v1/duplicates").want(http.StatusForbidden)
	cross.get("/api/v1/duplicates?least=2").problem(http.StatusBadRequest, "invalid-parameter")
	verdict := func(v string) map[string]any { return map[string]any{"a": first.ID, "b": second.ID, "verdict": v} }
	cross.post("/api/v1/duplicates/verdicts", verdict("neighbours")).want(http.StatusNoContent)
	if pending(cross, "") != 0 {
		t.Error("a decided pair waits still")
	}
	var sources struct{ Neighbours []point }
	cross.get("/api/v1/deal-points/" + first.ID + "/sources").want(http.StatusOK).json(&sources)
	if len(sources.Neighbours) != 1 || sources.Neighbours[0].ID != second.ID {
		t.Errorf("neighbours %+v", sources)
	}
	gn.post("/api/v1/duplicates/verdicts", verdict("separate")).problem(http.StatusForbidden, "forbidden")
	cross.post("/api/v1/duplicates/verdicts", verdict("perhaps")).problem(http.StatusUnprocessableEntity, "invalid")
	cross.post("/api/v1/duplicates/verdicts", verdict("open")).want(http.StatusNoContent)

	var done struct{ Merged, Left int }
	cross.post("/api/v1/duplicates/accept", map[string]any{"threshold": 0.5, "dry_run": true}).want(http.StatusOK).json(&done)
	if done.Merged != 1 || pending(cross, "") != 1 {
		t.Errorf("a dry run: %+v", done)
	}
	cross.post("/api/v1/duplicates/accept", map[string]any{"threshold": 0.1}).problem(http.StatusUnprocessableEntity, "invalid")
	cross.post("/api/v1/duplicates/accept", map[string]any{"threshold": 0.5}).want(http.StatusOK).json(&done)
	if done.Merged != 1 || pending(cross, "") != 0 {
		t.Errorf("merged: %+v", done)
	}
}

func TestMergeAndSplitByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")
	first := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	into := first.point()
	from := cross.post("/api/v1/deal-points?duplicates=accepted", vieuxPort(with("name", "Tour des Tilleuls"), with("intensity", 5))).want(http.StatusCreated).point()
	path := "/api/v1/deal-points/" + into.ID
	merge := map[string]any{"with": from.Properties["reference"], "with_revision": 1, "take": map[string]string{"name": "from"}}
	cross.post(path+"/merge", merge).problem(http.StatusPreconditionRequired, "precondition-required")
	gn.post(path+"/merge", merge, header{"If-Match": `"1"`}).problem(http.StatusForbidden, "forbidden")
	cross.post(path+"/merge", map[string]any{"with": "13-AAAAA"}, header{"If-Match": `"1"`}).problem(http.StatusUnprocessableEntity, "invalid")
	merged := cross.post(path+"/merge", merge, header{"If-Match": `"1"`}).want(http.StatusOK)
	if merged.point().Properties["name"] != "Tour des Tilleuls" {
		t.Errorf("merged: %v", merged.point().Properties)
	}
	cross.post(path+"/merge", merge, header{"If-Match": merged.header.Get("ETag")}).problem(http.StatusUnprocessableEntity, "invalid")
	changed := cross.patch(path, merged.header.Get("ETag"), map[string]any{"properties": map[string]any{"hours": "Mo-Fr 10:00-12:00"}}).want(http.StatusOK)
	split := map[string]any{"member": from.Properties["reference"]}
	fields := cross.post(path+"/split", split, header{"If-Match": changed.header.Get("ETag")}).problem(http.StatusUnprocessableEntity, "invalid")
	if len(fields) != 1 || fields[0] != "assign.hours" {
		t.Errorf("fields to be assigned: %v", fields)
	}
	split["assign"] = map[string]string{"hours": "from"}
	parted := cross.post(path+"/split", split, header{"If-Match": changed.header.Get("ETag")}).want(http.StatusOK)
	if p := parted.point().Properties; p["name"] != "Résidence des Tilleuls" || p["hours"] != "Mo-Su 12:00-22:00" {
		t.Errorf("parted: %v", p)
	}
	back := cross.get("/api/v1/deal-points/" + from.ID).want(http.StatusOK).point()
	if back.Properties["hours"] != "Mo-Fr 10:00-12:00" || back.ID != from.ID {
		t.Errorf("the record taken out: %v", back.Properties)
	}
}

func TestBadUploads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")
	gn.handIn("liste.csv", list).problem(http.StatusForbidden, "forbidden")
	cross.handIn("liste.csv", "").problem(http.StatusUnprocessableEntity, "invalid")
	cross.post("/api/v1/imports?name=liste.csv", map[string]any{}).problem(http.StatusUnsupportedMediaType, "unsupported-media-type")
	cross.send(http.MethodPost, "/api/v1/imports", list, header{"Content-Type": "application/octet-stream"}).problem(http.StatusBadRequest, "invalid-parameter")
	w.anonymous().handIn("liste.csv", list).want(http.StatusUnauthorized)
	for _, path := range []string{"/api/v1/imports/none", "/api/v1/imports/00000000-0000-4000-8000-000000000000"} {
		cross.get(path).problem(http.StatusNotFound, "not-found")
		cross.get(path+"/rows").problem(http.StatusNotFound, "not-found")
		cross.post(path+"/commit", map[string]any{}).problem(http.StatusNotFound, "not-found")
	}
	var l staged
	cross.handIn("liste.csv", list).want(http.StatusCreated).json(&l)
	path := "/api/v1/imports/" + l.ID
	cross.post(path+"/commit", map[string]any{}).problem(http.StatusConflict, "conflict")
	cross.post(path+"/undo", map[string]any{"edited": "keep"}).problem(http.StatusNotFound, "not-found")
	cross.get(path+"/report").problem(http.StatusConflict, "conflict")
	cross.get(path+"/rows?state=good").problem(http.StatusBadRequest, "invalid-parameter")
	cross.get(path+"/quarantine?format=pdf").problem(http.StatusBadRequest, "invalid-parameter")
	cross.send(http.MethodDelete, path, nil).want(http.StatusNoContent)
	cross.get(path).problem(http.StatusNotFound, "not-found")
}

// TestCutOffUploads sends half of what was announced: nothing of it is kept.
func TestCutOffUploads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	u, err := url.Parse(w.http.URL)
	if err != nil {
		t.Fatal(err)
	}
	line, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	cookie := cross.http.Jar.Cookies(u)[0]
	fmt.Fprintf(line, "POST /api/v1/imports?name=liste.csv HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n%s",
		u.Host, cookie, len(list)+100, list)
	if err := line.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(line)
	if err != nil && len(answer) == 0 {
		t.Log("the line was closed without an answer")
	} else if !strings.Contains(string(answer), " 422 ") && !strings.Contains(string(answer), " 400 ") {
		t.Errorf("half a list is answered %.300s", answer)
	}
	var all struct{ Imports []staged }
	cross.get("/api/v1/imports").want(http.StatusOK).json(&all)
	if len(all.Imports) != 0 {
		t.Errorf("half a list is kept: %+v", all.Imports)
	}
}
