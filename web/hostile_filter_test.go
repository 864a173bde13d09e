package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/tiles"
	"github.com/mesure5/dealmap/web"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"
)

// metric is the value of a measure without labels.
func (w *world) metric(name string) float64 {
	w.t.Helper()
	for line := range strings.Lines(newRecorder(w.server.Metrics())) {
		if text, ok := strings.CutPrefix(line, name+" "); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil {
				w.t.Fatal(err)
			}
			return value
		}
	}
	w.t.Fatalf("there is no %s", name)
	return 0
}

// heap is the memory in use after everything that can go has gone.
func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// keeping gives a server a drawer that keeps little.
func keeping(bytes int) func(*web.Options) {
	return func(o *web.Options) {
		terr := o.Territories
		o.Drawer = tiles.NewDrawer(func() *geo.Territories { return terr }, tiles.Basemap{}, tiles.Memory(bytes), tiles.AggregateMemory(bytes))
	}
}

func termsOf(terms []dealmap.Term) (all []string) {
	for _, term := range terms {
		all = append(all, term.Value)
	}
	return all
}

// everyValue is a filter with every value of every parameter.
func everyValue() url.Values {
	return url.Values{
		"status": termsOf(dealmap.Statuses()), "kind": termsOf(dealmap.Kinds()), "product": termsOf(dealmap.Products()),
		"service": termsOf(dealmap.Services()), "territory": {"dep:13"}, "network": {"R-13-7KQ"}, "q": {"tour des tilleuls"},
		"confirmed_before": {"2026-12-01"}, "confirmed_after": {"2026-01-01"}, "due": {"true"},
		"link_kind": termsOf(dealmap.LinkKinds()), "means": termsOf(dealmap.LinkMeans()), "on": {"2026-11-01"},
	}
}

// TestAFilterWithEveryValue: however it is written, one filter is drawn and kept once and logged alike; what is too long or unknown is
// refused in few words.
func TestAFilterWithEveryValue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("cross13").post("/api/v1/deal-points", vieuxPort(with("name", "Tour des Tilleuls"))).want(http.StatusCreated)
	u := w.as("gn")
	const path = "/tiles/deal_points/12/2109/1500.mvt?"
	all := everyValue()
	ways := []string{all.Encode()}
	joined, reversed, repeated := url.Values{}, url.Values{}, url.Values{}
	for name, values := range all {
		back := slices.Clone(values)
		slices.Reverse(back)
		joined.Set(name, strings.Join(values, ","))
		reversed[name] = back
		repeated[name] = values
	}
	for range 10 {
		repeated["status"] = append(repeated["status"], all["status"]...)
		repeated["kind"] = append(repeated["kind"], strings.Join(all["kind"], ","))
	}
	repeated["product"] = append(repeated["product"], strings.Repeat("cannabis,", 300))
	ways = append(ways, joined.Encode(), reversed.Encode(), repeated.Encode())
	tag := ""
	for i, query := range ways {
		a := u.get(path + query).want(http.StatusOK)
		if tag == "" {
			tag = a.header.Get("ETag")
		}
		if got := a.header.Get("ETag"); got != tag {
			t.Errorf("way %d: ETag %s, want %s", i, got, tag)
		}
		if made := w.metric("dealmap_kept_tiles_made_total"); made != 1 {
			t.Errorf("way %d: %v tiles were drawn", i, made)
		}
	}
	lines := w.log.of(dealmap.WhatTile)
	if len(lines) != len(ways) || lines[0].Query == "" {
		t.Fatalf("lines %+v", lines)
	}
	for _, line := range lines {
		if line.Query != lines[0].Query {
			t.Errorf("logged as %q and as %q", lines[0].Query, line.Query)
		}
	}
	kept := w.metric("dealmap_kept_tiles_bytes")
	all.Del("link_kind")
	all.Del("means")
	all.Del("on")
	all["kind"] = slices.DeleteFunc(all["kind"], func(kind string) bool { return !dealmap.Kind(kind).IsDealPoint() })
	for _, call := range []string{"/api/v1/deal-points?", "/api/v1/deal-points/counts?", "/api/v1/nearest?lon=5.4&lat=43.3&", "/tiles/clusters,heat,links/6/32/23.mvt?"} {
		u.get(call + all.Encode()).want(http.StatusOK)
	}

	unknown := make([]string, 1500)
	for i := range unknown {
		unknown[i] = strconv.FormatInt(int64(i+1000), 36)
	}
	for _, call := range []string{path, "/tiles/clusters,heat/6/32/23.mvt?", "/api/v1/deal-points?", "/api/v1/deal-points/counts?"} {
		for _, name := range []string{"status", "kind", "product", "service"} {
			a := u.get(call + name + "=" + strings.Join(unknown, ","))
			if fields := a.problem(http.StatusBadRequest, "invalid-parameter"); !slices.Equal(fields, []string{name}) || len(a.body) > 2000 {
				t.Errorf("%s: fields %q in %d bytes", name, fields, len(a.body))
			}
		}
		u.get(call+"q="+strings.Repeat("a", 201)).problem(http.StatusBadRequest, "invalid-parameter")
		u.get(call+"status=%00").problem(http.StatusBadRequest, "invalid-parameter")
		u.get(call+"status=%zz").problem(http.StatusBadRequest, "malformed")
		for _, much := range []int{8<<10 + 1, 40 << 10} {
			u.get(call+"status="+strings.Repeat("a", much)).problem(http.StatusRequestURITooLong, "address-too-long")
			u.get(call+strings.Repeat("status=active&", much/13+1)).problem(http.StatusRequestURITooLong, "address-too-long")
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.http.URL+path+"q="+strings.Repeat("a", 200<<10), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := u.http.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("200 KiB: %d, %v", response.StatusCode, err)
	}
	if now := w.metric("dealmap_kept_tiles_bytes"); now != kept {
		t.Errorf("%v bytes are kept after refusals, %v before", now, kept)
	}
}

// TestTilesAtTheEndOfTheWorld: what is out of range is refused by name in every layer, what is at the highest zoom is as right as
// elsewhere.
func TestTilesAtTheEndOfTheWorld(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	u := w.as("gn")
	last := 1<<tiles.MaxZoom - 1
	for _, layer := range []string{"basemap", "heat", "territories", "clusters", "links", "sites", "deal_points", "clusters,deal_points"} {
		for address, field := range map[string]string{
			"23/0/0": "z", "24/4194304/0": "z", "4294967296/0/0": "z", "-1/0/0": "z", "9223372036854775808/0/0": "z", "-9223372036854775808/0/0": "z",
			fmt.Sprintf("22/%d/0", last+1): "x", fmt.Sprintf("22/0/%d", last+1): "y", "22/-1/0": "x", "22/0/-1": "y", "0/1/0": "x", "0/0/1": "y",
			"22/4294967296/0": "x", "22/0/18446744073709551616": "y", "22/0x1/0": "x", "22/1e3/0": "x", "22/0/NaN": "y",
		} {
			if fields := u.get("/tiles/"+layer+"/"+address+".mvt").problem(http.StatusBadRequest, "invalid-parameter"); !slices.Equal(fields, []string{field}) {
				t.Errorf("%s of %s: fields %q, want %s", layer, address, fields, field)
			}
		}
		for _, corner := range [][2]int{{0, 0}, {last, 0}, {0, last}, {last, last}} {
			if a := u.get(fmt.Sprintf("/tiles/%s/22/%d/%d.mvt", layer, corner[0], corner[1])).want(http.StatusOK); len(a.body) != 0 {
				t.Errorf("%s of the corner %v: %d bytes", layer, corner, len(a.body))
			}
		}
	}
	here := maptile.At(orb.Point{5.3698, 43.2965}, tiles.MaxZoom)
	decoded, err := mvt.Unmarshal(u.get(fmt.Sprintf("/tiles/deal_points/%d/%d/%d.mvt", here.Z, here.X, here.Y)).want(http.StatusOK).body)
	if err != nil || len(decoded) != 1 || len(decoded[0].Features) != 1 {
		t.Errorf("where the place is: %+v, %v", decoded, err)
	}
}

// TestManyTilesTakeNoMemory asks for more tiles at the highest zoom, in every layer, than may be kept. Not parallel: it measures the
// memory of the whole process.
func TestManyTilesTakeNoMemory(t *testing.T) {
	const most, many = 1 << 19, 2500
	w := newWorld(t, keeping(most))
	w.as("cross13").post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	u := w.as("gn")
	here := maptile.At(orb.Point{5.3698, 43.2965}, tiles.MaxZoom)
	layers := []string{"deal_points", "sites", "clusters", "heat", "territories", "links", "deal_points,clusters"}
	for _, layer := range layers {
		u.get(fmt.Sprintf("/tiles/%s/22/%d/%d.mvt", layer, here.X, here.Y)).want(http.StatusOK)
	}
	kinds := termsOf(dealmap.Kinds())
	before := heap()
	for i := range many {
		layer := layers[i%len(layers)]
		path := fmt.Sprintf("/tiles/%s/22/%d/%d.mvt?kind=%s&q=%d", layer, here.X+uint32(i%1000), here.Y+uint32(i/1000), kinds[i%len(kinds)], i)
		if status, _ := w.quick(u, path); status != http.StatusOK {
			t.Fatalf("%s: %d", path, status)
		}
	}
	w.log.forget()
	grown := heap() - before
	kept, aggregates, ground := w.metric("dealmap_kept_tiles_bytes"), w.metric("dealmap_aggregates_bytes"), w.metric("dealmap_kept_ground_bytes")
	t.Logf("%d tiles: %d KiB more in memory; tiles %.0f, aggregates %.0f, ground %.0f bytes are said to be kept", many, grown>>10, kept, aggregates, ground)
	if kept > most || aggregates > most || ground > 2*most {
		t.Errorf("more is kept than may be: %d", most)
	}
	if kept < most/2 {
		t.Error("too few tiles to fill the memory: the test shows nothing")
	}
	if grown > 8*most {
		t.Errorf("%d KiB more in memory", grown>>10)
	}
}

// quick asks without judging the answer by the contract, for those who ask thousands of times.
func (w *world) quick(u *user, path string, headers ...header) (status int, body []byte) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.http.URL+path, nil)
	if err != nil {
		w.t.Error(err)
		return 0, nil
	}
	for _, h := range headers {
		for name, value := range h {
			r.Header.Set(name, value)
		}
	}
	response, err := u.http.Do(r)
	if err != nil {
		w.t.Error(err)
		return 0, nil
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		w.t.Error(err)
	}
	return response.StatusCode, body
}

// forget empties the log, which otherwise is most of the memory that a test takes.
func (l *ledger) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = nil
}
