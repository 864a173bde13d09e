package postgres_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

const (
	racerDSN    = "DEALMAP_TEST_RACER_DSN"
	racerNumber = "DEALMAP_TEST_RACER"
	racerWrites = 60
)

// TestMain is also the process that TestProcessesRace starts.
func TestMain(m *testing.M) {
	if dsn := os.Getenv(racerDSN); dsn != "" {
		if err := race(dsn, os.Getenv(racerNumber)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// race appends pairs of entries as fast as others let it.
func race(dsn, number string) error {
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return err
	}
	ctx := context.Background()
	db, err := postgres.Open(ctx, dsn, postgres.Options{})
	if err != nil {
		return err
	}
	j := db.Journal()
	for done := uint64(0); done < racerWrites; {
		last, _, err := j.Last(ctx)
		if err != nil {
			return err
		}
		pair := journaltest.Events(int(done), 2)
		for i := range pair {
			pair[i].Request = key(n<<32 | done<<1 | uint64(i))
		}
		switch err := j.Append(ctx, last, pair); {
		case err == nil:
			done++
		case dealmap.KindOf(err) != dealmap.KindConflict:
			return err
		}
	}
	return j.Close()
}

// Several processes append to one journal at once: each pair is there once, whole and in one piece.
func TestProcessesRace(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	dsn := server.DSN(server.Database(t))
	const processes = 4
	running := make([]*exec.Cmd, processes)
	for i := range running {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), racerDSN+"="+dsn, racerNumber+"="+strconv.Itoa(i+1))
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running[i] = cmd
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	j := open(t, dsn)
	defer j.Close()
	next := map[uint64]uint64{} // process → the number of its next entry
	before := uint64(0)
	for e, err := range j.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		request := binary.BigEndian.Uint64(e.Request.Key[:])
		process, n := request>>32, request&0xffffffff
		if n != next[process] {
			t.Fatalf("entry %d is number %d of process %d, want %d", e.Seq, n, process, next[process])
		}
		if n%2 == 1 && before != request-1 {
			t.Fatalf("entry %d is apart from the other of its pair", e.Seq)
		}
		next[process], before = n+1, request
	}
	for i := range uint64(processes) {
		if next[i+1] != 2*racerWrites {
			t.Errorf("process %d has %d entries, want %d", i+1, next[i+1], 2*racerWrites)
		}
	}
}
