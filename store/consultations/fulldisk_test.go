//go:build linux

package consultations

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// childPath names the log which this test binary, started again, lets reach its largest size.
const childPath = "DEALMAP_TEST_FULL_DISK"

// TestMain lets the test binary be the process whose files may not grow.
func TestMain(m *testing.M) {
	if path := os.Getenv(childPath); path != "" {
		if err := outgrowTheLimit(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// A file that the system refuses to let grow, and then lets grow again: bbolt's own failure, not one of a seam. The limit is
// of a whole process, so that it is done in one of its own.
func TestFileThatCannotGrow(t *testing.T) {
	t.Parallel()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childPath+"="+newPath(t))
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), allServed) {
		t.Fatalf("%v\n%s", err, out)
	}
}

// allServed is the last that the child says.
const allServed = "all that was served is in the log"

func outgrowTheLimit(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	l, err := open(path, fast())
	if err != nil {
		return err
	}
	defer l.Close()
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
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	small := syscall.Rlimit{Cur: uint64(info.Size()) + 1<<20, Max: limit.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		return err
	}
	for err == nil {
		if err = serve(Tile); served > 100_000 {
			return errors.New("the file grew beyond the limit")
		}
	}
	if dealmap.KindOf(err) != dealmap.KindUnavailable {
		return fmt.Errorf("after %d: %v", served, err)
	}
	if err := serve("sheet"); dealmap.KindOf(err) != dealmap.KindUnavailable {
		return fmt.Errorf("a sheet is served: %v", err)
	}
	if l.Size() >= int64(served) {
		return fmt.Errorf("%d lines of %d served are on the disk: nothing is at stake", l.Size(), served)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	for deadline := time.Now().Add(time.Minute); l.Err() != nil; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("no recovery: %v", l.Err())
		}
	}
	if err := serve("sheet"); err != nil {
		return err
	}
	i := 0
	err = l.Each(func(n uint64, c dealmap.Consultation) bool {
		if c.Detail != fmt.Sprint(i) {
			return false
		}
		i++
		return true
	})
	if err != nil || i != served {
		return fmt.Errorf("%d lines in order, %d served: %v", i, served, err)
	}
	if f, err := l.Verify(ctx, nil, nil); err != nil || !f.OK() {
		return fmt.Errorf("%+v, %v", f, err)
	}
	fmt.Println(allServed)
	return nil
}
