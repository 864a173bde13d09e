package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// TestAnInterruptedCommandHasFailed: a script must not take half an import for a whole one.
func TestAnInterruptedCommandHasFailed(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	if status := run(ctx, []string{"seed", "--places", "20", "--data", t.TempDir(), "--quiet"}, &out, &errs); status != 1 || !strings.Contains(errs.String(), "interrompu") {
		t.Errorf("status %d, %q %q", status, out.String(), errs.String())
	}
}
