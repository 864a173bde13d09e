package web_test

import (
	"net/http"
	"testing"

	"github.com/mesure5/dealmap"
)

// TestWhoConfirmsAPlaceHasSeenIt: the answer to a write shows the place, so the consultation log names it.
func TestWhoConfirmsAPlaceHasSeenIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.coded(1, "H0").Subject
	w.as("gn").post("/api/v1/deal-points/"+id.String()+"/confirm", map[string]any{}).want(http.StatusOK)
	lines := w.log.of(dealmap.WhatSheet)
	if len(lines) != 1 || lines[0].What != dealmap.WhatSheet || lines[0].Subject != "gn" || len(lines[0].Places) != 1 || lines[0].Places[0] != id {
		t.Errorf("lines %+v", lines)
	}
}
