package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// cluster is some nodes on one shared journal.
type cluster struct {
	t   *testing.T
	dsn string
	key string
	dir string
}

// found starts the first node of a cluster, with the demonstration, and writes the key for the others.
func found(t *testing.T, dsn string, places int) (*cluster, *process) {
	t.Helper()
	c := &cluster{t: t, dsn: dsn, dir: t.TempDir()}
	c.key = filepath.Join(c.dir, "key")
	first := serve(t, c.data("a"), "--journal", dsn, "--node", "a", "--demo", "--places", fmt.Sprint(places))
	if out, errs, status := command(t, "node", "key", "--out", c.key, "--data", c.data("a"), "--journal", dsn); status != 0 {
		t.Fatalf("node key: %d %s%s", status, out, errs)
	}
	return c, first
}

func (c *cluster) data(node string) string { return filepath.Join(c.dir, node) }

// join starts another node, for the first time or again.
func (c *cluster) join(node string, more ...string) *process {
	c.t.Helper()
	return serve(c.t, c.data(node), append([]string{"--journal", c.dsn, "--node", node, "--join", c.key}, more...)...)
}

// on is the same person at another node, as behind a balancer.
func (b *browser) on(p *process) *browser {
	b.t.Helper()
	from, to := must(url.Parse(b.base)), must(url.Parse(p.base))
	other := &browser{t: b.t, base: p.base, http: &http.Client{Jar: b.http.Jar, Timeout: time.Minute}}
	if from.Hostname() != to.Hostname() {
		b.t.Fatalf("%s and %s do not share cookies", from, to)
	}
	return other
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// within waits until something holds, and fails when it takes longer.
func within(t *testing.T, most time.Duration, what string, holds func() bool) {
	t.Helper()
	for began := time.Now(); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > most {
			t.Fatalf("%s: not within %s", what, most)
		}
	}
}

// TestTwoNodes: what is written on one node is on the other, who signs in on one is known on the other, and whoever ends there has ended.
func TestTwoNodes(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	c, a := found(t, server.DSN(server.Database(t)), 200)
	b := c.join("b")
	cross, gn := a.as("cross13"), b.as("gn")
	events := gn.follow()

	point := cross.add("Passage des Nœuds", 5.4012, 43.2701)
	select {
	case e := <-events:
		if e.Reference != point.Properties.Reference || e.Type != "added" {
			t.Errorf("the other person is told %+v", e)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the other node does not tell")
	}
	if !gn.tileHas(maptile.At(orb.Point{5.4012, 43.2701}, 14), "", point.Properties.Reference) {
		t.Error("the point is not in the other node's tile")
	}
	// One person on both nodes in turn reads what they wrote, and a retry on the other node finds the first outcome.
	elsewhere := cross.on(b)
	header := map[string]string{"Idempotency-Key": "once"}
	for i := range 20 {
		header["Idempotency-Key"] = fmt.Sprint("once-", i)
		status, first := cross.send("POST", "/api/v1/deal-points?duplicates=accepted", newPoint(fmt.Sprint("Passage ", i), 5.41, 43.28), header)
		again, second := elsewhere.send("POST", "/api/v1/deal-points?duplicates=accepted", newPoint(fmt.Sprint("Passage ", i), 5.41, 43.28), header)
		var x, y feature
		if status != http.StatusCreated || json.Unmarshal(first, &x) != nil || again/100 != 2 || json.Unmarshal(second, &y) != nil || x.ID != y.ID {
			t.Fatalf("a retry on the other node: %d %s, then %d %s", status, first, again, second)
		}
		if got := get[feature](elsewhere, "/api/v1/deal-points/"+x.Properties.Reference); got.ID != x.ID {
			t.Fatalf("the other node shows %+v", got)
		}
	}
	// A conflict is one, whichever node it comes to.
	path := "/api/v1/deal-points/" + point.Properties.Reference
	get[feature](cross, path)
	stale := cross.etag
	if status, body := elsewhere.send("PATCH", path, map[string]any{"properties": map[string]any{"name": "Passage d’ailleurs"}},
		map[string]string{"If-Match": stale, "Content-Type": "application/merge-patch+json"}); status != http.StatusOK {
		t.Fatalf("change on the other node: %d %s", status, body)
	}
	if status, body := cross.send("PATCH", path, map[string]any{"properties": map[string]any{"name": "Passage de trop"}},
		map[string]string{"If-Match": stale, "Content-Type": "application/merge-patch+json"}); status != http.StatusPreconditionFailed {
		t.Fatalf("a change of what is no longer so: %d %s", status, body)
	}

	// Signed out on one is signed out on the other; a grant that ends on one ends on both.
	if status, body := elsewhere.send("DELETE", "/api/v1/session", nil, nil); status/100 != 2 {
		t.Fatalf("sign out: %d %s", status, body)
	}
	// The jar forgot the cookie; somebody who kept it has nothing of it.
	within(t, 2*time.Second, "signed out on the other node", func() bool {
		status, _ := cross.send("GET", "/api/v1/me", nil, nil)
		return status == http.StatusUnauthorized
	})
	if out, errs, status := command(t, "user", "end", "gn", "--data", c.data("a"), "--journal", c.dsn); status != 0 {
		t.Fatalf("user end: %s%s", out, errs)
	}
	within(t, 2*time.Second, "a grant that ended on the other node", func() bool {
		status, _ := gn.send("GET", "/api/v1/me", nil, nil)
		return status != http.StatusOK
	})
	if code := a.stop(); code != 0 {
		t.Errorf("node a exits with %d: %s", code, a.errs)
	}
	if code := b.stop(); code != 0 {
		t.Errorf("node b exits with %d: %s", code, b.errs)
	}
}

// TestEngineAway: while the engine cannot be reached nodes go on showing the map and refuse writes in words; when it is back they go on.
func TestEngineAway(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	c, a := found(t, server.DSN(server.Database(t)), 50)
	b := c.join("b")
	people := []*browser{a.as("cross13"), b.as("cross13")}
	before := people[0].add("Passage d’avant", 5.4, 43.27)
	within(t, 10*time.Second, "the point on the other node", func() bool {
		status, _ := people[1].send("GET", "/api/v1/deal-points/"+before.Properties.Reference, nil, nil)
		return status == http.StatusOK
	})
	server.Kill()
	for n, who := range people {
		within(t, 20*time.Second, "a refusal", func() bool {
			status, body := who.send("POST", "/api/v1/deal-points?duplicates=accepted", newPoint("Passage refusé", 5.41, 43.28), nil)
			if status == http.StatusCreated {
				t.Fatalf("node %d took a write without its engine", n)
			}
			return status == http.StatusServiceUnavailable && strings.Contains(string(body), "consultation continue")
		})
		for _, path := range []string{"/api/v1/deal-points/" + before.Properties.Reference, "/api/v1/deal-points?limit=10", "/tiles/deal_points/12/2109/1496.mvt"} {
			if status, body := who.send("GET", path, nil, nil); status != http.StatusOK {
				t.Errorf("node %d without its engine: GET %s: %d %s", n, path, status, body)
			}
		}
	}
	if late := b.as("gn"); len(late.list(url.Values{"limit": {"10"}})) == 0 {
		t.Error("who signs in without the engine sees nothing")
	}
	server.Run(t)
	var after feature
	within(t, 30*time.Second, "a write after the engine is back", func() bool {
		status, body := people[1].send("POST", "/api/v1/deal-points?duplicates=accepted", newPoint("Passage d’après", 5.42, 43.29), nil)
		return status == http.StatusCreated && json.Unmarshal(body, &after) == nil
	})
	within(t, 10*time.Second, "the point on the first node", func() bool {
		status, _ := people[0].send("GET", "/api/v1/deal-points/"+after.Properties.Reference, nil, nil)
		return status == http.StatusOK
	})
}

// TestPrimaryDiesUnderNodes: the primary is killed while people write on two nodes, its standby takes over; every write that was
// acknowledged is there once, on both nodes.
func TestPrimaryDiesUnderNodes(t *testing.T) {
	t.Parallel()
	primary, standbys := pgtest.Quorum(t, 1)
	c, a := found(t, pgtest.DSN(primary.Database(t), primary, standbys[0]), 30)
	b := c.join("b")
	var mu sync.Mutex
	acknowledged := map[string]string{} // id → name
	asked := map[string]bool{}          // names
	var writers sync.WaitGroup
	var count atomic.Int64
	stop := make(chan struct{})
	for n, node := range []*process{a, b, a, b} {
		cross := node.as("cross13")
		writers.Go(func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("Passage %d %d", n, i)
				at := 43.2 + float64(n)/100 + float64(i)/1e5
				for {
					select {
					case <-stop:
						return
					default:
					}
					mu.Lock()
					asked[name] = true
					mu.Unlock()
					status, body := cross.send("POST", "/api/v1/deal-points?duplicates=accepted", newPoint(name, 5.4, at),
						map[string]string{"Idempotency-Key": "failover-" + strings.ReplaceAll(name, " ", "-")})
					if status == http.StatusServiceUnavailable {
						time.Sleep(50 * time.Millisecond)
						continue // the same again, with the same key
					}
					var f feature
					if status/100 != 2 || json.Unmarshal(body, &f) != nil {
						t.Errorf("add: %d %s", status, body)
						return
					}
					mu.Lock()
					acknowledged[f.ID] = name
					mu.Unlock()
					count.Add(1)
					break
				}
			}
		})
	}
	within(t, time.Minute, "writes before", func() bool { return count.Load() > 60 })
	primary.Kill()
	killed, at := count.Load(), time.Now()
	standbys[0].Promote(t)
	within(t, time.Minute, "writes after", func() bool { return count.Load() > killed+60 })
	t.Logf("60 writes after the primary was killed: %s", time.Since(at).Round(time.Millisecond))
	close(stop)
	writers.Wait()
	var maps [2][]feature
	for n, node := range []*process{a, b} {
		maps[n] = node.as("cross13").list(url.Values{"limit": {"1000"}, "territory": {"dep:13"}})
		there, names := map[string]int{}, map[string]int{}
		for _, f := range maps[n] {
			there[f.ID]++
			names[f.Properties.Name]++
		}
		for id, name := range acknowledged {
			if there[id] != 1 || names[name] != 1 {
				t.Fatalf("node %d: %s (%s) was acknowledged and is there %d times, its name %d times", n, id, name, there[id], names[name])
			}
		}
		for name, times := range names {
			if asked[name] && times != 1 {
				t.Errorf("node %d: %s is there %d times", n, name, times)
			}
		}
	}
	if len(maps[0]) != len(maps[1]) {
		t.Errorf("the nodes show %d and %d places", len(maps[0]), len(maps[1]))
	}
	t.Logf("%d acknowledged writes, all there on both nodes", len(acknowledged))
}

// TestWrongEngine: each mistake is refused in words that say what to do, and leaves nothing behind.
func TestWrongEngine(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database, other := server.Database(t), server.Database(t)
	c, a := found(t, server.DSN(database), 20)
	a.stop()
	at := func(dsn, node, data string, more ...string) []string {
		return append([]string{"serve", "--listen", "localhost:0", "--metrics", "", "--quiet", "--journal", dsn, "--node", node, "--data", data}, more...)
	}
	server.Exec(t, database, "CREATE ROLE somebody LOGIN PASSWORD 'x'")
	foreign := server.Database(t)
	server.Exec(t, foreign, "CREATE TABLE dealmap_meta (a int)")
	newer := server.Database(t)
	server.Exec(t, newer, "CREATE TABLE dealmap_meta (key text PRIMARY KEY, value text NOT NULL)")
	server.Exec(t, newer, "INSERT INTO dealmap_meta VALUES ('format', 'dealmap'), ('version', '99'), ('map', 'x')")
	fresh := func() string { return filepath.Join(t.TempDir(), "data") }
	as := func(user string) string { return strings.Replace(c.dsn, "postgres@", user+"@", 1) }
	own := fresh()
	if out, errs, status := command(t, "seed", "--places", "5", "--data", own, "--quiet"); status != 0 {
		t.Fatalf("seed: %s%s", out, errs)
	}
	for name, wrong := range map[string]struct {
		args []string
		want string
	}{
		"no server":            {at("postgres://postgres@127.0.0.1:1/x?sslmode=disable", "b", fresh()), "joignable"},
		"no database":          {at(server.DSN("nowhere"), "b", fresh()), "cette base n’existe pas"},
		"nobody":               {at(as("nobody"), "b", fresh()), "identifiants refusés"},
		"no rights":            {at(as("somebody"), "b", fresh()), "n’a pas les droits"},
		"not an address":       {at("mysql://x", "b", fresh()), "postgres://"},
		"unreadable address":   {at("postgres://secret@[", "b", fresh()), "illisible"},
		"other tables":         {at(server.DSN(foreign), "b", fresh()), "ne sont pas celles de dealmap"},
		"newer tables":         {at(server.DSN(newer), "b", fresh()), "plus récente"},
		"no key":               {at(c.dsn, "b", fresh()), "dealmap node key"},
		"another map":          {at(server.DSN(other), "a", c.data("a")), "une autre carte"},
		"another name":         {at(c.dsn, "b", c.data("a")), "nœud « a »"},
		"bad name":             {at(c.dsn, "B ?", fresh()), "--node"},
		"a folder of its own":  {at(c.dsn, "b", own), "journal copy"},
		"no engine named":      {[]string{"serve", "--listen", "localhost:0", "--metrics", "", "--quiet", "--data", c.data("a")}, "--journal"},
		"key without engine":   {[]string{"serve", "--listen", "localhost:0", "--metrics", "", "--quiet", "--data", fresh(), "--join", c.key}, "--journal"},
		"check without engine": {[]string{"check", "--quiet", "--data", c.data("a")}, "--journal"},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, status := commandWithin(t, time.Minute, "", wrong.args...)
			if status != 1 || !strings.Contains(errs, wrong.want) {
				t.Errorf("%v: exit %d, %s%s; want words with %q", wrong.args, status, out, errs, wrong.want)
			}
			if strings.Contains(errs, "secret") || strings.Contains(errs, "goroutine") {
				t.Errorf("it says too much: %s", errs)
			}
		})
	}
}

// TestRewrittenEngine: an engine that was put back to an older copy, or whose past was changed, is not served.
func TestRewrittenEngine(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	for name, rewrite := range map[string]string{
		"older":   "DELETE FROM dealmap_entry WHERE seq > 30",
		"changed": "UPDATE dealmap_entry SET hash = sha256(header || 'x'), header = header || 'x' WHERE seq = (SELECT max(seq) FROM dealmap_entry)",
	} {
		database := server.Database(t)
		c, a := found(t, server.DSN(database), 20)
		a.as("cross13").add("Passage", 5.4, 43.27)
		if out, errs, status := command(t, "audit", "checkpoint", "--data", c.data("a"), "--journal", c.dsn); status != 0 {
			t.Fatalf("audit checkpoint: %s%s", out, errs)
		}
		a.stop()
		server.Exec(t, database, rewrite)
		out, errs, status := commandWithin(t, time.Minute, "", "serve", "--data", c.data("a"), "--journal", c.dsn, "--node", "a", "--listen", "localhost:0", "--metrics", "", "--quiet")
		if status != 1 || errs == "" || strings.Contains(out, "dealmap sert") {
			t.Errorf("%s: exit %d, %s%s", name, status, out, errs)
		}
		t.Logf("%s: %s", name, errs)
	}
}
