package main

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withIDP starts dealmap beside an identity provider.
func withIDP(t *testing.T, data string, people map[string]string) (*process, *idp) {
	t.Helper()
	base := "http://localhost:" + freePort(t)
	provider := startIDP(t, people, base+"/auth/oidc/callback")
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := serve(t, data, "--demo", "--places", "200", "--listen", strings.TrimPrefix(base, "http://"),
		"--oidc-issuer", provider.issuer, "--oidc-client-id", "web", "--oidc-client-secret-file", secret, "--oidc-scopes", "openid,profile,email")
	return p, provider
}

func (p *process) grantExternal(data, sub string) {
	p.t.Helper()
	out, errs, status := command(p.t, "user", "add", "Enquêtrice", "--oidc-sub", sub, "--role", "investigator", "--service", "PN", "--unit", "SR",
		"--territory", "dep:13", "--data", data)
	if status != 0 || !strings.Contains(out, "oidc:http://localhost:") || !strings.Contains(out, "#"+sub) {
		p.t.Fatalf("user add --oidc-sub: %d %s%s", status, out, errs)
	}
}

// TestSigningInThroughAnIdentityProvider walks the whole way with a real one: code, PKCE, nonce, state; then the motive, then the map.
func TestSigningInThroughAnIdentityProvider(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p, provider := withIDP(t, data, map[string]string{"a1b2-c3": "dupont", "d4e5-f6": "durand"})
	p.grantExternal(data, "a1b2-c3")

	dupont := p.stranger()
	callback := dupont.goThrough(provider, "dupont")
	if to, status, body := dupont.visit("GET", callback, nil); status != http.StatusSeeOther || to != p.base+"/" {
		t.Fatalf("callback: %d to %q: %s", status, to, body)
	}
	if status, body := dupont.send("GET", "/api/v1/deal-points", nil, nil); status != http.StatusForbidden || !strings.Contains(string(body), "motive-required") {
		t.Errorf("the list before a motive: %d %s", status, body)
	}
	if status, body := dupont.send("PUT", "/api/v1/session/motive", map[string]any{"motive": "enquête", "case": "2026/118"}, nil); status >= 300 {
		t.Fatalf("stating the motive: %d %s", status, body)
	}
	if places := dupont.list(url.Values{"limit": {"100"}}); len(places) == 0 {
		t.Error("the map is empty")
	}
	me := get[struct{ Name, Motive string }](dupont, "/api/v1/me")
	if me.Name != "Enquêtrice" || me.Motive != "enquête" {
		t.Errorf("I am %+v", me)
	}

	// The address that brought the code: again in the same browser, and stolen by another.
	for who, b := range map[string]*browser{"the same browser": dupont, "another browser": p.stranger()} {
		if to, status, _ := b.visit("GET", callback, nil); status != http.StatusSeeOther || to != p.base+"/?refus=expire" {
			t.Errorf("the code again by %s: %d to %q", who, status, to)
		}
	}
	get[struct{}](dupont, "/api/v1/me")            // the session that there is stays
	stolen := dupont.goThrough(provider, "dupont") // a fresh code, for which this browser holds the state
	thief := p.stranger()
	if to, _, _ := thief.visit("GET", stolen, nil); to != p.base+"/?refus=expire" {
		t.Errorf("a code with the state of another browser: to %q", to)
	}
	if status, _ := thief.send("GET", "/api/v1/me", nil, nil); status != http.StatusUnauthorized {
		t.Errorf("a code with the state of another browser signs in: %d", status)
	}

	// Known there, without a grant here: the same address, even the same e-mail, gives nothing.
	durand := p.stranger()
	if to, status, _ := durand.visit("GET", durand.goThrough(provider, "durand"), nil); status != http.StatusSeeOther || to != p.base+"/?refus=habilitation" {
		t.Errorf("without a grant: %d to %q", status, to)
	}
	if status, _ := durand.send("GET", "/api/v1/me", nil, nil); status != http.StatusUnauthorized && status != http.StatusForbidden {
		t.Errorf("a person without a grant is somebody: %d", status)
	}

	if out, errs, status := command(t, "user", "end", "oidc:"+provider.issuer+"#a1b2-c3", "--data", data); status != 0 {
		t.Fatalf("user end: %d %s%s", status, out, errs)
	}
	if status, body := dupont.send("GET", "/api/v1/deal-points", nil, nil); status != http.StatusUnauthorized && status != http.StatusForbidden {
		t.Errorf("after the grant's end: %d %s", status, body)
	}
}

// TestTheIdentityProviderIsDown: it is said, and local accounts go on; when it is back, so is signing in.
func TestTheIdentityProviderIsDown(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p, provider := withIDP(t, data, map[string]string{"a1b2-c3": "dupont"})
	p.grantExternal(data, "a1b2-c3")
	provider.stop()
	if to, status, _ := p.stranger().visit("GET", p.base+"/auth/oidc/login", nil); to != p.base+"/?refus=indisponible" {
		t.Errorf("login while it is down: %d to %q", status, to)
	}
	p.as("pn")
	provider.start()
	b := p.stranger()
	callback := b.goThrough(provider, "dupont")
	provider.stop() // between the form and the exchange of the code
	if to, status, _ := b.visit("GET", callback, nil); to != p.base+"/?refus=indisponible" {
		t.Errorf("callback while it is down: %d to %q", status, to)
	}
	if status, _ := b.send("GET", "/api/v1/me", nil, nil); status != http.StatusUnauthorized {
		t.Errorf("signed in without the provider: %d", status)
	}
}

func TestBadIdentityProviderOptions(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--oidc-client-id", "x"}, "--oidc-issuer manque"},
		{[]string{"--oidc-issuer", "https://id.example"}, "--oidc-client-id manque"},
		{[]string{"--oidc-issuer", "http://id.example", "--oidc-client-id", "x"}, "https:// hors de cette machine"},
		{[]string{"--oidc-issuer", "id.example", "--oidc-client-id", "x"}, "n’est pas une adresse"},
		{[]string{"--oidc-issuer", "https://id.example", "--oidc-client-id", "x", "--public-url", "http://carte.example"}, "--public-url"},
		{[]string{"--oidc-issuer", "https://id.example", "--oidc-client-id", "x", "--listen", "0.0.0.0:0"}, "--public-url manque"},
		{[]string{"--oidc-issuer", "https://id.example", "--oidc-client-id", "x", "--oidc-scopes", "profile"}, "openid est obligatoire"},
		{[]string{"--oidc-issuer", "https://id.example", "--oidc-client-id", "x", "--oidc-client-secret-file", empty}, "est vide"},
		{[]string{"--oidc-issuer", "https://id.example", "--oidc-client-id", "x", "--oidc-ca", empty}, "aucun certificat"},
	} {
		args := append([]string{"serve", "--data", filepath.Join(t.TempDir(), "new"), "--listen", "localhost:0", "--metrics", ""}, c.args...)
		if out, errs, status := command(t, args...); status == 0 || !strings.Contains(errs, c.says) {
			t.Errorf("%v: status %d, %q does not say %q (%s)", c.args, status, errs, c.says, out)
		}
	}
	out, errs, status := command(t, "user", "add", "X", "--oidc-sub", "a", "--role", "ofast", "--service", "OFAST", "--unit", "Ofast", "--data", t.TempDir(), "--quiet")
	if status != 1 || !strings.Contains(errs, "--oidc-issuer manque") {
		t.Errorf("user add without an issuer: %d %s%s", status, out, errs)
	}
}

// TestAMinistrysOwnAuthority: --oidc-ca makes a certificate good that the system does not know.
func TestAMinistrysOwnAuthority(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // one of the handshakes is to fail
	server.StartTLS()
	defer server.Close()
	authority := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	for ca, good := range map[string]bool{"": false, authority: true} {
		o := oidcOptions{OIDCIssuer: server.URL, OIDCClientID: "x", OIDCScopes: []string{"openid"}, OIDCCA: ca}
		provider, err := o.provider("http://localhost:1")
		if err != nil {
			t.Fatal(err)
		}
		response, err := provider.Client.Get(server.URL)
		if err == nil {
			response.Body.Close()
		}
		if (err == nil) != good {
			t.Errorf("with --oidc-ca %q: %v", ca, err)
		}
	}
}
