package web_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

func TestEverythingNeedsASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nobody := w.anonymous()
	paths := append(outputs("13-K7QF", "00000000-0000-4000-8000-000000000000"), "/api/v1/me", "/api/v1/vocabulary", "/api/v1/territories",
		"/api/v1/territories/dep:13", "/api/v1/changes", "/api/v1/tokens", "/api/v1/grants", "/api/v1/accounts", "/api/v1/policy",
		"/api/v1/reports", "/api/v1/audit/consultations", "/api/v1/audit/journal", "/api/v1/audit/checkpoints", "/api/v1/audit/verification", "/tiles/map.json", "/tiles/territories/5/16/11.mvt")
	for _, path := range paths {
		nobody.get(path).problem(http.StatusUnauthorized, "not-signed-in")
	}
	for _, path := range []string{"", "/13-K7QF/close", "/13-K7QF/reopen", "/13-K7QF/confirm", "/13-K7QF/steps"} {
		nobody.post("/api/v1/deal-points"+path, map[string]any{}).problem(http.StatusUnauthorized, "not-signed-in")
	}
	for _, path := range []string{
		"/tokens", "/grants", "/grants/x/end", "/accounts", "/accounts/gn/unlock", "/embargoes", "/deal-points/13-K7QF/erase", "/exports", "/reports",
		"/reports/x/settle", "/audit/verification",
	} {
		nobody.post("/api/v1"+path, map[string]any{}).problem(http.StatusUnauthorized, "not-signed-in")
	}
	nobody.send(http.MethodDelete, "/api/v1/accounts/gn", nil).problem(http.StatusUnauthorized, "not-signed-in")
	nobody.send(http.MethodPut, "/api/v1/accounts/gn/password", map[string]any{}).problem(http.StatusUnauthorized, "not-signed-in")
	nobody.post("/api/v1/within", map[string]any{}).problem(http.StatusUnauthorized, "not-signed-in")
	nobody.patch("/api/v1/deal-points/13-K7QF", `"1"`, map[string]any{}).problem(http.StatusUnauthorized, "not-signed-in")
	nobody.send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.anonymous()
	u.post("/api/v1/session", signIn("gn", "wrong")).problem(http.StatusUnauthorized, "bad-credentials")
	u.post("/api/v1/session", signIn("stranger", password)).problem(http.StatusUnauthorized, "bad-credentials")
	u.post("/api/v1/session", signIn("nobody", password)).problem(http.StatusForbidden, "forbidden")
	if fields := u.post("/api/v1/session", map[string]any{"username": "gn", "password": password, "motive": " "}).problem(http.StatusUnprocessableEntity, "invalid"); len(fields) != 1 || fields[0] != "motive" {
		t.Errorf("fields %v", fields)
	}
	for field, text := range map[string]string{"motive": "chez M. Dupont", "case": "tél. 06 12 34 56 78", "motive ": "a\u0007bc", "case ": "\u0000"} {
		field = strings.TrimSpace(field)
		in := signIn("gn", password)
		in[field] = text
		if fields := u.post("/api/v1/session", in).problem(http.StatusUnprocessableEntity, "invalid"); len(fields) != 1 || fields[0] != field {
			t.Errorf("%s %q: fields %v", field, text, fields)
		}
	}
	internal := u.post("/api/v1/session", signIn("broken", password))
	internal.problem(http.StatusInternalServerError, "internal")
	if strings.Contains(string(internal.body), "secrets") {
		t.Errorf("internals leak: %s", internal.body)
	}

	in := u.post("/api/v1/session", signIn("gn", password)).want(http.StatusCreated)
	cookie := in.header.Get("Set-Cookie")
	if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || strings.Contains(cookie, "Secure") {
		t.Errorf("cookie on loopback: %s", cookie)
	}
	var me struct {
		Username, Role, Motive, Case string
		Allowed                      []string
		SeesPoints                   bool `json:"sees_points"`
		Territories                  []struct{ Code string }
	}
	u.get("/api/v1/me").want(http.StatusOK).json(&me)
	if me.Username != "gn" || me.Role != "investigator" || me.Motive != "essai de la carte" || me.Case != "PV 2026/12" ||
		fmt.Sprint(me.Allowed) != "[confirm export token report]" || !me.SeesPoints || me.Territories[0].Code != "dep:13" {
		t.Errorf("me: %+v", me)
	}
	again := u.post("/api/v1/session", signIn("pn", password)).want(http.StatusCreated).header.Get("Set-Cookie")
	if strings.Split(cookie, ";")[0] == strings.Split(again, ";")[0] {
		t.Error("signing in kept the token: fixation")
	}
	u.send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
	u.get("/api/v1/me").problem(http.StatusUnauthorized, "not-signed-in")
}

func TestSecureCookieOffLoopback(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *web.Options) { o.PlainHTTP = false })
	a := w.anonymous().post("/api/v1/session", signIn("gn", password)).want(http.StatusCreated)
	if cookie := a.header.Get("Set-Cookie"); !strings.Contains(cookie, "Secure") {
		t.Errorf("cookie %s", cookie)
	}
	if a.header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS")
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	idle, busy := w.as("gn"), w.as("pn")
	for range 3 {
		w.clock.advance(25 * time.Minute)
		busy.get("/api/v1/me").want(http.StatusOK)
	}
	idle.get("/api/v1/me").problem(http.StatusUnauthorized, "not-signed-in")
	for range 30 {
		w.clock.advance(25 * time.Minute)
		if busy.get("/api/v1/me").status == http.StatusUnauthorized {
			return
		}
	}
	t.Error("a session in use outlives its absolute lifetime")
}

func TestAnEndedGrantEndsEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gn := w.as("gn")
	gn.get("/api/v1/deal-points").want(http.StatusOK)
	w.endGrants("gn")
	gn.get("/api/v1/deal-points").problem(http.StatusForbidden, "forbidden")
}

func TestGuessingPasswordsIsSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.anonymous()
	for i := range 8 {
		if got := u.post("/api/v1/session", signIn("gn", "wrong")).status; got != http.StatusUnauthorized {
			t.Fatalf("try %d: %d", i, got)
		}
	}
	limited := u.post("/api/v1/session", signIn("gn", password))
	limited.problem(http.StatusTooManyRequests, "too-many-requests")
	if limited.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	w.as("pn") // another account from the same place
	w.clock.advance(time.Minute)
	w.as("gn")
}

func TestOtherSitesCannotWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross := w.as("cross13")
	for _, h := range []header{{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}} {
		cross.post("/api/v1/deal-points", vieuxPort(), h).problem(http.StatusForbidden, "cross-origin")
	}
	cross.post("/api/v1/deal-points", vieuxPort(), header{"Sec-Fetch-Site": "same-origin"}).want(http.StatusCreated)
}

func TestHeadersEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.as("gn")
	for _, path := range []string{"/", "/healthz", "/nothing", "/api/v1/me", "/api/v1/deal-points?x=1", "/tiles/clusters/0/0/0.mvt"} {
		a := u.get(path)
		for _, name := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Request-Id", "X-Frame-Options", "Cache-Control"} {
			if a.header.Get(name) == "" {
				t.Errorf("%s has no %s", path, name)
			}
		}
		if policy := a.header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") {
			t.Errorf("policy %s", policy)
		}
	}
}

func TestOperations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.as("gn")
	u.get("/healthz").want(http.StatusOK)
	u.get("/readyz").want(http.StatusOK)
	u.get("/api/v1/openapi.yaml").want(http.StatusOK)
	w.unready = fmt.Errorf("rebuilding /var/lib/dealmap")
	if a := u.get("/readyz").want(http.StatusServiceUnavailable); strings.Contains(string(a.body), "/var") {
		t.Errorf("internals leak: %s", a.body)
	}
	u.get("/tiles/clusters/0/0/0.mvt").want(http.StatusOK)
	u.get("/metrics").problem(http.StatusNotFound, "no-such-path")
	page := newRecorder(w.server.Metrics())
	for _, name := range []string{
		`dealmap_http_request_seconds_count{method="GET",route="/readyz",status="503"} 1`, `dealmap_tile_draw_seconds_count{zoom="0"} 1`,
		"dealmap_live_streams 0", "dealmap_journal_seq 8",
	} {
		if !strings.Contains(page, name) {
			t.Errorf("metrics lack %s", name)
		}
	}
}

// prefixes reads networks joined by commas.
func prefixes(t *testing.T, text string) []netip.Prefix {
	t.Helper()
	var list []netip.Prefix
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	return list
}

func TestWrongMethodsAreToldTheRightOnes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.as("gn")
	for path, want := range map[string]string{
		"/api/v1/session": "GET, POST, DELETE", "/api/v1/session/motive": "PUT", "/api/v1/grants/x/end": "POST", "/healthz": "GET, HEAD",
		"/api/v1/deal-points/13-K7QF": "GET, PATCH", "/api/v1/tokens/x": "DELETE",
	} {
		a := u.send("OPTIONS", path, nil)
		a.problem(http.StatusMethodNotAllowed, "method-not-allowed")
		if got := a.header.Get("Allow"); got != want {
			t.Errorf("%s: Allow %q, want %q", path, got, want)
		}
	}
}

// TestForgedAndReplayedSessions: a cookie is worth what the store says of it, and nothing once its session has ended.
func TestForgedAndReplayedSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	with := func(token string) *answer {
		return w.anonymous().get("/api/v1/deal-points", header{"Cookie": "dealmap_session=" + token})
	}
	signedOut, idle, alive := w.as("gn"), w.as("pn"), w.as("cross13")
	kept := cookieOf(signedOut)
	with(kept).want(http.StatusOK)
	signedOut.send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
	old := cookieOf(alive)
	alive.post("/api/v1/session", signIn("cross13", password)).want(http.StatusCreated)
	_, text := alive.token()
	for name, token := range map[string]string{
		"signed out": kept, "of before the last sign-in": old, "made up": strings.Repeat("A", 43), "empty": "", "of the name of an epoch": "epoch gn",
		"cut off": cookieOf(alive)[:20], "an API token": text, "too long": strings.Repeat("A", 8000), "a path": "../../etc",
	} {
		if a := with(token); a.status != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	kept = cookieOf(idle)
	w.clock.advance(2 * time.Hour)
	with(kept).problem(http.StatusUnauthorized, "not-signed-in")
	w.clock.advance(-2 * time.Hour) // it is gone, whatever the clock says
	with(kept).problem(http.StatusUnauthorized, "not-signed-in")
}

func TestThePolicyIsServed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"gn", "auditeur", "partenaire13"} {
		a := w.as(name).get("/api/v1/policy").want(http.StatusOK)
		if string(a.body) != dealmap.Policy() || !strings.HasPrefix(a.header.Get("Content-Type"), "text/markdown") {
			t.Errorf("%s is served %d bytes of %s", name, len(a.body), a.header.Get("Content-Type"))
		}
	}
}
