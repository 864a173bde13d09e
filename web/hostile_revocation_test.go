package web_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

// TestABurstOfRevocations ends five hundred people's grants and sessions as fast as it can while all of them follow the map live and ask
// for tiles and lists, and others write. What begins after the end was acknowledged is refused, no place that was added after it is told
// to whom it ended for, and those who stay are told everything and wait for nobody.
func TestABurstOfRevocations(t *testing.T) {
	t.Parallel()
	many, patience := 500, 3*time.Second
	if underRace {
		many, patience = 120, 10*time.Second
	}
	w := newWorld(t, behindProxies)
	members := make([]int, many)
	for i := range members {
		members[i] = i
	}
	w.admit(members)
	through := w.shared()
	type member struct {
		cookie header
		ended  atomic.Bool
		mu     sync.Mutex
		told   []string
	}
	crowd := make([]member, many)
	var streams sync.WaitGroup
	each(8, members, func(i int) {
		m := &crowd[i]
		m.cookie = w.enter(through.http, i)
		events, ok := w.follow(through, m.cookie)
		if !ok {
			return
		}
		streams.Go(func() {
			for e := range events {
				if e.name == "change" {
					m.mu.Lock()
					m.told = append(m.told, e.change(t).ID)
					m.mu.Unlock()
				}
			}
		})
	})
	if t.Failed() {
		t.FailNow()
	}
	staying := w.as("gn")
	events := staying.live("")
	next(t, events)

	// added are the places that were added, each with those whose right had ended before.
	type added struct {
		id    string
		ended []bool
	}
	var places []added
	over := make(chan struct{})
	var work sync.WaitGroup
	writer := w.as("cross13")
	paths := []string{"/tiles/deal_points/12/2109/1500.mvt", "/api/v1/deal-points?limit=5", "/tiles/clusters/8/131/93.mvt"}
	work.Go(func() {
		for n := 0; ; n++ {
			last := false
			select {
			case <-over:
				last = true // one more, after all of them
			default:
			}
			a := added{ended: make([]bool, many)}
			for i := range crowd {
				a.ended[i] = crowd[i].ended.Load()
			}
			body := vieuxPort(at(5.3650+0.00001*float64(n%3000), 43.2965), with("name", fmt.Sprint("Passage ", n)))
			a.id = writer.post("/api/v1/deal-points?duplicates=accepted", body).want(http.StatusCreated).point().ID
			places = append(places, a)
			if last {
				return
			}
		}
	})
	var refused, shown atomic.Int64
	for k := range 4 {
		work.Go(func() {
			for n := k; ; n++ {
				select {
				case <-over:
					return
				default:
				}
				m := &crowd[n%many]
				before := m.ended.Load()
				status, _ := w.quick(through, paths[n%len(paths)], m.cookie)
				switch {
				case status == http.StatusOK && !before:
					shown.Add(1)
				case status == http.StatusForbidden || status == http.StatusUnauthorized:
					refused.Add(1)
				default:
					t.Errorf("%s after the end (%t): %d", crowdName(n%many), before, status)
					return
				}
			}
		})
	}
	var waits []time.Duration
	work.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-over:
				return
			default:
			}
			began := time.Now()
			if status, _ := w.quick(staying, paths[n%len(paths)]); status != http.StatusOK {
				t.Errorf("who stays: %d", status)
				return
			}
			waits = append(waits, time.Since(began))
		}
	})

	for shown.Load() < 50 && !t.Failed() {
		time.Sleep(time.Millisecond)
	}
	began := time.Now()
	console := dealmap.Console("test", dealmap.RoleAdmin)
	each(16, members, func(i int) {
		m := &crowd[i]
		if i%2 == 0 {
			if _, err := w.store.Do(t.Context(), console, dealmap.EndGrant{ID: crowdGrant(i).ID}, ""); err != nil {
				t.Error(err)
			}
		} else if status := w.signOut(through, m.cookie); status != http.StatusNoContent {
			t.Errorf("sign out: %d", status)
		}
		m.ended.Store(true)
		for _, path := range paths[:2] {
			if status, _ := w.quick(through, path, m.cookie); status != http.StatusForbidden && status != http.StatusUnauthorized {
				t.Errorf("%s of %s after the end: %d", path, crowdName(i), status)
			}
		}
	})
	took := time.Since(began)
	close(over)
	work.Wait()
	streams.Wait() // all have ended
	ended := time.Since(began)
	for i := range crowd {
		for _, a := range places {
			if a.ended[i] && slices.Contains(crowd[i].told, a.id) {
				t.Errorf("%s was told of a place that was added after the end", crowdName(i))
			}
		}
	}
	for _, a := range places {
		if c := next(t, events).change(t); c.ID != a.id {
			t.Errorf("who stays was told of %s, want %s", c.ID, a.id)
		}
	}
	if t.Failed() {
		return
	}
	slices.Sort(waits)
	t.Logf("%d revocations in %s, the last stream ended after %s; %d answers before, %d refusals, %d writes; who stays asked %d times: p50 %s, most %s",
		many, took, ended, shown.Load(), refused.Load(), len(places), len(waits), waits[len(waits)/2], waits[len(waits)-1])
	if last := waits[len(waits)-1]; last > patience {
		t.Errorf("who stays waited for %s", last)
	}
	if ended > took+patience {
		t.Errorf("a stream lived on for %s", ended-took)
	}
	w.until("dealmap_live_streams", 1)
	w.until("dealmap_answering", 0)
}

// follow opens a live stream with a cookie; the channel closes with it.
func (w *world) follow(through *user, cookie header) (events <-chan event, ok bool) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.http.URL+"/api/v1/changes", nil)
	if err != nil {
		w.t.Error(err)
		return nil, false
	}
	r.Header.Set("Cookie", cookie["Cookie"])
	client := *through.http
	client.Timeout = 0
	response, err := client.Do(r)
	if err != nil || response.StatusCode != http.StatusOK {
		w.t.Errorf("stream: %v, %v", response, err)
		return nil, false
	}
	list := make(chan event, 100)
	go func() {
		defer close(list)
		defer response.Body.Close()
		var e event
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
			case "event":
				e.name = value
			case "data":
				e.data = value
			case "":
				if e.name != "" {
					list <- e
				}
				e = event{}
			}
		}
	}()
	return list, true
}

// signOut ends the session of a cookie.
func (w *world) signOut(through *user, cookie header) int {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodDelete, w.http.URL+"/api/v1/session", nil)
	if err != nil {
		w.t.Error(err)
		return 0
	}
	r.Header.Set("Cookie", cookie["Cookie"])
	response, err := through.http.Do(r)
	if err != nil {
		w.t.Error(err)
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}

// heldLog keeps lines when it is let.
type heldLog struct {
	web.Consultations
	asked, release chan struct{}
}

func (l heldLog) Record(ctx context.Context, line dealmap.Consultation) error {
	l.asked <- struct{}{}
	<-l.release
	return l.Consultations.Record(ctx, line)
}

// TestARightThatEndsInTheMiddle: what ends while an answer is made, or while its line is kept, is as if it had ended before.
func TestARightThatEndsInTheMiddle(t *testing.T) {
	t.Parallel()
	drawer := &slowDrawer{asked: make(chan string, 10), release: make(chan struct{})}
	held := heldLog{asked: make(chan struct{}, 10), release: make(chan struct{})}
	w := newWorld(t, func(o *web.Options) {
		drawer.Drawer, held.Consultations = o.Drawer, o.Consultations
		o.Drawer, o.Consultations = drawer, held
	})
	const tile, list = "/tiles/deal_points/12/2109/1500.mvt", "/api/v1/deal-points"
	answers := make(chan [2]int, 10)
	ask := func(u *user, path string, want int) {
		go func() {
			status, _ := w.quick(u, path)
			answers <- [2]int{status, want}
		}()
	}
	// Two are being drawn, four being logged, when the rights of four of them end.
	gone, out, revoked, signedOut, stays, staysToo := w.as("gn"), w.as("pn"), w.as("cross13"), w.as("auditeur"), w.as("ofast"), w.as("ofast")
	ask(gone, tile, http.StatusForbidden)
	ask(out, tile, http.StatusUnauthorized)
	ask(stays, tile, http.StatusOK)
	for range 3 {
		<-drawer.asked
	}
	ask(revoked, list, http.StatusForbidden)
	ask(signedOut, list, http.StatusUnauthorized)
	ask(staysToo, list, http.StatusOK)
	for range 3 {
		<-held.asked
	}
	w.endGrants("gn")
	w.endGrants("cross13")
	for _, u := range []*user{out, signedOut} {
		u.send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
	}
	close(drawer.release)
	close(held.release)
	for range 6 {
		if got := <-answers; got[0] != got[1] {
			t.Errorf("%d, want %d", got[0], got[1])
		}
	}
}
