package audit_test

import (
	"errors"
	"os"
	"syscall"
	"testing"
	"time"
)

// TestFullDisk writes to /dev/full, which only Linux has, a file for which there is never room: it is told, nothing is signed twice
// or lost, and once there is room checkpoints go on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	must(t, os.Symlink("/dev/full", f.path("checkpoints.txt")))
	f.open().write(4, 4)
	err := f.keeper.Checkpoint(t.Context())
	if !errors.Is(err, syscall.ENOSPC) || !errors.Is(f.keeper.Err(), syscall.ENOSPC) {
		t.Fatalf("checkpoint: %v, told as %v", err, f.keeper.Err())
	}
	if _, err := f.keeper.Latest("journal"); err == nil {
		t.Error("a checkpoint that is not on the disk is served")
	}
	must(t, os.Remove(f.path("checkpoints.txt")))
	must(t, f.write(1, 0).checkpoint().keeper.Err())
	f.close()
	f.options.Second = "/dev/full"
	f.open().write(1, 1).checkpoint()
	for deadline := time.Now().Add(20 * time.Second); !errors.Is(f.keeper.Err(), syscall.ENOSPC); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the second file is full, told as %v", f.keeper.Err())
		}
	}
	f.close()
	if r := f.verify(); !r.OK() || r.Notes[0].Count != 4 || r.Journal.Checkpoints != 2 || r.Journal.Lines != 6 {
		t.Errorf("%+v %v", r, r.Problems())
	}
}
