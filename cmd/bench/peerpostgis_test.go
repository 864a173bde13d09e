package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestAPostgresThatEnds holds that a server which ends at once is not waited for, that its log is told, and that its files go. Not
// parallel, as TestStartOfWhatIsNotReady.
func TestAPostgresThatEnds(t *testing.T) {
	bin, dir := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "postgres"), []byte("#!/bin/sh\necho no memory for you >&2\nexit 1\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{ctx: t.Context(), bin: bin, dir: dir, log: log}
	if c.port, err = freePort(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := c.start(); err == nil || !strings.Contains(err.Error(), "exit status 1") || !strings.Contains(err.Error(), "no memory for you") {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("waited for %s", took)
	}
	if err := c.stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("files are left: %v", err)
	}
}
