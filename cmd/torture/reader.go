package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
)

// reader looks at one node all the while, as its users do.
type reader struct {
	node, base string
	mu         sync.Mutex
	asked      int
	failures   []failure
	slowest    time.Duration
}

type failure struct {
	at, until time.Time
	why       string
}

// readPaths are a list, a tile of places and one of clusters over the writers' city.
var readPaths = []string{
	"/api/v1/deal-points?limit=20&bbox=5.2,43.2,5.6,43.5", "/tiles/deal_points/12/2109/1496.mvt", "/tiles/clusters/6/32/23.mvt",
}

// read asks until ctx ends. A read that takes over five seconds has failed.
func (r *reader) read(ctx context.Context, me *person) {
	for i := 0; ctx.Err() == nil; i++ {
		path := readPaths[i%len(readPaths)]
		began := time.Now()
		got, err := me.send(ctx, http.MethodGet, r.base+path, nil, nil)
		if ctx.Err() != nil {
			return
		}
		if err == nil && got.status != http.StatusOK && got.status != http.StatusNoContent {
			err = fmt.Errorf("%d %s", got.status, got.problem())
		}
		r.note(began, err)
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (r *reader) note(began time.Time, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked++
	now := time.Now()
	if err == nil {
		r.slowest = max(r.slowest, now.Sub(began))
		return
	}
	r.failures = append(r.failures, failure{began, now, err.Error()})
}

// together counts the failures of a that overlap one of b: moments at which nobody was served.
func together(a, b []failure) int {
	n := 0
	for _, x := range a {
		for _, y := range b {
			if x.at.Before(y.until) && y.at.Before(x.until) {
				n++
				break
			}
		}
	}
	return n
}

// prober measures how long a write at one node takes to be seen at another by somebody who did not make it.
type prober struct {
	mu   sync.Mutex
	lags []time.Duration
}

// probe writes at one node and looks at the other until ctx ends. Nothing is measured of a write that was not acknowledged.
func (p *prober) probe(ctx context.Context, w *writers, from, to int) {
	author, watcher := w.person.another(20*time.Second), w.person.another(5*time.Second)
	for i := 0; ctx.Err() == nil; i++ {
		a := asked{author: account, key: fmt.Sprintf("%s-probe-%d", w.run, i)}
		t := w.once(ctx, author, &a, from)
		a.tries = append(a.tries, t)
		w.ledger.add(a)
		if t.status == http.StatusCreated {
			if lag, ok := p.await(ctx, watcher, w.bases[to], t.place, t.done); ok {
				p.mu.Lock()
				p.lags = append(p.lags, lag)
				p.mu.Unlock()
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// await looks for a place until it is there, and says how long after a moment that was.
func (p *prober) await(ctx context.Context, watcher *person, base string, id dealmap.ID, since time.Time) (time.Duration, bool) {
	for ctx.Err() == nil && time.Since(since) < 30*time.Second {
		got, err := watcher.send(ctx, http.MethodGet, base+"/api/v1/deal-points/"+id.String(), nil, nil)
		if err == nil && got.status == http.StatusOK {
			return time.Since(since), true
		}
		select {
		case <-ctx.Done():
		case <-time.After(2 * time.Millisecond):
		}
	}
	return 0, false
}
