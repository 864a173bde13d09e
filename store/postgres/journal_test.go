package postgres_test

import (
	"errors"
	"reflect"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap"
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
	server := pgtest.Shared(t)
	journaltest.Run(t,
		func(t *testing.T) string { return server.DSN(server.Database(t)) },
		func(t *testing.T, dsn string) store.Engine { return open(t, dsn) })
}

// Several nodes that are one journal each start together on an empty database: one makes the tables.
func TestNodesStartTogether(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
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

// Entries that are picked are those that are read, wherever they lie; one that was changed, or the one before it, is not given.
func TestPick(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	database := server.Database(t)
	j := open(t, server.DSN(database))
	defer j.Close()
	if err := j.Append(t.Context(), 0, journaltest.Events(0, 50)); err != nil {
		t.Fatal(err)
	}
	if err := j.Erase(t.Context(), 7); err != nil {
		t.Fatal(err)
	}
	picked, err := j.Pick(t.Context(), []dealmap.Seq{50, 1, 7, 30, 7})
	if err != nil {
		t.Fatal(err)
	}
	for i, seq := range []dealmap.Seq{50, 1, 7, 30, 7} {
		want := journaltest.Event(int(seq) - 1)
		if want.Seq = seq; seq == 7 {
			want.Body = nil
		}
		if !reflect.DeepEqual(picked[i], want) {
			t.Errorf("entry %d is picked as %+v", seq, picked[i])
		}
	}
	for _, seq := range []dealmap.Seq{0, 51, 1 << 63} {
		if _, err := j.Pick(t.Context(), []dealmap.Seq{2, seq}); dealmap.KindOf(err) != dealmap.KindNotFound {
			t.Errorf("entry %d: %v", seq, err)
		}
	}
	server.Exec(t, database, "UPDATE dealmap_entry SET body = '{}' WHERE seq = 20")
	server.Exec(t, database, "DELETE FROM dealmap_entry WHERE seq = 40")
	for _, seq := range []dealmap.Seq{20, 41} {
		if _, err := j.Pick(t.Context(), []dealmap.Seq{seq}); !errors.Is(err, dealmap.ErrTampered) {
			t.Errorf("entry %d: %v", seq, err)
		}
	}
}

// Clearing the table keeps nobody waiting: not who erases, not who writes meanwhile, not who closes.
func TestScrubInTheBackground(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	database := server.Database(t)
	j := open(t, server.DSN(database))
	if err := j.Append(t.Context(), 0, journaltest.Events(0, 50)); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), server.DSN(database))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	// What a run of it waits for.
	if _, err := conn.Exec(t.Context(), "BEGIN; LOCK TABLE dealmap_entry IN SHARE UPDATE EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := j.Scrub(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Append(t.Context(), 50, journaltest.Events(50, 1)); err != nil {
		t.Fatal(err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}
