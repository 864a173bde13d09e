package web_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
	"github.com/paulmach/orb/encoding/mvt"
)

// behindProxies lets people come from addresses of their own.
func behindProxies(o *web.Options) {
	o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func crowdName(i int) string { return fmt.Sprint("foule", i) }

// crowdGrant is the grant of one in a crowd: each has another unit, so that no two see the same of every map.
func crowdGrant(i int) dealmap.GiveGrant {
	services := []dealmap.Service{dealmap.ServicePN, dealmap.ServiceGN}
	territories := []dealmap.TerritoryCode{"dep:13", "dep:69", "dep:83"}
	id := dealmap.ID{0xdd}
	binary.BigEndian.PutUint32(id[1:], uint32(i))
	return dealmap.GiveGrant{ID: id, Grant: dealmap.Grant{
		Subject: crowdName(i), Name: crowdName(i), Role: dealmap.RoleInvestigator, Service: services[i%2], Unit: fmt.Sprint("Unité ", i),
		Territories: []dealmap.TerritoryCode{territories[i%3]},
	}}
}

// admit gives some of a crowd their grants.
func (w *world) admit(members []int) {
	w.t.Helper()
	console := dealmap.Console("test", dealmap.RoleAdmin)
	each(64, members, func(i int) {
		name := crowdName(i)
		w.vault.mu.Lock()
		w.vault.accounts[name] = &account{password: password}
		w.vault.mu.Unlock()
		if _, err := w.store.Do(w.t.Context(), console, crowdGrant(i), ""); err != nil {
			w.t.Errorf("%s: %v", name, err)
		}
	})
}

// each does something with all of a list, some at once.
func each[T any](atOnce int, list []T, do func(T)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(list); i = int(next.Add(1)) - 1 {
				do(list[i])
			}
		})
	}
	all.Wait()
}

// enter signs one of a crowd in, and returns the header that shows it.
func (w *world) enter(through *http.Client, i int) header {
	w.t.Helper()
	body, err := json.Marshal(signIn(crowdName(i), password))
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.http.URL+"/api/v1/session", bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255))
	response, err := through.Do(r)
	if err != nil {
		w.t.Error(err)
		return nil
	}
	defer response.Body.Close()
	for _, cookie := range response.Cookies() {
		if cookie.Name == "dealmap_session" {
			return header{"Cookie": cookie.Name + "=" + cookie.Value}
		}
	}
	w.t.Errorf("%s: %d", crowdName(i), response.StatusCode)
	return nil
}

// shared is a client without a session of its own, for many people who ask at once.
func (w *world) shared() *user {
	transport := &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 64}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &user{w: w, http: &http.Client{Transport: transport, Timeout: time.Minute}}
}

// spread puts the same places on a map every time.
func (w *world) spread(seed uint64, places int) {
	random := rand.New(rand.NewPCG(seed, 7))
	for i := range places {
		w.do(w.viewer("ofast"), dealmap.ImportPlaces{Places: []dealmap.AddPlace{randomPlace(random, byte(i+1))}})
	}
}

// TestACrowdOfViewers lets ten thousand people, none of whom sees the same of every map as another, ask for tiles, clusters and heat.
// What is kept stays within its bound, whoever asks again gets what a server of their own would tell them, and nobody waits for all the
// others. Not parallel: it measures the memory of the whole process.
func TestACrowdOfViewers(t *testing.T) {
	const most, places = 1 << 20, 200
	many := 10_000
	if underRace {
		many = 1000
	}
	seed := seedOf(t)
	w := newWorld(t, keeping(most), behindProxies)
	w.spread(seed, places)
	members := make([]int, many)
	for i := range members {
		members[i] = i
	}
	w.admit(members)
	through := w.shared()
	cookies := make([]header, many)
	each(8, members, func(i int) { cookies[i] = w.enter(through.http, i) })
	if t.Failed() {
		t.FailNow()
	}
	paths := []string{"/tiles/deal_points/12/2109/1500.mvt", "/tiles/clusters,heat/8/131/93.mvt"}
	for _, path := range paths {
		w.quick(through, path, cookies[0])
	}
	w.log.forget()
	before := heap()

	crowded, done := make(chan struct{}), make(chan struct{})
	var waits []time.Duration
	go func() {
		defer close(done)
		for n := 0; ; n++ {
			select {
			case <-crowded:
				return
			case <-time.After(5 * time.Millisecond):
			}
			began := time.Now()
			// The first comes back with another question every time, which is never kept.
			if status, _ := w.quick(through, fmt.Sprintf("%s?q=%d", paths[n%2], n), cookies[0]); status != http.StatusOK {
				t.Errorf("the first: %d", status)
			}
			waits = append(waits, time.Since(began))
		}
	}()
	each(32, members[1:], func(i int) {
		for _, path := range paths {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			r.Header.Set("Cookie", cookies[i]["Cookie"])
			answer := httptest.NewRecorder()
			if w.server.Handler().ServeHTTP(answer, r); answer.Code != http.StatusOK {
				t.Errorf("%s of %s: %d", path, crowdName(i), answer.Code)
			}
		}
	})
	close(crowded)
	<-done
	slices.Sort(waits)
	w.log.forget()
	grown := heap() - before
	kept, aggregates := w.metric("dealmap_kept_tiles_bytes"), w.metric("dealmap_aggregates_bytes")
	t.Logf("%d people: %d KiB more in memory; tiles %.0f, aggregates %.0f bytes are said to be kept; the first asked %d times, p50 %s, p99 %s, most %s",
		many, grown>>10, kept, aggregates, len(waits), waits[len(waits)/2], waits[len(waits)*99/100], waits[len(waits)-1])
	if kept > most || aggregates > most {
		t.Errorf("more is kept than may be: %d", most)
	}
	if made := w.metric("dealmap_kept_tiles_made_total"); made < float64(many) {
		t.Errorf("%v tiles were drawn for %d people: somebody got another's", made, many)
	}
	if grown > 24<<20 {
		t.Errorf("%d KiB more in memory", grown>>10)
	}
	if last := waits[len(waits)-1]; last > 5*time.Second {
		t.Errorf("the first waited for %s", last)
	}

	var again []int
	for i := 0; i < many; i += many / 25 {
		again = append(again, i)
	}
	fresh := newWorld(t, behindProxies)
	fresh.spread(seed, places)
	fresh.admit(again)
	other := fresh.shared()
	different := map[string]bool{}
	for _, i := range again {
		cookie := fresh.enter(other.http, i)
		for _, path := range paths {
			status, got := w.quick(through, path, cookies[i])
			_, want := fresh.quick(other, path, cookie)
			if status != http.StatusOK || !bytes.Equal(got, want) {
				t.Errorf("%s of %s: %d, and not what a server of their own draws", path, crowdName(i), status)
			}
			different[string(got)] = true
		}
	}
	if len(different) < 6 {
		t.Errorf("%d different tiles: too few to say", len(different))
	}
}

// TestAHotTile writes into one tile a hundred times a second while eight read it: whatever was acknowledged before a request began is in
// its answer, and neither side waits for the other.
func TestAHotTile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	writes, pace, patience := 150, 10*time.Millisecond, 2*time.Second
	if underRace {
		writes, patience = 60, 5*time.Second
	}
	writer := w.as("cross13")
	var acknowledged atomic.Int64
	over := make(chan struct{})
	var took []time.Duration
	go func() {
		defer close(over)
		tick := time.NewTicker(pace)
		defer tick.Stop()
		for i := range writes {
			<-tick.C
			began := time.Now()
			body := vieuxPort(at(5.3650+0.0002*float64(i), 43.2965), with("name", fmt.Sprint("Passage ", i)))
			if a := writer.post("/api/v1/deal-points?duplicates=accepted", body); a.status != http.StatusCreated {
				t.Errorf("write %d: %d %s", i, a.status, a.body)
				return
			}
			acknowledged.Add(1)
			took = append(took, time.Since(began))
		}
	}()
	const path = "/tiles/deal_points/12/2109/1500.mvt"
	var mu sync.Mutex
	var read []time.Duration
	fewest := writes * 1000
	var readers sync.WaitGroup
	for _, name := range []string{"cross13", "ofast", "gn", "pn", "cross13", "ofast", "gn", "pn"} {
		u := w.as(name)
		readers.Go(func() {
			var mine []time.Duration
			for last := false; !last; {
				select {
				case <-over:
					last = true // one more, which must show everything
				default:
				}
				least, began := acknowledged.Load(), time.Now()
				status, body := w.quick(u, path)
				mine = append(mine, time.Since(began))
				if shown := featuresOf(t, body); status != http.StatusOK || int64(shown) < least {
					t.Errorf("%s was shown %d places (%d) after %d were acknowledged", name, shown, status, least)
					return
				}
			}
			mu.Lock()
			defer mu.Unlock()
			read = append(read, mine...)
			fewest = min(fewest, len(mine))
		})
	}
	readers.Wait()
	<-over
	if t.Failed() {
		return
	}
	slices.Sort(took)
	slices.Sort(read)
	t.Logf("%d writes: p50 %s, p99 %s; %d reads, %d of the one who read least: p50 %s, p99 %s", len(took), took[len(took)/2], took[len(took)*99/100],
		len(read), fewest, read[len(read)/2], read[len(read)*99/100])
	if p99 := took[len(took)*99/100]; p99 > patience {
		t.Errorf("writes wait: p99 %s", p99)
	}
	if p99 := read[len(read)*99/100]; p99 > patience {
		t.Errorf("reads wait: p99 %s", p99)
	}
	if fewest < len(read)/8/4 {
		t.Errorf("somebody read %d times, all together %d", fewest, len(read))
	}
	if asked, made := w.metric("dealmap_kept_tiles_asked_total"), w.metric("dealmap_kept_tiles_made_total"); asked != float64(len(read)) || made > asked || made < 4 {
		t.Errorf("%v asked, %v made of %d", asked, made, len(read))
	}
}

func featuresOf(t *testing.T, tile []byte) int {
	t.Helper()
	layers, err := mvt.Unmarshal(tile)
	if err != nil {
		t.Error(err)
		return 0
	}
	n := 0
	for _, layer := range layers {
		n += len(layer.Features)
	}
	return n
}
