package postgres_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
	"github.com/mesure5/dealmap/store/sessions"
)

// token draws one as scs hashes them.
func token() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// sessionsOf opens a node's sessions; data that begin with the same letter differ by a refresh only.
func sessionsOf(t *testing.T, path string, db *postgres.DB, every time.Duration) *sessions.Store {
	t.Helper()
	s, err := sessions.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	err = s.Share(t.Context(), db.Shared(sharedKey), sessions.Options{
		Refreshes:    func(before, after []byte) bool { return before[0] == after[0] },
		RefreshEvery: every,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func commit(t *testing.T, s *sessions.Store, token, data string) {
	t.Helper()
	if err := s.Commit(token, []byte(data), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
}

func end(t *testing.T, s *sessions.Store, token string) {
	t.Helper()
	if err := s.Delete(token); err != nil {
		t.Fatal(err)
	}
}

// data is what a node has of a session, empty when it is not alive there.
func data(t *testing.T, s *sessions.Store, token string) string {
	t.Helper()
	found, _, err := s.Find(token)
	if err != nil {
		t.Fatal(err)
	}
	return string(found)
}

// TestSessionsAreShared signs in on one node, goes on at another and signs out there.
func TestSessionsAreShared(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	folder := t.TempDir()
	a := sessionsOf(t, filepath.Join(folder, "a.db"), node(t, dsn), 0)
	b := sessionsOf(t, filepath.Join(folder, "b.db"), node(t, dsn), 0)
	for range 20 {
		one := token()
		commit(t, a, one, "a new one")
		if got := data(t, b, one); got != "a new one" {
			t.Fatalf("who has just signed in is unknown on the other node: %q", got)
		}
		ended := a.Ended()
		end(t, b, one)
		if data(t, b, one) != "" {
			t.Fatal("alive where it ended")
		}
		eventually(t, within, "it is dead on the other node, and said to be", func() bool { return data(t, a, one) == "" && a.Ended() != ended })
		// What a request that began before writes when it ends.
		commit(t, a, one, "a new one, seen")
		commit(t, b, one, "another")
		if data(t, a, one) != "" || data(t, b, one) != "" {
			t.Fatal("it came back to life")
		}
	}
	two := token()
	commit(t, b, two, "b")
	if data(t, a, token()) != "" || data(t, a, "no token") != "" {
		t.Error("found what never was")
	}
	commit(t, a, "epoch cross13", "first")
	eventually(t, within, "an epoch is known", func() bool { return data(t, b, "epoch cross13") == "first" })
	ended := a.Ended()
	commit(t, b, "epoch cross13", "second")
	if data(t, b, "epoch cross13") != "second" {
		t.Error("an epoch is not in force where it began")
	}
	eventually(t, within, "the next one too", func() bool { return data(t, a, "epoch cross13") == "second" && a.Ended() != ended })
}

// TestSessionRefreshes has a session be in use on one node: the other hears of it later, and never past its end.
func TestSessionRefreshes(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	folder := t.TempDir()
	a := sessionsOf(t, filepath.Join(folder, "a.db"), node(t, dsn), 300*time.Millisecond)
	b := sessionsOf(t, filepath.Join(folder, "b.db"), node(t, dsn), time.Hour)
	one, two := token(), token()
	commit(t, a, one, "a1")
	commit(t, a, two, "a1")
	if data(t, b, one) != "a1" || data(t, b, two) != "a1" {
		t.Fatal("not shared")
	}
	commit(t, a, one, "a2")
	if data(t, a, one) != "a2" {
		t.Error("not refreshed where it is in use")
	}
	eventually(t, 5*time.Second, "the other node hears of it", func() bool { return data(t, b, one) == "a2" })
	commit(t, b, two, "a3") // told in an hour
	end(t, a, two)
	eventually(t, within, "it is dead", func() bool { return data(t, b, two) == "" })
	if err := b.Close(); err != nil { // tells what waits
		t.Fatal(err)
	}
	if data(t, a, two) != "" {
		t.Error("a refresh has brought it back")
	}
	c := sessionsOf(t, filepath.Join(folder, "c.db"), node(t, dsn), 0)
	if data(t, c, two) != "" || data(t, c, one) != "a2" {
		t.Errorf("a third node has %q and %q", data(t, c, two), data(t, c, one))
	}
}

// TestSessionsWithoutEngine signs in and out, and ends all of a person's sessions, on two nodes that cannot reach each other, one of which is
// started anew meanwhile: nothing of it is lost.
func TestSessionsWithoutEngine(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	folder := t.TempDir()
	dbA, dbB := node(t, dsn), node(t, dsn)
	pathA := filepath.Join(folder, "a.db")
	a := sessionsOf(t, pathA, dbA, 0)
	b := sessionsOf(t, filepath.Join(folder, "b.db"), dbB, 0)
	ends, stays := token(), token()
	commit(t, a, ends, "ends")
	commit(t, a, stays, "stays")
	commit(t, a, "epoch both", "before")
	commit(t, a, "epoch one", "before")
	if data(t, b, ends) == "" || data(t, b, stays) == "" || data(t, b, "epoch both") != "before" {
		t.Fatal("not shared")
	}
	server.Kill()
	eventually(t, 10*time.Second, "the engine is known to be away", func() bool { return !dbA.Reach().Away.IsZero() && !dbB.Reach().Away.IsZero() })
	started := time.Now()
	end(t, a, ends)
	away := token()
	commit(t, a, away, "opened alone")
	commit(t, a, "epoch one", "of a")
	commit(t, a, "epoch both", "of a")
	commit(t, b, "epoch both", "of b")
	if data(t, a, ends) != "" || data(t, a, away) == "" || data(t, a, stays) == "" {
		t.Error("a node does not go on alone")
	}
	if waited := time.Since(started); waited > tellTimeout {
		t.Errorf("it waited %v", waited)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	a = sessionsOf(t, pathA, dbA, 0)
	server.Run(t)
	eventually(t, 15*time.Second, "what was done alone is known to the other", func() bool {
		return data(t, b, ends) == "" && data(t, b, away) == "opened alone" && data(t, b, "epoch one") == "of a"
	})
	// Each of both epochs ends sessions that the other would let live: neither is in force.
	eventually(t, 15*time.Second, "both nodes have one epoch, which is neither's", func() bool {
		got := data(t, a, "epoch both")
		return got == data(t, b, "epoch both") && got != "of a" && got != "of b" && got != "before"
	})
	if data(t, a, stays) != "stays" || data(t, b, stays) != "stays" {
		t.Error("what nobody ended has ended")
	}
}

// tellTimeout is that of package sessions.
const tellTimeout = 3 * time.Second

// TestSessionsRace signs in, refreshes and signs out on three nodes at once: all of them come to the same, and nothing that was ended is alive.
func TestSessionsRace(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	folder := t.TempDir()
	nodes := make([]*sessions.Store, 3)
	for i := range nodes {
		nodes[i] = sessionsOf(t, filepath.Join(folder, fmt.Sprint(i, ".db")), node(t, dsn), 50*time.Millisecond)
	}
	var ended, alive sync.Map
	var all sync.WaitGroup
	for i := range nodes {
		all.Go(func() {
			for n := range 25 {
				one := token()
				commit(t, nodes[i], one, "s0")
				alive.Store(one, true)
				var both sync.WaitGroup
				for k := range nodes {
					both.Go(func() {
						for r := range 3 {
							if err := nodes[k].Commit(one, fmt.Append(nil, "s", r), time.Now().Add(time.Hour)); err != nil {
								t.Error(err)
							}
						}
					})
				}
				if n%2 == 0 {
					both.Go(func() {
						if err := nodes[(i+1)%3].Delete(one); err != nil {
							t.Error(err)
						}
						ended.Store(one, true)
						alive.Delete(one)
					})
				}
				both.Wait()
			}
		})
	}
	all.Wait()
	same := func() bool {
		first, err := nodes[0].All()
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range nodes[1:] {
			other, err := n.All()
			if err != nil || len(other) != len(first) {
				return false
			}
			for token, data := range first {
				if !bytes.Equal(other[token], data) {
					return false
				}
			}
		}
		return true
	}
	eventually(t, 10*time.Second, "all nodes have the same sessions", same)
	ended.Range(func(one, _ any) bool {
		for i, n := range nodes {
			if data(t, n, one.(string)) != "" {
				t.Errorf("ended, and alive on node %d", i)
			}
		}
		return true
	})
	alive.Range(func(one, _ any) bool {
		if data(t, nodes[0], one.(string)) == "" {
			t.Error("nobody ended it, and it is not alive")
		}
		return true
	})
}

// TestSessionsComeAlong shares a store that was not shared before, beside others.
func TestSessionsComeAlong(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	path := filepath.Join(t.TempDir(), "a.db")
	alone, err := sessions.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	one := token()
	commit(t, alone, one, "opened before")
	if err := alone.Close(); err != nil {
		t.Fatal(err)
	}
	b := sessionsOf(t, filepath.Join(t.TempDir(), "b.db"), node(t, dsn), 0)
	a := sessionsOf(t, path, node(t, dsn), 0)
	eventually(t, within, "the others know of it", func() bool { return data(t, b, one) == "opened before" })
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	// A command has the file open beside no server.
	if alone, err = sessions.Open(path); err != nil {
		t.Fatal(err)
	}
	end(t, alone, one)
	if err := alone.Close(); err != nil {
		t.Fatal(err)
	}
	a = sessionsOf(t, path, node(t, dsn), 0)
	eventually(t, 5*time.Second, "its end is told once a server runs again", func() bool { return data(t, b, one) == "" && data(t, a, one) == "" })
}
