package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
)

// operated is an operation as a client reads it.
type operated struct {
	ID, Reference, Type, From, Until, Territory, Note string
	SeenAs                                            string `json:"seen_as"`
	Results                                           map[string]int
	Places                                            []namedPlace
	Owner                                             *struct{ Service, Unit string }
	Withheld                                          []string
	MayChange                                         bool `json:"may_change"`
	Revision                                          int
}

type namedPlace struct{ ID, Reference, Name, Status, Date string }

type operationList struct {
	Operations []operated
	Total      int
}

func (a *answer) operation() (o operated) {
	a.t.Helper()
	a.json(&o)
	return o
}

// raid is a new operation at Marseille.
func raid(change map[string]any) map[string]any {
	body := map[string]any{"type": "judicial", "from": "2026-11-01", "until": "2026-11-03", "territory": "dep:13", "note": "dispositif de nuit",
		"results": map[string]any{"arrests": 3, "cannabis_g": 1200}}
	for name, value := range change {
		body[name] = value
	}
	return body
}

func TestFieldOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, ofast, gn, prefet := w.as("cross13"), w.as("ofast"), w.as("gn"), w.as("prefet13")
	open := w.coded(1, "H0").Subject.String()
	owned := w.coded(2, "H0", func(f *dealmap.Facts) { f.Handling.Reach = dealmap.ReachService }).Subject.String()
	made := cross.post("/api/v1/operations", raid(map[string]any{"places": []string{open, owned}}), header{"Idempotency-Key": "o1"}).want(http.StatusCreated)
	o := made.operation()
	path := "/api/v1/operations/" + o.ID
	if !strings.HasPrefix(o.Reference, "OP-13-") || made.header.Get("Location") != path || made.header.Get("ETag") != `"1"` || len(o.Places) != 2 || !o.MayChange {
		t.Errorf("made %+v, %v", o, made.header)
	}
	if again := cross.post("/api/v1/operations", raid(map[string]any{"places": []string{open, owned}}), header{"Idempotency-Key": "o1"}).want(http.StatusCreated); again.operation().ID != o.ID {
		t.Errorf("sent again: %s", again.body)
	}
	for _, c := range []struct {
		u             *user
		name, seen    string
		places        int
		note, changes bool
	}{{cross, "cross13", "whole", 2, true, true}, {ofast, "ofast", "whole", 2, true, true}, {gn, "gn", "shown", 1, true, false}, {w.as("pn"), "pn", "shown", 2, true, false},
		{prefet, "prefet13", "tallied", 0, false, false}} {
		for _, id := range []string{o.ID, o.Reference, strings.ToLower(o.Reference)} {
			a := c.u.get("/api/v1/operations/" + id).want(http.StatusOK)
			got := a.operation()
			if got.SeenAs != c.seen || len(got.Places) != c.places || (got.Note != "") != c.note || got.MayChange != c.changes || (got.Owner == nil) == c.note ||
				got.Results["arrests"] != 3 || got.Type != "judicial" || (a.header.Get("ETag") == "") != (c.seen == "tallied") {
				t.Errorf("%s reads %+v", c.name, got)
			}
		}
		var l operationList
		if c.u.get("/api/v1/operations").want(http.StatusOK).json(&l); l.Total != 1 || len(l.Operations) != 1 || len(l.Operations[0].Places) != c.places {
			t.Errorf("%s lists %+v", c.name, l)
		}
	}
	for _, name := range []string{"partenaire13", "auditeur", "admin"} {
		u := w.as(name)
		hidden, absent := u.get(path), u.get("/api/v1/operations/0fbb0000-0000-4000-8000-0000000000aa")
		if hidden.problem(http.StatusNotFound, "not-found"); withoutInstance(hidden.body) != withoutInstance(absent.body) {
			t.Errorf("for %s a hidden operation is not as if it were absent", name)
		}
		var l operationList
		if u.get("/api/v1/operations").want(http.StatusOK).json(&l); l.Total != 0 {
			t.Errorf("%s lists %+v", name, l)
		}
	}
	for _, line := range w.log.of(dealmap.WhatOperations) {
		told := len(line.Places)
		switch {
		case line.Subject == "prefet13" && told != 0, line.Subject == "gn" && (told != 1 || line.Places[0].String() != open), line.Subject == "cross13" && told != 2:
			t.Errorf("%s was told of %d places: %+v", line.Subject, told, line)
		}
	}
	closing := map[string]any{"reason": "dismantled", "date": "2026-11-23", "operation": strings.ToLower(o.Reference)}
	if p := cross.post("/api/v1/deal-points/"+open+"/close", closing).want(http.StatusOK).point(); p.Properties["closing"].(map[string]any)["operation"] != o.Reference {
		t.Errorf("closed by %v", p.Properties["closing"])
	}
	for query, n := range map[string]int{"type=pilonnage": 0, "type=judicial,dissuasion": 1, "territory=reg:93": 1, "territory=dep:59": 0, "from=2026-11-03": 1, "from=2026-11-04": 0,
		"until=2026-10-31": 0, "until=2026-11-01": 1, "place=" + open: 1, "place=" + owned: 1, "place=0fbb0000-0000-4000-8000-0000000000aa": 0} {
		var l operationList
		if cross.get("/api/v1/operations?" + query).want(http.StatusOK).json(&l); l.Total != n {
			t.Errorf("%s lists %d", query, l.Total)
		}
	}
	for query, wrong := range map[string]string{"type=raid": "type", "territory=dep:XX": "territory", "from=hier": "from", "from=2026-11-03&until=2026-11-01": "until", "limit=0": "limit", "x=1": "x"} {
		if fields := cross.get("/api/v1/operations?"+query).problem(http.StatusBadRequest, "invalid-parameter"); !slices.Contains(fields, wrong) {
			t.Errorf("%s: %q", query, fields)
		}
	}
	var l operationList
	if gn.get("/api/v1/operations?place=" + owned).want(http.StatusOK).json(&l); l.Total != 0 {
		t.Errorf("a hidden place finds %+v", l)
	}
}

func TestChangeOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn, prefet := w.as("cross13"), w.as("gn"), w.as("prefet13")
	open := w.coded(1, "H0").Subject.String()
	for field, body := range map[string]map[string]any{
		"type": raid(map[string]any{"type": "raid"}), "from": raid(map[string]any{"from": "2027-01-01"}), "until": raid(map[string]any{"until": "2026-10-01"}),
		"territory": raid(map[string]any{"territory": "dep:XX"}), "places[0]": raid(map[string]any{"places": []string{"Vieux Port"}}),
		"places[1]":       raid(map[string]any{"places": []string{open, "0fbb0000-0000-4000-8000-0000000000aa"}}),
		"results.weapons": raid(map[string]any{"results": map[string]any{"weapons": -1}}), "results.persons": raid(map[string]any{"results": map[string]any{"persons": 1}}),
		"results.arrests": raid(map[string]any{"results": map[string]any{"arrests": 1.5}}), "note": raid(map[string]any{"note": "joindre le 06 12 34 56 78"}), "persons": raid(map[string]any{"persons": []string{"x"}}),
	} {
		if fields := cross.post("/api/v1/operations", body).problem(http.StatusUnprocessableEntity, "invalid"); !slices.Contains(fields, field) {
			t.Errorf("%s: %q", field, fields)
		}
	}
	for _, u := range []*user{gn, prefet, w.as("auditeur")} {
		u.post("/api/v1/operations", raid(nil)).problem(http.StatusForbidden, "forbidden")
	}
	cross.post("/api/v1/operations", raid(map[string]any{"territory": "dep:59"})).problem(http.StatusForbidden, "forbidden")
	o := cross.post("/api/v1/operations", raid(map[string]any{"places": []string{open}})).want(http.StatusCreated).operation()
	path := "/api/v1/operations/" + o.ID
	cross.send(http.MethodPatch, path, map[string]any{"type": "dissuasion"}).problem(http.StatusPreconditionRequired, "precondition-required")
	cross.patch(path, `"7"`, map[string]any{"type": "dissuasion"}).problem(http.StatusPreconditionFailed, "stale")
	gn.patch(path, `"1"`, map[string]any{"type": "dissuasion"}).problem(http.StatusForbidden, "forbidden")
	prefet.patch(path, "*", map[string]any{"type": "dissuasion"}).problem(http.StatusForbidden, "forbidden")
	a := cross.patch(path, `"1"`, map[string]any{"results": map[string]any{"arrests": nil, "fines": 9}, "places": nil, "until": nil}).want(http.StatusOK)
	if got := a.operation(); got.Results["fines"] != 9 || got.Results["arrests"] != 0 || len(got.Places) != 0 || got.Until != "2026-11-01" || a.header.Get("ETag") != `"2"` {
		t.Errorf("changed: %s", a.body)
	}
	if same := cross.patch(path, `"2"`, map[string]any{"type": "judicial"}).want(http.StatusOK); same.header.Get("ETag") != `"2"` {
		t.Errorf("no change makes the revision %s", same.header.Get("ETag"))
	}
	gn.post(path+"/remove", nil).problem(http.StatusForbidden, "forbidden")
	cross.post(path+"/remove", nil, header{"If-Match": `"1"`}).problem(http.StatusPreconditionFailed, "stale")
	for range 2 {
		cross.post(path+"/remove", nil, header{"If-Match": `"2"`, "Idempotency-Key": "r1"}).want(http.StatusNoContent)
	}
	for _, u := range []*user{cross, gn, prefet} {
		u.get(path).problem(http.StatusNotFound, "not-found")
		u.get("/api/v1/operations/"+o.Reference).problem(http.StatusNotFound, "not-found")
	}
}

func TestMeetings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	prefet, cross, gn, pn, ofast := w.as("prefet13"), w.as("cross13"), w.as("gn"), w.as("pn"), w.as("ofast")
	type meeting struct {
		ID, Territory, Date, Role string
		MayRemove                 bool `json:"may_remove"`
	}
	type meetings struct {
		Meetings []meeting
		MayHold  bool `json:"may_hold"`
	}
	const path = "/api/v1/territories/dep:13/meetings"
	for _, day := range []string{"2026-09-15", "2026-11-20", "2026-10-12"} {
		prefet.post(path, map[string]any{"date": day}).want(http.StatusCreated)
	}
	var today meeting
	for range 2 {
		prefet.post(path, map[string]any{}, header{"Idempotency-Key": "m1"}).want(http.StatusCreated).json(&today)
	}
	if today.Date != "2026-11-23" || today.Role != "prefet" || !today.MayRemove {
		t.Errorf("noted %+v", today)
	}
	cross.post(path, map[string]any{"date": "2026-11-20"}).problem(http.StatusConflict, "conflict")
	if fields := prefet.post(path, map[string]any{"date": "2027-01-01"}).problem(http.StatusUnprocessableEntity, "invalid"); !slices.Contains(fields, "date") {
		t.Errorf("in the future: %q", fields)
	}
	for _, u := range []*user{gn, pn, w.as("auditeur")} {
		u.post(path, map[string]any{"date": "2026-11-01"}).problem(http.StatusForbidden, "forbidden")
	}
	prefet.post("/api/v1/territories/dep:59/meetings", map[string]any{}).problem(http.StatusForbidden, "forbidden")
	prefet.post("/api/v1/territories/dep:XX/meetings", map[string]any{}).problem(http.StatusNotFound, "not-found")
	for name, c := range map[string]struct {
		u     *user
		n     int
		holds bool
	}{"prefet13": {prefet, 4, true}, "cross13": {cross, 4, true}, "gn": {gn, 4, false}, "ofast": {ofast, 4, true}, "pn": {pn, 0, false}, "partner": {w.as("partenaire13"), 0, false}} {
		var l meetings
		c.u.get(path).want(http.StatusOK).json(&l)
		if len(l.Meetings) != c.n || l.MayHold != c.holds || c.n > 0 && (l.Meetings[0].Date != "2026-11-23" || l.Meetings[3].Date != "2026-09-15") {
			t.Errorf("%s reads %+v", name, l)
		}
	}
	remove := path + "/" + today.ID + "/remove"
	gn.post(remove, nil).problem(http.StatusForbidden, "forbidden")
	pn.post(remove, nil).problem(http.StatusNotFound, "not-found")
	cross.post("/api/v1/territories/dep:84/meetings/"+today.ID+"/remove", nil).problem(http.StatusNotFound, "not-found")
	cross.post(remove, nil).want(http.StatusNoContent)
	cross.post(remove, nil).problem(http.StatusNotFound, "not-found")
	var l meetings
	if prefet.get(path).want(http.StatusOK).json(&l); len(l.Meetings) != 3 {
		t.Errorf("after it was taken away: %+v", l)
	}
	if lines := w.log.of(dealmap.WhatMeetings); len(lines) < 6 || !strings.HasPrefix(lines[0].Detail, "dep:13 ") {
		t.Errorf("lines: %+v", lines)
	}
	if fields := prefet.get(path+"?limit=3").problem(http.StatusBadRequest, "invalid-parameter"); len(fields) != 1 {
		t.Error(fmt.Sprint(fields))
	}
}
