package store_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store"
)

// The test binary starts itself again as another process that writes; the variable says what it does, and where.
const (
	roleVariable = "DEALMAP_TEST_PROCESS"
	dirVariable  = "DEALMAP_TEST_DIR"
)

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "writer":
		exit(writeUntilKilled(os.Getenv(dirVariable)))
	case "eraser":
		exit(eraseAndDie(os.Getenv(dirVariable)))
	case "full":
		exit(fillTheDisk(os.Getenv(dirVariable)))
	}
	os.Exit(m.Run())
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func process(t *testing.T, role, dir string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+role, dirVariable+"="+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

// named makes a command that depends on a name only, but for its id.
func named(name string) dealmap.AddPlace {
	h := fnv.New64a()
	h.Write([]byte(name))
	c := add(rand.New(rand.NewPCG(h.Sum64(), 0)), name)
	c.ID = newID(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())))
	return c
}

const crashWriters = 16

func writeUntilKilled(dir string) error {
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Territories: atlas(&testing.B{})})
	if err != nil {
		return err
	}
	var out sync.Mutex
	var failed error
	var wg sync.WaitGroup
	start := s.Snapshot().Seq()
	for w := range crashWriters {
		wg.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("point %d %d %d", start, w, i)
				result, err := s.Do(context.Background(), ofast, named(key), key)
				out.Lock()
				if err != nil {
					failed = err
				} else {
					fmt.Printf("%s=%s\n", key, result.Subject)
				}
				out.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return failed
}

func TestNothingAcknowledgedIsLostWhenKilled(t *testing.T) {
	t.Parallel()
	r := seeded(t)
	dir := t.TempDir()
	acknowledged := map[string]string{}
	rounds := 6
	if testing.Short() {
		rounds = 2
	}
	for round := range rounds {
		killWriter(t, dir, acknowledged, 50+r.IntN(400))
		s := open(t, store.Options{Dir: dir})
		scope := scopeOf(ofast)
		names := map[string]int{}
		s.Snapshot().Each(scope, dealmap.ID{}, func(sight dealmap.Sight) bool {
			names[sight.Name()]++
			return true
		})
		for name, n := range names {
			if n != 1 {
				t.Fatalf("round %d: %q is there %d times", round, name, n)
			}
		}
		for key, id := range acknowledged {
			parsed, err := dealmap.ParseID(id)
			if err != nil {
				t.Fatal(err)
			}
			if sight, ok := s.Snapshot().Place(scope, parsed); !ok || sight.Name() != key {
				t.Fatalf("round %d: %q was acknowledged and is not there", round, key)
			}
		}
		before := s.Snapshot().Seq()
		for key, id := range acknowledged {
			if again := must(t, s, ofast, named(key), key); !again.Replayed || again.Subject.String() != id {
				t.Fatalf("round %d: a retry of %q gives %+v", round, key, again)
			}
		}
		if s.Snapshot().Seq() != before {
			t.Fatalf("round %d: retries added entries", round)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if report, err := store.Check(context.Background(), dir, nil, nil); err != nil || !report.OK() {
			t.Fatalf("round %d: %v %q", round, err, report.Problems)
		}
	}
	t.Logf("%d writes acknowledged, %d kills", len(acknowledged), rounds)
}

// killWriter starts a writer and kills it after some acknowledgements, which it adds to the map.
func killWriter(t *testing.T, dir string, acknowledged map[string]string, after int) {
	t.Helper()
	cmd := process(t, "writer", dir)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(pipe)
	for n := 0; lines.Scan(); n++ {
		if n == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
		// What was written to the pipe before the kill was acknowledged; the last line may be cut.
		if key, id, ok := strings.Cut(lines.Text(), "="); ok && len(id) == 36 {
			acknowledged[key] = id
		}
	}
	if err := cmd.Wait(); err == nil || cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the writer ended by itself: %v", err)
	}
}

// fillTheDisk lets no file grow beyond a limit, which stands for a disk that is full, then lifts the limit.
func fillTheDisk(dir string) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := store.Open(context.Background(), store.Options{Dir: dir, Territories: atlas(&testing.B{})})
	if err != nil {
		return err
	}
	do := func(i int) (dealmap.Result, error) {
		key := fmt.Sprint("point ", i)
		return s.Do(context.Background(), ofast, named(key), key)
	}
	first, err := do(0)
	if err != nil {
		return err
	}
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 40 * 4096, Max: old.Max}); err != nil {
		return err
	}
	i := 1
	for ; err == nil && i < 10_000; i++ {
		_, err = do(i)
	}
	if dealmap.KindOf(err) != dealmap.KindUnavailable {
		return fmt.Errorf("write %d on a full disk: %w", i, err)
	}
	if _, ok := s.Snapshot().Place(scopeOf(ofast), first.Subject); !ok {
		return errors.New("reading does not go on")
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		return err
	}
	for again := i - 1; again < i+20; again++ { // the one that failed is tried again with its key
		if _, err := do(again); err != nil {
			return fmt.Errorf("write %d after space was made: %w", again, err)
		}
	}
	if got := s.Snapshot().Len(); got != i+20 {
		return fmt.Errorf("%d places, want %d", got, i+20)
	}
	return s.Close()
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, err := process(t, "full", dir).Output(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if report, err := store.Check(context.Background(), dir, nil, nil); err != nil || !report.OK() {
		t.Fatalf("%v %q", err, report.Problems)
	}
}
