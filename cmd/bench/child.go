package main

import (
	"context"
	"os/exec"
	"syscall"
	"time"
)

// endsWithin is how long a program has to end when it is asked to, before it is killed: the map takes up to ten seconds to close.
const endsWithin = 20 * time.Second

// child is a program of the run. When the run is interrupted it is interrupted too, with all that it started itself, so that whoever waits
// for it goes on and puts away what it leaves. SIGINT is what PostgreSQL ends at without waiting for its clients, and what makes the go
// command clean up. Its process group is its own: a terminal's Ctrl-C reaches it by the bench alone, once.
func child(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = endsWithin
	return cmd
}
