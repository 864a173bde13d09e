package web_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

// withIssuer is a world with an identity provider that knows sub-1, an investigator here.
func withIssuer(t *testing.T) (*world, *issuer) {
	t.Helper()
	i := newIssuer(t)
	w := newWorld(t, func(o *web.Options) {
		o.OIDC = &web.OIDC{Issuer: i.http.URL, ClientID: clientID, ClientSecret: clientSecret, Scopes: []string{"openid", "profile"},
			PublicURL: publicURL, Label: "Avec mon compte du ministère", Client: &http.Client{Timeout: 2 * time.Second}}
	})
	i.now = w.clock.now
	grant := people["gn"]
	grant.Subject, grant.Name = i.subject("sub-1"), "Camille M."
	w.do(dealmap.Console("test", dealmap.RoleAdmin), dealmap.GiveGrant{ID: dealmap.ID{0xbb}, Grant: grant})
	return w, i
}

func (i *issuer) subject(sub string) string { return "oidc:" + i.http.URL + "#" + sub }

// navigator is a browser that shows where it is sent.
func (w *world) navigator() *user {
	u := w.anonymous()
	u.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return u
}

// toIssuer begins a sign-in and returns where the browser is sent.
func (u *user) toIssuer() *url.URL {
	u.w.t.Helper()
	a := u.get("/auth/oidc/login").want(http.StatusFound)
	to, err := url.Parse(a.header.Get("Location"))
	if err != nil {
		u.w.t.Fatal(err)
	}
	return to
}

// refused checks that a callback opens no session and says why.
func (a *answer) refused(u *user, code string) {
	a.t.Helper()
	a.want(http.StatusSeeOther)
	if to := a.header.Get("Location"); to != "/?refus="+code {
		a.t.Errorf("sent to %q, want refus=%s", to, code)
	}
	u.get("/api/v1/me").problem(http.StatusUnauthorized, "not-signed-in")
}

func TestSigningInWithAnIdentityProvider(t *testing.T) {
	t.Parallel()
	w, i := withIssuer(t)
	u := w.navigator()
	var state sessionState
	u.get("/api/v1/session").want(http.StatusOK).json(&state)
	if state.SignedIn || state.OidcLabel != "Avec mon compte du ministère" || len(state.Motives) == 0 {
		t.Errorf("before: %+v", state)
	}
	asked := u.toIssuer()
	query := asked.Query()
	if !strings.HasPrefix(asked.String(), i.http.URL+"/authorize?") || query.Get("response_type") != "code" || query.Get("client_id") != clientID ||
		query.Get("redirect_uri") != publicURL+"/auth/oidc/callback" || query.Get("scope") != "openid profile" ||
		query.Get("code_challenge_method") != "S256" || len(query.Get("state")) < 32 || len(query.Get("nonce")) < 32 {
		t.Errorf("asked %s", asked)
	}
	before := cookieOf(u)
	a := u.get(i.lets("sub-1", asked)).want(http.StatusSeeOther)
	if to := a.header.Get("Location"); to != "/" {
		t.Fatalf("sent to %q", to)
	}
	if cookieOf(u) == before {
		t.Error("signing in kept the token: fixation")
	}
	// Signed in, and nothing is shown before the motive.
	u.get("/api/v1/session").want(http.StatusOK).json(&state)
	if !state.SignedIn || !state.MotiveRequired || state.Name != "Camille M." {
		t.Errorf("signed in: %+v", state)
	}
	for _, path := range append(outputs("13-K7QF", "00000000-0000-4000-8000-000000000000"), "/api/v1/changes", "/api/v1/me", "/api/v1/tokens", "/api/v1/policy") {
		u.get(path).problem(http.StatusForbidden, "motive-required")
	}
	u.send(http.MethodPut, "/api/v1/session/motive", map[string]any{"motive": "enquete"}).problem(http.StatusUnprocessableEntity, "invalid")
	u.send(http.MethodPut, "/api/v1/session/motive", map[string]any{"motive": "enquete", "case": "2026/118"}).want(http.StatusOK)
	u.get("/api/v1/deal-points").want(http.StatusOK)
	var me struct {
		Username, Name, Motive, Case string
		Local                        bool
	}
	u.get("/api/v1/me").want(http.StatusOK).json(&me)
	if me.Name != "Camille M." || me.Username != "Camille Martin" || me.Motive != "Enquête judiciaire" || me.Case != "2026/118" || me.Local {
		t.Errorf("me: %+v", me)
	}
	if lines := w.log.of("list"); len(lines) != 1 || lines[0].Subject != i.subject("sub-1") || lines[0].Motive != "Enquête judiciaire" || lines[0].Case != "2026/118" {
		t.Errorf("consultations: %+v", lines)
	}
	change := map[string]any{"old": password, "new": "un autre mot de passe"}
	u.send(http.MethodPut, "/api/v1/session/password", change).problem(http.StatusForbidden, "forbidden")
	u.send(http.MethodDelete, "/api/v1/session", nil).want(http.StatusNoContent)
	u.get("/api/v1/me").problem(http.StatusUnauthorized, "not-signed-in")
}

func TestForgedIdentitiesAreRefused(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	set := func(name string, value any) func(*issuer) {
		return func(i *issuer) { i.break_ = func(claims map[string]any) { claims[name] = value } }
	}
	shift := func(name string, by time.Duration) func(*issuer) {
		return func(i *issuer) { i.break_ = func(claims map[string]any) { claims[name] = i.now().Add(by).Unix() } }
	}
	without := func(name string) func(*issuer) {
		return func(i *issuer) { i.break_ = func(claims map[string]any) { delete(claims, name) } }
	}
	for name, wrong := range map[string]func(*issuer){
		"wrong issuer":              set("iss", "https://other.example"),
		"issuer with a slash":       func(i *issuer) { i.break_ = func(c map[string]any) { c["iss"] = i.http.URL + "/" } },
		"wrong audience":            set("aud", "somebody-else"),
		"no audience":               without("aud"),
		"two audiences":             set("aud", []string{clientID, "somebody-else"}),
		"used by another":           set("azp", "somebody-else"),
		"wrong nonce":               set("nonce", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
		"no nonce":                  without("nonce"),
		"no subject":                without("sub"),
		"empty subject":             set("sub", ""),
		"subject without end":       set("sub", strings.Repeat("s", 256)),
		"expired":                   shift("exp", -2*time.Minute),
		"without an end":            without("exp"),
		"not valid yet":             shift("nbf", 10*time.Minute),
		"issued in the future":      shift("iat", 2*time.Minute),
		"without a date":            without("iat"),
		"alg none":                  func(i *issuer) { i.sign = i.none },
		"HS256 with the public key": func(i *issuer) { i.sign = i.hs256 },
		"signed by another":         func(i *issuer) { i.sign = func(c map[string]any) string { return i.rsa(other, c) } },
		"cut off":                   func(i *issuer) { i.sign = func(c map[string]any) string { return i.rs256(c)[:200] } },
		"no ID token":               func(i *issuer) { i.answer = answering(`{"access_token":"a","token_type":"Bearer"}`) },
		"ID token of a number":      func(i *issuer) { i.answer = answering(`{"access_token":"a","token_type":"Bearer","id_token":7}`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, i := withIssuer(t)
			wrong(i)
			u := w.navigator()
			u.get(i.lets("sub-1", u.toIssuer())).refused(u, "fournisseur")
			if i.count() != 1 {
				t.Errorf("%d exchanges", i.count())
			}
		})
	}
	for name, slightly := range map[string]func(*issuer){
		"clock ahead by half a minute":  func(i *issuer) { now := i.now; i.now = func() time.Time { return now().Add(30 * time.Second) } },
		"clock behind by half a minute": shift("exp", -30*time.Second),
		"used by us":                    set("azp", clientID),
		"among our audiences": func(i *issuer) {
			i.break_ = func(c map[string]any) { c["aud"], c["azp"] = []string{clientID, "other"}, clientID }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, i := withIssuer(t)
			slightly(i)
			u := w.navigator()
			if a := u.get(i.lets("sub-1", u.toIssuer())); a.header.Get("Location") != "/" {
				t.Errorf("sent to %q", a.header.Get("Location"))
			}
		})
	}
}

func answering(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}
}

func TestALoginIsOfOneBrowserAndUsedOnce(t *testing.T) {
	t.Parallel()
	w, i := withIssuer(t)
	mine, thief := w.navigator(), w.navigator()
	callback := i.lets("sub-1", mine.toIssuer())
	thief.get(callback).refused(thief, "expire")
	thief.toIssuer() // even with a login of its own under way
	thief.get(callback).refused(thief, "expire")
	for _, broken := range []string{
		"/auth/oidc/callback", "/auth/oidc/callback?code=x", "/auth/oidc/callback?code=x&state=", callback + "&state=x",
		strings.Replace(callback, "state=", "state=A", 1),
	} {
		u := w.navigator()
		u.get(broken).refused(u, "expire")
	}
	if i.count() != 0 {
		t.Fatalf("%d codes were exchanged for a foreign state", i.count())
	}
	if a := mine.get(callback); a.header.Get("Location") != "/" {
		t.Fatalf("sent to %q", a.header.Get("Location"))
	}
	// The state again, in the same browser: the session that it has goes on, and no other begins.
	before := cookieOf(mine)
	if a := mine.get(callback).want(http.StatusSeeOther); a.header.Get("Location") != "/?refus=expire" || cookieOf(mine) != before {
		t.Errorf("replayed: %q", a.header.Get("Location"))
	}
	if i.count() != 1 {
		t.Errorf("%d exchanges", i.count())
	}
	// The code again, with a state that is right.
	again := w.navigator()
	to := again.toIssuer()
	used, err := url.Parse(callback)
	if err != nil {
		t.Fatal(err)
	}
	query := used.Query()
	query.Set("state", to.Query().Get("state"))
	again.get("/auth/oidc/callback?"+query.Encode()).refused(again, "fournisseur")
	if i.count() != 2 {
		t.Errorf("%d exchanges", i.count())
	}
	// A fresh code of another's login: its PKCE challenge is not this browser's.
	victim, attacker := w.navigator(), w.navigator()
	stolen, err := url.Parse(i.lets("sub-1", victim.toIssuer()))
	if err != nil {
		t.Fatal(err)
	}
	query = stolen.Query()
	query.Set("state", attacker.toIssuer().Query().Get("state"))
	attacker.get("/auth/oidc/callback?"+query.Encode()).refused(attacker, "fournisseur")
	// Too late.
	slow := w.navigator()
	callback = i.lets("sub-1", slow.toIssuer())
	w.clock.advance(11 * time.Minute)
	slow.get(callback).refused(slow, "expire")
}

func TestTheIdentityProviderRefuses(t *testing.T) {
	t.Parallel()
	w, i := withIssuer(t)
	for asked, code := range map[string]string{
		"error=access_denied": "annulation", "error=server_error": "indisponible", "error=temporarily_unavailable": "indisponible",
		"error=invalid_scope": "fournisseur", "code=x&iss=https%3A%2F%2Fother.example": "fournisseur", "": "fournisseur",
	} {
		u := w.navigator()
		state := u.toIssuer().Query().Get("state")
		u.get("/auth/oidc/callback?"+asked+"&state="+state).refused(u, code)
	}
	stranger := w.navigator()
	stranger.get(i.lets("sub-2", stranger.toIssuer())).refused(stranger, "habilitation")
	// The same address under another issuer, or a local account of that name, is somebody else.
	people := w.navigator()
	people.get(i.lets("gn", people.toIssuer())).refused(people, "habilitation")
}

func TestTheIdentityProviderIsAway(t *testing.T) {
	t.Parallel()
	w, i := withIssuer(t)
	u := w.navigator()
	callback := i.lets("sub-1", u.toIssuer())
	i.answer = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
	u.get(callback).refused(u, "indisponible")
	i.answer = answering(strings.Repeat(" ", 2<<20) + "{}")
	u.get(i.lets("sub-1", u.toIssuer())).refused(u, "indisponible")
	callback = i.lets("sub-1", u.toIssuer())
	i.http.CloseClientConnections()
	i.http.Close()
	u.get(callback).refused(u, "indisponible")
	w.as("pn").get("/api/v1/deal-points").want(http.StatusOK) // local accounts go on
}

// TestAServerStartsWithoutItsIdentityProvider: it is asked when somebody wants to sign in.
func TestAServerStartsWithoutItsIdentityProvider(t *testing.T) {
	t.Parallel()
	i := newIssuer(t)
	var answer atomic.Pointer[http.HandlerFunc]
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*answer.Load())(w, r) }))
	down := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	hangs := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	endless := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write(make([]byte, 1<<16))
		}
	})
	up := i.http.Config.Handler.ServeHTTP
	t.Cleanup(front.Close)
	w := newWorld(t, func(o *web.Options) {
		o.OIDC = &web.OIDC{Issuer: front.URL, ClientID: clientID, PublicURL: publicURL, Client: &http.Client{Timeout: time.Second}}
	})
	u := w.navigator()
	for _, wrong := range []http.HandlerFunc{down, hangs, endless, answering("{}"), answering("no JSON")} {
		answer.Store(&wrong)
		if to := u.toIssuer(); to.String() != "/?refus=indisponible" {
			t.Errorf("sent to %s", to)
		}
	}
	right := http.HandlerFunc(up)
	answer.Store(&right)
	// It answers, but calls itself otherwise than it is known here.
	if to := u.toIssuer(); to.String() != "/?refus=indisponible" {
		t.Errorf("sent to %s", to)
	}
	i.http.URL = front.URL
	if to := u.toIssuer(); !strings.HasPrefix(to.String(), front.URL+"/authorize?") {
		t.Errorf("sent to %s", to)
	}
}

func TestWithoutAnIdentityProvider(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.navigator()
	u.get("/auth/oidc/login").problem(http.StatusNotFound, "no-such-path")
	u.get("/auth/oidc/callback?code=x&state=y").problem(http.StatusNotFound, "no-such-path")
	var state sessionState
	if u.get("/api/v1/session").want(http.StatusOK).json(&state); state.OidcLabel != "" {
		t.Errorf("%+v", state)
	}
	u.get("/auth/nothing").problem(http.StatusNotFound, "no-such-path")
}
