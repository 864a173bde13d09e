package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mesure5/dealmap/store/boltjournal"
)

// Rebuild makes the state of a data folder anew from its journal, which it verifies from the first entry on, and makes
// the journal's head file anew when that is absent or unreadable. No process may have the folder open. engine is the journal, which is
// closed; nil: the file in the folder.
func Rebuild(ctx context.Context, dir string, engine Engine, progress Progress) error {
	journal, err := journalOf(dir, engine, boltjournal.Options{RepairHead: true})
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", dir, err)
	}
	if err := os.Remove(filepath.Join(dir, StateFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return errors.Join(fmt.Errorf("rebuild %s: %w", dir, err), journal.Close())
	}
	s, err := Open(ctx, Options{Dir: dir, Engine: journal, Progress: progress})
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", dir, err)
	}
	if err := s.Close(); err != nil {
		return fmt.Errorf("rebuild %s: %w", dir, err)
	}
	return nil
}
