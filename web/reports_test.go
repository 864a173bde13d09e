package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

func TestReportsOfPartners(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	partner, cross, pn := w.as("partenaire13"), w.as("cross13"), w.as("pn")
	report := map[string]any{
		"text": "Va-et-vient dans le hall B", "address": "12 rue des Lilas", "position": []float64{5.3698, 43.2965}, "commune": "13055", "products": []string{"cannabis"},
		"hours": "le soir", "seen": "2026-11-20",
	}
	type reported struct {
		ID, Status, Text, Commune, Answer, Unit string
		CommuneName                             string `json:"commune_name"`
		Mine                                    bool
		MaySettle                               bool `json:"may_settle"`
		Position                                []float64
	}
	var made, again reported
	partner.post("/api/v1/reports", report, header{"Idempotency-Key": "k1"}).want(http.StatusCreated).json(&made)
	if made.Status != "received" || made.Commune != "13055" || made.CommuneName != "Marseille" || !made.Mine || made.MaySettle || len(made.Position) != 2 {
		t.Errorf("made: %+v", made)
	}
	if partner.post("/api/v1/reports", report, header{"Idempotency-Key": "k1"}).want(http.StatusCreated).json(&again); again.ID != made.ID {
		t.Errorf("sent again: %s, then %s", made.ID, again.ID)
	}
	type list struct {
		Reports []reported
		Waiting int
	}
	read := func(u *user, query string) (l list) {
		u.get("/api/v1/reports" + query).want(http.StatusOK).json(&l)
		return l
	}
	if l := read(cross, ""); len(l.Reports) != 1 || l.Waiting != 1 || l.Reports[0].Mine || !l.Reports[0].MaySettle {
		t.Errorf("the Cross reads %+v", l)
	}
	if l := read(partner, ""); len(l.Reports) != 1 || l.Waiting != 0 {
		t.Errorf("the partner reads %+v", l)
	}
	for _, name := range []string{"pn", "gn", "prefet13", "auditeur", "admin"} {
		if l := read(w.as(name), ""); len(l.Reports) != 0 || l.Waiting != 0 {
			t.Errorf("%s reads %+v", name, l)
		}
	}
	if lines := w.log.of(dealmap.WhatReports); len(lines) < 2 || lines[0].Seq == 0 {
		t.Errorf("lines: %+v", lines)
	}

	settle := map[string]any{"status": "kept", "answer": "Merci, la fiche est ouverte"}
	path := "/api/v1/reports/" + made.ID + "/settle"
	partner.post(path, settle).problem(http.StatusForbidden, "forbidden")
	hidden, absent := pn.post(path, settle), pn.post("/api/v1/reports/00000000-0000-4000-8000-000000000000/settle", settle)
	if hidden.problem(http.StatusNotFound, "not-found"); withoutInstance(hidden.body) != withoutInstance(absent.body) {
		t.Errorf("a hidden report is not as if it were absent:\n%s\n%s", hidden.body, absent.body)
	}
	pn.post("/api/v1/reports/zz/settle", settle).problem(http.StatusNotFound, "not-found")
	cross.post(path, map[string]any{"status": "received"}).problem(http.StatusUnprocessableEntity, "invalid")
	var settled reported
	if cross.post(path, settle).want(http.StatusOK).json(&settled); settled.Status != "kept" || settled.MaySettle {
		t.Errorf("settled: %+v", settled)
	}
	cross.post(path, settle).problem(http.StatusConflict, "conflict")
	if l := read(partner, "?status=kept"); len(l.Reports) != 1 || l.Reports[0].Answer != "Merci, la fiche est ouverte" {
		t.Errorf("the partner is told %+v", l)
	}
	if l := read(cross, "?status=received"); len(l.Reports) != 0 || l.Waiting != 0 {
		t.Errorf("nothing waits any more: %+v", l)
	}
	for field, body := range map[string]map[string]any{
		"text": {"text": "a"}, "position": {"text": "Hall B", "position": []float64{5}}, "products[0]": {"text": "Hall B", "commune": "13055", "products": []string{"thé"}},
		"seen": {"text": "Hall B", "commune": "13055", "seen": "2027-01-01"}, "texte": {"texte": "Hall B"},
	} {
		if fields := partner.post("/api/v1/reports", body).problem(http.StatusUnprocessableEntity, "invalid"); !slices.Contains(fields, field) {
			t.Errorf("%s: %q", field, fields)
		}
	}
	partner.get("/api/v1/reports?status=lost").problem(http.StatusBadRequest, "invalid-parameter")
	w.as("auditeur").post("/api/v1/reports", report).problem(http.StatusForbidden, "forbidden")
}

func TestTheProcureurPutsAnEmbargo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := dealmap.Console("test", dealmap.RoleAdmin)
	w.endGrants("prefet13")
	w.do(admin, dealmap.GiveGrant{ID: dealmap.ID{99, 0xaa}, Grant: dealmap.Grant{
		Subject: "prefet13", Name: "Procureur", Role: dealmap.RoleProcureur, Territories: []dealmap.TerritoryCode{"dep:13"},
	}})
	cross, gn, procureur := w.as("cross13"), w.as("gn"), w.as("prefet13")
	p := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	reference := p.Properties["reference"].(string)
	path := "/api/v1/deal-points/" + p.ID
	procureur.get(path).problem(http.StatusNotFound, "not-found")
	embargo := map[string]any{"reference": strings.ToLower(reference), "until": "2026-12-31"}
	gn.post("/api/v1/embargoes", embargo).problem(http.StatusForbidden, "forbidden")
	gn.get(path).want(http.StatusOK)
	if a := procureur.post("/api/v1/embargoes", embargo).want(http.StatusNoContent); len(a.body) != 0 {
		t.Errorf("the place is shown: %s", a.body)
	}
	gn.get(path).problem(http.StatusNotFound, "not-found")
	if cross.get(path).want(http.StatusOK).point().Properties["handling"].(map[string]any)["embargo_until"] != "2026-12-31" {
		t.Error("its owner does not see the embargo")
	}
	procureur.post("/api/v1/embargoes", map[string]any{"reference": reference, "until": "2026-01-01"}).problem(http.StatusUnprocessableEntity, "invalid")
	procureur.post("/api/v1/embargoes", map[string]any{"reference": reference}).problem(http.StatusUnprocessableEntity, "invalid")
	procureur.post("/api/v1/embargoes", map[string]any{"reference": "Tour Eiffel", "until": nil}).problem(http.StatusUnprocessableEntity, "invalid")
	procureur.post("/api/v1/embargoes", map[string]any{"reference": reference, "until": nil}).want(http.StatusNoContent)
	gn.get(path).want(http.StatusOK)

	elsewhere := w.do(w.viewer("pn"), dealmap.SubmitReport{ID: dealmap.ID{1, 0xdd}, Statement: dealmap.Statement{Text: "Hall B", Commune: "69123"}})
	if elsewhere.Events != 1 {
		t.Error("no report")
	}
	lyon := w.do(w.viewer("ofast"), dealmap.AddPlace{ID: dealmap.ID{2, 0xdd}, Status: dealmap.Active, Facts: dealmap.Facts{
		Kind: dealmap.Street, Name: "Cité", Commune: "69123", Accuracy: dealmap.AccuracyCommune,
	}}).Sight.Reference()
	w.do(w.viewer("ofast"), dealmap.ErasePlace{ID: w.coded(1, "H0").Subject, Reason: "retention"})
	outside := procureur.post("/api/v1/embargoes", map[string]any{"reference": lyon, "until": "2026-12-31"})
	outside.problem(http.StatusNotFound, "not-found")
}

func TestASheetSaysHowAndWhyItIsSeen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h2 := w.coded(1, "H2").Subject.String()
	h0 := w.coded(2, "H0").Subject.String()
	blurred := w.coded(3, "H0", func(f *dealmap.Facts) { f.Handling.Reach, f.Handling.Blurred = dealmap.ReachDepartement, true }).Subject.String()
	for _, c := range []struct {
		name, id, as string
		export       bool
		withheld     string
	}{
		{"cross13", h2, "whole", true, ""}, {"gn", h2, "shown", false, "case_references"}, {"gn", h0, "shown", true, "case_references"},
		{"pn", blurred, "blurred", true, "geometry"},
	} {
		u := w.as(c.name)
		sheet := u.get("/api/v1/deal-points/" + c.id).want(http.StatusOK).point()
		listed := u.get("/api/v1/deal-points").collection()
		i := slices.IndexFunc(listed.Features, func(p point) bool { return p.ID == c.id })
		for _, p := range []point{sheet, listed.Features[i]} {
			because, _ := p.Properties["because"].(string)
			withheld, _ := p.Properties["withheld"].([]any)
			if p.Properties["seen_as"] != c.as || p.Properties["may_export"] != c.export || because == "" || (c.withheld != "") != slices.Contains(withheld, any(c.withheld)) {
				t.Errorf("%s sees %s as %v because %q, export %v, withheld %v", c.name, c.id, p.Properties["seen_as"], because, p.Properties["may_export"], withheld)
			}
		}
	}
}
