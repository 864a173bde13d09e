package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPolicyIsTheCommittedDocument: what a jurist reads in the sources is what the binary does.
func TestPolicyIsTheCommittedDocument(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile(filepath.Join("..", "..", "policy.md"))
	if err != nil {
		t.Fatal(err)
	}
	if out, errs, status := command(t, "policy"); status != 0 || out != string(committed) {
		t.Errorf("dealmap policy (%d, %d bytes %s) is not policy.md (%d bytes)", status, len(out), errs, len(committed))
	}
}
