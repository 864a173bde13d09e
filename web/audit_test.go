package web_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

var auditCalls = []string{
	"/api/v1/audit/consultations", "/api/v1/audit/consultations/1/places", "/api/v1/audit/summary", "/api/v1/audit/journal", "/api/v1/audit/checkpoints",
	"/api/v1/audit/proofs/inclusion?log=journal&line=1", "/api/v1/audit/proofs/consistency?log=journal&old=1", "/api/v1/audit/verification",
}

func TestOnlyTheAuditorReadsTheLogs(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	w := newWorld(t, audited(k))
	for name, grant := range people {
		u := w.as(name)
		for _, path := range auditCalls {
			a := u.get(path)
			if grant.Role == dealmap.RoleAuditor {
				a.want(http.StatusOK)
			} else {
				a.problem(http.StatusForbidden, "forbidden")
			}
		}
		a := u.post("/api/v1/audit/verification", nil)
		if grant.Role == dealmap.RoleAuditor {
			a.want(http.StatusAccepted)
		} else {
			a.problem(http.StatusForbidden, "forbidden")
		}
	}
	if n := len(w.log.of(dealmap.WhatAudit)) + len(w.log.of(dealmap.WhatJournal)); n != len(auditCalls)+1 {
		t.Errorf("%d lines say that the auditor read the logs, want %d", n, len(auditCalls)+1)
	}
	w.log.break_(errors.New("disk full"))
	for _, path := range auditCalls {
		w.as("auditeur").get(path).problem(http.StatusServiceUnavailable, "unavailable")
	}
	plain := newWorld(t)
	for _, path := range auditCalls {
		plain.as("auditeur").get(path).problem(http.StatusServiceUnavailable, "unavailable")
		plain.as("pn").get(path).problem(http.StatusForbidden, "forbidden")
	}
}

func TestWhoSawAPlace(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	w := newWorld(t, audited(k))
	cross, gn := w.as("cross13"), w.as("gn")
	open := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	reference := open.Properties["reference"].(string)
	gn.get("/api/v1/deal-points/" + reference).want(http.StatusOK)
	here := maptile.At(orb.Point{5.3698, 43.2965}, 14)
	tileHere := fmt.Sprintf("%d/%d/%d", here.Z, here.X, here.Y)
	gn.get("/tiles/deal_points,clusters/" + tileHere + ".mvt?status=active,dormant&status=active").want(http.StatusOK)
	gn.get("/tiles/deal_points/14/8440/5980.mvt").want(http.StatusOK)  // elsewhere
	gn.get("/tiles/clusters/" + tileHere + ".mvt").want(http.StatusOK) // numbers only
	gn.get("/api/v1/deal-points?status=closed").want(http.StatusOK)    // an empty page
	gn.post("/api/v1/exports", map[string]any{"format": "csv", "recipients": []string{"Parquet de Marseille"}, "purpose": "transmission"}).want(http.StatusOK)

	auditor := w.as("auditeur")
	var told toldPage
	auditor.get("/api/v1/audit/consultations?subject=gn&place=" + reference).want(http.StatusOK).json(&told)
	if len(told.Lines) != 3 || !told.Exact || told.Next != nil {
		t.Fatalf("told of %+v", told)
	}
	export, tile, sheet := told.Lines[0], told.Lines[1], told.Lines[2]
	if export.What != "export" || export.Operation != "disclosure" || !slices.Equal(export.Recipients, []string{"Parquet de Marseille"}) {
		t.Errorf("export: %+v", export)
	}
	if tile.What != "tile" || tile.Tile != tileHere || tile.Layers != "clusters,deal_points" || tile.Query != "status=active%2Cdormant" || tile.Operation != "consultation" {
		t.Errorf("tile: %+v", tile)
	}
	if sheet.What != "sheet" || sheet.Name != "Enquêteur GN" || sheet.Motive != "essai de la carte" || sheet.Case != "PV 2026/12" || sheet.Role != "investigator" {
		t.Errorf("sheet: %+v", sheet)
	}
	for query, want := range map[string]int{
		"what=tile": 1, "what=tile&what=sheet": 2, "operation=disclosure": 1, "from=2026-11-23&to=2026-11-23": 3, "to=2026-11-22": 0, "from=2026-11-24": 0,
		"to=2026-11-23T09:00:00Z": 0, "limit=1": 1, fmt.Sprintf("before=%d", tile.Line): 1, "subject=pn": 0,
	} {
		var told toldPage
		if !strings.Contains(query, "subject") {
			query += "&subject=gn"
		}
		auditor.get("/api/v1/audit/consultations?place=" + open.ID + "&" + query).want(http.StatusOK).json(&told)
		if len(told.Lines) != want || (told.Next != nil) != strings.HasPrefix(query, "limit=1") {
			t.Errorf("%s: %d lines, want %d; next %v", query, len(told.Lines), want, told.Next)
		}
	}
	var all toldPage
	auditor.get("/api/v1/audit/consultations?subject=gn").want(http.StatusOK).json(&all)
	if len(all.Lines) != 6 {
		t.Errorf("gn did %d things", len(all.Lines))
	}
	var disclosed struct {
		Total          int
		Exact          bool
		AggregatesOnly bool `json:"aggregates_only"`
		Places         []struct{ ID, Reference string }
	}
	auditor.get(fmt.Sprintf("/api/v1/audit/consultations/%d/places", tile.Line)).want(http.StatusOK).json(&disclosed)
	if disclosed.Total != 1 || !disclosed.Exact || disclosed.Places[0].Reference != reference || disclosed.Places[0].ID != open.ID {
		t.Errorf("the tile disclosed %+v", disclosed)
	}
	for query, field := range map[string]string{
		"from=hier": "from", "to=2026-13-40": "to", "operation=vol": "operation", "what=film": "what", "before=0": "before", "before=x": "before",
		"place=zz": "place", "limit=0": "limit", "quoi=1": "quoi", "subject=a&subject=b": "subject",
	} {
		if fields := auditor.get("/api/v1/audit/consultations?"+query).problem(http.StatusBadRequest, "invalid-parameter"); !slices.Contains(fields, field) {
			t.Errorf("%s: %q", query, fields)
		}
	}
	auditor.get("/api/v1/audit/consultations/9999/places").problem(http.StatusNotFound, "not-found")
	auditor.get("/api/v1/audit/consultations/0/places").problem(http.StatusBadRequest, "invalid-parameter")
}

func TestErasedPlacesAreFoundByTheirId(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	w := newWorld(t, audited(k))
	cross, ofast := w.as("cross13"), w.as("ofast")
	p := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	path := "/api/v1/deal-points/" + p.ID
	cross.get(path).want(http.StatusOK)
	cross.get("/api/v1/deal-points").want(http.StatusOK)
	erase := map[string]any{"reason": "order", "decision": "OR-2026-17"}
	cross.post(path+"/erase", erase, header{"If-Match": `"1"`}).problem(http.StatusForbidden, "forbidden")
	ofast.post(path+"/erase", erase).problem(http.StatusPreconditionRequired, "precondition-required")
	ofast.post(path+"/erase", erase, header{"If-Match": `"7"`}).problem(http.StatusPreconditionFailed, "stale")
	ofast.post(path+"/erase", map[string]any{"reason": "order"}, header{"If-Match": `"1"`}).problem(http.StatusUnprocessableEntity, "invalid")
	ofast.post(path+"/erase", erase, header{"If-Match": `"1"`}).want(http.StatusNoContent)
	ofast.post(path+"/erase", erase, header{"If-Match": `"1"`}).problem(http.StatusNotFound, "not-found")
	cross.get(path).problem(http.StatusNotFound, "not-found")

	auditor := w.as("auditeur")
	var told toldPage
	auditor.get("/api/v1/audit/consultations?place=" + p.ID + "&subject=cross13").want(http.StatusOK).json(&told)
	if len(told.Lines) != 1 || told.Lines[0].What != "sheet" || told.Exact {
		t.Errorf("of an erased place: %+v", told)
	}
	auditor.get("/api/v1/audit/consultations?place="+p.Properties["reference"].(string)).problem(http.StatusNotFound, "not-found")
	var journal struct {
		Entries []struct {
			Kind, Operation, Reference, Subject, Name, Record string
			Erased                                            bool
			KindLabel                                         string `json:"kind_label"`
		}
	}
	auditor.get("/api/v1/audit/journal?place=" + p.ID).want(http.StatusOK).json(&journal)
	if len(journal.Entries) != 2 || journal.Entries[0].Kind != "place.erased" || journal.Entries[0].Operation != "erasure" || journal.Entries[0].Name != "Ofast" ||
		!journal.Entries[1].Erased || journal.Entries[1].Reference != "" {
		t.Errorf("journal of an erased place: %+v", journal)
	}
}

func TestTheJournalAndTheSixOperations(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	w := newWorld(t, audited(k))
	cross := w.as("cross13")
	p := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	cross.post("/api/v1/deal-points/"+p.ID+"/confirm", map[string]any{}).want(http.StatusOK)
	w.as("partenaire13").post("/api/v1/reports", map[string]any{"text": "Va-et-vient dans le hall B", "commune": "13055"}).want(http.StatusCreated)
	cross.get("/api/v1/deal-points").want(http.StatusOK)
	cross.post("/api/v1/exports", map[string]any{"format": "geojson", "recipients": []string{"DDSP 13"}, "purpose": "réunion"}).want(http.StatusOK)
	auditor := w.as("auditeur")
	type page struct {
		Entries []struct {
			Sequence                int64
			Kind, Reference, Motive string
		}
		Next *int64
	}
	var first, rest page
	auditor.get("/api/v1/audit/journal?limit=1&subject=cross13").want(http.StatusOK).json(&first)
	if len(first.Entries) != 1 || first.Entries[0].Kind != "place.confirmed" || first.Entries[0].Reference != p.Properties["reference"] || first.Next == nil || first.Entries[0].Motive != "essai de la carte" {
		t.Fatalf("journal: %+v", first)
	}
	auditor.get(fmt.Sprintf("/api/v1/audit/journal?limit=100&subject=cross13&before=%d", *first.Next)).want(http.StatusOK).json(&rest)
	if len(rest.Entries) != 1 || rest.Entries[0].Kind != "place.added" || rest.Next != nil {
		t.Errorf("journal, second page: %+v", rest)
	}
	for query, want := range map[string]int{"kind=place.added": 1, "operation=collection": 2, "kind=grant.given": len(people), "to=2026-11-22": 0} {
		var p page
		if auditor.get("/api/v1/audit/journal?" + query).want(http.StatusOK).json(&p); len(p.Entries) != want {
			t.Errorf("%s: %d entries, want %d", query, len(p.Entries), want)
		}
	}
	auditor.get("/api/v1/audit/journal?kind=place.stolen").problem(http.StatusBadRequest, "invalid-parameter")
	if body := string(auditor.get("/api/v1/audit/journal").body); strings.Contains(body, "Tilleuls") || strings.Contains(body, "hall B") {
		t.Error("the journal tells what entries say")
	}

	summary := func(query string) (s struct {
		Operations, Whats, Services map[string]int64
		People                      int
		Days                        []struct {
			Day           string
			Consultations int64
		}
	}) {
		auditor.get("/api/v1/audit/summary?" + query).want(http.StatusOK).json(&s)
		return s
	}
	s := summary("")
	for operation, want := range map[string]int64{"collection": 2, "alteration": 1, "erasure": 0, "disclosure": 1, "combination": 0} {
		if s.Operations[operation] != want {
			t.Errorf("%s: %d, want %d", operation, s.Operations[operation], want)
		}
	}
	if s.Operations["consultation"] == 0 || s.Whats["list"] != 1 || len(s.Days) != 1 || s.Days[0].Day != "2026-11-23" || s.People != 2 {
		t.Errorf("summary: %+v", s)
	}
	cross.post("/api/v1/deal-points/"+p.ID+"/confirm", map[string]any{"note": "encore"}).want(http.StatusOK)
	for query, want := range map[string]int64{"": 2, "from=2026-11-23&to=2026-11-23": 2, "from=2026-11-24": 0, "to=2026-11-22": 0, "from=2026-11-23T00:00:01Z": 2, "to=2026-11-23T08:00:00Z": 0} {
		if got := summary(query).Operations["alteration"]; got != want {
			t.Errorf("%q: %d alterations, want %d", query, got, want)
		}
	}
}

func TestCheckpointsAndProofs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, audited(&keeper{}))
	auditor := w.as("auditeur")
	var c struct {
		Key         string
		Checkpoints []struct {
			Log, Root, Note string
			Size            int64
			At              time.Time
		}
	}
	auditor.get("/api/v1/audit/checkpoints").want(http.StatusOK).json(&c)
	if c.Key == "" || len(c.Checkpoints) != 2 || c.Checkpoints[0].Size != 12 || c.Checkpoints[1].Log != "consultations" || c.Checkpoints[0].At.IsZero() ||
		!strings.HasSuffix(c.Checkpoints[0].Root, "=") || !strings.Contains(c.Checkpoints[0].Note, "\n\n— dealmap") {
		t.Errorf("checkpoints: %+v", c)
	}
	var p struct {
		Line, Size, Old int64
		Leaf, Root      string
		Hashes          []string
	}
	auditor.get("/api/v1/audit/proofs/inclusion?log=consultations&line=3").want(http.StatusOK).json(&p)
	if p.Line != 3 || p.Size != 12 || len(p.Hashes) != 2 || p.Leaf == "" {
		t.Errorf("inclusion: %+v", p)
	}
	auditor.get("/api/v1/audit/proofs/consistency?log=journal&old=3&size=9").want(http.StatusOK).json(&p)
	if p.Old != 3 || p.Size != 9 || len(p.Hashes) != 1 {
		t.Errorf("consistency: %+v", p)
	}
	for _, query := range []string{
		"inclusion?log=film&line=1", "inclusion?log=journal&line=13", "inclusion?log=journal&line=0", "inclusion?log=journal&line=5&size=4", "inclusion?log=journal&line=1&size=13",
		"inclusion?log=journal", "consistency?log=journal&old=5&size=4", "consistency?log=journal&old=13", "consistency?log=journal&old=1&line=1",
	} {
		auditor.get("/api/v1/audit/proofs/"+query).problem(http.StatusBadRequest, "invalid-parameter")
	}
}

func TestVerificationOutlivesItsRequest(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	w := newWorld(t, audited(k))
	auditor := w.as("auditeur")
	type state struct {
		Running     bool
		Done, Total int64
		Problem     string
		FinishedAt  string `json:"finished_at"`
		Findings    []struct {
			Log      string
			FirstBad int64 `json:"first_bad"`
			Problems []string
		}
	}
	look := func() (s state) {
		auditor.get("/api/v1/audit/verification").want(http.StatusOK).json(&s)
		return s
	}
	wait := func() state {
		for range 200 {
			if s := look(); !s.Running {
				return s
			}
			time.Sleep(5 * time.Millisecond)
		}
		t.Fatal("the verification does not end")
		return state{}
	}
	if s := look(); s.Running || s.FinishedAt != "" {
		t.Errorf("before: %+v", s)
	}
	k.verify.goOn = make(chan struct{})
	k.verify.findings = []dealmap.Finding{
		{Log: dealmap.LogJournal, Lines: 12}, {Log: dealmap.LogConsultations, Lines: 40, FirstBad: 7, Problems: []string{"la ligne 7 diffère"}},
	}
	for range 2 { // a second one is the first
		if auditor.post("/api/v1/audit/verification", nil).want(http.StatusAccepted); !look().Running {
			t.Error("not under way")
		}
	}
	close(k.verify.goOn)
	if s := wait(); s.Done != 2 || len(s.Findings) != 2 || s.Findings[1].FirstBad != 7 || len(s.Findings[0].Problems) != 0 || s.FinishedAt == "" {
		t.Errorf("after: %+v", s)
	}
	k.verify.Lock()
	k.verify.goOn, k.verify.findings, k.verify.err = nil, nil, errors.New("disk is gone: /var/lib/dealmap")
	k.verify.Unlock()
	auditor.post("/api/v1/audit/verification", nil).want(http.StatusAccepted)
	if s := wait(); s.Problem == "" || strings.Contains(s.Problem, "/var") || len(s.Findings) != 0 {
		t.Errorf("one that fails: %+v", s)
	}
}
