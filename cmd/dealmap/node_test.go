package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mesure5/dealmap/store/secrets"
)

// TestNodeKey brings the installation key from one node to another, past a running server too.
func TestNodeKey(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	data, file := filepath.Join(folder, "a"), filepath.Join(folder, "clé.txt")
	if _, errs, status := command(t, "node", "key", "--data", data, "--out", file); status == 0 || !strings.Contains(errs, "clé d’installation") {
		t.Errorf("of a folder without secrets: %d %s", status, errs)
	}
	if _, err := os.Stat(data); err == nil {
		t.Error("asking has made the folder")
	}
	addOfast(t, data)
	out, errs, status := command(t, "node", "key", "--data", data, "--out", file)
	if status != 0 || !strings.Contains(out, file) {
		t.Fatalf("%d %s%s", status, out, errs)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if _, errs, status := command(t, "node", "key", "--data", data, "--out", file); status == 0 || !strings.Contains(errs, "existe déjà") {
		t.Errorf("a file is overwritten: %d %s", status, errs)
	}
	serve(t, data)
	again := filepath.Join(folder, "again.txt")
	if _, errs, status := command(t, "node", "key", "--data", data, "--out", again); status != 0 {
		t.Fatalf("past a server: %d %s", status, errs)
	}
	key, err := readKeyFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := readKeyFile(again); err != nil || !bytes.Equal(same, key) {
		t.Errorf("another key (%v)", err)
	}
	joined, err := secrets.OpenWith(filepath.Join(folder, "b.db"), key)
	if err != nil {
		t.Fatal(err)
	}
	defer joined.Close()
	for name, wrong := range map[string]string{"absent": filepath.Join(folder, "x"), "a folder": folder, "no key": filepath.Join(data, "secrets.db")} {
		if _, err := readKeyFile(wrong); err == nil || !strings.HasPrefix(err.Error(), "--join") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
