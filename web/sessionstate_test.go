package web_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/mesure5/dealmap/web"
)

// sessionState is what the application asks first.
type sessionState struct {
	SignedIn               bool   `json:"signed_in"`
	MotiveRequired         bool   `json:"motive_required"`
	PasswordChangeRequired bool   `json:"password_change_required"`
	OidcLabel              string `json:"oidc_label"`
	Name                   string
	Me                     *struct{ Username, Motive, Case string }
	Motives                []struct{ Value, Label string }
}

func (u *user) state() sessionState {
	u.w.t.Helper()
	var state sessionState
	u.get("/api/v1/session").want(http.StatusOK).json(&state)
	return state
}

// cookieOf is the token of a browser's session.
func cookieOf(u *user) string {
	at, err := url.Parse(u.w.http.URL)
	if err != nil {
		u.w.t.Fatal(err)
	}
	for _, cookie := range u.http.Jar.Cookies(at) {
		if cookie.Name == "dealmap_session" {
			return cookie.Value
		}
	}
	return ""
}

func TestTheStateOfASession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.anonymous()
	if state := u.state(); state.SignedIn || state.Me != nil || len(state.Motives) < 5 {
		t.Errorf("nobody: %+v", state)
	}
	if cookieOf(u) != "" {
		t.Error("asking opens a session")
	}
	u.post("/api/v1/session", map[string]any{"username": "gn", "password": password, "motive": "autre", "motive_text": "préparation d’une réunion"}).want(http.StatusCreated)
	state := u.state()
	if !state.SignedIn || state.MotiveRequired || state.PasswordChangeRequired || state.Me == nil || state.Me.Motive != "Autre motif : préparation d’une réunion" || state.Name != "Enquêteur GN" {
		t.Errorf("signed in: %+v", state)
	}
	w.endGrants("gn")
	if state := u.state(); state.SignedIn || state.Me != nil {
		t.Errorf("after the grant: %+v", state)
	}
}

// TestMotives: each consultation bears the motive that was stated last before it.
func TestMotives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	u := w.as("gn")
	u.get("/api/v1/deal-points").want(http.StatusOK)
	state := func(body map[string]any) *answer { return u.send(http.MethodPut, "/api/v1/session/motive", body) }
	for _, wrong := range []map[string]any{
		{"motive": ""}, {"motive": "enquete"}, {"motive": "autre"}, {"motive": "chez M. Dupont"}, {"motive": "operation", "motive_text": "06 12 34 56 78"},
		{"motive": "operation", "case": "tél. 06 12 34 56 78"}, {"motive": "x", "reason": "y"}, {},
	} {
		state(wrong).problem(http.StatusUnprocessableEntity, "invalid")
	}
	u.get("/api/v1/deal-points").want(http.StatusOK)
	state(map[string]any{"motive": "operation", "motive_text": "place de la gare"}).want(http.StatusOK)
	u.get("/api/v1/deal-points").want(http.StatusOK)
	lines := w.log.of("list")
	if len(lines) != 3 || lines[0].Motive != "essai de la carte" || lines[1].Motive != lines[0].Motive || lines[1].Case != "PV 2026/12" ||
		lines[2].Motive != "Préparation d’une opération : place de la gare" || lines[2].Case != "" {
		t.Errorf("consultations: %+v", lines)
	}
	w.anonymous().send(http.MethodPut, "/api/v1/session/motive", map[string]any{"motive": "operation"}).problem(http.StatusUnauthorized, "not-signed-in")
}

func TestChangingThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const next = "un tout autre mot de passe"
	here, elsewhere, other := w.as("gn"), w.as("gn"), w.as("pn")
	change := func(old, new string) *answer {
		return here.send(http.MethodPut, "/api/v1/session/password", map[string]any{"old": old, "new": new})
	}
	for field, try := range map[string][2]string{"old": {"faux, archifaux", next}, "new": {password, "court"}, "new ": {password, password}} {
		if fields := change(try[0], try[1]).problem(http.StatusUnprocessableEntity, "invalid"); len(fields) != 1 || fields[0] != field[:3] {
			t.Errorf("%v: fields %v", try, fields)
		}
	}
	elsewhere.get("/api/v1/me").want(http.StatusOK)
	before := cookieOf(here)
	change(password, next).want(http.StatusNoContent)
	if cookieOf(here) == before {
		t.Error("the session kept its token")
	}
	here.get("/api/v1/me").want(http.StatusOK)
	other.get("/api/v1/me").want(http.StatusOK)
	elsewhere.get("/api/v1/me").problem(http.StatusUnauthorized, "not-signed-in")
	w.anonymous().post("/api/v1/session", signIn("gn", password)).problem(http.StatusUnauthorized, "bad-credentials")
	again := w.anonymous()
	again.post("/api/v1/session", signIn("gn", next)).want(http.StatusCreated)
	again.get("/api/v1/me").want(http.StatusOK)
	here.get("/api/v1/me").want(http.StatusOK)
}

// TestAStreamEndsWithThePassword: a stream of a session that a new password has ended ends too.
func TestAStreamEndsWithThePassword(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, elsewhere := w.as("gn"), w.as("gn")
	events := elsewhere.live("")
	next(t, events)
	here.send(http.MethodPut, "/api/v1/session/password", map[string]any{"old": password, "new": "un tout autre mot de passe"}).want(http.StatusNoContent)
	if e := next(t, events); e.name != "end" {
		t.Errorf("told %+v", e)
	}
}

// besieged is an account that somebody elsewhere has locked: its owner is let in from where they signed in before only.
type besieged struct{ web.Accounts }

func (b besieged) ChangeFrom(ctx context.Context, username, old, new, from string) error {
	if from != "127.0.0.1" {
		return &web.LockedError{Until: time.Now().Add(time.Hour)}
	}
	return b.Accounts.ChangeFrom(ctx, username, old, new, from)
}

// TestAPasswordIsChangedFromWhereItsOwnerIs: whoever locks an account from elsewhere does not keep its owner, who is signed in,
// from changing the password.
func TestAPasswordIsChangedFromWhereItsOwnerIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(o *web.Options) { o.Accounts = besieged{o.Accounts} })
	w.as("gn").send(http.MethodPut, "/api/v1/session/password", map[string]any{"old": password, "new": "un tout autre mot de passe"}).want(http.StatusNoContent)
}
