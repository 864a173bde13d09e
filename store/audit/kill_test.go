package audit_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/audit"
)

// killedFolder names, to the process that is to be killed, the folder in which it writes.
const killedFolder = "DEALMAP_TEST_KILLED_FOLDER"

// TestMain lets the test binary be the process that is to be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(killedFolder); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// child stands for a test in a process that runs none: what fails ends it.
type child struct{ testing.TB }

func (child) Helper()                  {}
func (child) Context() context.Context { return context.Background() }
func (child) Fatal(args ...any) {
	fmt.Fprintln(os.Stderr, args...)
	os.Exit(1)
}

func writeUntilKilled(dir string) {
	f := &folder{t: child{}, dir: dir, now: time.Now}
	f.options = audit.Options{Key: key(f.t, 1), Every: time.Millisecond, Logger: slog.Default(), Second: filepath.Join(dir, "second.txt")}
	f.open()
	os.Stdout.WriteString("open\n")
	for {
		f.write(2, 1)
	}
}

// A process that is killed while it writes and attests leaves a folder that opens again and verifies.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	f := newFolder(t)
	f.options.Second = f.path("second.txt")
	rounds := 10
	if testing.Short() {
		rounds = 3
	}
	for round := range rounds {
		child := exec.Command(os.Args[0])
		child.Stderr = os.Stderr
		child.Env = append(os.Environ(), killedFolder+"="+f.dir)
		out, err := child.StdoutPipe()
		must(t, err)
		must(t, child.Start())
		if n, err := out.Read(make([]byte, 5)); err != nil || n == 0 {
			t.Fatalf("round %d: the child did not begin: %v", round, err)
		}
		time.Sleep(time.Duration(10+r.IntN(60)) * time.Millisecond)
		must(t, child.Process.Kill())
		child.Wait()
		f.open().close()
		var second []string
		if _, err := os.Stat(f.options.Second); err == nil { // it may have been killed before it wrote anything
			second = append(second, f.options.Second)
		}
		if report := f.verify(second...); !report.OK() {
			t.Fatalf("round %d: %v\n%s", round, report.Problems(), f.told)
		}
	}
	if report := f.verify(f.options.Second); report.Journal.Checkpoints == 0 || report.Journal.Lines == 0 {
		t.Errorf("%d checkpoints of %d lines: the children were killed before they did anything", report.Journal.Checkpoints, report.Journal.Lines)
	}
	t.Log(f.told)
}
