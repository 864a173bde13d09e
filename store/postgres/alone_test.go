package postgres_test

import (
	"errors"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// A copy and nodes keep each other away from an engine; one that did not come to its end, or took the journal elsewhere, keeps them away
// after it ended too.
func TestAlone(t *testing.T) {
	t.Parallel()
	server := pgtest.Shared(t)
	dsn := server.DSN(server.Database(t))
	try := func(o postgres.Options) (*postgres.Journal, error) {
		db, err := postgres.Open(t.Context(), dsn, o)
		if err != nil {
			return nil, err
		}
		return db.Journal(), nil
	}
	alone := postgres.Options{Alone: true}
	refused := func(o postgres.Options, want error) {
		t.Helper()
		if j, err := try(o); !errors.Is(err, want) {
			t.Errorf("opened as %v: %v %v, want %v", o.Alone, j, err, want)
		}
	}
	node := open(t, dsn)
	if err := node.Append(t.Context(), 0, journaltest.Events(0, 3)); err != nil {
		t.Fatal(err)
	}
	refused(alone, postgres.ErrInUse)
	another := open(t, dsn)
	if last, _, err := another.Last(t.Context()); last != 3 || err != nil {
		t.Errorf("what has just been opened ends at %d (%v)", last, err)
	}
	if err := errors.Join(node.Close(), another.Close()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		do    func(*postgres.Journal) error
		after error
	}{
		{func(j *postgres.Journal) error { return j.Copying(t.Context(), true) }, postgres.ErrIncomplete},
		{func(j *postgres.Journal) error { return j.Copying(t.Context(), false) }, nil},
		{func(j *postgres.Journal) error { return j.Retire(t.Context()) }, postgres.ErrRetired},
	} {
		j, err := try(alone)
		if err != nil {
			t.Fatal(err)
		}
		refused(postgres.Options{}, postgres.ErrCopying)
		refused(alone, postgres.ErrInUse)
		if err := errors.Join(c.do(j), j.Close()); err != nil {
			t.Fatal(err)
		}
		if c.after != nil {
			refused(postgres.Options{}, c.after)
			continue
		}
		if err := open(t, dsn).Close(); err != nil {
			t.Error(err)
		}
	}
}

// A node that was cut off while the journal was taken elsewhere does not go on writing into what was left behind.
func TestRetiredWhileCutOff(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	c := newCutter(t, server)
	db := node(t, c.dsn(database))
	j := db.Journal()
	if err := j.Append(t.Context(), 0, journaltest.Events(0, 1)); err != nil {
		t.Fatal(err)
	}
	release := c.delay("LISTEN") // when it connects again
	server.Exec(t, database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dealmap'")
	var alone *postgres.DB
	eventually(t, 20*time.Second, "a copy begins", func() (ours bool) {
		var err error
		alone, err = postgres.Open(t.Context(), server.DSN(database), postgres.Options{Alone: true})
		return err == nil
	})
	copied := alone.Journal()
	if err := errors.Join(copied.Retire(t.Context()), copied.Close()); err != nil {
		t.Fatal(err)
	}
	release()
	eventually(t, 20*time.Second, "the node hears of it", func() bool { return errors.Is(db.Reach().Err, postgres.ErrRetired) })
	if err := j.Append(t.Context(), 1, journaltest.Events(1, 1)); !errors.Is(err, postgres.ErrRetired) {
		t.Errorf("an entry went into a journal that was left behind: %v", err)
	}
}
