package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

// TestMergedRecordsStayOnRecord: the auditor still finds who saw a record, and reads its reference, after it was merged into another.
func TestMergedRecordsStayOnRecord(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	w := newWorld(t, audited(k))
	cross, gn, auditor := w.as("cross13"), w.as("gn"), w.as("auditeur")
	into := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	from := cross.post("/api/v1/deal-points?duplicates=accepted", vieuxPort()).want(http.StatusCreated).point()
	reference := from.Properties["reference"].(string)
	gn.get("/api/v1/deal-points/" + reference).want(http.StatusOK)
	id, err := dealmap.ParseID(from.ID)
	if err != nil {
		t.Fatal(err)
	}
	target, err := dealmap.ParseID(into.ID)
	if err != nil {
		t.Fatal(err)
	}
	w.do(w.viewer("cross13"), dealmap.MergePlaces{Into: target, From: id})
	var told toldPage
	auditor.get("/api/v1/audit/consultations?subject=gn&place=" + reference).want(http.StatusOK).json(&told)
	if len(told.Lines) != 1 || told.Lines[0].What != dealmap.WhatSheet {
		t.Errorf("told of %+v", told)
	}
	for _, path := range []string{"/api/v1/audit/consultations/1/places", "/api/v1/audit/consultations/2/places", "/api/v1/audit/consultations/3/places"} {
		if a := auditor.get(path).want(http.StatusOK); strings.Contains(string(a.body), from.ID) && !strings.Contains(string(a.body), reference) {
			t.Errorf("%s passes the merged record off as erased: %s", path, a.body)
		}
	}
	if a := auditor.get("/api/v1/audit/journal?place=" + reference).want(http.StatusOK); strings.Count(string(a.body), reference) < 2 {
		t.Errorf("the journal of a merged record: %s", a.body)
	}
}
