package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mesure5/dealmap"
)

// hot are places that all writers change, so that they get in each other's way.
type hot struct {
	mu        sync.Mutex
	ids       []dealmap.ID
	revisions map[dealmap.ID]int
}

const mostHot = 24

func newHot() *hot { return &hot{revisions: map[dealmap.ID]int{}} }

// note keeps the newest revision that anybody was told.
func (h *hot) note(id dealmap.ID, revision int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, known := h.revisions[id]; !known {
		if len(h.ids) >= mostHot {
			return
		}
		h.ids = append(h.ids, id)
	}
	h.revisions[id] = max(h.revisions[id], revision)
}

func (h *hot) pick() (dealmap.ID, int, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ids) == 0 {
		return dealmap.ID{}, 0, false
	}
	id := h.ids[rand.IntN(len(h.ids))]
	return id, h.revisions[id], true
}

// writers write until they are told to stop; each finishes what it is at.
type writers struct {
	run    string // in every key
	bases  []string
	names  []string // of the nodes
	person *person
	ledger *ledger
	hot    *hot
	pace   time.Duration // between two requests of one writer
	count  atomic.Int64
}

// write is one writer's life. Stop ends it between two requests; ctx also within one.
func (w *writers) write(ctx context.Context, stop <-chan struct{}, number int) {
	me := w.person.another(20 * time.Second)
	home := number % len(w.bases) // by which the balancer sends this client to a node, as long as that answers
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		case <-ctx.Done():
			return
		case <-time.After(w.pace):
		}
		a := asked{author: account, key: fmt.Sprintf("%s-%d-%d", w.run, number, i)}
		if id, revision, ok := w.hot.pick(); ok && i%3 == 2 {
			a.change, a.place, a.base = true, id, revision
			if i%5 == 0 && revision > 1 {
				a.base-- // what a person has who has not looked for a while
			}
		}
		w.insist(ctx, stop, me, &a, home)
		w.ledger.add(a)
	}
}

// insist sends a request with its one key until there is a decision. Whoever is told to stop tries a little longer, then leaves it open.
func (w *writers) insist(ctx context.Context, stop <-chan struct{}, me *person, a *asked, at int) {
	var enough <-chan time.Time
	for {
		t := w.once(ctx, me, a, at)
		a.tries = append(a.tries, t)
		if t.status >= 200 && t.status < 300 {
			w.hot.note(t.place, t.revision)
			return
		}
		if decided(t.status) {
			if t.status == http.StatusPreconditionFailed {
				w.hot.note(a.place, t.revision)
			}
			return
		}
		at = (at + 1) % len(w.bases)
		select {
		case <-stop:
			if enough == nil {
				enough = time.After(5 * time.Second)
			}
			stop = nil
		case <-enough:
			return
		case <-ctx.Done():
			return
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// once sends the request to one node.
func (w *writers) once(ctx context.Context, me *person, a *asked, at int) try {
	number := w.count.Add(1)
	t := try{node: w.names[at], sent: time.Now()}
	header := map[string]string{"Idempotency-Key": a.key}
	method, address := http.MethodPost, w.bases[at]+"/api/v1/deal-points?duplicates=accepted"
	body := newPoint("Passage "+letters(a.key), 5.2+float64(number%400)/1000, 43.2+float64(number/400%300)/1000)
	if a.change {
		method, address = http.MethodPatch, w.bases[at]+"/api/v1/deal-points/"+a.place.String()
		header["If-Match"], header["Content-Type"] = strconv.Quote(strconv.Itoa(a.base)), "application/merge-patch+json"
		body = map[string]any{"properties": map[string]any{"name": "Passage " + letters(a.key)}}
	}
	if len(a.tries) > 0 { // a retry says the very same
		body = a.body
	}
	a.body = body
	got, err := me.send(ctx, method, address, body, header)
	t.done = time.Now()
	if err != nil {
		t.problem = err.Error()
		return t
	}
	t.status, t.problem = got.status, got.problem()
	var shown struct {
		ID         string
		Properties struct{ Revision int }
		Current    *struct {
			Properties struct{ Revision int }
		}
	}
	if json.Unmarshal(got.body, &shown) == nil {
		t.place, _ = dealmap.ParseID(shown.ID)
		t.revision = shown.Properties.Revision
		if shown.Current != nil {
			t.revision = shown.Current.Properties.Revision
		}
	}
	return t
}

func newPoint(name string, lon, lat float64) map[string]any {
	return map[string]any{
		"type": "Feature", "geometry": map[string]any{"type": "Point", "coordinates": []float64{lon, lat}},
		"properties": map[string]any{"kind": "street", "status": "active", "name": name, "accuracy": "street", "products": []string{"cannabis"}},
	}
}

// letters writes a key without digits, which the guard against personal data might take for a telephone number.
func letters(key string) string {
	out := []byte(key)
	for i, c := range out {
		switch {
		case c >= '0' && c <= '9':
			out[i] = "bcdfghjklm"[c-'0']
		case c == '-':
			out[i] = ' '
		}
	}
	return string(out)
}
