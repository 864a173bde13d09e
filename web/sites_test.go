package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
)

// nourrice is vieuxPort's stash flat.
func nourrice(change ...func(geometry, properties map[string]any)) map[string]any {
	return vieuxPort(append([]func(geometry, properties map[string]any){
		with("kind", "stash_flat"), with("name", "Nourrice, Résidence des Tilleuls"), with("hours", nil), with("intensity", nil),
	}, change...)...)
}

// TestTheLifeOfASite goes through every call on a support site, as several people.
func TestTheLifeOfASite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")
	deal := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	added := cross.post("/api/v1/sites", nourrice()).want(http.StatusCreated) // a place of sale is no candidate
	site := added.point()
	path := "/api/v1/sites/" + site.ID
	if got := added.header.Get("Location"); got != path || added.header.Get("ETag") != `"1"` || site.Properties["kind"] != "stash_flat" {
		t.Fatalf("added at %q: %s", got, added.body)
	}
	reference := fmt.Sprint(site.Properties["reference"])
	for _, u := range []*user{cross, gn, w.as("ofast"), w.as("pn")} {
		if got := u.get("/api/v1/sites/" + reference).want(http.StatusOK).point(); got.ID != site.ID {
			t.Errorf("by its reference: %s", got.ID)
		}
		u.get("/api/v1/deal-points/"+site.ID).problem(http.StatusNotFound, "not-found")
		u.get("/api/v1/sites/"+deal.ID+"/history").problem(http.StatusNotFound, "not-found")
		if got := u.get("/api/v1/sites?kind=stash_flat,warehouse").collection().references(); !slices.Equal(got, []string{reference}) {
			t.Errorf("listed: %v", got)
		}
		if got := u.get("/api/v1/deal-points").collection().references(); !slices.Equal(got, []string{fmt.Sprint(deal.Properties["reference"])}) {
			t.Errorf("deal points: %v", got)
		}
	}
	for _, name := range []string{"prefet13", "partenaire13", "auditeur", "admin"} {
		u := w.as(name)
		u.get(path).problem(http.StatusNotFound, "not-found")
		if n := u.get("/api/v1/sites").collection().NumberReturned; n != 0 {
			t.Errorf("%s lists %d sites", name, n)
		}
		var counts struct{ Total int }
		if u.get("/api/v1/sites/counts").want(http.StatusOK).json(&counts); counts.Total != 0 {
			t.Errorf("%s counts %d sites: a stash flat is no aggregate", name, counts.Total)
		}
		u.post("/api/v1/sites", nourrice()).problem(http.StatusForbidden, "forbidden")
	}
	var counts struct {
		Total int
		Kind  map[string]int
	}
	if gn.get("/api/v1/sites/counts?bbox=5,43,6,44").want(http.StatusOK).json(&counts); counts.Total != 1 || counts.Kind["stash_flat"] != 1 || len(counts.Kind) != 1 {
		t.Errorf("counts %+v", counts)
	}

	gn.post(path+"/confirm", map[string]any{"note": "vu"}).want(http.StatusOK)
	gn.post(path+"/close", map[string]any{"reason": "faded", "date": "2026-11-23"}).problem(http.StatusForbidden, "forbidden")
	cross.patch(path, `"1"`, map[string]any{"properties": map[string]any{"name": "X"}}).problem(http.StatusPreconditionFailed, "stale")
	cross.patch(path, "", map[string]any{"properties": map[string]any{"name": "X"}}).problem(http.StatusPreconditionRequired, "precondition-required")
	cross.patch(path, `"2"`, map[string]any{"properties": map[string]any{"kind": "warehouse"}}).want(http.StatusOK)
	for _, call := range []string{"patch", "confirm"} { // what is asked under the other address does not happen
		if call == "patch" {
			cross.patch("/api/v1/deal-points/"+site.ID, `"3"`, map[string]any{"properties": map[string]any{"name": "X"}}).problem(http.StatusNotFound, "not-found")
			continue
		}
		cross.post("/api/v1/deal-points/"+site.ID+"/"+call, map[string]any{}).problem(http.StatusNotFound, "not-found")
	}
	cross.post(path+"/steps", map[string]any{"status": "disrupted"}).want(http.StatusOK)
	closing := map[string]any{"reason": "dismantled", "date": "2026-11-23", "displaced_to": deal.Properties["reference"]}
	cross.post(path+"/close", closing).want(http.StatusOK)
	gn.get(path + "/watch").want(http.StatusOK)
	cross.post(path+"/steps", map[string]any{"status": "active"}).problem(http.StatusConflict, "conflict")
	if got := cross.post(path+"/reopen", map[string]any{}).want(http.StatusOK).point(); got.Properties["status"] != "active" || got.Properties["revision"] != 6.0 {
		t.Errorf("reopened: %v", got.Properties)
	}
	var history struct {
		Entries []struct{ Kind, Label string }
	}
	if gn.get(path + "/history").want(http.StatusOK).json(&history); len(history.Entries) != 6 || history.Entries[0].Label != "Réouverture" {
		t.Errorf("history %+v", history)
	}
	w.as("ofast").post(path+"/erase", map[string]any{"reason": "retention"}, header{"If-Match": `"6"`}).want(http.StatusNoContent)
	cross.get(path).problem(http.StatusNotFound, "not-found")
}

// TestSitesAreMergedAndParted: candidates, the queue of duplicates, sources and the old address are those of sites.
func TestSitesAreMergedAndParted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	deal := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	into := cross.post("/api/v1/sites", nourrice()).want(http.StatusCreated).point()
	refused := cross.post("/api/v1/sites", nourrice())
	refused.problem(http.StatusConflict, "possible-duplicate")
	var problem struct{ Candidates []point }
	if refused.json(&problem); len(problem.Candidates) != 1 || problem.Candidates[0].ID != into.ID {
		t.Errorf("candidates %s", refused.body)
	}
	if lines := w.log.of(dealmap.WhatDuplicates); len(lines) != 1 || len(lines[0].Places) != 1 || lines[0].Places[0].String() != into.ID {
		t.Errorf("lines of the candidates: %+v", lines)
	}
	from := cross.post("/api/v1/sites?duplicates=accepted", nourrice(with("products", []string{"crack"}))).want(http.StatusCreated).point()
	var queue struct{ Pairs []struct{ A, B point } }
	cross.get("/api/v1/duplicates").want(http.StatusOK).json(&queue)
	if len(queue.Pairs) != 1 || !slices.Contains([]string{queue.Pairs[0].A.ID, queue.Pairs[0].B.ID}, from.ID) {
		t.Errorf("queue %+v", queue)
	}
	path := "/api/v1/sites/" + into.ID
	for _, with := range []string{deal.ID, fmt.Sprint(deal.Properties["reference"])} {
		if fields := cross.post(path+"/merge", map[string]any{"with": with}, header{"If-Match": `"1"`}).problem(http.StatusUnprocessableEntity, "invalid"); !slices.Contains(fields, "with") {
			t.Errorf("merged with a deal point: %q", fields)
		}
	}
	cross.post("/api/v1/deal-points/"+deal.ID+"/merge", map[string]any{"with": into.ID}, header{"If-Match": `"1"`}).problem(http.StatusUnprocessableEntity, "invalid")
	cross.post(path+"/merge", map[string]any{"with": from.ID}, header{"If-Match": `"1"`}).want(http.StatusOK)
	moved := cross.get("/api/v1/sites/" + from.ID).want(http.StatusOK)
	if got := moved.header.Get("Content-Location"); got != path || moved.point().ID != into.ID {
		t.Errorf("the old address leads to %q", got)
	}
	var sources struct{ Sources []struct{ Point point } }
	if cross.get(path + "/sources").want(http.StatusOK).json(&sources); len(sources.Sources) != 1 || sources.Sources[0].Point.ID != from.ID {
		t.Errorf("sources %+v", sources)
	}
	cross.get("/api/v1/deal-points/"+into.ID+"/sources").problem(http.StatusNotFound, "not-found")
	cross.post(path+"/split", map[string]any{"member": from.ID}, header{"If-Match": `"2"`}).want(http.StatusOK)
	if got := cross.get("/api/v1/sites").collection().references(); len(got) != 2 {
		t.Errorf("after parting: %v", got)
	}
	cross.post("/api/v1/duplicates/verdicts", map[string]any{"a": into.ID, "b": from.ID, "verdict": "separate"}).want(http.StatusNoContent)
	if cross.get("/api/v1/duplicates").want(http.StatusOK).json(&queue); len(queue.Pairs) != 0 {
		t.Errorf("decided, and still in the queue: %+v", queue)
	}
}

// TestWhereFamiliesShareAnAddress: nearest, within, search, exports and tiles give one family at a time, and say so in the log.
func TestWhereFamiliesShareAnAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")
	deal := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	site := cross.post("/api/v1/sites", nourrice()).want(http.StatusCreated).point()
	const polygon = `{"type":"Polygon","coordinates":[[[5,43],[6,43],[6,44],[5,44],[5,43]]]}`
	for layer, want := range map[string]string{"": deal.ID, "layer=deal_points": deal.ID, "layer=sites": site.ID} {
		for what, c := range map[string]collection{
			dealmap.WhatNearest: gn.get("/api/v1/nearest?lon=5.37&lat=43.3&" + layer).collection(),
			dealmap.WhatWithin:  gn.post("/api/v1/within?"+layer, polygon).collection(),
		} {
			if len(c.Features) != 1 || c.Features[0].ID != want {
				t.Errorf("%s %s: %v", what, layer, c.references())
			}
			lines := w.log.of(what)
			if line := lines[len(lines)-1]; line.Places[0].String() != want || strings.Contains(line.Query, "layer=sites") != (layer == "layer=sites") {
				t.Errorf("%s %s: line %+v", what, layer, line)
			}
		}
		for format, holds := range map[string]string{"csv": "Nature", "geojson": `"features":[`} {
			a := gn.post("/api/v1/exports?"+layer, exportOf(format)).want(http.StatusOK)
			names, title := "points-de-deal", fmt.Sprint(deal.Properties["reference"])
			if layer == "layer=sites" {
				names, title = "sites-de-soutien", fmt.Sprint(site.Properties["reference"])
			}
			if text := string(a.body); a.header.Get("Dealmap-Exported") != "1" || !strings.Contains(text, holds) || !strings.Contains(text, title) ||
				!strings.Contains(a.header.Get("Content-Disposition"), names) {
				t.Errorf("export %s %s: %v %.300s", format, layer, a.header, text)
			}
		}
	}
	book := openWorkbook(t, gn.post("/api/v1/exports?layer=sites", exportOf("xlsx")).want(http.StatusOK).body)
	defer func() { _ = book.Close() }()
	if got := book.GetSheetList(); !slices.Equal(got, []string{"À lire", "Sites de soutien"}) {
		t.Errorf("sheets %q", got)
	}
	db := gn.post("/api/v1/exports?layer=sites", exportOf("gpkg")).want(http.StatusOK).body
	if text := string(db); !strings.Contains(text, "rtree_sites_de_soutien_geom_insert") || strings.Contains(text, "points_de_deal") || strings.Contains(text, "%layer%") {
		t.Error("the layer of the GeoPackage has another name")
	}
	var found struct{ Places, Sites []point }
	gn.get("/api/v1/search?q=tilleuls").want(http.StatusOK).json(&found)
	if len(found.Places) != 1 || len(found.Sites) != 1 || found.Sites[0].ID != site.ID {
		t.Errorf("found %+v", found)
	}
	lines := w.log.of(dealmap.WhatSearch)
	if len(lines) != 1 || len(lines[0].Places) != 2 {
		t.Errorf("lines of the search: %+v", lines)
	}
	drawn := func(u *user, layers string, z int) map[string][]any {
		tile := map[int]string{8: "8/131/93", 12: "12/2109/1500"}[z]
		decoded, err := mvt.Unmarshal(u.get("/tiles/" + layers + "/" + tile + ".mvt").want(http.StatusOK).body)
		if err != nil {
			t.Fatal(err)
		}
		all := map[string][]any{}
		for _, layer := range decoded {
			for _, f := range layer.Features {
				all[layer.Name] = append(all[layer.Name], f.Properties["ref"])
			}
		}
		return all
	}
	got := drawn(gn, "sites,deal_points", 12)
	if !slices.Equal(got["sites"], []any{site.Properties["reference"]}) || !slices.Equal(got["deal_points"], []any{deal.Properties["reference"]}) {
		t.Errorf("drawn %v", got)
	}
	for what, all := range map[string]map[string][]any{"at zoom 8": drawn(gn, "sites", 8), "for the préfet": drawn(w.as("prefet13"), "sites", 12), "alone": drawn(gn, "deal_points", 12)} {
		if len(all["sites"]) != 0 {
			t.Errorf("sites %s: %v", what, all)
		}
	}
}

// TestBadQuestionsAboutSites names what is wrong.
func TestBadQuestionsAboutSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	for path, field := range map[string]string{
		"/api/v1/sites?kind=four": "kind", "/api/v1/sites/counts?kind=stash_flat,street": "kind", "/api/v1/deal-points?kind=stash_flat": "kind",
		"/api/v1/deal-points/counts?kind=four,business": "kind", "/api/v1/sites?kind=kiosk": "kind", "/api/v1/sites?layer=sites": "layer",
		"/api/v1/deal-points?layer=sites": "layer", "/api/v1/nearest?lon=5.37&lat=43.3&layer=links": "layer", "/api/v1/nearest?lon=5.37&lat=43.3&layer=sites&kind=four": "kind",
		"/api/v1/nearest?lon=5.37&lat=43.3&kind=growshop": "kind", "/api/v1/nearest?lon=5.37&lat=43.3&layer=sites&layer=deal_points": "layer",
		"/tiles/sites/12/1/1.mvt?layer=sites": "layer", "/tiles/sites,sites/12/1/1.mvt": "layers", "/api/v1/sites?cursor=AAAA": "cursor", "/api/v1/sites?limit=0": "limit",
		"/api/v1/sites?bbox=6,43,5,44": "bbox", "/api/v1/sites/counts?limit=2": "limit",
	} {
		if fields := cross.get(path).problem(http.StatusBadRequest, "invalid-parameter"); !slices.Contains(fields, field) {
			t.Errorf("%s: fields %q, want %s", path, fields, field)
		}
	}
	if fields := cross.post("/api/v1/exports?layer=sites&kind=four", exportOf("csv")).problem(http.StatusBadRequest, "invalid-parameter"); !slices.Contains(fields, "kind") {
		t.Errorf("export: fields %q", fields)
	}
	site := cross.post("/api/v1/sites", nourrice()).want(http.StatusCreated).point()
	path := "/api/v1/sites/" + site.ID
	for field, bodies := range map[string][]map[string]any{
		"kind": {vieuxPort(), nourrice(with("kind", "kiosk"))}, "accuracy": {nourrice(with("accuracy", "door"))}, "name": {nourrice(with("name", "Nourrice, 3e étage"))},
		"address": {nourrice(with("address", "12 rue des Lilas, appt 4"))}, "note": {nourrice(with("note", "porte 12 à gauche"))}, "status": {nourrice(with("status", "closed"))},
		"geometry": {nourrice(at(43.2965, 5.3698))},
	} {
		for _, body := range bodies {
			if fields := cross.post("/api/v1/sites?duplicates=accepted", body).problem(http.StatusUnprocessableEntity, "invalid"); !slices.Contains(fields, field) {
				t.Errorf("%v: fields %q, want %s", body, fields, field)
			}
		}
	}
	refused := cross.post("/api/v1/sites?duplicates=accepted", nourrice(with("note", "entrée B, porte 12")))
	var problem struct {
		Errors []struct {
			Field      string
			Start, End int
		}
	}
	if refused.json(&problem); len(problem.Errors) != 1 || "entrée B, porte 12"[problem.Errors[0].Start:problem.Errors[0].End] != "porte 12" {
		t.Errorf("the span: %s", refused.body)
	}
	for field, change := range map[string]map[string]any{"kind": {"kind": "street"}, "accuracy": {"accuracy": "door"}, "note": {"note": "apt 3"}} {
		if fields := cross.patch(path, `"1"`, map[string]any{"properties": change}).problem(http.StatusUnprocessableEntity, "invalid"); !slices.Contains(fields, field) {
			t.Errorf("%v: fields %q", change, fields)
		}
	}
	if n := cross.get("/api/v1/sites").collection().NumberReturned; n != 1 {
		t.Errorf("%d sites after refusals, want 1", n)
	}
}

// TestChangesOfSitesAreTold through each viewer's scope, naming the layer whose tiles change; who sees numbers only is told nothing.
func TestChangesOfSitesAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	events, numbers := w.as("gn").live(""), w.as("prefet13").live("")
	next(t, events)
	next(t, numbers)
	told := func(kind, layer, id string) {
		t.Helper()
		e := next(t, events)
		c := e.change(t)
		var with struct{ Layer string }
		if err := json.Unmarshal([]byte(e.data), &with); err != nil || c.Type != kind || with.Layer != layer || c.ID != id || len(c.Tiles) == 0 {
			t.Errorf("told %+v, want %s of %s %s: %v", e, kind, layer, id, err)
		}
	}
	site := cross.post("/api/v1/sites", nourrice()).want(http.StatusCreated).point()
	told("added", "sites", site.ID)
	path := "/api/v1/sites/" + site.ID
	cross.post(path+"/confirm", map[string]any{}).want(http.StatusOK)
	told("changed", "sites", site.ID)
	cross.patch(path, `"2"`, map[string]any{"properties": map[string]any{"handling": map[string]any{"reach": "service"}}}).want(http.StatusOK)
	told("removed", "sites", site.ID)
	cross.post(path+"/steps", map[string]any{"status": "disrupted"}).want(http.StatusOK) // gn must not learn of it
	deal := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	told("added", "deal_points", deal.ID)
	if e := next(t, numbers); e.name != "aggregates" {
		t.Errorf("the préfet is told %+v", e)
	}
	shown := 0
	for _, line := range w.log.of(dealmap.WhatLive) {
		if line.Subject == "gn" && slices.ContainsFunc(line.Places, func(id dealmap.ID) bool { return id.String() == site.ID }) {
			shown++
		}
		if line.Subject == "prefet13" && len(line.Places) > 0 {
			t.Errorf("the préfet is shown %+v", line)
		}
	}
	if shown != 3 {
		t.Errorf("%d lines say that gn was told of the site, want 3", shown)
	}
}

// TestWhoSawASite: lists, tiles and exports of sites are accounted for, and those of deal points are not taken for them.
func TestWhoSawASite(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	w := newWorld(t, audited(k))
	cross, gn := w.as("cross13"), w.as("gn")
	site := cross.post("/api/v1/sites", nourrice()).want(http.StatusCreated).point()
	for _, layers := range []string{"sites", "sites,deal_points", "deal_points", "clusters"} {
		gn.get("/tiles/" + layers + "/12/2109/1500.mvt").want(http.StatusOK)
	}
	for _, path := range []string{"/api/v1/sites", "/api/v1/deal-points", "/api/v1/sites/counts", "/api/v1/sites/" + site.ID, "/api/v1/nearest?lon=5.37&lat=43.3"} {
		gn.get(path).want(http.StatusOK)
	}
	gn.post("/api/v1/exports?layer=sites", exportOf("csv")).want(http.StatusOK)
	gn.post("/api/v1/exports", exportOf("csv")).want(http.StatusOK)
	var all toldPage
	auditor := w.as("auditeur")
	auditor.get("/api/v1/audit/consultations?subject=gn&place=" + site.ID).want(http.StatusOK).json(&all)
	var whats []string
	for _, line := range all.Lines {
		whats = append(whats, strings.TrimSpace(line.What+" "+line.Layers+" "+line.Query))
	}
	want := []string{"export layer=sites", "sheet", "list layer=sites", "tile sites,deal_points", "tile sites"}
	for i := range whats {
		whats[i] = strings.Join(strings.Fields(whats[i]), " ")
	}
	if !slices.Equal(whats, want) || !all.Exact {
		t.Errorf("the auditor is told of %q, want %q", whats, want)
	}
	for _, line := range all.Lines {
		var disclosed struct {
			Total  int
			Places []struct{ ID string }
		}
		auditor.get(fmt.Sprintf("/api/v1/audit/consultations/%d/places", line.Line)).want(http.StatusOK).json(&disclosed)
		if disclosed.Total != 1 || disclosed.Places[0].ID != site.ID {
			t.Errorf("%s disclosed %+v", line.What, disclosed)
		}
	}
}

// TestPagesOfSites follow each other to the end, under the address of sites.
func TestPagesOfSites(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 11 {
		kind := []dealmap.Kind{dealmap.Warehouse, dealmap.Street}[i%2]
		w.coded(byte(i+1), "H0", func(f *dealmap.Facts) { f.Kind, f.Position = kind, &orb.Point{5.36 + float64(i)/500, 43.29} })
	}
	u, path, seen := w.as("gn"), "/api/v1/sites?limit=4", []string{}
	for path != "" {
		var page struct {
			Features []point
			Next     string
		}
		u.get(path).want(http.StatusOK).json(&page)
		for _, f := range page.Features {
			seen = append(seen, f.ID)
		}
		if page.Next != "" && !strings.HasPrefix(page.Next, "/api/v1/sites?") {
			t.Errorf("the next page is %s", page.Next)
		}
		path = page.Next
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) != 6 {
		t.Errorf("%d sites on all pages, want 6", len(seen))
	}
}
