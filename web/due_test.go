package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// TestClosedPointsComeBackForACheck follows a closing: the Cross's list of what is due shows it a month later, until the check is noted.
func TestClosedPointsComeBackForACheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tomorrow := dealmap.Date{Year: 2026, Month: 11, Day: 24}
	closed := w.coded(1, "H0")
	twin := w.coded(2, "H0", func(f *dealmap.Facts) { f.NextReview = tomorrow })
	living := w.coded(3, "H0", func(f *dealmap.Facts) { f.NextReview = tomorrow })
	blurred := w.coded(4, "H0", func(f *dealmap.Facts) {
		f.NextReview, f.Handling.Reach, f.Handling.Blurred = tomorrow, dealmap.ReachDepartement, true
	})
	cross := w.as("cross13")
	path := "/api/v1/deal-points/" + closed.Subject.String()
	step := func(path string, body map[string]any) *answer {
		return cross.post(path, body, header{"If-Match": `"1"`})
	}
	if fields := step(path+"/close", map[string]any{"reason": "faded", "date": "2026-11-23", "next_review": "2026-11-01"}).problem(http.StatusUnprocessableEntity, "invalid"); !slices.Contains(fields, "next_review") {
		t.Errorf("a check before the closing: %q", fields)
	}
	p := step(path+"/close", map[string]any{"reason": "dismantled", "date": "2026-11-23"}).want(http.StatusOK).point()
	if p.Properties["next_review"] != "2026-12-23" {
		t.Errorf("a closing sets %v", p.Properties["next_review"])
	}
	step("/api/v1/deal-points/"+twin.Subject.String()+"/close", map[string]any{"reason": "duplicate", "date": "2026-11-23"}).want(http.StatusOK)

	due := func(name, query string, want ...string) {
		t.Helper()
		c := w.as(name).get("/api/v1/deal-points?due=true" + query).collection()
		got := c.references()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s is shown %q, want %q", name, got, want)
		}
		var counts struct{ Total int }
		w.as(name).get("/api/v1/deal-points/counts?due=true" + query).want(http.StatusOK).json(&counts)
		if counts.Total != len(want) {
			t.Errorf("%s counts %d, want %d", name, counts.Total, len(want))
		}
	}
	ref := func(r dealmap.Result) string { return r.Sight.Reference() }
	due("cross13", "")
	w.clock.advance(30 * 24 * time.Hour)
	due("cross13", "", ref(closed), ref(living), ref(blurred))
	due("cross13", "&status=closed", ref(closed))
	due("cross13", "&as_of=2026-11-23")
	due("cross13", "&as_of=2026-11-24", ref(living), ref(blurred))
	due("gn", "", ref(closed), ref(living), ref(blurred))
	due("pn", "", ref(closed), ref(living)) // the dates of what is blurred are withheld
	due("prefet13", "")
	if n := len(w.as("cross13").get("/api/v1/deal-points?due=false").collection().Features); n != 4 {
		t.Errorf("due=false narrows: %d", n)
	}
	cover := w.as("cross13").post("/api/v1/exports?due=true", exportOf("csv")).want(http.StatusOK)
	if n := len(rowsOf(t, cover.body)); n != 4 {
		t.Errorf("an export of what is due has %d rows", n)
	}

	cross = w.as("cross13")
	cross.post(path+"/confirm", map[string]any{}).problem(http.StatusConflict, "conflict")
	p = cross.patch(path, `"2"`, map[string]any{"properties": map[string]any{"next_review": "2027-03-01"}}).want(http.StatusOK).point()
	if p.Properties["status"] != "closed" || p.Properties["next_review"] != "2027-03-01" {
		t.Errorf("after the check: %v", p.Properties)
	}
	due("cross13", "&status=closed")
	w.as("gn").patch(path, `"3"`, map[string]any{"properties": map[string]any{"next_review": "2027-03-02"}}).problem(http.StatusForbidden, "forbidden")
	lines := w.log.of(dealmap.WhatList)
	if !slices.ContainsFunc(lines, func(c dealmap.Consultation) bool { return strings.Contains(c.Query, "due=true") }) {
		t.Error("the log does not say that what is due was asked for")
	}
}
