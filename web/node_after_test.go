package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

// heldMap shows the map as it was when it was held, until it is let go.
type heldMap struct {
	web.Map
	mu      sync.Mutex
	held    web.Snapshot  // nil: as it is
	free    chan struct{} // closed when let go
	waiting chan dealmap.Seq
	hurry   bool // nobody has time to wait
}

func (m *heldMap) hold() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held, m.free = m.Map.Snapshot(), make(chan struct{})
}

func (m *heldMap) letGo() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.held = nil
	close(m.free)
}

func (m *heldMap) Snapshot() web.Snapshot {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held != nil {
		return m.held
	}
	return m.Map.Snapshot()
}

func (m *heldMap) Await(ctx context.Context, seq dealmap.Seq) error {
	m.mu.Lock()
	free, hurry := m.free, m.hurry
	m.mu.Unlock()
	m.waiting <- seq
	if hurry {
		return context.DeadlineExceeded
	}
	select {
	case <-free:
		return m.Map.Await(ctx, seq)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pair is two nodes of one map: what is written on the first shows on the second only when its map is let go.
type pair struct {
	first, second *world
	node          *node // of the second
	held          *heldMap
}

func newPair(t *testing.T) *pair {
	t.Helper()
	var options web.Options
	first, _ := newNode(t, func(o *web.Options) { options = *o })
	p := &pair{first: first, node: &node{standing: web.Standing{Name: "paris", Heard: ten}}, held: &heldMap{Map: options.Map, waiting: make(chan dealmap.Seq, 100)}}
	options.Map, options.Node = p.held, p.node
	server, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	second := *first
	second.server, second.http = server, httptest.NewServer(server.Handler())
	t.Cleanup(func() {
		server.Close()
		second.http.Close()
	})
	p.second = &second
	return p
}

// elsewhere is the same browser at the second node.
func (p *pair) elsewhere(u *user) *user { return &user{w: p.second, http: u.http} }

// after is the cookie that a user's browser bears; nil without one.
func (p *pair) after(t *testing.T, u *user) *http.Cookie {
	t.Helper()
	at, err := url.Parse(p.first.http.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range u.http.Jar.Cookies(at) {
		if c.Name == "dealmap_after" {
			return c
		}
	}
	return nil
}

// TestAWriteShowsOnEveryNode: whoever wrote on one node finds it on another, which waits until it knows of it; others do not wait.
func TestAWriteShowsOnEveryNode(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	cross, gn := p.first.as("cross13"), p.first.as("gn")
	p.held.hold()
	cross.get("/api/v1/deal-points").want(http.StatusOK)
	cross.post("/api/v1/within", map[string]any{"type": "Polygon", "coordinates": [][][]float64{{{5, 43}, {6, 43}, {6, 44}, {5, 43}}}}).want(http.StatusOK)
	if c := p.after(t, cross); c != nil {
		t.Fatalf("a cookie of whoever wrote nothing: %v", c)
	}
	added := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	set := added.header.Get("Set-Cookie")
	for _, want := range []string{"dealmap_after=", "Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=300"} {
		if !strings.Contains(set, want) {
			t.Errorf("Set-Cookie %q lacks %s", set, want)
		}
	}
	id := added.point().ID
	p.elsewhere(gn).get("/api/v1/deal-points/"+id).problem(http.StatusNotFound, "not-found") // has nothing to wait for
	found := make(chan int)
	paths := []string{"/api/v1/deal-points/" + id, "/api/v1/deal-points", "/tiles/deal_points/12/2109/1496.mvt"}
	for _, path := range paths {
		go func() { found <- p.elsewhere(cross).get(path).status }()
	}
	for range paths {
		<-p.held.waiting
	}
	select {
	case status := <-found:
		t.Fatalf("answered %d before it was known", status)
	default:
	}
	p.held.letGo()
	for range paths {
		if status := <-found; status != http.StatusOK {
			t.Errorf("answered %d", status)
		}
	}
	if a := p.elsewhere(cross).get("/api/v1/deal-points/" + id).want(http.StatusOK); a.header.Get("Dealmap-Stale-Since") != "" {
		t.Errorf("stale since %s", a.header.Get("Dealmap-Stale-Since"))
	}
}

// TestARetryShowsToo: what was done before, on another node maybe, is waited for as well as what is done now.
func TestARetryShowsToo(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	first, again := p.first.as("cross13"), p.first.as("cross13")
	key := header{"Idempotency-Key": "une-seule-fois"}
	id := first.post("/api/v1/deal-points", vieuxPort(), key).want(http.StatusCreated).point().ID
	if got := again.post("/api/v1/deal-points", vieuxPort(), key).want(http.StatusCreated).point().ID; got != id {
		t.Fatalf("added twice: %s, %s", id, got)
	}
	if p.after(t, again) == nil {
		t.Error("the retry has no cookie")
	}
}

// TestANodeThatDoesNotCatchUp serves what it has and says how old it is, and takes no writes of whoever knows better.
func TestANodeThatDoesNotCatchUp(t *testing.T) {
	t.Parallel()
	for name, lag := range map[string]func(*pair){
		"it takes too long": func(p *pair) { p.held.hurry = true },
		"its engine is away": func(p *pair) {
			p.node.cut(ten.Add(time.Minute), ten.Add(time.Hour))
			p.held.waiting = nil // nobody waits for what cannot come
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPair(t)
			cross, gn := p.first.as("cross13"), p.first.as("gn")
			p.held.hold()
			lag(p)
			id := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point().ID
			a := p.elsewhere(cross).get("/api/v1/deal-points").want(http.StatusOK)
			if n := len(a.collection().Features); n != 0 || a.header.Get("Dealmap-Stale-Since") != "2026-11-23T09:00:00Z" {
				t.Errorf("%d points, stale since %q", n, a.header.Get("Dealmap-Stale-Since"))
			}
			refused := p.elsewhere(cross).post("/api/v1/deal-points/"+id+"/confirm", map[string]any{})
			refused.problem(http.StatusServiceUnavailable, "unavailable")
			if refused.header.Get("Retry-After") != "5" || !strings.Contains(string(refused.body), "votre dernière modification") {
				t.Errorf("refused with %q: %s", refused.header.Get("Retry-After"), refused.body)
			}
			p.elsewhere(cross).post("/api/v1/within", map[string]any{"type": "Polygon", "coordinates": [][][]float64{{{5, 43}, {6, 43}, {6, 44}, {5, 43}}}}).want(http.StatusOK)
			p.elsewhere(gn).get("/api/v1/deal-points").want(http.StatusOK)
			p.elsewhere(cross).send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
		})
	}
}

// TestACookieOfSomebodyElseIsNothing: only what this installation sealed for this very person is waited for.
func TestACookieOfSomebodyElseIsNothing(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	cross, gn := p.first.as("cross13"), p.first.as("gn")
	p.held.hold()
	cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated)
	stolen := p.after(t, cross).Value
	at, err := url.Parse(p.first.http.URL)
	if err != nil {
		t.Fatal(err)
	}
	forged := []string{stolen, stolen[1:], stolen + "A", strings.Repeat("A", len(stolen)), strings.Repeat("A", 4000), "18446744073709551615", "", "é"}
	for i, value := range forged {
		gn.http.Jar.SetCookies(at, []*http.Cookie{{Name: "dealmap_after", Value: value, Path: "/"}})
		a := p.elsewhere(gn).get("/api/v1/deal-points").want(http.StatusOK)
		if len(p.held.waiting) != 0 || a.header.Get("Dealmap-Stale-Since") != "" {
			t.Fatalf("cookie %d (%.60q) was waited for", i, value)
		}
		p.elsewhere(gn).get("/tiles/deal_points/12/2109/1496.mvt").want(http.StatusOK)
	}
	// Whoever has no session is nobody's author, and files need no cookie.
	nobody := p.first.anonymous()
	nobody.http.Jar.SetCookies(at, []*http.Cookie{{Name: "dealmap_after", Value: stolen, Path: "/"}})
	p.elsewhere(nobody).get("/api/v1/deal-points").problem(http.StatusUnauthorized, "not-signed-in")
	p.elsewhere(nobody).get("/").want(http.StatusOK)
	if len(p.held.waiting) != 0 {
		t.Error("nobody was waited for")
	}
}

// TestEveryWriteIsAnswered with the cookie: what each of these calls does must show on the next node.
func TestEveryWriteIsAnswered(t *testing.T) {
	t.Parallel()
	p := newPair(t)
	users := map[string]*user{}
	for _, name := range []string{"cross13", "admin", "partenaire13"} {
		users[name] = p.first.as(name)
	}
	id := users["cross13"].post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point().ID
	writes := []struct {
		who, method, path string
		body              any
	}{
		{"cross13", http.MethodPost, "/api/v1/deal-points/" + id + "/confirm", map[string]any{}},
		{"cross13", http.MethodPost, "/api/v1/deal-points/" + id + "/close", map[string]any{"reason": "faded", "date": "2026-11-20"}},
		{"partenaire13", http.MethodPost, "/api/v1/reports", map[string]any{"text": "Des allées et venues devant le hall", "commune": "13055"}},
		{"admin", http.MethodPost, "/api/v1/grants", map[string]any{"subject": "pn2", "name": "Nouveau", "role": "investigator", "service": "PN", "unit": "BSU Nice", "territories": []string{"dep:06"}}},
	}
	seen := map[string]bool{}
	for _, write := range writes {
		a := users[write.who].send(write.method, write.path, write.body)
		set := a.header.Get("Set-Cookie")
		if a.status >= 300 || !strings.HasPrefix(set, "dealmap_after=") {
			t.Errorf("%s: %d, Set-Cookie %q: %s", write.path, a.status, set, a.body)
		}
		seen[set] = true
	}
	if len(seen) != len(writes) {
		t.Errorf("%d different cookies for %d writes", len(seen), len(writes))
	}
	if a := users["cross13"].post("/api/v1/deal-points/"+id+"/close", map[string]any{"reason": "nothing"}); a.status < 400 || a.header.Get("Set-Cookie") != "" {
		t.Errorf("a refusal (%d) sets %q", a.status, a.header.Get("Set-Cookie"))
	}
}
