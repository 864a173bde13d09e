package main

import (
	"bufio"
	"context"
	"strings"
	"testing"
)

// TestChildEndsWithTheRun holds that an interrupted run ends a program, however long it would go on, and what that has started.
func TestChildEndsWithTheRun(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	cmd := child(ctx, "sh", "-c", `sh -c "echo started; exec sleep 600"; echo over`)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "started" {
		t.Fatalf("%q, %v", lines.Text(), lines.Err())
	}
	interrupt()
	for lines.Scan() { // to its end, which comes when the last of them has let go of the pipe
		t.Errorf("%q", lines.Text())
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "interrupt") {
		t.Errorf("%v", err)
	}
}
