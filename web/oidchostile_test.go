package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/web"
)

// TestAProviderThatLeadsAstray: neither the keys nor the code may travel without TLS, and the code goes nowhere but to the token
// endpoint.
func TestAProviderThatLeadsAstray(t *testing.T) {
	t.Parallel()
	var plain http.HandlerFunc
	reached := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached++
		plain(w, r)
	}))
	t.Cleanup(elsewhere.Close)
	i := newIssuer(t)
	plain = i.http.Config.Handler.ServeHTTP
	keys := "" // where they are said to be
	tls := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := "https://" + r.Host
		switch {
		case strings.HasPrefix(r.URL.Path, "/.well-known/") && keys == "moved":
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusFound)
		case strings.HasPrefix(r.URL.Path, "/.well-known/"):
			i.json(w, map[string]any{"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token", "jwks_uri": keys})
		default:
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(tls.Close)
	w := newWorld(t, func(o *web.Options) {
		o.OIDC = &web.OIDC{Issuer: tls.URL, ClientID: clientID, ClientSecret: clientSecret, PublicURL: publicURL, Client: tls.Client()}
	})
	for _, keys = range []string{elsewhere.URL + "/keys", "moved"} {
		u := w.navigator()
		u.get("/auth/oidc/login").want(http.StatusFound)
		if to := u.get("/auth/oidc/login").header.Get("Location"); to != "/?refus=indisponible" {
			t.Errorf("keys at %s: sent to %s", keys, to)
		}
	}
	keys = tls.URL + "/keys"
	u := w.navigator()
	state := u.toIssuer().Query().Get("state")
	u.get("/auth/oidc/callback?code=secret-code&state="+state).refused(u, "indisponible")
	if reached > 0 {
		t.Errorf("what was sent elsewhere arrived %d times", reached)
	}
}

// TestWhatAProviderSaysDoesNotFillTheLog: its refusals are logged, but not all that it can write, and never the code.
func TestWhatAProviderSaysDoesNotFillTheLog(t *testing.T) {
	t.Parallel()
	var said bytes.Buffer
	i := newIssuer(t)
	w := newWorld(t, func(o *web.Options) {
		o.OIDC = &web.OIDC{Issuer: i.http.URL, ClientID: clientID, ClientSecret: clientSecret, PublicURL: publicURL}
		o.Log = slog.New(slog.NewTextHandler(&said, nil))
	})
	i.now = w.clock.now
	i.answer = func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(bytes.Repeat([]byte("non\nlevel=INFO msg=forged "), 20_000))
	}
	u := w.navigator()
	state := u.toIssuer().Query().Get("state")
	u.get("/auth/oidc/callback?code=secret-code&state="+state).refused(u, "fournisseur")
	text := said.String()
	if len(text) > 5000 || strings.Contains(text, "secret-code") || strings.Contains(text, state) || strings.Contains(text, "\nlevel=") {
		t.Errorf("%d bytes: %.2000s", len(text), text)
	}
}
