package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// withoutStandby has commits of a server wait for a standby that is not there, and returns the key of one that was given up while it waited.
func withoutStandby(t *testing.T, server *pgtest.Server, pool *pgxpool.Pool) string {
	t.Helper()
	server.Exec(t, "postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nowhere'")
	server.Exec(t, "postgres", "SELECT pg_reload_conf()")
	for n := range 1000 {
		key := fmt.Sprintf("given up %d", n)
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		_, err := pool.Exec(short, "INSERT INTO dealmap_meta (key, value) VALUES ($1, '')", key)
		cancel()
		if err != nil {
			return key
		}
	}
	t.Fatal("commits do not wait for their standby")
	return ""
}

// A commit that nobody waits for any longer goes on waiting for its standby: were it cancelled, all nodes would be shown what a failover
// takes away again.
func TestGivenUpCommitStaysHidden(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	pool := node(t, server.DSN(server.Database(t))).Pool()
	key := withoutStandby(t, server, pool)
	for deadline := time.Now().Add(3 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		var there bool
		if err := pool.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM dealmap_meta WHERE key = $1)", key).Scan(&there); err != nil {
			t.Fatal(err)
		}
		if there {
			t.Fatal("it is visible although only one server has it")
		}
	}
}

// What can be read is confirmed only by the standbys that the engine waits for.
func TestConfirm(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	db := node(t, server.DSN(server.Database(t)))
	j := db.Journal()
	if err := j.Append(t.Context(), 0, journaltest.Events(0, 1)); err != nil {
		t.Fatal(err)
	}
	if err := j.Confirm(t.Context()); err != nil {
		t.Error(err)
	}
	withoutStandby(t, server, db.Pool())
	short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if err := j.Confirm(short); err == nil {
		t.Error("confirmed although no standby answers")
	}
}
