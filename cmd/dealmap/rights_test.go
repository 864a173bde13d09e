package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// sees reports whether a person gets a place's sheet, and fails when list or tile say otherwise: hidden is hidden everywhere.
func (b *browser) sees(reference string, at orb.Point) bool {
	b.t.Helper()
	status, body := b.send("GET", "/api/v1/deal-points/"+reference, nil, nil)
	sheet := status == http.StatusOK
	if !sheet && status != http.StatusNotFound {
		b.t.Errorf("sheet of %s: %d %s", reference, status, body)
	}
	listed := false
	for _, f := range b.list(url.Values{"limit": {"1000"}}) {
		listed = listed || f.Properties.Reference == reference
	}
	if drawn := b.tileHas(maptile.At(at, 14), "", reference); sheet != listed || sheet != drawn {
		b.t.Errorf("%s: sheet %v, list %v, tile %v", reference, sheet, listed, drawn)
	}
	return sheet
}

// TestTheStoryOfAnEmbargo: a procureur, who sees no point, puts one under embargo by its reference; it is gone for all but the
// unit that owns it, until the procureur lifts it.
func TestTheStoryOfAnEmbargo(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo", "--places", "80")
	people := map[string]*browser{}
	for _, name := range []string{"cross13", "ofast", "pn", "gn", "procureur13", "prefet93"} {
		people[name] = p.as(name)
	}
	at := orb.Point{5.4012, 43.2701}
	reference := people["cross13"].add("Passage du Lavoir", at[0], at[1]).Properties.Reference
	look := func(when string, want map[string]bool) {
		t.Helper()
		for name, sees := range want {
			if people[name].sees(reference, at) != sees {
				t.Errorf("%s: %s sees it: %v", when, name, !sees)
			}
		}
	}
	everyone := map[string]bool{"cross13": true, "ofast": true, "pn": true, "gn": true, "procureur13": false, "prefet93": false}
	look("at first", everyone)
	until := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	for _, name := range []string{"pn", "prefet93"} {
		if status, body := people[name].send("POST", "/api/v1/embargoes", map[string]any{"reference": reference, "until": until}, nil); status < 400 {
			t.Errorf("%s puts an embargo: %d %s", name, status, body)
		}
	}
	if status, body := people["procureur13"].send("POST", "/api/v1/embargoes", map[string]any{"reference": reference, "until": until}, nil); status != http.StatusNoContent {
		t.Fatalf("embargo: %d %s", status, body)
	}
	look("under embargo", map[string]bool{"cross13": true, "ofast": false, "pn": false, "gn": false, "procureur13": false, "prefet93": false})
	if status, body := people["procureur13"].send("POST", "/api/v1/embargoes", map[string]any{"reference": reference, "until": nil}, nil); status != http.StatusNoContent {
		t.Fatalf("lifting: %d %s", status, body)
	}
	look("lifted", everyone)
}

// TestTheStoryOfAReport: a partner tells, sees what became of it and nothing else; the Cross of the territory works it through.
func TestTheStoryOfAReport(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo", "--places", "80")
	partner, cross, gn := p.as("partenaire13"), p.as("cross13"), p.as("gn")
	const text = "Guet à l’entrée du parking tous les soirs"
	status, body := partner.send("POST", "/api/v1/reports", map[string]any{"text": text, "position": []float64{5.4012, 43.2701}}, nil)
	var sent struct{ ID string }
	if status != http.StatusCreated || json.Unmarshal(body, &sent) != nil {
		t.Fatalf("report: %d %s", status, body)
	}
	type reports struct {
		Reports []struct{ ID, Status, Text, Answer string }
	}
	if got := get[reports](cross, "/api/v1/reports").Reports; len(got) != 1 || got[0].Text != text {
		t.Errorf("the Cross reads %+v", got)
	}
	if status, body := gn.send("GET", "/api/v1/reports", nil, nil); strings.Contains(string(body), text) {
		t.Errorf("an investigator reads the report: %d", status)
	}
	if got := partner.list(nil); len(got) > 0 {
		t.Errorf("the partner sees %d points", len(got))
	}
	if status, _ := partner.send("POST", "/api/v1/reports/"+sent.ID+"/settle", map[string]any{"status": "kept"}, nil); status < 400 {
		t.Errorf("the partner settles the report: %d", status)
	}
	if status, body := cross.send("POST", "/api/v1/reports/"+sent.ID+"/settle", map[string]any{"status": "kept", "answer": "Merci, pris en compte"}, nil); status != http.StatusOK {
		t.Fatalf("settle: %d %s", status, body)
	}
	if got := get[reports](partner, "/api/v1/reports").Reports; len(got) != 1 || got[0].Status != "kept" || got[0].Answer != "Merci, pris en compte" {
		t.Errorf("the partner reads %+v", got)
	}
}

// TestTheStoryOfAnExport: an export names its recipients, bears the handling mention, and the auditor finds what it disclosed.
func TestTheStoryOfAnExport(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo", "--places", "80")
	cross, auditor := p.as("cross13"), p.as("auditeur")
	reference := cross.add("Passage du Lavoir", 5.4012, 43.2701).Properties.Reference
	export := map[string]any{"format": "csv", "recipients": []string{"Parquet de Marseille"}, "purpose": "réunion du 3 décembre"}
	status, body := cross.send("POST", "/api/v1/exports?q=lavoir", export, nil)
	if status != http.StatusOK || !strings.Contains(string(body), reference) || !strings.Contains(strings.ToLower(string(body)), "diffusion restreinte") {
		t.Fatalf("export: %d %.500s", status, body)
	}
	export["recipients"] = []string{}
	if status, body := cross.send("POST", "/api/v1/exports?q=lavoir", export, nil); status != http.StatusUnprocessableEntity {
		t.Errorf("an export to nobody: %d %.200s", status, body)
	}
	found := false
	for _, line := range auditor.who(url.Values{"place": {reference}}) {
		found = found || line.What == "export" && line.Operation == "disclosure" && line.Subject == "cross13"
	}
	if !found {
		t.Error("the auditor does not find the export of the place")
	}
}
