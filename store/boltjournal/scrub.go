package boltjournal

import (
	"context"
	"fmt"

	"github.com/mesure5/dealmap/store/internal/boltfile"
)

// Scrub overwrites what erased bodies left in the file: bbolt frees the pages that held them and does not clear them. It is
// for after some calls of Erase; while it runs, appends wait for their turn between its transactions.
func (j *Journal) Scrub(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := boltfile.Scrub(j.db); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	return nil
}
