package web_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web"
)

// clumsy is a drawer with a defect.
type clumsy struct{ web.Drawer }

func (clumsy) Tile(context.Context, tiles.Source, tiles.Request) (*tiles.Tile, error) {
	panic("index out of range in /home/build/secret.go")
}

func TestADefectIsAnAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *web.Options) { o.Drawer = clumsy{o.Drawer} })
	u := w.as("gn")
	a := u.get("/tiles/clusters/0/0/0.mvt")
	a.problem(http.StatusInternalServerError, "internal")
	if strings.Contains(string(a.body), "secret.go") {
		t.Errorf("internals leak: %s", a.body)
	}
	u.get("/api/v1/me").want(http.StatusOK)
}

// pipes is a listener without any buffer between client and server.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
	once        sync.Once
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error { p.once.Do(func() { close(p.closed) }); return nil }

func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

func TestAStuckClientIsGivenUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *web.Options) { o.StuckAfter = 50 * time.Millisecond })
	cookie := strings.Split(w.anonymous().post("/api/v1/session", signIn("gn", password)).want(http.StatusCreated).header.Get("Set-Cookie"), ";")[0]

	listener := &pipes{connections: make(chan net.Conn), closed: make(chan struct{})}
	server := w.server.HTTP()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener) // ends with http.ErrServerClosed
	}()
	client, connection := net.Pipe()
	listener.connections <- connection
	if _, err := fmt.Fprintf(client, "GET /api/v1/changes HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n\r\n", cookie); err != nil {
		t.Fatal(err)
	}
	// The client reads the head of the answer and then nothing more; heartbeats find the pipe full.
	if _, err := bufio.NewReaderSize(client, 16).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for !strings.Contains(newRecorder(w.server.Metrics()), "dealmap_live_streams 0") {
		if time.Now().After(deadline) {
			t.Fatal("the stream of a stuck client is still open")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	<-done
}

// forgetful is a map that has lost the changes from before it began to count.
type forgetful struct {
	web.Map
	asked *atomic.Int32
}

func (f forgetful) Changes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Change, error] {
	if f.asked.Add(1) == 1 {
		return func(yield func(dealmap.Change, error) bool) { yield(dealmap.Change{}, errors.New("too old")) }
	}
	return f.Map.Changes(ctx, after)
}

func TestAStreamThatMissedChangesBeginsAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *web.Options) { o.Map = forgetful{o.Map, new(atomic.Int32)} })
	events := w.as("gn").live("")
	if e := next(t, events); e.name != "hello" {
		t.Fatalf("first %+v", e)
	}
	if e := next(t, events); e.name != "reset" || e.id == "" {
		t.Fatalf("second %+v", e)
	}
	w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	if c := next(t, events).change(t); c.Type != "added" {
		t.Errorf("after the reset: %+v", c)
	}
}

func TestHiddenAndAbsentAreAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hidden := w.hiddenPlace(9, 5.3698, 43.2965)
	gn := w.as("gn")
	for _, path := range []string{"", "/history"} {
		absent := gn.get("/api/v1/deal-points/00000000-0000-4000-8000-000000000000" + path)
		there := gn.get("/api/v1/deal-points/" + hidden.Subject.String() + path)
		if absent.status != there.status || withoutInstance(absent.body) != withoutInstance(there.body) {
			t.Errorf("%s\n%s", absent.body, there.body)
		}
	}
	for _, path := range []string{"/close", "/reopen", "/confirm", "/steps"} {
		body := map[string]any{"close": map[string]any{"reason": "faded", "date": "2026-11-23"}, "steps": map[string]any{"status": "dormant"}}[path[1:]]
		if body == nil {
			body = map[string]any{}
		}
		gn.post("/api/v1/deal-points/"+hidden.Subject.String()+path, body).problem(http.StatusNotFound, "not-found")
	}
	gn.patch("/api/v1/deal-points/"+hidden.Subject.String(), `"1"`, map[string]any{}).problem(http.StatusNotFound, "not-found")
}
