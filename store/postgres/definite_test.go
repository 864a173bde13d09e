package postgres

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Only what says that nothing was written is taken for that.
func TestDefinite(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"40001": true, "40P01": true, "25006": true, "42501": true, "53100": true,
		"08006": false, "08007": false, "40003": false, "57014": false, "57P01": false, "58030": false, "XX000": false,
	} {
		err := fmt.Errorf("insert: %w", &pgconn.PgError{SeverityUnlocalized: "ERROR", Code: code})
		if got := definite(err); got != want {
			t.Errorf("%s is definite: %v", code, got)
		}
	}
	if definite(&pgconn.PgError{SeverityUnlocalized: "FATAL", Code: "53100"}) || definite(errors.New("lost")) || definite(nil) {
		t.Error("what ends the connection is taken for definite")
	}
}
