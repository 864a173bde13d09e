package main

import (
	"net/http"
	"strings"
	"testing"
)

// TestAWrongPasswordIsRefused signs in at the front door with what opens nothing: the answer is the same whether the name or
// the password is wrong, and it is no fault of the server.
func TestAWrongPasswordIsRefused(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), "--demo", "--places", "20")
	b := &browser{t: t, base: p.base, http: &http.Client{}}
	for _, username := range []string{"pn", "personne"} {
		status, body := b.send("POST", "/api/v1/session", map[string]any{"username": username, "password": "pas le bon mot", "motive": "enquête"}, nil)
		if status != http.StatusUnauthorized || !strings.Contains(string(body), "identifiant ou mot de passe incorrect") {
			t.Errorf("%s with a wrong password: %d %s", username, status, body)
		}
	}
}
