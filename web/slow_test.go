package web_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

// slowly begins a request whose body is kept back, and waits until the server has begun to read it. The returned function
// sends the body and returns the status.
func (u *user) slowly(method, path string, body any, headers ...string) (finish func() int) {
	u.w.t.Helper()
	data, err := json.Marshal(body)
	if err != nil {
		u.w.t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.w.http.Listener.Addr().String())
	if err != nil {
		u.w.t.Fatal(err)
	}
	u.w.t.Cleanup(func() { conn.Close() })
	if cookie := cookieOf(u); cookie != "" {
		headers = append(headers, "Cookie: dealmap_session="+cookie)
	}
	// The server asks for the body when it first reads it.
	fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: dealmap\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n%s\r\n\r\n",
		method, path, len(data), strings.Join(headers, "\r\n"))
	in := bufio.NewReader(conn)
	if line, err := in.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		u.w.t.Fatalf("%s %s: %q, %v", method, path, line, err)
	}
	if _, err := in.ReadString('\n'); err != nil {
		u.w.t.Fatal(err)
	}
	return func() int {
		u.w.t.Helper()
		if _, err := conn.Write(data); err != nil {
			u.w.t.Fatal(err)
		}
		answer, err := http.ReadResponse(in, nil)
		if err != nil {
			u.w.t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
}

// TestARequestThatWaitsHasNoRightsLeft: a body that comes after the end of a grant, a token or a session does nothing.
func TestARequestThatWaitsHasNoRightsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, admin, gone := w.as("cross13"), w.as("admin"), w.as("ofast")
	_, text := w.as("gn").token()
	add := cross.slowly(http.MethodPost, "/api/v1/deal-points", vieuxPort())
	signedOut := gone.slowly(http.MethodPost, "/api/v1/deal-points", vieuxPort())
	within := w.anonymous().slowly(http.MethodPost, "/api/v1/within", json.RawMessage(`{"type":"Polygon","coordinates":[[[5,43],[6,43],[6,44],[5,44],[5,43]]]}`),
		"Authorization: Bearer "+text)
	reset := admin.slowly(http.MethodPut, "/api/v1/accounts/gn/password", map[string]any{"password": "un tout autre mot de passe"})
	for _, name := range []string{"cross13", "gn", "admin"} {
		w.endGrants(name)
	}
	gone.send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
	for name, got := range map[string][2]int{
		"grant": {add(), http.StatusForbidden}, "session": {signedOut(), http.StatusUnauthorized}, "token": {within(), http.StatusUnauthorized},
		"administrator": {reset(), http.StatusForbidden},
	} {
		if got[0] != got[1] {
			t.Errorf("end of the %s: %d, want %d", name, got[0], got[1])
		}
	}
	if n := len(w.as("pn").get("/api/v1/deal-points").collection().Features); n != 0 {
		t.Errorf("%d points were added", n)
	}
}

// slowMap takes its time to go back.
type slowMap struct {
	web.Map
	asked, release chan struct{}
}

func (m slowMap) SnapshotAt(ctx context.Context, at time.Time) (web.Snapshot, error) {
	m.asked <- struct{}{}
	<-m.release
	return m.Map.SnapshotAt(ctx, at)
}

// TestAnAnswerThatWaitsShowsNothing: what takes long to find is judged again before it leaves.
func TestAnAnswerThatWaitsShowsNothing(t *testing.T) {
	t.Parallel()
	slow := slowMap{asked: make(chan struct{}, 10), release: make(chan struct{})}
	w := newWorld(t, func(o *web.Options) {
		slow.Map = o.Map
		o.Map = slow
	})
	w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	w.clock.advance(48 * time.Hour)
	answers := map[string]chan int{}
	for name, path := range map[string]string{
		"gn": "/api/v1/deal-points?as_of=2026-11-23", "cross13": "/tiles/deal_points/12/2109/1500.mvt?as_of=2026-11-23",
		"pn": "/api/v1/deal-points/counts?as_of=2026-11-23", "ofast": "/api/v1/nearest?lon=5&lat=43&as_of=2026-11-23",
	} {
		u, headers := w.as(name), []header{}
		if name == "pn" || name == "ofast" {
			_, text := u.token()
			u, headers = w.anonymous(), []header{bearer(text)}
		}
		answer := make(chan int, 1)
		answers[name] = answer
		go func() { answer <- u.get(path, headers...).status }()
	}
	for range answers {
		<-slow.asked
	}
	for name := range answers {
		w.endGrants(name)
	}
	close(slow.release)
	for name, got := range answers {
		if status := <-got; status != http.StatusForbidden && status != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, status)
		}
	}
	for _, what := range []string{dealmap.WhatTile, dealmap.WhatList, dealmap.WhatCounts, dealmap.WhatNearest} {
		if lines := w.log.of(what); len(lines) > 0 {
			t.Errorf("lines of what nobody was shown: %+v", lines)
		}
	}
}

// TestWhoGoesBackALotKeepsNobodyWaiting: one person's maps of the past are made one after the other, whatever the number that is
// asked for, so that another's comes next.
func TestWhoGoesBackALotKeepsNobodyWaiting(t *testing.T) {
	t.Parallel()
	slow := slowMap{asked: make(chan struct{}, 100), release: make(chan struct{})}
	w := newWorld(t, func(o *web.Options) {
		slow.Map = o.Map
		o.Map = slow
	})
	greedy, other := w.as("gn"), w.as("pn")
	answers := make(chan int)
	const many = 20
	ask := func(u *user, day int) {
		answers <- u.get(fmt.Sprintf("/api/v1/deal-points?as_of=2026-10-%02d", day)).status
	}
	for day := range many {
		go ask(greedy, day+1)
	}
	<-slow.asked
	go ask(other, 1)
	<-slow.asked
	time.Sleep(50 * time.Millisecond) // for those that should not come
	if n := len(slow.asked); n > 0 {
		t.Errorf("%d more of one person are made at the same time", n)
	}
	close(slow.release)
	for range many + 1 {
		if status := <-answers; status != http.StatusOK {
			t.Errorf("%d", status)
		}
	}
}

// slowLog takes its time to keep the line of an export.
type slowLog struct {
	web.Consultations
	asked, release chan struct{}
}

func (l slowLog) Record(ctx context.Context, line dealmap.Consultation) error {
	if line.What == dealmap.WhatExport {
		l.asked <- struct{}{}
		<-l.release
	}
	return l.Consultations.Record(ctx, line)
}

// TestOnePersonMakesFewExportsAtOnce: each of them reads the whole map.
func TestOnePersonMakesFewExportsAtOnce(t *testing.T) {
	t.Parallel()
	slow := slowLog{asked: make(chan struct{}, 100), release: make(chan struct{})}
	w := newWorld(t, func(o *web.Options) {
		slow.Consultations = o.Consultations
		o.Consultations = slow
	})
	greedy, other := w.as("gn"), w.as("pn")
	body := map[string]any{"format": "csv", "recipients": []string{"Parquet de Marseille"}, "purpose": "transmission"}
	answers := make(chan int, 10)
	ask := func(u *user) { answers <- u.post("/api/v1/exports", body).status }
	for range 3 {
		go ask(greedy)
		<-slow.asked
	}
	greedy.post("/api/v1/exports", body).problem(http.StatusTooManyRequests, "too-many-requests")
	go ask(other)
	<-slow.asked
	close(slow.release)
	for range 4 {
		if status := <-answers; status != http.StatusOK {
			t.Errorf("%d", status)
		}
	}
	greedy.post("/api/v1/exports", body).want(http.StatusOK)
}

// TestASessionThatEndedStaysEnded: a request that began before the end of its session and writes to it does not bring it back.
func TestASessionThatEndedStaysEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.as("gn")
	kept := cookieOf(u)
	w.clock.advance(20 * time.Minute) // long enough for a request to note that the session is in use
	motive := u.slowly(http.MethodPut, "/api/v1/session/motive", map[string]any{"motive": "operation"})
	u.send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
	motive()
	w.anonymous().get("/api/v1/deal-points", header{"Cookie": "dealmap_session=" + kept}).problem(http.StatusUnauthorized, "not-signed-in")
}
