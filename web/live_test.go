package web_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap/web"
)

// event is one Server-Sent Event.
type event struct{ id, name, data string }

// live opens a stream and returns its events; the channel closes with the stream.
func (u *user) live(last string, headers ...header) <-chan event {
	u.w.t.Helper()
	r, err := http.NewRequestWithContext(u.w.t.Context(), http.MethodGet, u.w.http.URL+"/api/v1/changes", nil)
	if err != nil {
		u.w.t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	for _, h := range headers {
		for name, value := range h {
			r.Header.Set(name, value)
		}
	}
	client := *u.http
	client.Timeout = 0
	response, err := client.Do(r)
	if err != nil {
		u.w.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		u.w.t.Fatalf("stream: %d %s", response.StatusCode, response.Header.Get("Content-Type"))
	}
	events := make(chan event, 1000)
	go func() {
		defer close(events)
		defer response.Body.Close()
		lines := bufio.NewScanner(response.Body)
		var e event
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.id = value
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if lines.Text() == "" && (e.id != "" || e.name != "") {
					events <- e
					e = event{}
				}
			}
		}
	}()
	return events
}

// next waits for an event with a name, passing over those that only move the id.
func next(t *testing.T, events <-chan event) event {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case e, open := <-events:
			if !open {
				t.Fatal("the stream has ended")
			}
			if e.name != "" {
				return e
			}
		case <-deadline:
			t.Fatal("no event in ten seconds")
		}
	}
}

type change struct {
	Type, ID, Reference string
	Revision            int
	Tiles               []string
}

func (e event) change(t *testing.T) change {
	t.Helper()
	var c change
	if err := json.Unmarshal([]byte(e.data), &c); err != nil || e.name != "change" {
		t.Fatalf("%+v: %v", e, err)
	}
	return c
}

func TestChangesAreToldAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn := w.as("cross13"), w.as("gn")
	events := gn.live("")
	hello := next(t, events)
	if hello.name != "hello" || hello.id == "" {
		t.Fatalf("first event %+v", hello)
	}
	p := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	first := next(t, events)
	c := first.change(t)
	if c.Type != "added" || c.ID != p.ID || c.Reference != p.Properties["reference"] || c.Revision != 1 || !slices.Equal(c.Tiles, []string{"14/8436/6001"}) {
		t.Errorf("told %+v", c)
	}
	path := "/api/v1/deal-points/" + p.ID
	cross.patch(path, `"1"`, map[string]any{"geometry": map[string]any{"type": "Point", "coordinates": []float64{5.45, 43.2965}}}).want(http.StatusOK)
	if c := next(t, events).change(t); c.Type != "changed" || len(c.Tiles) != 2 {
		t.Errorf("moved: %+v", c)
	}
	cross.patch(path, `"2"`, map[string]any{"properties": map[string]any{"handling": map[string]any{"reach": "service"}}}).want(http.StatusOK)
	if c := next(t, events).change(t); c.Type != "removed" || c.Revision != 2 || len(c.Tiles) != 1 {
		t.Errorf("out of reach: %+v", c)
	}
	cross.post(path+"/confirm", map[string]any{}).want(http.StatusOK) // gn must not learn of it
	cross.post("/api/v1/deal-points", vieuxPort(at(5.38, 43.31))).want(http.StatusCreated)
	if c := next(t, events).change(t); c.Type != "added" || c.ID == p.ID {
		t.Errorf("after the hidden one: %+v", c)
	}
	if lines := w.log.of("live"); len(lines) < 3 || lines[0].Subject != "gn" {
		t.Errorf("consultations: %+v", lines)
	}

	resumed := gn.live(first.id)
	if e := next(t, resumed); e.name != "hello" {
		t.Fatalf("resumed with %+v", e)
	}
	var kinds []string
	for range 3 {
		kinds = append(kinds, next(t, resumed).change(t).Type)
	}
	// What was hidden meanwhile is judged by what is seen of each entry.
	if !slices.Equal(kinds, []string{"changed", "removed", "added"}) {
		t.Errorf("resumed: %v", kinds)
	}
	for _, id := range []string{"nonsense", hello.id + "A"} {
		if e := next(t, gn.live(id)); e.name != "reset" {
			t.Errorf("resuming from %q: %+v", id, e)
		}
	}
	if e := next(t, cross.live(first.id)); e.name != "reset" {
		t.Errorf("another user's id: %+v", e)
	}
}

// TestAggregatesAreToldWithoutThePlace: who sees numbers only is told that they changed, of the own territory, and no more.
func TestAggregatesAreToldWithoutThePlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, ofast, prefet := w.as("cross13"), w.as("ofast"), w.as("prefet13")
	p := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	events := prefet.live("")
	next(t, events) // hello
	path := "/api/v1/deal-points/" + p.ID
	told := func(what string) {
		t.Helper()
		if e := next(t, events); e.name != "aggregates" || e.data != "{}" {
			t.Errorf("%s: told %+v", what, e)
		}
	}
	// A new name changes no number, and another département is none of the préfet's business: the next event is the closing.
	cross.patch(path, `"1"`, map[string]any{"properties": map[string]any{"name": "Autre passage"}}).want(http.StatusOK)
	ofast.post("/api/v1/deal-points", vieuxPort(at(4.83, 45.76), with("commune", "69123"))).want(http.StatusCreated)
	before := len(w.log.of("live"))
	cross.post(path+"/close", map[string]any{"reason": "faded", "date": w.clock.now().Format(time.DateOnly)}).want(http.StatusOK)
	told("closing")
	if lines := w.log.of("live"); len(lines) != before+1 || lines[before].Subject != "prefet13" {
		t.Errorf("consultations: %+v", lines)
	}
	cross.post("/api/v1/deal-points", vieuxPort(at(5.40, 43.30))).want(http.StatusCreated)
	told("adding")
}

func TestIdsTellNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gn := w.as("gn")
	a, b := next(t, gn.live("")), next(t, gn.live(""))
	if a.id == b.id {
		t.Error("two ids of one sequence are equal: activity shows")
	}
	if len(a.id) != len(b.id) {
		t.Error("ids differ in length")
	}
}

func TestAStreamEndsWithTheRight(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*world, *user){
		"signed out":  func(_ *world, u *user) { u.send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent) },
		"idle":        func(w *world, _ *user) { w.clock.advance(2 * time.Hour) },
		"grant ended": func(w *world, _ *user) { w.endGrants("gn") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			gn := w.as("gn")
			events := gn.live("")
			next(t, events)
			end(w, gn)
			if e := next(t, events); e.name != "end" {
				t.Errorf("told %+v", e)
			}
			for range events {
			}
		})
	}
}

func TestStreamsAreBoundedAndStop(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *web.Options) { o.MaxStreamsPerUser = 2 })
	gn := w.as("gn")
	first, second := gn.live(""), gn.live("")
	next(t, first)
	next(t, second)
	gn.get("/api/v1/changes").problem(http.StatusTooManyRequests, "too-many-requests")
	if e := next(t, w.as("pn").live("")); e.name != "hello" {
		t.Errorf("another user: %+v", e)
	}
	w.server.Close()
	for range first {
	}
	for range second {
	}
}
