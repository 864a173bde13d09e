package postgres_test

import (
	"sync"
	"testing"

	"github.com/mesure5/dealmap/store"
	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

func open(t testing.TB, dsn string) *postgres.Journal {
	t.Helper()
	db, err := postgres.Open(t.Context(), dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db.Journal()
}

func TestJournal(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	journaltest.Run(t,
		func(t *testing.T) string { return server.DSN(server.Database(t)) },
		func(t *testing.T, dsn string) store.Engine { return open(t, dsn) })
}

// Several nodes that are one journal each start together on an empty database: one makes the tables.
func TestNodesStartTogether(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	dsn := server.DSN(server.Database(t))
	var nodes sync.WaitGroup
	ids := make([]string, 6)
	for i := range ids {
		nodes.Go(func() {
			db, err := postgres.Open(t.Context(), dsn, postgres.Options{})
			if err != nil {
				t.Error(err)
				return
			}
			ids[i] = db.Map()
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	nodes.Wait()
	for _, id := range ids {
		if id == "" || id != ids[0] {
			t.Fatalf("nodes see different maps: %q", ids)
		}
	}
}
