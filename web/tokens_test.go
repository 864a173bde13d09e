package web_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

type apiToken struct {
	ID, Name, Owner, Motive, Case string
	OwnerName                     string `json:"owner_name"`
	Territories                   []struct{ Code string }
	From, Until                   time.Time
	Active                        bool
}

func newToken(change ...func(map[string]any)) map[string]any {
	body := map[string]any{"name": "QGIS de la cellule", "until": "2027-06-30", "motive": "operation", "motive_text": "cartographie"}
	for _, c := range change {
		c(body)
	}
	return body
}

func in(codes ...string) func(map[string]any) {
	return func(body map[string]any) { body["territories"] = codes }
}

// token makes a token for a person and returns it with its text.
func (u *user) token(change ...func(map[string]any)) (apiToken, string) {
	u.w.t.Helper()
	var made struct {
		Token apiToken
		Text  string
	}
	u.post("/api/v1/tokens", newToken(change...)).want(http.StatusCreated).json(&made)
	return made.Token, made.Text
}

func (u *user) tokens(query string) []apiToken {
	u.w.t.Helper()
	var list struct{ Tokens []apiToken }
	u.get("/api/v1/tokens" + query).want(http.StatusOK).json(&list)
	return list.Tokens
}

func bearer(text string) header { return header{"Authorization": "Bearer " + text} }

func basic(name, text string) header {
	return header{"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+text))}
}

// TestAProgramReadsWithAToken tells the story of a token: QGIS reads with it what its owner sees, in its territories, writes nothing, and
// no longer reads once it has ended.
func TestAProgramReadsWithAToken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cross, gn, program := w.as("cross13"), w.as("gn"), w.anonymous()
	here := cross.post("/api/v1/deal-points", vieuxPort()).want(http.StatusCreated).point()
	w.as("ofast").post("/api/v1/deal-points", vieuxPort(at(4.83, 45.76), with("commune", "69123"))).want(http.StatusCreated)
	hidden := w.hiddenPlace(9, 5.3698, 43.2965)

	token, text := gn.token(in("dep:13"))
	if !strings.HasPrefix(text, "dm_") || token.Owner != "gn" || token.OwnerName != "Enquêteur GN" || !token.Active || len(token.Territories) != 1 ||
		token.Motive != "Préparation d’une opération : cartographie" || !token.Until.Equal(time.Date(2027, 6, 30, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("made %+v", token)
	}
	if list := gn.tokens(""); len(list) != 1 || list[0].ID != token.ID || strings.Contains(fmt.Sprint(list), text) {
		t.Errorf("list %+v", list)
	}
	for _, h := range []header{bearer(text), basic("gn", text), basic("", text), {"Authorization": "bearer  " + text}} {
		a := program.get("/api/v1/deal-points", h)
		if got := a.collection().references(); len(got) != 1 || got[0] != here.Properties["reference"] {
			t.Errorf("the program sees %v", got)
		}
		if a.header.Get("Set-Cookie") != "" {
			t.Error("a token sets a cookie")
		}
	}
	if got := gn.get("/api/v1/deal-points").collection(); got.NumberReturned != 2 {
		t.Errorf("its owner sees %d", got.NumberReturned)
	}
	// The token wins over the cookie that comes with it: it must not show more than it may.
	if got := gn.get("/api/v1/deal-points", bearer(text)).collection(); got.NumberReturned != 1 {
		t.Errorf("with a cookie beside it the token sees %d", got.NumberReturned)
	}
	gn.get("/api/v1/deal-points", bearer(text+"x")).problem(http.StatusUnauthorized, "bad-token")
	program.get("/api/v1/deal-points/"+hidden.Subject.String(), bearer(text)).problem(http.StatusNotFound, "not-found")
	for _, path := range []string{"/tiles/deal_points/12/2109/1500.mvt", "/tiles/map.json", "/api/v1/search?q=tilleuls", "/api/v1/policy"} {
		program.get(path, bearer(text)).want(http.StatusOK)
	}
	var me struct {
		Username string
		Allowed  []string
	}
	if program.get("/api/v1/me", bearer(text)).want(http.StatusOK).json(&me); me.Username != "gn" || fmt.Sprint(me.Allowed) != "[export]" {
		t.Errorf("the token is %+v", me)
	}

	// It writes nothing, and neither opens nor makes anything.
	program.post("/api/v1/deal-points/"+here.ID+"/confirm", map[string]any{}, bearer(text)).problem(http.StatusForbidden, "forbidden")
	for _, call := range []struct{ method, path string }{
		{"GET", "/api/v1/tokens"}, {"POST", "/api/v1/tokens"}, {"DELETE", "/api/v1/tokens/" + token.ID}, {"GET", "/api/v1/grants"}, {"GET", "/api/v1/accounts"},
		{"PUT", "/api/v1/session/motive"}, {"PUT", "/api/v1/session/password"}, {"POST", "/api/v1/grants"}, {"POST", "/api/v1/accounts"},
	} {
		gn.send(call.method, call.path, newToken(), bearer(text)).problem(http.StatusForbidden, "forbidden")
	}
	lines := w.log.of("list")
	last := lines[0]
	if last.Token.String() != token.ID || last.Operation != dealmap.OpCombination || last.Motive != token.Motive || last.Subject != "gn" || last.Grant.IsZero() {
		t.Errorf("consultation %+v", last)
	}

	events := program.live("", bearer(text))
	if e := next(t, events); e.name != "hello" {
		t.Fatalf("told %+v", e)
	}
	cross.post("/api/v1/deal-points/"+here.ID+"/confirm", map[string]any{}).want(http.StatusOK)
	if c := next(t, events).change(t); c.ID != here.ID {
		t.Errorf("told %+v", c)
	}
	gn.send(http.MethodDelete, "/api/v1/tokens/"+token.ID, nil).want(http.StatusNoContent)
	if e := next(t, events); e.name != "end" {
		t.Errorf("told %+v", e)
	}
	program.get("/api/v1/deal-points", bearer(text)).problem(http.StatusUnauthorized, "bad-token")
	gn.send(http.MethodDelete, "/api/v1/tokens/"+token.ID, nil).problem(http.StatusConflict, "conflict")
	if list := gn.tokens(""); len(list) != 1 || list[0].Active || w.vault.secrets() != 0 {
		t.Errorf("after the end: %+v, %d secrets", list, w.vault.secrets())
	}
}

// TestBadTokensAreAlike: unknown, ended, malformed, without a grant: one answer.
func TestBadTokensAreAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gn, pn, program := w.as("gn"), w.as("pn"), w.anonymous()
	ended, endedText := gn.token()
	gn.send(http.MethodDelete, "/api/v1/tokens/"+ended.ID, nil).want(http.StatusNoContent)
	_, short := gn.token(func(b map[string]any) { b["until"] = "2026-11-24" })
	_, good := gn.token()
	_, foreign := pn.token()
	_, orphan, err := w.vault.NewToken(t.Context()) // a secret that the journal knows nothing of
	if err != nil {
		t.Fatal(err)
	}
	program.get("/api/v1/deal-points", bearer(foreign)).want(http.StatusOK)
	w.endGrants("pn")
	w.clock.advance(40 * time.Hour)

	unknown := program.get("/api/v1/deal-points", bearer("dm_00000000000000000000000000000000_AAAA"))
	unknown.problem(http.StatusUnauthorized, "bad-token")
	challenges := unknown.header.Values("WWW-Authenticate")
	if len(challenges) != 2 || !strings.HasPrefix(challenges[0], "Bearer ") || !strings.HasPrefix(challenges[1], "Basic ") {
		t.Errorf("challenges %q", challenges)
	}
	for name, h := range map[string]header{
		"ended": bearer(endedText), "expired": bearer(short), "without a grant": bearer(foreign), "not in the journal": bearer(orphan), "cut off": bearer(good[:40]),
		"empty": bearer(""), "no scheme": {"Authorization": good}, "another scheme": {"Authorization": "Negotiate " + good}, "no base64": {"Authorization": "Basic !"},
		"as a name": basic(good, ""), "of a session": bearer(cookieOf(gn)), "with a space": bearer(good + " x"), "empty header": {"Authorization": ""},
	} {
		for _, path := range []string{"/api/v1/deal-points", "/tiles/clusters/0/0/0.mvt", "/api/v1/changes"} {
			a := program.get(path, h)
			if a.status != http.StatusUnauthorized || withoutInstance(a.body) != withoutInstance(unknown.body) || a.header.Get("WWW-Authenticate") == "" || a.header.Get("Set-Cookie") != "" {
				t.Errorf("%s at %s: %d %s", name, path, a.status, a.body)
			}
		}
		w.clock.advance(5 * time.Second) // not too fast
	}
	program.get("/api/v1/deal-points", bearer(good)).want(http.StatusOK)
}

// TestTryingTokensIsSlow: whoever tries many is slowed; a good token from the same address is not.
func TestTryingTokensIsSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, good := w.as("gn").token()
	program := w.anonymous()
	for i := range 200 {
		if a := program.get("/api/v1/deal-points", bearer(fmt.Sprint("dm_", i))); a.status == http.StatusTooManyRequests {
			if a.header.Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
			program.get("/api/v1/deal-points", bearer(good)).want(http.StatusOK)
			return
		}
	}
	t.Error("tried 200 tokens without being slowed")
}

func TestTokensAreMadeWithCare(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gn := w.as("gn")
	for field, change := range map[string]func(map[string]any){
		"name":           func(b map[string]any) { b["name"] = "" },
		"until":          func(b map[string]any) { b["until"] = "2026-11-22" },
		"until ":         func(b map[string]any) { b["until"] = "2027-11-26" },
		"until  ":        func(b map[string]any) { delete(b, "until") },
		"motive":         func(b map[string]any) { b["motive"], b["motive_text"] = "", "" },
		"case":           func(b map[string]any) { b["motive"] = "enquete" },
		"territories[1]": in("dep:13", "dep:999"),
		"territories[0]": in("la Provence"),
	} {
		if fields := gn.post("/api/v1/tokens", newToken(change)).problem(http.StatusUnprocessableEntity, "invalid"); len(fields) != 1 || fields[0] != strings.TrimSpace(field) {
			t.Errorf("%s: fields %v", field, fields)
		}
	}
	// Neither the auditor nor a partner reads the map, so neither has tokens; an administrator sees everybody's.
	for _, name := range []string{"auditeur", "partenaire13", "admin"} {
		u := w.as(name)
		u.post("/api/v1/tokens", newToken()).problem(http.StatusForbidden, "forbidden")
		u.get("/api/v1/tokens").problem(http.StatusForbidden, "forbidden")
	}
	token, text := gn.token()
	pn, admin := w.as("pn"), w.as("admin")
	pn.send(http.MethodDelete, "/api/v1/tokens/"+token.ID, nil).problem(http.StatusNotFound, "not-found")
	pn.send(http.MethodDelete, "/api/v1/tokens/nonsense", nil).problem(http.StatusNotFound, "not-found")
	pn.get("/api/v1/tokens?everyone=true").problem(http.StatusForbidden, "forbidden")
	if len(pn.tokens("")) != 0 || len(admin.tokens("?everyone=true")) != 1 {
		t.Error("tokens are listed to the wrong people")
	}
	if lines := w.log.of("grants"); len(lines) != 1 || lines[0].Subject != "admin" {
		t.Errorf("consultations %+v", lines)
	}
	admin.send(http.MethodDelete, "/api/v1/tokens/"+token.ID, nil).want(http.StatusNoContent)
	w.anonymous().get("/api/v1/deal-points", bearer(text)).problem(http.StatusUnauthorized, "bad-token")

	if n := w.vault.secrets(); n != 0 {
		t.Errorf("%d secrets are left of tokens that were refused or ended", n)
	}
	w.vault.break_(errors.New("disk full at /var/lib/dealmap"))
	a := gn.post("/api/v1/tokens", newToken())
	a.problem(http.StatusInternalServerError, "internal")
	if strings.Contains(string(a.body), "/var") {
		t.Errorf("internals leak: %s", a.body)
	}
	w.anonymous().get("/api/v1/deal-points", bearer("dm_x")).problem(http.StatusInternalServerError, "internal")
	w.vault.break_(nil)
	if list := gn.tokens(""); len(list) != 1 {
		t.Errorf("a token without a secret: %+v", list)
	}
}

// TestATokenIsNoMagnifyingGlass: what its owner sees as its commune only cannot be found within the commune by tokens.
func TestATokenIsNoMagnifyingGlass(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, code := range []string{"qpv:QN01307M", "QPV:qn01307m", "qrr:13-01"} {
		a := w.as("gn").post("/api/v1/tokens", newToken(in("com:13055", code)))
		if a.problem(http.StatusUnprocessableEntity, "invalid"); !strings.Contains(string(a.body), "un jeton se limite à des communes") {
			t.Errorf("%s: %s", code, a.body)
		}
	}
	if w.vault.secrets() != 0 {
		t.Error("a secret was made")
	}
}
