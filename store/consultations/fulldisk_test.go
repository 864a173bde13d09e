//go:build linux

package consultations

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/mesure5/dealmap"
)

// childFolder names the folder in which this test binary, started again, lets a file reach its largest size.
const childFolder = "DEALMAP_TEST_FULL_DISK"

// A file that the system refuses to let grow, and then lets grow again: bbolt's own failure, not one of a seam. The limit is
// of a whole process, so that it is done in one of its own.
func TestFileThatCannotGrow(t *testing.T) {
	t.Parallel()
	if os.Getenv(childFolder) != "" {
		t.Skip("runs the child only")
	}
	child := exec.Command(os.Args[0], "-test.run=^TestFullDiskChild$", "-test.v")
	child.Env = append(os.Environ(), childFolder+"="+newPath(t))
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestFullDiskChild") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func TestFullDiskChild(t *testing.T) {
	path := os.Getenv(childFolder)
	if path == "" {
		t.Skip("started by TestFileThatCannotGrow")
	}
	signal.Ignore(syscall.SIGXFSZ)
	l := openWith(t, path, fast())
	ctx := context.Background()
	served := 0
	serve := func(what string) error {
		c := dealmap.Consultation{Time: noon, What: what, Detail: fmt.Sprint(served), Query: strings.Repeat("x", 2000)}
		err := l.Record(ctx, c)
		if err == nil {
			served++
		}
		return err
	}
	if err := serve("sheet"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	small := syscall.Rlimit{Cur: uint64(info.Size()) + 1<<20, Max: limit.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		t.Skip("file sizes cannot be limited here: ", err)
	}
	for err == nil {
		if err = serve(Tile); served > 100_000 {
			t.Fatal("the file grew beyond the limit")
		}
	}
	if dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Fatalf("after %d: %v", served, err)
	}
	if err := serve("sheet"); dealmap.KindOf(err) != dealmap.KindUnavailable {
		t.Fatalf("a sheet is served: %v", err)
	}
	if l.Size() >= int64(served) {
		t.Fatalf("%d lines of %d served are on the disk: nothing is at stake", l.Size(), served)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "recovery", func() bool { return l.Err() == nil })
	if err := serve("sheet"); err != nil {
		t.Fatal(err)
	}
	i := 0
	err = l.Each(func(n uint64, c dealmap.Consultation) bool {
		if c.Detail != fmt.Sprint(i) {
			t.Errorf("line %d is %s", n, c.Detail)
		}
		i++
		return true
	})
	if err != nil || i != served {
		t.Fatalf("%d lines, %d served: %v", i, served, err)
	}
	if f, err := l.Verify(ctx, nil, nil); err != nil || !f.OK() {
		t.Fatalf("%+v, %v", f, err)
	}
	t.Logf("%d lines served", served)
}
