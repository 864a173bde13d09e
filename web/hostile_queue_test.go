package web_test

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web"
)

// TestWhoAsksForMuchWaitsBehindThemselves: one person's many tiles are drawn a few at a time, and another's comes next.
func TestWhoAsksForMuchWaitsBehindThemselves(t *testing.T) {
	t.Parallel()
	w, slow := slowWorld(t)
	greedy, other, third := w.as("gn"), w.as("pn"), w.as("ofast")
	most := drawnAtOnce()
	const many = 150
	answers := make(chan int, many+2)
	ask := func(u *user, n int) {
		status, _ := w.quick(u, fmt.Sprintf("/tiles/clusters/6/32/23.mvt?q=%d", n))
		answers <- status
	}
	for n := range many {
		go ask(greedy, n)
	}
	w.until("dealmap_waiting_to_draw", float64(many-most))
	go ask(other, 1)
	w.until("dealmap_waiting_to_draw", float64(many-most+1))
	go ask(third, 1)
	w.until("dealmap_waiting_to_draw", float64(many-most+2))
	for range most {
		if subject := <-slow.asked; subject != "gn" {
			t.Errorf("%s came first", subject)
		}
	}
	if n := len(slow.asked); n > 0 {
		t.Errorf("%d more than %d are drawn at once", n, most)
	}
	var order []string
	for range 4 {
		slow.release <- struct{}{}
		order = append(order, <-slow.asked)
	}
	if a, b := slices.Index(order, "pn"), slices.Index(order, "ofast"); a < 0 || b < 0 || a > 2 || b > 3 {
		t.Errorf("who comes next: %q", order)
	}
	close(slow.release)
	for range many + 2 {
		if status := <-answers; status != http.StatusOK {
			t.Errorf("%d", status)
		}
	}
	w.until("dealmap_waiting_to_draw", 0)
	w.until("dealmap_answering", 0)
}

// TestWhoLeavesTheQueueLeavesNothing: requests that are given up while they wait are not drawn, and the last of them no later than any.
func TestWhoLeavesTheQueueLeavesNothing(t *testing.T) {
	t.Parallel()
	w, slow := slowWorld(t)
	hasty := w.as("gn")
	most := drawnAtOnce()
	hasty.http.Timeout = 200 * time.Millisecond
	var all sync.WaitGroup
	for n := range most + 60 {
		all.Go(func() {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("%s/tiles/clusters/6/32/23.mvt?q=%d", w.http.URL, n), nil)
			if err != nil {
				t.Error(err)
				return
			}
			if response, err := hasty.http.Do(r); err == nil {
				response.Body.Close()
				t.Errorf("an answer: %d", response.StatusCode)
			}
		})
	}
	all.Wait()
	w.until("dealmap_waiting_to_draw", 0)
	close(slow.release)
	w.until("dealmap_answering", 0)
	if n := len(slow.asked); n != most {
		t.Errorf("%d were drawn, want %d", n, most)
	}
	w.as("pn").get("/tiles/clusters/6/32/23.mvt").want(http.StatusOK)
}

// TestOnePersonHasFewRequestsAtOnce: the others of that person are told to wait, and nobody else is.
func TestOnePersonHasFewRequestsAtOnce(t *testing.T) {
	t.Parallel()
	w, slow := slowWorld(t)
	greedy, other := w.as("gn"), w.as("pn")
	const most = 256
	answers := make(chan int, most)
	for n := range most {
		go func() {
			status, _ := w.quick(greedy, fmt.Sprintf("/tiles/clusters/6/32/23.mvt?q=%d", n))
			answers <- status
		}()
	}
	w.until("dealmap_answering", most)
	refused := greedy.get("/api/v1/deal-points")
	refused.problem(http.StatusTooManyRequests, "too-many-requests")
	if refused.header.Get("Retry-After") == "" {
		t.Error("nobody says when to come back")
	}
	other.get("/api/v1/deal-points").want(http.StatusOK)
	close(slow.release)
	for range most {
		if status := <-answers; status != http.StatusOK {
			t.Errorf("%d", status)
		}
	}
	w.until("dealmap_answering", 0)
	greedy.get("/api/v1/deal-points").want(http.StatusOK)
}

// slowDrawer says for whom it draws, and draws when it is let.
type slowDrawer struct {
	web.Drawer
	asked   chan string
	release chan struct{}
}

// Tile implements web.Drawer.
func (d *slowDrawer) Tile(ctx context.Context, from tiles.Source, r tiles.Request) (*tiles.Tile, error) {
	viewer := r.Scope.Viewer()
	d.asked <- viewer.Subject
	<-d.release
	return d.Drawer.Tile(ctx, from, r)
}

// slowWorld is a world whose tiles are drawn when they are let.
func slowWorld(t *testing.T) (*world, *slowDrawer) {
	t.Helper()
	slow := &slowDrawer{asked: make(chan string, 1000), release: make(chan struct{})}
	return newWorld(t, func(o *web.Options) {
		slow.Drawer = o.Drawer
		o.Drawer = slow
	}), slow
}

// drawnAtOnce is how many tiles a server draws at the same time.
func drawnAtOnce() int { return max(8, 4*runtime.GOMAXPROCS(0)) }

// until waits for a measure to have a value.
func (w *world) until(name string, want float64) {
	w.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		got := w.metric(name)
		if got == want {
			return
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("%s is %v, want %v", name, got, want)
		}
		time.Sleep(2 * time.Millisecond)
	}
}
