package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStartOfWhatIsNotReady holds that a server which comes up and is not ready is an error, and is stopped. Not parallel: a program
// just written cannot be started while another test starts one, which has the file open until it runs.
func TestStartOfWhatIsNotReady(t *testing.T) {
	unready := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(unready.Close)
	folder := t.TempDir()
	program, pid := filepath.Join(folder, "dealmap"), filepath.Join(folder, "pid")
	script := "#!/bin/sh\necho $$ >" + pid + "\necho dealmap sert la carte à " + unready.URL + "\nexec sleep 600\n"
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	b := bench{ctx: t.Context(), binary: program}
	if _, _, err := b.start(); err == nil || !strings.Contains(err.Error(), "readyz: 404") {
		t.Errorf("%v", err)
	}
	if number, err := os.ReadFile(pid); err != nil {
		t.Error(err)
	} else if _, err := os.Stat("/proc/" + strings.TrimSpace(string(number))); err == nil {
		t.Error("the server runs on")
	}
}
