package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// newToken makes an API token through the front door and returns its id and text.
func (b *browser) newToken(name string, territories ...string) (id, text string) {
	b.t.Helper()
	status, body := b.send("POST", "/api/v1/tokens", map[string]any{"name": name, "until": time.Now().AddDate(0, 1, 0).Format(time.DateOnly),
		"motive": "operation", "territories": territories}, nil)
	var made struct {
		Token struct {
			ID string `json:"id"`
		} `json:"token"`
		Text string `json:"text"`
	}
	if err := json.Unmarshal(body, &made); status != http.StatusCreated || err != nil || made.Text == "" {
		b.t.Fatalf("new token: %d %s %v", status, body, err)
	}
	return made.Token.ID, made.Text
}

// TestATokensLife makes tokens, reads with them as QGIS and scripts do, and ends one by command, the other with its owner's grant.
func TestATokensLife(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := serve(t, data, "--demo", "--places", "60")
	pn := p.as("pn")
	first, text := pn.newToken("QGIS du service", "dep:13")
	_, second := pn.newToken("script")
	qgis := p.stranger()
	bearer := func(text string) map[string]string { return map[string]string{"Authorization": "Bearer " + text} }
	const list, tile = "/api/v1/deal-points?limit=5", "/tiles/deal_points/12/2109/1496.mvt"
	for _, path := range []string{list, tile, "/tiles/map.json"} {
		if status, body := qgis.send("GET", path, nil, bearer(text)); status >= 300 {
			t.Errorf("%s with a token: %d %s", path, status, body)
		}
		request, err := http.NewRequest("GET", p.base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.SetBasicAuth("qgis", text)
		response, err := qgis.http.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode >= 300 {
			t.Errorf("%s with a token as a password: %s", path, response.Status)
		}
	}
	if status, _ := qgis.send("POST", "/api/v1/deal-points", newPoint("Passage", 5.4, 43.3), bearer(text)); status < 400 {
		t.Errorf("a token writes: %d", status)
	}
	out, errs, status := command(t, "token", "list", "--data", data)
	if status != 0 || !strings.Contains(out, first) || !strings.Contains(out, "QGIS du service") || strings.Contains(out, text) {
		t.Errorf("token list: %d %s%s", status, out, errs)
	}
	if out, errs, status := command(t, "token", "end", first, "--data", data); status != 0 {
		t.Fatalf("token end: %d %s%s", status, out, errs)
	}
	if out, errs, status := command(t, "token", "end", first, "--data", data); status != 1 || !strings.Contains(errs, "déjà pris fin") {
		t.Errorf("token end again: %d %s%s", status, out, errs)
	}
	if out, errs, status := command(t, "token", "end", "pas-un-jeton", "--data", data); status != 1 {
		t.Errorf("token end of nonsense: %d %s%s", status, out, errs)
	}
	if status, body := qgis.send("GET", tile, nil, bearer(text)); status != http.StatusUnauthorized {
		t.Errorf("after its end: %d %s", status, body)
	}
	if status, body := qgis.send("GET", list, nil, bearer(second)); status != http.StatusOK {
		t.Errorf("the other token: %d %s", status, body)
	}
	if out, errs, status := command(t, "user", "end", "pn", "--data", data); status != 0 {
		t.Fatalf("user end: %d %s%s", status, out, errs)
	}
	if status, body := qgis.send("GET", list, nil, bearer(second)); status != http.StatusUnauthorized {
		t.Errorf("after the end of its owner's grant: %d %s", status, body)
	}
	if out, _, _ := command(t, "token", "list", "--data", data); strings.Contains(out, "script") {
		t.Errorf("a token whose grant has ended is listed as in force: %s", out)
	}
	if out, _, _ := command(t, "token", "list", "--all", "--data", data); !strings.Contains(out, "script") || !strings.Contains(out, "terminé") {
		t.Errorf("token list --all: %s", out)
	}
}
