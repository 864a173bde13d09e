package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEraseARecord erases a point while the server runs: it is gone from every output and from the files, and the journal still
// verifies.
func TestEraseARecord(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	p := serve(t, data, "--demo", "--places", "30")
	cross := p.as("cross13")
	const name = "Passage du Grand Lavoir"
	point := cross.add(name, 5.4012, 43.2701)
	reference := point.Properties.Reference
	path := "/api/v1/deal-points/" + reference
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"erase", reference, "--reason", "retention"}, "--yes"},
		{[]string{"erase", reference, "--reason", "caprice", "--yes"}, "caprice"},
		{[]string{"erase", reference, "--reason", "order", "--yes"}, "décision"},
		{[]string{"erase", "13-ZZZZZ", "--reason", "retention", "--yes"}, "référence"},
	} {
		if out, errs, status := command(t, append(c.args, "--data", data)...); status == 0 || !strings.Contains(errs, c.says) {
			t.Errorf("%v: %d %s %q does not say %q", c.args, status, out, errs, c.says)
		}
	}
	if status, body := cross.send("GET", path, nil, nil); status != http.StatusOK {
		t.Fatalf("before: %d %s", status, body)
	}
	if out, errs, status := command(t, "erase", reference, "--reason", "order", "--decision", "2026/4411", "--yes", "--data", data); status != 0 || !strings.Contains(out, reference+" effacé") {
		t.Fatalf("erase: %d %s%s", status, out, errs)
	}
	for _, gone := range []string{path, path + "/history"} {
		if status, body := cross.send("GET", gone, nil, nil); status != http.StatusNotFound {
			t.Errorf("%s afterwards: %d %s", gone, status, body)
		}
	}
	if status, body := cross.send("GET", "/api/v1/deal-points?q=lavoir&limit=50", nil, nil); status != http.StatusOK || strings.Contains(string(body), name) {
		t.Errorf("the list afterwards: %d %s", status, body)
	}
	p.stop()
	out, errs, status := command(t, "check", "--data", data, "--quiet")
	if status != 0 || !strings.Contains(out, "1 corps effacés") {
		t.Errorf("check: %d %s%s", status, out, errs)
	}
	for _, file := range []string{"journal.db", "state.db"} {
		content, err := os.ReadFile(filepath.Join(data, file))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(name)) {
			t.Errorf("%s still holds the name", file)
		}
	}
}
