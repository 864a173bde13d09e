package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"
)

// TestStory is the main path through the front door: one adds, the other sees it at once, may not close it, the first may.
func TestStory(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo", "--places", "400")
	cross, gn := p.as("cross13"), p.as("gn")
	events := gn.follow()
	point := cross.add("Passage du Lavoir", 5.4012, 43.2701)
	if point.Properties.Reference == "" || point.Properties.Revision != 1 {
		t.Fatalf("added %+v", point)
	}
	select {
	case e := <-events:
		if e.Reference != point.Properties.Reference || e.Type != "added" || len(e.Tiles) == 0 {
			t.Errorf("the other person is told %+v", e)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the other person is not told")
	}
	if !gn.tileHas(maptile.At(orb.Point{5.4012, 43.2701}, 14), "", point.Properties.Reference) {
		t.Error("the point is not in the other person's tile")
	}
	path := "/api/v1/deal-points/" + point.Properties.Reference
	status, body := gn.send("POST", path+"/close", map[string]any{"reason": "faded", "date": today().String()}, nil)
	if status != http.StatusForbidden || !strings.Contains(string(body), "Cross") {
		t.Errorf("closing without the right: %d %s", status, body)
	}
	status, body = cross.send("POST", path+"/close", map[string]any{"reason": "dismantled", "date": today().String()}, nil)
	if status != http.StatusOK {
		t.Errorf("closing: %d %s", status, body)
	}
	if closed := get[feature](gn, path); closed.Properties.Status != "closed" || closed.Properties.Revision != 2 {
		t.Errorf("after closing the other person reads %+v", closed)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("asked to stop, the server exits with %d: %s", code, p.errs)
	}
}

// TestNothingIsLostByAKill writes from many sides, kills the process, and looks for every write that was acknowledged.
func TestNothingIsLostByAKill(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	acknowledged := map[string]int{}
	for round := range 3 {
		p := serve(t, data, "--demo", "--places", "50")
		var mu sync.Mutex
		var writers sync.WaitGroup
		var count atomic.Int64
		for n := range 8 {
			cross := p.as("cross13")
			writers.Go(func() {
				for i := 0; ; i++ {
					at := 43.2 + float64(n)/100 + float64(i)/1e5
					status, body, err := cross.try("POST", "/api/v1/deal-points?duplicates=accepted",
						newPoint(fmt.Sprintf("Passage %d %d %d", round, n, i), 5.4, at), map[string]string{"Idempotency-Key": fmt.Sprintf("kill-%d-%d-%d", round, n, i)})
					if err != nil {
						return // killed
					}
					var f feature
					if status != http.StatusCreated || json.Unmarshal(body, &f) != nil {
						t.Errorf("add: %d %s", status, body)
						return
					}
					mu.Lock()
					acknowledged[f.ID] = f.Properties.Revision
					mu.Unlock()
					count.Add(1)
				}
			})
		}
		for began := time.Now(); count.Load() < 150 && !t.Failed() && time.Since(began) < time.Minute; {
			time.Sleep(5 * time.Millisecond)
		}
		p.kill()
		writers.Wait()
	}
	p := serve(t, data, "--demo")
	found := map[string]int{}
	for _, f := range p.as("cross13").list(url.Values{"limit": {"1000"}, "territory": {"dep:13"}}) {
		found[f.ID]++
	}
	for id := range acknowledged {
		if found[id] != 1 {
			t.Fatalf("%s was acknowledged and is there %d times (of %d)", id, found[id], len(acknowledged))
		}
	}
	t.Logf("%d acknowledged writes over three kills, all there", len(acknowledged))
	p.stop()
	if out, errs, status := command(t, "check", "--data", data, "--quiet"); status != 0 {
		t.Errorf("check after kills: %d %s%s", status, out, errs)
	}
}

// TestListAndTilesAgree compares, for every role, the list of a box with the tiles over the same box under the same filter.
func TestListAndTilesAgree(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo", "--places", "4000")
	box := orb.Bound{Min: orb.Point{5.2, 43.2}, Max: orb.Point{5.6, 43.5}}
	for _, account := range []string{"ofast", "cross13", "pn", "gn", "douane", "prefet13", "prefet93", "procureur13", "partenaire13", "auditeur", "admin"} {
		b := p.as(account)
		for _, filter := range []url.Values{{}, {"status": {"active"}}, {"status": {"active,closed"}, "product": {"cocaine"}}, {"kind": {"street"}, "service": {"PN"}}} {
			query := url.Values{"limit": {"500"}, "bbox": {fmt.Sprintf("%g,%g,%g,%g", box.Min[0], box.Min[1], box.Max[0], box.Max[1])}}
			for name, values := range filter {
				query[name] = values
			}
			listed := map[string]bool{}
			for _, f := range b.list(query) {
				listed[f.Properties.Reference] = true
			}
			drawn := map[string]bool{}
			lowest, highest := maptile.At(orb.Point{box.Min[0], box.Max[1]}, 12), maptile.At(orb.Point{box.Max[0], box.Min[1]}, 12)
			for x := lowest.X; x <= highest.X; x++ {
				for y := lowest.Y; y <= highest.Y; y++ {
					for ref, at := range b.tile(maptile.New(x, y, 12), filter.Encode()) {
						// A tile's grid is 1/4096 of its side: what lies within a grid step of the box's edge may fall either way.
						const step = 360.0 / 4096 / 4096
						if listed[ref] || box.Pad(-2*step).Contains(at) {
							drawn[ref] = true
						}
					}
				}
			}
			for ref := range listed {
				if !drawn[ref] {
					t.Errorf("%s, filter %v: %s is listed and not drawn", account, filter, ref)
				}
			}
			for ref := range drawn {
				if !listed[ref] {
					t.Errorf("%s, filter %v: %s is drawn and not listed", account, filter, ref)
				}
			}
			if len(filter) == 0 {
				t.Logf("%s: %d places", account, len(listed))
				if seesPoints := map[string]bool{"ofast": true, "cross13": true, "pn": true, "gn": true, "douane": true}[account]; seesPoints != (len(listed) > 0) {
					t.Errorf("%s sees %d places", account, len(listed))
				}
			}
		}
	}
}

func TestAnIdempotencyKeyAddsOnce(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := serve(t, data, "--demo", "--places", "10")
	cross := p.as("cross13")
	key := map[string]string{"Idempotency-Key": "8f14e45f"}
	var first, again feature
	for i, into := range []*feature{&first, &again} {
		if i == 1 {
			p.kill()
			p = serve(t, data, "--demo")
			cross = p.as("cross13")
		}
		status, body := cross.send("POST", "/api/v1/deal-points", newPoint("Passage du Lavoir", 5.4012, 43.2701), key)
		if status != http.StatusCreated && status != http.StatusOK {
			t.Fatalf("%d %s", status, body)
		}
		if err := json.Unmarshal(body, into); err != nil {
			t.Fatal(err)
		}
	}
	if first.ID != again.ID {
		t.Errorf("a retried request added %s beside %s", again.ID, first.ID)
	}
	status, body := cross.send("POST", "/api/v1/deal-points", newPoint("Autre", 5.5, 43.3), key)
	if status != http.StatusUnprocessableEntity && status != http.StatusConflict {
		t.Errorf("a key used again: %d %s", status, body)
	}
}

// change is one message of the live stream.
type change struct {
	Type      string   `json:"type"`
	Reference string   `json:"reference"`
	Tiles     []string `json:"tiles"`
}

// follow opens the live stream and returns its messages.
func (b *browser) follow() <-chan change {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), "GET", b.base+"/api/v1/changes", nil)
	if err != nil {
		b.t.Fatal(err)
	}
	response, err := (&http.Client{Jar: b.http.Jar}).Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		b.t.Fatalf("live stream: %d", response.StatusCode)
	}
	messages := make(chan change, 100)
	go func() {
		defer response.Body.Close()
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			var c change
			if data, ok := strings.CutPrefix(lines.Text(), "data:"); ok && json.Unmarshal([]byte(data), &c) == nil && c.Reference != "" {
				messages <- c
			}
		}
	}()
	return messages
}

// tile decodes the places of a tile: reference and position.
func (b *browser) tile(tile maptile.Tile, filter string) map[string]orb.Point {
	b.t.Helper()
	status, body := b.send("GET", fmt.Sprintf("/tiles/deal_points/%d/%d/%d.mvt?%s", tile.Z, tile.X, tile.Y, filter), nil, nil)
	if status == http.StatusNoContent {
		return nil
	}
	if status != http.StatusOK {
		b.t.Fatalf("tile %v: %d %s", tile, status, body)
	}
	layers, err := mvt.Unmarshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	places := map[string]orb.Point{}
	layers.ProjectToWGS84(tile)
	for _, layer := range layers {
		for _, f := range layer.Features {
			places[f.Properties["ref"].(string)] = position(f)
		}
	}
	return places
}

func position(f *geojson.Feature) orb.Point {
	if p, ok := f.Geometry.(orb.Point); ok {
		return p
	}
	return orb.Point{math.NaN(), math.NaN()}
}

func (b *browser) tileHas(tile maptile.Tile, filter, reference string) bool {
	b.t.Helper()
	_, ok := b.tile(tile, filter)[reference]
	return ok
}

// TestReferencesParse ties the screen's references to the domain's check.
func TestReferencesParse(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo", "--places", "60")
	for _, f := range p.as("ofast").list(url.Values{"limit": {"100"}}) {
		if ref, err := dealmap.ParseReference(f.Properties.Reference); err != nil || ref != f.Properties.Reference {
			t.Errorf("reference %q: %v", f.Properties.Reference, err)
		}
	}
}
