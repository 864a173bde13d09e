package web_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web"
)

type grant struct {
	ID, Subject, Name, Role, By, State string
	RoleLabel                          string `json:"role_label"`
	Territories                        []struct{ Code, Name string }
	Groups                             []string
	From                               time.Time
	Until                              *time.Time
}

func (u *user) grants(query string) []grant {
	u.w.t.Helper()
	var list struct{ Grants []grant }
	u.get("/api/v1/grants" + query).want(http.StatusOK).json(&list)
	return list.Grants
}

func newGrant(change ...func(map[string]any)) map[string]any {
	body := map[string]any{
		"subject": "nobody", "name": "Nouvelle enquêtrice", "role": "investigator", "service": "GN", "unit": "BR Aubagne", "territories": []string{"dep:13"},
	}
	for _, c := range change {
		c(body)
	}
	return body
}

// field sets a member of a body; nil takes it out.
func field(name string, value any) func(map[string]any) {
	return func(body map[string]any) {
		if body[name] = value; value == nil {
			delete(body, name)
		}
	}
}

// TestGrantsByScreen tells how somebody comes, works, changes service and leaves.
func TestGrantsByScreen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin, u := w.as("admin"), w.anonymous()
	u.post("/api/v1/session", signIn("nobody", password)).problem(http.StatusForbidden, "forbidden")
	var given grant
	admin.post("/api/v1/grants", newGrant(field("until", "2026-12-31"), field("groups", []string{"mer", "air"}))).want(http.StatusCreated).json(&given)
	if given.State != "active" || given.By != "admin" || given.RoleLabel != "Enquêteur" || given.Territories[0].Name == "" || len(given.Groups) != 2 ||
		given.Until == nil || !given.Until.Equal(time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("given %+v", given)
	}
	u.post("/api/v1/session", signIn("nobody", password)).want(http.StatusCreated)
	var me struct {
		GrantUntil *time.Time `json:"grant_until"`
		Groups     []string
		Local      bool
	}
	if u.get("/api/v1/me").json(&me); me.GrantUntil == nil || !me.GrantUntil.Equal(*given.Until) || len(me.Groups) != 2 || !me.Local {
		t.Errorf("me %+v", me)
	}
	admin.post("/api/v1/grants", newGrant(field("from", "2026-12-15"))).problem(http.StatusConflict, "conflict")

	var ended grant
	admin.post("/api/v1/grants/"+given.ID+"/end", nil).want(http.StatusOK).json(&ended)
	if ended.State != "ended" || !ended.Until.Before(w.clock.now()) {
		t.Errorf("ended %+v", ended)
	}
	u.get("/api/v1/me").problem(http.StatusForbidden, "forbidden")
	admin.post("/api/v1/grants/"+given.ID+"/end", nil).problem(http.StatusConflict, "conflict")
	// Another grant on the same day does not bring the dead session back to life.
	var other, coming grant
	admin.post("/api/v1/grants", newGrant(field("from", "2026-11-23"), field("until", "2026-11-30"), field("role", "cross"), field("unit", "Cross 13"))).want(http.StatusCreated).json(&other)
	u.get("/api/v1/me").problem(http.StatusUnauthorized, "not-signed-in")
	u.post("/api/v1/session", signIn("nobody", password)).want(http.StatusCreated)
	u.get("/api/v1/me").want(http.StatusOK)
	admin.post("/api/v1/grants", newGrant(field("from", "2026-12-01"))).want(http.StatusCreated).json(&coming)
	if other.State != "active" || coming.State != "coming" || !coming.From.Equal(time.Date(2026, 11, 30, 23, 0, 0, 0, time.UTC)) {
		t.Errorf("other %+v, coming %+v", other, coming)
	}
	list := admin.grants("?subject=nobody")
	if len(list) != 3 || list[0].ID != coming.ID || list[1].ID != other.ID || list[2].ID != given.ID {
		t.Errorf("list %+v", list)
	}
	if all := admin.grants(""); len(all) != len(people)+3 {
		t.Errorf("%d grants", len(all))
	}
	if lines := w.log.of("grants"); len(lines) != 2 || lines[0].Subject != "admin" || lines[0].Query != "nobody" {
		t.Errorf("consultations %+v", lines)
	}
	// The one ends by its date and the other begins: a session is of one grant.
	w.clock.advance(8 * 24 * time.Hour)
	u.post("/api/v1/session", signIn("nobody", password)).want(http.StatusCreated)
	u.get("/api/v1/me").want(http.StatusOK)
	w.log.break_(errors.New("disk full"))
	w.as("admin").get("/api/v1/grants").problem(http.StatusServiceUnavailable, "unavailable")
}

func TestBadGrantsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin := w.as("admin")
	for name, change := range map[string]func(map[string]any){
		"role": field("role", "chief"), "unit": field("unit", ""), "territories[0]": field("territories", []string{"dep:999"}),
		"territories": func(b map[string]any) { b["role"] = "prefet"; delete(b, "territories") }, "from": field("from", "2026-11-22"),
		"until": field("until", "2026-11-22"), "subject": field("subject", ""), "name": field("name", nil),
	} {
		if fields := admin.post("/api/v1/grants", newGrant(change)).problem(http.StatusUnprocessableEntity, "invalid"); len(fields) == 0 || fields[0] != name {
			t.Errorf("%s: fields %v", name, fields)
		}
	}
	admin.post("/api/v1/grants", newGrant(field("subject", "gn"))).problem(http.StatusConflict, "conflict")
	admin.post("/api/v1/grants", newGrant(field("subject", "admin"))).problem(http.StatusForbidden, "forbidden")
	for _, g := range admin.grants("?subject=admin") {
		admin.post("/api/v1/grants/"+g.ID+"/end", nil).problem(http.StatusForbidden, "forbidden")
	}
	for _, id := range []string{"00000000-0000-4000-8000-000000000000", "nonsense"} {
		admin.post("/api/v1/grants/"+id+"/end", nil).problem(http.StatusNotFound, "not-found")
	}
	victim := admin.grants("?subject=gn")[0].ID
	for name := range people {
		if name == "admin" {
			continue
		}
		u := w.as(name)
		u.get("/api/v1/grants").problem(http.StatusForbidden, "forbidden")
		u.post("/api/v1/grants", newGrant()).problem(http.StatusForbidden, "forbidden")
		u.post("/api/v1/grants/"+victim+"/end", nil).problem(http.StatusForbidden, "forbidden")
		u.get("/api/v1/accounts").problem(http.StatusForbidden, "forbidden")
		u.post("/api/v1/accounts", map[string]any{"username": "mine", "password": "assez long pour ça"}).problem(http.StatusForbidden, "forbidden")
		for _, call := range []struct{ method, path string }{{"DELETE", ""}, {"PUT", "/password"}, {"POST", "/unlock"}} {
			u.send(call.method, "/api/v1/accounts/gn"+call.path, map[string]any{"password": "assez long pour ça"}).problem(http.StatusForbidden, "forbidden")
		}
	}
}

// TestAccountsByScreen: an account made by an administrator must be given a password of its owner's choice before anything else.
func TestAccountsByScreen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const first, own = "premier mot de passe", "un mot de passe à moi"
	admin, u := w.as("admin"), w.anonymous()
	account := map[string]any{"username": "martin", "password": first}
	admin.post("/api/v1/accounts", account).want(http.StatusCreated)
	admin.post("/api/v1/accounts", account).problem(http.StatusConflict, "conflict")
	admin.post("/api/v1/accounts", map[string]any{"username": "Martin", "password": first}).problem(http.StatusUnprocessableEntity, "invalid")
	admin.post("/api/v1/accounts", map[string]any{"username": "durand", "password": "court"}).problem(http.StatusUnprocessableEntity, "invalid")
	u.post("/api/v1/session", signIn("martin", first)).problem(http.StatusForbidden, "forbidden") // an account alone gives no right
	admin.post("/api/v1/grants", newGrant(field("subject", "martin"))).want(http.StatusCreated)

	u.post("/api/v1/session", signIn("martin", first)).want(http.StatusCreated)
	if state := u.state(); !state.SignedIn || !state.PasswordChangeRequired {
		t.Errorf("%+v", state)
	}
	u.get("/api/v1/deal-points").problem(http.StatusForbidden, "password-change-required")
	u.send(http.MethodPut, "/api/v1/session/motive", map[string]any{"motive": "operation"}).problem(http.StatusForbidden, "password-change-required")
	u.send(http.MethodPut, "/api/v1/session/password", map[string]any{"old": first, "new": own}).want(http.StatusNoContent)
	u.get("/api/v1/deal-points").want(http.StatusOK)

	admin.send(http.MethodPut, "/api/v1/accounts/martin/password", map[string]any{"password": "oublié, donc redonné"}).want(http.StatusNoContent)
	u.get("/api/v1/deal-points").problem(http.StatusUnauthorized, "not-signed-in")
	u.post("/api/v1/session", signIn("martin", own)).problem(http.StatusUnauthorized, "bad-credentials")
	u.post("/api/v1/session", signIn("martin", "oublié, donc redonné")).want(http.StatusCreated)
	u.get("/api/v1/deal-points").problem(http.StatusForbidden, "password-change-required")

	var list struct {
		Accounts []struct {
			Username   string
			MustChange bool `json:"must_change_password"`
		}
	}
	admin.get("/api/v1/accounts").want(http.StatusOK).json(&list)
	for _, a := range list.Accounts {
		if a.MustChange != (a.Username == "martin") {
			t.Errorf("accounts %+v", list)
		}
	}
	if len(list.Accounts) != len(people)+2 {
		t.Errorf("%d accounts", len(list.Accounts))
	}
	admin.send(http.MethodDelete, "/api/v1/accounts/martin", nil).want(http.StatusNoContent)
	u.get("/api/v1/deal-points").problem(http.StatusUnauthorized, "not-signed-in")
	for _, call := range []struct{ method, path string }{{"DELETE", ""}, {"PUT", "/password"}, {"POST", "/unlock"}} {
		admin.send(call.method, "/api/v1/accounts/martin"+call.path, map[string]any{"password": first}).problem(http.StatusNotFound, "not-found")
	}
	admin.send(http.MethodDelete, "/api/v1/accounts/admin", nil).problem(http.StatusConflict, "conflict")
	// What an administrator did to whom is on record.
	var did []string
	for _, line := range w.log.of(dealmap.WhatGrants) {
		if line.Query == "martin" {
			did = append(did, line.Detail)
		}
	}
	if got := strings.Join(did, ", "); got != "compte : création, compte : nouveau mot de passe, compte : suppression" {
		t.Errorf("on record: %s", got)
	}
	w.log.break_(errors.New("disk full"))
	admin.send(http.MethodPut, "/api/v1/accounts/gn/password", map[string]any{"password": first}).problem(http.StatusServiceUnavailable, "unavailable")
	w.log.break_(nil)
	w.as("gn")
}

// TestAnAccountThatFailedTooOftenIsLocked, wherever the tries come from, until it is unlocked.
func TestAnAccountThatFailedTooOftenIsLocked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	admin, u := w.as("admin"), w.anonymous()
	for range mostFailures {
		u.post("/api/v1/session", signIn("gn", "faux, archifaux")).problem(http.StatusUnauthorized, "bad-credentials")
		w.clock.advance(15 * time.Second)
	}
	locked := u.post("/api/v1/session", signIn("gn", password))
	locked.problem(http.StatusUnauthorized, "locked")
	if wait, err := time.ParseDuration(locked.header.Get("Retry-After") + "s"); err != nil || wait < lockedFor-time.Minute || wait > lockedFor {
		t.Errorf("Retry-After %q: %v", locked.header.Get("Retry-After"), err)
	}
	w.as("pn")
	var list struct {
		Accounts []struct {
			Username string
			Locked   *time.Time `json:"locked_until"`
		}
	}
	admin.get("/api/v1/accounts").want(http.StatusOK).json(&list)
	for _, a := range list.Accounts {
		if (a.Locked != nil) != (a.Username == "gn") {
			t.Errorf("%+v", a)
		}
	}
	admin.post("/api/v1/accounts/gn/unlock", nil).want(http.StatusNoContent)
	w.as("gn")
}

func TestAddressesBehindProxies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trusted, forwarded string
		limited            bool // eight tries from "different" addresses and one more
	}{
		"no proxy is trusted":         {"", "203.0.113.%d", true},
		"another proxy is trusted":    {"10.0.0.0/8", "203.0.113.%d", true},
		"the proxy is trusted":        {"127.0.0.0/8", "203.0.113.%d", false},
		"the client writes more":      {"127.0.0.0/8", "198.51.100.%d, 203.0.113.1", true},
		"two proxies, one trusted":    {"127.0.0.0/8", "203.0.113.%d, 10.0.0.1", true},
		"two proxies, both trusted":   {"127.0.0.0/8,10.0.0.0/8", "203.0.113.%d, 10.0.0.1", false},
		"nonsense before the trusted": {"127.0.0.0/8", "nonsense%d", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, func(o *web.Options) { o.TrustedProxies = prefixes(t, c.trusted) })
			u := w.anonymous()
			var status int
			for i := range 9 {
				from := header{"X-Forwarded-For": strings.ReplaceAll(c.forwarded, "%d", string(rune('1'+i)))}
				status = u.post("/api/v1/session", signIn("gn", "faux, archifaux"), from).status
			}
			if limited := status == http.StatusTooManyRequests; limited != c.limited {
				t.Errorf("the ninth try: %d", status)
			}
		})
	}
}
