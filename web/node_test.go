package web_test

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap/web"
)

// node is one of several, and stands as it is told.
type node struct {
	mu       sync.Mutex
	standing web.Standing
}

func (n *node) Standing() web.Standing {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.standing
}

func (n *node) stand(change func(*web.Standing)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	change(&n.standing)
}

// cut puts the engine out of reach since a moment, until another.
func (n *node) cut(away, until time.Time) {
	n.stand(func(s *web.Standing) { s.Away, s.Until = away, until })
}

// heal brings the engine back.
func (n *node) heal() { n.cut(time.Time{}, time.Time{}) }

// newNode is a world whose server is the node "lyon" of several; its engine last answered at ten o'clock.
func newNode(t *testing.T, change ...func(*web.Options)) (*world, *node) {
	t.Helper()
	n := &node{standing: web.Standing{Name: "lyon", Heard: ten}}
	return newWorld(t, append([]func(*web.Options){func(o *web.Options) { o.Node = n }}, change...)...), n
}

// ten is when the clock of a world begins.
var ten = newClock().at

func TestReadyTellsHowTheNodeStands(t *testing.T) {
	t.Parallel()
	w, n := newNode(t)
	w.clock.advance(time.Minute)
	u := w.anonymous()
	type told map[string]any
	is := func(status int, want told) {
		t.Helper()
		var got told
		a := u.get("/readyz").want(status)
		if a.json(&got); !maps.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
		if a.header.Get("Dealmap-Node") != "lyon" {
			t.Errorf("header %q", a.header.Get("Dealmap-Node"))
		}
	}
	is(http.StatusOK, told{"status": "ready", "name": "lyon", "behind_seconds": 0.0, "engine": "reached"})
	n.stand(func(s *web.Standing) { s.Behind = 4711 })
	is(http.StatusOK, told{"status": "ready", "name": "lyon", "behind_seconds": 60.0, "engine": "reached"})
	n.stand(func(s *web.Standing) { s.Behind = 0 })
	n.cut(ten.Add(5*time.Second), ten.Add(time.Hour))
	away := told{"status": "ready", "name": "lyon", "behind_seconds": 60.0, "engine": "away", "since": "2026-11-23T09:00:05Z", "until": "2026-11-23T10:00:00Z"}
	is(http.StatusOK, away)
	w.unready = http.ErrServerClosed
	away["status"] = "not ready"
	is(http.StatusServiceUnavailable, away)
	w.unready = nil
	w.clock.advance(time.Hour)
	away["behind_seconds"] = 3660.0
	is(http.StatusServiceUnavailable, away)
	n.heal()
	is(http.StatusOK, told{"status": "ready", "name": "lyon", "behind_seconds": 0.0, "engine": "reached"})
}

func TestAnswersNameTheirNode(t *testing.T) {
	t.Parallel()
	w, n := newNode(t)
	u := w.as("gn")
	named := func(stale string) {
		t.Helper()
		for _, path := range []string{"/api/v1/me", "/tiles/deal_points/12/2109/1496.mvt", "/tiles/map.json", "/api/v1/deal-points?q=%zz", "/api/v1/nothing", "/api/v1/openapi.yaml"} {
			a := u.get(path)
			if a.header.Get("Dealmap-Node") != "lyon" || a.header.Get("Dealmap-Stale-Since") != stale {
				t.Errorf("%s (%d): node %q, stale since %q, want %q", path, a.status, a.header.Get("Dealmap-Node"), a.header.Get("Dealmap-Stale-Since"), stale)
			}
		}
		if a := u.get("/"); a.header.Get("Dealmap-Node") != "" {
			t.Errorf("a file of the application names the node %q", a.header.Get("Dealmap-Node"))
		}
	}
	named("")
	n.cut(ten.Add(5*time.Second), ten.Add(time.Hour))
	named("2026-11-23T09:00:00Z") // the map is known to have been current then
	n.heal()
	named("")
	if a := newWorld(t).as("gn").get("/api/v1/me"); a.header["Dealmap-Node"] != nil || strings.Contains(string(a.body), `"node"`) {
		t.Errorf("the only server calls itself a node: %v %s", a.header, a.body)
	}
}

func TestTheViewerIsToldHowTheNodeStands(t *testing.T) {
	t.Parallel()
	w, n := newNode(t)
	u := w.as("cross13")
	told := func() (s struct{ Name, Engine, Since, Until string }) {
		var me struct {
			Node *struct{ Name, Engine, Since, Until string }
		}
		if u.get("/api/v1/me").want(http.StatusOK).json(&me); me.Node != nil {
			s = *me.Node
		}
		return s
	}
	if got := told(); got.Name != "lyon" || got.Engine != "reached" || got.Since+got.Until != "" {
		t.Errorf("told %+v", got)
	}
	n.cut(ten.Add(5*time.Second), ten.Add(time.Hour))
	if got := told(); got.Engine != "away" || got.Since != "2026-11-23T09:00:05Z" || got.Until != "2026-11-23T10:00:00Z" {
		t.Errorf("told %+v", got)
	}
}

// TestACutOffNodeShowsNothing: past its time a node cannot know who still may see anything, and shows nothing to anybody.
func TestACutOffNodeShowsNothing(t *testing.T) {
	t.Parallel()
	w, n := newNode(t)
	users := map[string]*user{"": w.anonymous()}
	for name := range people {
		users[name] = w.as(name)
	}
	n.cut(ten, ten.Add(20*time.Minute))
	events := users["gn"].live("")
	if hello, told := next(t, events), next(t, events); hello.name != "hello" || told.name != "node" {
		t.Fatalf("the stream begins with %s, %s", hello.name, told.name)
	}
	users["gn"].get("/api/v1/deal-points").want(http.StatusOK) // its time is not over
	seen := len(w.log.of("list"))
	w.clock.advance(20 * time.Minute)
	for name, u := range users {
		for _, path := range []string{
			"/api/v1/session", "/api/v1/me", "/api/v1/deal-points", "/api/v1/counts", "/api/v1/changes", "/api/v1/territories/dep:13/statistics", "/api/v1/nothing",
			"/tiles/map.json", "/tiles/clusters/5/16/11.mvt", "/tiles/deal_points/12/2109/1496.mvt", "/tiles/basemap/0/0/0.mvt",
		} {
			a := u.get(path)
			a.problem(http.StatusServiceUnavailable, "unavailable")
			if !strings.Contains(string(a.body), "quelles habilitations ont été retirées") || a.header.Get("Retry-After") == "" {
				t.Errorf("%s, %s: %s", name, path, a.body)
			}
		}
		u.post("/api/v1/deal-points", vieuxPort()).problem(http.StatusServiceUnavailable, "unavailable")
		u.post("/api/v1/session", signIn("gn", password)).problem(http.StatusServiceUnavailable, "unavailable")
		for _, path := range []string{"/healthz", "/", "/api/v1/openapi.yaml"} {
			u.get(path).want(http.StatusOK)
		}
		u.get("/readyz").want(http.StatusServiceUnavailable)
	}
	if now := len(w.log.of("list")); now != seen {
		t.Errorf("%d consultations were logged of a map that was not shown", now-seen)
	}
	if page := newRecorder(w.server.Metrics()); !strings.Contains(page, "dealmap_engine_reached 0") {
		t.Errorf("metrics: %s", page)
	}
	if end := next(t, events); end.name != "end" {
		t.Errorf("the stream goes on with %+v", end)
	}
	users["pn"].send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
	n.cut(time.Time{}, ten.Add(20*time.Minute)) // the engine answers, and the map does not follow it
	if a := users["gn"].get("/api/v1/deal-points"); !strings.Contains(string(a.body), "ne suit plus le journal") {
		t.Errorf("%d %s", a.status, a.body)
	}
	users["gn"].get("/readyz").want(http.StatusServiceUnavailable)
	n.heal()
	users["gn"].get("/api/v1/deal-points").want(http.StatusOK)
	users["pn"].get("/api/v1/deal-points").problem(http.StatusUnauthorized, "not-signed-in")
}

// TestStreamsTellHowTheNodeStands: the screen says that the map may be out of date, and no longer, without asking.
func TestStreamsTellHowTheNodeStands(t *testing.T) {
	t.Parallel()
	w, n := newNode(t)
	streams := map[string]<-chan event{}
	for _, name := range []string{"cross13", "prefet13", "gn"} {
		streams[name] = w.as(name).live("")
	}
	want := func(data string) {
		t.Helper()
		for name, events := range streams {
			if e := next(t, events); e.name != "node" || e.data != data {
				t.Errorf("%s is told %+v, want %s", name, e, data)
			}
		}
	}
	for name, events := range streams {
		if e := next(t, events); e.name != "hello" {
			t.Fatalf("%s is told %+v first", name, e)
		}
	}
	want(`{"engine":"reached","name":"lyon"}`)
	n.stand(func(s *web.Standing) { s.Behind, s.Heard = 12, ten.Add(time.Second) }) // nobody's business
	n.cut(ten.Add(5*time.Second), ten.Add(time.Hour))
	want(`{"engine":"away","name":"lyon","since":"2026-11-23T09:00:05Z","until":"2026-11-23T10:00:00Z"}`)
	n.heal()
	want(`{"engine":"reached","name":"lyon"}`)
}

func TestMetricsOfANode(t *testing.T) {
	t.Parallel()
	w, n := newNode(t)
	shows := func(lines ...string) {
		t.Helper()
		page := newRecorder(w.server.Metrics())
		for _, line := range lines {
			if !strings.Contains(page, "\n"+line+"\n") {
				t.Errorf("metrics lack %s", line)
			}
		}
	}
	shows("dealmap_node_behind_entries 0", "dealmap_node_behind_seconds 0", "dealmap_engine_reached 1")
	n.stand(func(s *web.Standing) { s.Behind = 4711 })
	shows("dealmap_node_behind_entries 4711", "dealmap_engine_reached 1")
	n.cut(ten, ten.Add(time.Hour))
	shows("dealmap_engine_reached 0")
	if page := newRecorder(newWorld(t).server.Metrics()); strings.Contains(page, "dealmap_node_") || strings.Contains(page, "dealmap_engine_") {
		t.Error("the only server has metrics of a node")
	}
}
