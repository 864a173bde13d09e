package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// placeCalls are all calls that name a place, with a place in the place of {id}.
var placeCalls = []request{
	{method: http.MethodGet, path: "/api/v1/deal-points/{id}"}, {method: http.MethodGet, path: "/api/v1/deal-points/{id}/history"},
	{method: http.MethodGet, path: "/api/v1/deal-points/{id}/watch"},
	{http.MethodPatch, "/api/v1/deal-points/{id}", `{"properties":{"name":"Cité"}}`, `"1"`},
	{http.MethodPatch, "/api/v1/deal-points/{id}", `{"properties":{"handling":{"reach":"national"}}}`, `"44"`},
	{http.MethodPost, "/api/v1/deal-points/{id}/steps", `{"status":"disrupted"}`, `"1"`},
	{http.MethodPost, "/api/v1/deal-points/{id}/steps", `{"status":"active"}`, ""},
	{http.MethodPost, "/api/v1/deal-points/{id}/close", `{"reason":"faded","date":"2026-11-23"}`, `"1"`},
	{http.MethodPost, "/api/v1/deal-points/{id}/reopen", `{}`, `"1"`}, {http.MethodPost, "/api/v1/deal-points/{id}/confirm", `{}`, `"44"`},
	{http.MethodPost, "/api/v1/deal-points/{id}/erase", `{"reason":"retention"}`, `"1"`},
	{http.MethodPost, "/api/v1/deal-points/{id}/erase", `{"reason":"whim"}`, `"44"`},
}

// bothFamilies are placeCalls about deal points and about support sites.
func bothFamilies() []request {
	all := slices.Clone(placeCalls)
	for _, call := range placeCalls {
		call.path = strings.Replace(call.path, "/api/v1/deal-points/", "/api/v1/sites/", 1)
		all = append(all, call)
	}
	return all
}

// send sends one call past the network.
func (q *request) send(handler http.Handler, cookie, id string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(q.method, strings.ReplaceAll(q.path, "{id}", id), strings.NewReader(q.body))
	r.Header.Set("Cookie", cookie)
	if q.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if q.match != "" {
		r.Header.Set("If-Match", q.match)
	}
	handler.ServeHTTP(w, r)
	return w
}

// sideBySide is a map with a place that gn does not see, one that is erased, and an id that nothing has.
func sideBySide(t *testing.T) (w *world, cookie string, ids map[string]string) {
	w = newWorld(t)
	hidden, site := w.hiddenPlace(2, 5.3698, 43.2965), w.hiddenOf(4, 5.3702, 43.2966, dealmap.StashFlat)
	erased := w.coded(3, "H0")
	w.do(w.viewer("ofast"), dealmap.ErasePlace{ID: erased.Subject, Reason: "retention"})
	m := &randomMap{world: w}
	return w, m.cookie("gn"), map[string]string{
		"hidden": hidden.Subject.String(), "a hidden site": site.Subject.String(), "its reference": hidden.Sight.Reference(), "erased": erased.Subject.String(),
		"absent": "0fbb0000-0000-4000-8000-0000000000aa",
	}
}

// unlike are what may differ: the number of the answer, and when it was made.
var unlike = regexp.MustCompile(`urn:dealmap:request:[A-Z0-9]+`)

func TestHiddenIsAsAbsent(t *testing.T) {
	t.Parallel()
	w, cookie, ids := sideBySide(t)
	for _, q := range bothFamilies() {
		answer := func(id string) string {
			a := q.send(w.server.Handler(), cookie, id)
			a.Header().Del("X-Request-Id")
			var headers []string
			for name, values := range a.Header() {
				headers = append(headers, name+": "+strings.Join(values, ", "))
			}
			slices.Sort(headers)
			return a.Result().Status + "\n" + strings.Join(headers, "\n") + "\n" + unlike.ReplaceAllString(a.Body.String(), "")
		}
		absent := answer(ids["absent"])
		if !strings.HasPrefix(absent, "404") && !strings.HasPrefix(absent, "422") {
			t.Errorf("%s %s: %.200s", q.method, q.path, absent)
		}
		for what, id := range ids {
			if got := answer(id); got != absent {
				t.Errorf("%s %s of what is %s:\n%s\nof what is absent:\n%s", q.method, q.path, what, got, absent)
			}
		}
	}
	if lines := w.log.of(dealmap.WhatSheet); len(lines) != 0 {
		t.Errorf("lines about places that were not shown: %+v", lines)
	}
}

// TestHiddenTakesAsLongAsAbsent compares medians of calls made in turn. The bound is wide: what it must find is a call that
// does work for a hidden place that it does not do for an absent one, such as waiting for the disk.
func TestHiddenTakesAsLongAsAbsent(t *testing.T) {
	w, cookie, ids := sideBySide(t)
	for _, q := range placeCalls {
		const rounds = 61
		took := map[string][]time.Duration{}
		for range rounds {
			for what, id := range ids {
				begin := time.Now()
				q.send(w.server.Handler(), cookie, id)
				took[what] = append(took[what], time.Since(begin))
			}
		}
		median := func(what string) time.Duration {
			slices.Sort(took[what])
			return took[what][rounds/2]
		}
		absent := median("absent")
		for what := range ids {
			if got := median(what); got > 4*absent+200*time.Microsecond || absent > 4*got+200*time.Microsecond {
				t.Errorf("%s %s: %v of what is %s, %v of what is absent", q.method, q.path, got, what, absent)
			}
		}
	}
}
