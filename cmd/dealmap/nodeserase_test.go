package main

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// TestErasureReachesAllNodes: what is erased on one node is gone from the engine and from every node's answers and files.
func TestErasureReachesAllNodes(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	c, a := found(t, server.DSN(server.Database(t)), 20)
	b := c.join("b")
	cross, gn := a.as("cross13"), b.as("gn")
	const name = "Passage du Grand Lavoir"
	point := cross.add(name, 5.4012, 43.2701)
	path := "/api/v1/deal-points/" + point.Properties.Reference
	within(t, 10*time.Second, "the point on the other node", func() bool {
		status, _ := gn.send("GET", path, nil, nil)
		return status == http.StatusOK
	})
	// Both have written it to their own state before it goes.
	for _, node := range []string{"a", "b"} {
		within(t, time.Minute, "the name in the state of node "+node, func() bool { return filesWith(t, c.data(node), name) != "" })
	}
	if out, errs, status := command(t, "erase", point.Properties.Reference, "--reason", "order", "--decision", "2026/4411", "--yes", "--data", c.data("a"),
		"--journal", c.dsn); status != 0 {
		t.Fatalf("erase: %d %s%s", status, out, errs)
	}
	within(t, 10*time.Second, "gone from the other node", func() bool {
		status, _ := gn.send("GET", path, nil, nil)
		return status == http.StatusNotFound
	})
	if status, body := gn.send("GET", path+"/history", nil, nil); status != http.StatusNotFound {
		t.Errorf("its history on the other node: %d %s", status, body)
	}
	if status, body := gn.send("GET", "/api/v1/deal-points?q=lavoir&limit=50", nil, nil); status != http.StatusOK || strings.Contains(string(body), name) {
		t.Errorf("the list of the other node: %d %s", status, body)
	}
	conn, err := pgx.Connect(t.Context(), c.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	var bodies int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM dealmap_entry WHERE position($1::bytea IN body) > 0", []byte(name)).Scan(&bodies); err != nil || bodies != 0 {
		t.Errorf("%d bodies in the engine hold the name (%v)", bodies, err)
	}
	a.stop()
	b.stop()
	for _, node := range []string{"a", "b"} {
		if file := filesWith(t, c.data(node), name); file != "" {
			t.Errorf("%s of node %s still holds the name", file, node)
		}
		if out, errs, status := command(t, "check", "--data", c.data(node), "--journal", c.dsn, "--quiet"); status != 0 || !strings.Contains(out, "1 corps effacés") {
			t.Errorf("check of node %s: %d %s%s", node, status, out, errs)
		}
	}
}

// filesWith returns a file of a folder that holds a text, empty when none does.
func filesWith(t *testing.T, folder, text string) (found string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // files come and go
		}
		content, err := os.ReadFile(path)
		if err == nil && bytes.Contains(content, []byte(text)) {
			found = filepath.Base(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
