package web_test

import (
	"net/http"
	"testing"

	"github.com/mesure5/dealmap"
)

// TestProbingForReferencesIsOnRecord: a procureur is told whether a reference is there, also by what changes nothing. Each such
// answer is a line, and names the place that there is.
func TestProbingForReferencesIsOnRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.endGrants("prefet13")
	w.do(dealmap.Console("test", dealmap.RoleAdmin), dealmap.GiveGrant{ID: dealmap.ID{99, 0xaa}, Grant: dealmap.Grant{
		Subject: "prefet13", Name: "Procureur", Role: dealmap.RoleProcureur, Territories: []dealmap.TerritoryCode{"dep:13"},
	}})
	p := w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	reference := p.Properties["reference"].(string)
	procureur := w.as("prefet13")
	ask := func(reference string, until any) *answer {
		return procureur.post("/api/v1/embargoes", map[string]any{"reference": reference, "until": until})
	}
	for i, try := range []struct {
		reference string
		until     any
		status    int
		places    int
	}{
		{reference, nil, http.StatusNoContent, 1}, {reference, "2026-01-01", http.StatusUnprocessableEntity, 1}, {dealmap.MakeReference("13", []byte{1, 2, 3, 4, 5, 6, 7, 8}), nil, http.StatusNotFound, 0},
	} {
		ask(try.reference, try.until).want(try.status)
		lines := w.log.of(dealmap.WhatSearch)
		if len(lines) != i+1 || lines[i].Query != try.reference || len(lines[i].Places) != try.places || lines[i].Subject != "prefet13" {
			t.Fatalf("%v: lines %+v", try, lines)
		}
	}
	ask(reference, "2026-12-31").want(http.StatusNoContent) // the journal has it
	w.as("gn").post("/api/v1/embargoes", map[string]any{"reference": reference, "until": nil}).want(http.StatusForbidden)
	if lines := w.log.of(dealmap.WhatSearch); len(lines) != 3 {
		t.Errorf("lines %+v", lines)
	}
}
