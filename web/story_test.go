package web_test

import (
	"errors"
	"net/http"
	"slices"
	"testing"
)

func TestStoryOfAPoint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")

	added := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	p := added.point()
	path := "/api/v1/deal-points/" + p.ID
	reference := p.Properties["reference"].(string)
	if got := added.header.Get("Location"); got != path {
		t.Errorf("Location %s, want %s", got, path)
	}
	if got := added.header.Get("ETag"); got != `"1"` {
		t.Errorf("ETag %s", got)
	}
	if p.Properties["departement"] != "13" || p.Properties["commune_name"] != "Marseille" {
		t.Errorf("territory not filled in: %v", p.Properties)
	}

	seen := gn.get("/api/v1/deal-points/" + reference).want(http.StatusOK).point()
	if seen.ID != p.ID || seen.Geometry.Coordinates[0] != 5.3698 {
		t.Errorf("gn sees %v", seen)
	}
	if got := seen.Properties["allowed"].([]any); len(got) != 1 || got[0] != "confirm" {
		t.Errorf("gn may %v", got)
	}
	if refs := gn.get("/api/v1/deal-points?bbox=5.3,43.2,5.4,43.4&status=active,disrupted").collection().references(); !slices.Contains(refs, reference) {
		t.Errorf("gn's list lacks %s: %v", reference, refs)
	}

	closing := map[string]any{"reason": "dismantled", "date": "2026-11-22"}
	gn.post(path+"/close", closing).problem(http.StatusForbidden, "forbidden")
	closed := cross.post(path+"/close", closing).want(http.StatusOK).point()
	if closed.Properties["status"] != "closed" || closed.Properties["closing"].(map[string]any)["reason"] != "dismantled" {
		t.Errorf("closed: %v", closed.Properties)
	}
	cross.post(path+"/confirm", map[string]any{}).problem(http.StatusConflict, "conflict")
	cross.post(path+"/steps", map[string]any{"status": "active"}).problem(http.StatusConflict, "conflict")
	if got := cross.post(path+"/reopen", map[string]any{"note": "revenu"}).want(http.StatusOK).point(); got.Properties["status"] != "active" || got.Properties["closing"] != nil {
		t.Errorf("reopened: %v", got.Properties)
	}
	cross.post(path+"/reopen", map[string]any{}).problem(http.StatusConflict, "conflict")
	cross.post(path+"/steps", map[string]any{"status": "disrupted", "date": "2026-11-23"}).want(http.StatusOK)
	cross.post(path+"/reopen", map[string]any{}).problem(http.StatusConflict, "conflict")
	gn.post(path+"/confirm", map[string]any{"date": "2026-11-23"}).want(http.StatusOK)

	var history struct {
		Entries []struct{ Kind, Label, Service, Author string }
	}
	gn.get(path + "/history").want(http.StatusOK).json(&history)
	var labels []string
	for _, e := range history.Entries {
		labels = append(labels, e.Label)
		if e.Author != "" {
			t.Errorf("gn learns the author %q", e.Author)
		}
	}
	want := []string{"Confirmation", "Passage à l’état « Perturbé »", "Réouverture", "Fermeture", "Ajout"}
	if !slices.Equal(labels, want) {
		t.Errorf("history %q, want %q", labels, want)
	}
}

func TestPatchNeedsTheRevisionThatWasRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, ofast := w.as("cross13"), w.as("ofast")
	path := "/api/v1/deal-points/" + cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point().ID

	change := map[string]any{"properties": map[string]any{"name": "Résidence des Acacias", "hours": nil, "intensity": nil, "grading": map[string]any{"scheme": "europol", "source": "B", "information": "2"}}}
	cross.send(http.MethodPatch, path, change, header{"Content-Type": "application/merge-patch+json"}).problem(http.StatusPreconditionRequired, "precondition-required")
	cross.patch(path, `"one"`, change).problem(http.StatusBadRequest, "invalid-parameter")
	changed := cross.patch(path, `"1"`, change).want(http.StatusOK)
	p := changed.point().Properties
	if p["name"] != "Résidence des Acacias" || p["hours"] != "" || p["intensity"] != nil || p["kind"] != "four" {
		t.Errorf("after the patch: %v", p)
	}
	if changed.header.Get("ETag") != `"2"` {
		t.Errorf("ETag %s", changed.header.Get("ETag"))
	}

	stale := ofast.patch(path, `"1"`, map[string]any{"properties": map[string]any{"name": "Autre"}})
	stale.problem(http.StatusPreconditionFailed, "stale")
	var problem struct{ Current point }
	stale.json(&problem)
	if problem.Current.Properties["name"] != "Résidence des Acacias" || problem.Current.Properties["revision"] != 2.0 {
		t.Errorf("current: %v", problem.Current)
	}
	if lines := w.log.of("sheet"); len(lines) == 0 || lines[len(lines)-1].Subject != "ofast" {
		t.Errorf("showing the current state was not logged: %v", lines)
	}

	moved := cross.patch(path, `"2"`, map[string]any{"geometry": map[string]any{"type": "Point", "coordinates": []float64{5.4, 43.3}}}).want(http.StatusOK).point()
	if moved.Geometry.Coordinates[0] != 5.4 {
		t.Errorf("moved to %v", moved.Geometry)
	}
	before := len(w.log.of("sheet"))
	same := cross.patch(path, `"3"`, map[string]any{"properties": map[string]any{"name": "Résidence des Acacias"}}).want(http.StatusOK)
	if same.header.Get("ETag") != `"3"` {
		t.Errorf("a patch that changes nothing made revision %s", same.header.Get("ETag"))
	}
	if len(w.log.of("sheet")) != before+1 {
		t.Error("a patch that changes nothing shows the point, and no log says so")
	}
	w.log.break_(errors.New("disk full"))
	cross.patch(path, `"3"`, map[string]any{}).problem(http.StatusServiceUnavailable, "unavailable")
}

func TestPossibleDuplicates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	first := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	again := cross.post("/api/v1/deal-points", vieuxPort())
	again.problem(http.StatusConflict, "possible-duplicate")
	var problem struct{ Candidates []point }
	again.json(&problem)
	if len(problem.Candidates) != 1 || problem.Candidates[0].ID != first.ID {
		t.Errorf("candidates: %v", problem.Candidates)
	}
	cross.post("/api/v1/deal-points?duplicates=accepted", vieuxPort()).want(http.StatusCreated)
	cross.post("/api/v1/deal-points?duplicates=oui", vieuxPort()).problem(http.StatusBadRequest, "invalid-parameter")
}

func TestARetriedRequestAddsNothingTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	key := header{"Idempotency-Key": "essai-00001"}
	first := cross.post("/api/v1/deal-points", vieuxPort(), key).want(http.StatusCreated).point()
	second := cross.post("/api/v1/deal-points", vieuxPort(), key).want(http.StatusCreated).point()
	if first.ID != second.ID {
		t.Errorf("two points: %s and %s", first.ID, second.ID)
	}
	if n := cross.get("/api/v1/deal-points").collection().NumberReturned; n != 1 {
		t.Errorf("%d points", n)
	}
	cross.post("/api/v1/deal-points", vieuxPort(with("name", "Autre lieu")), key).problem(http.StatusUnprocessableEntity, "idempotency-key-reused")
	cross.post("/api/v1/deal-points", vieuxPort(), header{"Idempotency-Key": "é"}).problem(http.StatusBadRequest, "invalid-parameter")

	path := "/api/v1/deal-points/" + first.ID
	reopen := header{"Idempotency-Key": "reopen-00001"}
	cross.post(path+"/close", map[string]any{"reason": "faded", "date": "2026-11-23"}).want(http.StatusOK)
	cross.post(path+"/reopen", map[string]any{}, reopen).want(http.StatusOK)
	cross.post(path+"/reopen", map[string]any{}, reopen).want(http.StatusOK)
}
