package postgres_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/mesure5/dealmap/store/journaltest"
	"github.com/mesure5/dealmap/store/postgres/pgtest"
)

// Whoever may connect to the database may notify on any channel: nodes take that for a reason to look, and not for the journal.
func TestForgedNotificationIsOnlyAReasonToLook(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	j, other := open(t, server.DSN(database)), open(t, server.DSN(database))
	defer j.Close()
	defer other.Close()
	if err := other.Append(t.Context(), 0, journaltest.Events(0, 1)); err != nil {
		t.Fatal(err)
	}
	within, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := j.Wait(within, 0); err != nil {
		t.Fatal(err)
	}
	server.Exec(t, database, "SELECT pg_notify('dealmap_journal', $1)", "9223372036854775807 "+strings.Repeat("ab", 32))
	quiet, done := context.WithTimeout(t.Context(), 2*time.Second)
	defer done()
	if err := j.Wait(quiet, 1); err == nil {
		t.Error("an entry is told of that is not there")
	}
	if last, _, err := j.Last(t.Context()); last != 1 || err != nil {
		t.Errorf("last is %d, %v", last, err)
	}
	if err := other.Append(t.Context(), 1, journaltest.Events(1, 1)); err != nil {
		t.Fatal(err)
	}
	if err := j.Wait(within, 1); err != nil {
		t.Error(err)
	}
	if last, _, err := j.Last(t.Context()); last != 2 || err != nil {
		t.Errorf("last is %d, %v", last, err)
	}
}

// A journal that another server has not got to its end is known as it is there.
func TestTailThatIsGone(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	database := server.Database(t)
	j := open(t, server.DSN(database))
	defer j.Close()
	if err := j.Append(t.Context(), 0, journaltest.Events(0, 2)); err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error, 1)
	go func() { waiting <- j.Wait(t.Context(), 2) }()
	server.Exec(t, database, "DELETE FROM dealmap_entry WHERE seq = 2")
	eventually(t, 20*time.Second, "the node knows that the journal is shorter", func() bool {
		last, _, err := j.Last(t.Context())
		return err == nil && last == 1
	})
	if err := <-waiting; err != nil {
		t.Error(err)
	}
}
