package web_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
	"github.com/paulmach/orb"
)

// deaf serves a world to clients whose connections hold nothing: what one does not read, the server cannot send.
type deaf struct {
	w        *world
	listener *pipes
	open     atomic.Int64
}

func newDeaf(w *world, change func(*http.Server)) *deaf {
	d := &deaf{w: w, listener: &pipes{connections: make(chan net.Conn), closed: make(chan struct{})}}
	server := w.server.HTTP()
	change(server)
	server.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			d.open.Add(1)
		case http.StateClosed, http.StateHijacked:
			d.open.Add(-1)
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if server.TLSConfig != nil {
			_ = server.ServeTLS(d.listener, "", "") // ends with http.ErrServerClosed
			return
		}
		_ = server.Serve(d.listener)
	}()
	w.t.Cleanup(func() {
		if err := server.Close(); err != nil {
			w.t.Error(err)
		}
		<-done
	})
	return d
}

// dial opens a connection to the server.
func (d *deaf) dial() net.Conn {
	client, connection := net.Pipe()
	d.w.t.Cleanup(func() { client.Close() })
	d.listener.connections <- connection
	return client
}

// ask sends a request and reads nothing.
func (d *deaf) ask(method, path, cookie, body string) {
	d.w.t.Helper()
	if _, err := fmt.Fprintf(d.dial(), "%s %s HTTP/1.1\r\nHost: localhost\r\nCookie: dealmap_session=%s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		method, path, cookie, len(body), body); err != nil {
		d.w.t.Error(err)
	}
}

// gone waits until the server has let go of all connections.
func (d *deaf) gone() {
	d.w.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for d.open.Load() > 0 {
		if time.Now().After(deadline) {
			d.w.t.Fatalf("%d connections of clients that do not read are open", d.open.Load())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestClientsThatNeverRead lets many ask for tiles, lists, files and the live stream without reading a byte of the answers. The log has
// what they were sent, they are given up, the measures say so, and others are served meanwhile. Not parallel: it measures the memory of
// the whole process.
func TestClientsThatNeverRead(t *testing.T) {
	const each = 60
	patience := 3 * time.Second // long enough for all of them to ask before the first is given up
	if underRace {
		patience = 15 * time.Second
	}
	w := newWorld(t, func(o *web.Options) { o.StuckAfter, o.MaxStreamsPerUser = patience/3, 2*each })
	for i := range 150 {
		w.do(w.viewer("cross13"), dealmap.AddPlace{ID: dealmap.ID{0xee, byte(i)}, Status: dealmap.Active, AcceptDuplicates: true, Facts: dealmap.Facts{
			Kind: dealmap.Four, Name: fmt.Sprint("Passage ", i), Commune: "13055", Position: &orb.Point{5.3650 + 0.0002*float64(i), 43.2965},
			Accuracy: dealmap.AccuracyBuilding,
		}})
	}
	slow, listener, other := w.as("gn"), w.as("pn"), w.as("ofast")
	events := other.live("")
	next(t, events)
	server := newDeaf(w, func(h *http.Server) { h.WriteTimeout = patience })
	cookie, watching := cookieOf(slow), cookieOf(listener)
	before := heap()
	for range each {
		server.ask("GET", "/tiles/deal_points/12/2109/1500.mvt", cookie, "")
		server.ask("GET", "/api/v1/deal-points?limit=1000", cookie, "")
		server.ask("GET", "/api/v1/changes", watching, "")
	}
	for range 3 {
		server.ask("POST", "/api/v1/exports", cookie, `{"format":"csv","recipients":["Parquet de Marseille"],"purpose":"transmission"}`)
	}
	w.until("dealmap_live_streams", each+1)
	for deadline := time.Now().Add(10 * time.Second); len(w.log.of(dealmap.WhatTile)) < each || len(w.log.of(dealmap.WhatList)) < each || len(w.log.of(dealmap.WhatExport)) < 3; {
		if time.Now().After(deadline) {
			t.Fatalf("%d tiles, %d lists and %d files are in the log", len(w.log.of(dealmap.WhatTile)), len(w.log.of(dealmap.WhatList)), len(w.log.of(dealmap.WhatExport)))
		}
		time.Sleep(time.Millisecond)
	}
	if got := w.metric("dealmap_answering"); got != 2*each+3 {
		t.Errorf("%v are being answered", got)
	}
	held := heap() - before
	began := time.Now()
	p := w.as("cross13").post("/api/v1/deal-points?duplicates=accepted", vieuxPort()).want(http.StatusCreated).point()
	if c := next(t, events).change(t); c.ID != p.ID {
		t.Errorf("told of %+v", c)
	}
	for _, u := range []*user{other, slow} { // the person of the clients that do not read has others too
		if n := featuresOf(t, u.get("/tiles/deal_points/12/2109/1500.mvt").want(http.StatusOK).body); n != 151 {
			t.Errorf("%d places", n)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the others waited for %s", took)
	}
	server.gone()
	w.until("dealmap_live_streams", 1)
	w.until("dealmap_answering", 0)
	if got := w.metric("dealmap_slow_clients_total"); got != 3*each+3 {
		t.Errorf("%v were given up, want %d", got, 3*each+3)
	}
	left := heap() - before
	t.Logf("%d clients that do not read held %d KiB, and left %d", 3*each+3, held>>10, left>>10)
	if held > 32<<20 || left > 4<<20 {
		t.Errorf("held %d KiB, left %d", held>>10, left>>10)
	}
}

// TestAConnectionThatNeverReadsIsClosed: over HTTP/2 a deadline ends an answer and not the connection, which has one of its own.
func TestAConnectionThatNeverReadsIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	cookie := cookieOf(w.as("gn"))
	lender := httptest.NewTLSServer(http.NotFoundHandler())
	defer lender.Close()
	server := newDeaf(w, func(h *http.Server) {
		if h.HTTP2 == nil || h.HTTP2.WriteByteTimeout <= 0 {
			t.Fatal("a connection of HTTP/2 may stay open for ever")
		}
		h.HTTP2.WriteByteTimeout = 300 * time.Millisecond
		h.TLSConfig = &tls.Config{Certificates: lender.TLS.Certificates}
	})
	for range 20 {
		connection := tls.Client(server.dial(), &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h2"}})
		if err := connection.HandshakeContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := connection.ConnectionState().NegotiatedProtocol; got != "h2" {
			t.Fatalf("speaks %q", got)
		}
		if _, err := io.WriteString(connection, h2Request("/tiles/deal_points/12/2109/1500.mvt", "dealmap_session="+cookie)); err != nil {
			t.Fatal(err)
		}
	}
	server.gone()
	w.until("dealmap_answering", 0)
}

// h2Request is what a client of HTTP/2 sends first (RFC 9113 §3.4), and a request on stream 1, without compression (RFC 7541 §6.2.2).
func h2Request(path, cookie string) string {
	var fields strings.Builder
	for _, field := range [][2]string{{":method", "GET"}, {":scheme", "https"}, {":authority", "localhost"}, {":path", path}, {"cookie", cookie}} {
		fields.WriteString("\x00" + string(rune(len(field[0]))) + field[0] + string(rune(len(field[1]))) + field[1])
	}
	frame := func(kind, flags byte, stream byte, payload string) string {
		return string([]byte{0, byte(len(payload) >> 8), byte(len(payload)), kind, flags, 0, 0, 0, stream}) + payload
	}
	return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, "") + frame(1, 5, 1, fields.String())
}
