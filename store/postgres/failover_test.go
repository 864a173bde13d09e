package postgres_test

import (
	"context"
	"encoding/binary"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// ledger is what writers know of what they wrote.
type ledger struct {
	mu           sync.Mutex
	acknowledged map[uint64]dealmap.Seq // request → entry
	unknown      map[uint64]bool        // requests whose outcome the journal does not know
}

func key(n uint64) dealmap.Request {
	var r dealmap.Request
	binary.BigEndian.PutUint64(r.Key[:], n)
	r.Digest = r.Key
	return r
}

// write appends entries, each with a request of its own, until told to stop.
func (l *ledger) write(t *testing.T, j *postgres.Journal, writer uint64, stop <-chan struct{}, count *atomic.Int64) {
	for n := uint64(0); ; n++ {
		request := writer<<32 | n
		e := journaltest.Event(int(n))
		e.Request = key(request)
		for {
			select {
			case <-stop:
				return
			default:
			}
			last, _, err := j.Last(context.Background())
			if err != nil {
				time.Sleep(10 * time.Millisecond)
				continue
			}
			err = j.Append(context.Background(), last, []dealmap.Event{e})
			if dealmap.KindOf(err) == dealmap.KindConflict {
				continue
			}
			l.mu.Lock()
			if err == nil {
				l.acknowledged[request] = last + 1
				count.Add(1)
			} else {
				l.unknown[request] = true
			}
			l.mu.Unlock()
			break
		}
	}
}

// check holds the journal against the ledger.
func (l *ledger) check(t *testing.T, j *postgres.Journal) {
	t.Helper()
	there := map[uint64]dealmap.Seq{}
	for e, err := range j.Read(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		request := binary.BigEndian.Uint64(e.Request.Key[:])
		if other, twice := there[request]; twice {
			t.Errorf("request %x is entry %d and entry %d", request, other, e.Seq)
		}
		there[request] = e.Seq
		if _, acknowledged := l.acknowledged[request]; !acknowledged && !l.unknown[request] {
			t.Errorf("entry %d is of request %x, which was neither acknowledged nor left unknown", e.Seq, request)
		}
	}
	for request, seq := range l.acknowledged {
		if there[request] != seq {
			t.Errorf("request %x was acknowledged as entry %d and is entry %d", request, seq, there[request])
		}
	}
	if len(l.acknowledged) == 0 {
		t.Error("nothing was acknowledged")
	}
	t.Logf("%d entries, %d acknowledged, %d left unknown", len(there), len(l.acknowledged), len(l.unknown))
}

// The primary dies under two nodes that write, its standby takes over, and the writers go on: nothing that was acknowledged is lost and
// nothing is there twice.
func TestPrimaryDiesUnderWriters(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(primary, standby *pgtest.Server){
		"killed": func(primary, standby *pgtest.Server) {
			primary.Kill()
			standby.Promote(t)
		},
		"frozen": func(primary, standby *pgtest.Server) {
			primary.Signal(t, 19) // SIGSTOP
			time.Sleep(500 * time.Millisecond)
			primary.Kill() // as whoever fences it does, before it is replaced
			standby.Promote(t)
		},
		"restarted": func(primary, _ *pgtest.Server) {
			primary.Kill()
			primary.Run(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			primary, standbys := pgtest.Quorum(t, 1)
			standby := standbys[0]
			database := primary.Database(t)
			dsn := pgtest.DSN(database, primary, standby)
			l := &ledger{acknowledged: map[uint64]dealmap.Seq{}, unknown: map[uint64]bool{}}
			stop := make(chan struct{})
			var writers sync.WaitGroup
			var count atomic.Int64
			for node := range uint64(2) {
				j := open(t, dsn)
				t.Cleanup(func() { _ = j.Close() })
				for w := range uint64(3) {
					writers.Go(func() { l.write(t, j, 1+node*16+w, stop, &count) })
				}
			}
			reach := func(least int64) {
				t.Helper()
				deadline := time.Now().Add(2 * time.Minute)
				for count.Load() < least {
					if time.Now().After(deadline) {
						t.Errorf("writers stand at %d acknowledged entries", count.Load())
						return
					}
					time.Sleep(5 * time.Millisecond)
				}
			}
			reach(200)
			fault(primary, standby)
			reach(count.Load() + 200)
			close(stop)
			writers.Wait()
			j := open(t, dsn)
			defer j.Close()
			l.check(t, j)
		})
	}
}

// A commit that is cancelled while it waits for its standby is on the primary alone: it is not acknowledged until the standby has it.
func TestCancelledWaitIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	primary, standbys := pgtest.Quorum(t, 1)
	standby := standbys[0]
	j := open(t, primary.DSN(primary.Database(t)))
	defer j.Close()
	if err := j.Append(t.Context(), 0, journaltest.Events(0, 1)); err != nil {
		t.Fatal(err)
	}
	standby.Signal(t, 19)
	done := make(chan error, 1)
	go func() { done <- j.Append(context.Background(), 1, journaltest.Events(1, 1)) }()
	cancelled := 0
	deadline := time.Now().Add(20 * time.Second)
	for cancelled == 0 && time.Now().Before(deadline) {
		primary.Exec(t, "postgres", `DO $$ BEGIN PERFORM pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'; IF FOUND THEN
			PERFORM set_config('dealmap.cancelled', '1', false); END IF; END $$`)
		select {
		case err := <-done:
			t.Fatalf("acknowledged without its standby: %v", err)
		case <-time.After(50 * time.Millisecond):
		}
		if visible(t, j) {
			cancelled++
		}
	}
	if cancelled == 0 {
		t.Fatal("the commit was never cancelled")
	}
	select {
	case err := <-done:
		t.Fatalf("acknowledged without its standby: %v", err)
	case <-time.After(300 * time.Millisecond):
	}
	standby.Signal(t, 18)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if last, _, err := j.Last(t.Context()); err != nil || last != 2 {
		t.Fatalf("last is %d, %v", last, err)
	}
}

func visible(t *testing.T, j *postgres.Journal) bool {
	t.Helper()
	_, err := j.HashAt(t.Context(), 2)
	if err != nil && dealmap.KindOf(err) != dealmap.KindNotFound {
		t.Fatal(err)
	}
	return err == nil
}

// A node that has followed a journal notices that it was replaced by an older copy, or by another.
func TestRewrittenPastIsNoticed(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	for name, rewrite := range map[string]string{
		"shorter": "DELETE FROM dealmap_entry WHERE seq > 5",
		"another": "UPDATE dealmap_entry SET hash = sha256('other'), header = 'other' WHERE seq = 10",
	} {
		database := server.Database(t)
		j := open(t, server.DSN(database))
		if err := j.Append(t.Context(), 0, journaltest.Events(0, 10)); err != nil {
			t.Fatal(err)
		}
		for _, err := range j.Read(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
		}
		server.Exec(t, database, rewrite)
		var failed error
		for _, err := range j.Read(t.Context(), 10) {
			failed = err
		}
		if !errors.Is(failed, postgres.ErrRewritten) || !errors.Is(failed, dealmap.ErrTampered) {
			t.Errorf("%s: %v", name, failed)
		}
		if err := j.Append(t.Context(), 10, journaltest.Events(10, 1)); err == nil {
			t.Errorf("%s: an entry was added to another past", name)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
}
