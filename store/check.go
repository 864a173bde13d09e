package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/boltjournal"
)

// Report is what a check found.
type Report struct {
	// Entries were read and verified; Erased of them have no body any more.
	Entries, Erased uint64
	Places, Grants  int
	Tokens, Reports int
	// Last is the hash of the last verified entry, in hexadecimal: two copies of a journal are equal when it is.
	Last string
	// StateAt is the entry the state on disk stands at; it may lag, the journal has the rest.
	StateAt dealmap.Seq
	// Problems are sentences in French for the operator; none when all is well.
	Problems []string
}

// OK reports whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

func (r *Report) problem(format string, args ...any) {
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// Check verifies a data folder that no process has open: the journal's whole chain, every body and the head file, and that
// the state on disk is what a fresh fold gives. What it finds wrong is in the report; the error says why it could not look.
// It changes nothing in journal and state. engine is the journal, which other nodes may go on using, and is closed; nil: the file in the
// folder.
func Check(ctx context.Context, dir string, engine Engine, progress Progress) (r Report, err error) {
	journal, err := journalOf(dir, engine, boltjournal.Options{})
	if err != nil {
		return r, fmt.Errorf("check %s: %w", dir, err)
	}
	defer func() {
		if closing := journal.Close(); closing != nil && err == nil {
			err = fmt.Errorf("check %s: %w", dir, closing)
		}
	}()
	checker := &stateCheck{report: &r, fresh: newState(), lookups: newDelta(0, newState().time), roll: newRoll(nil),
		bare: map[dealmap.Seq]dealmap.ID{}, kept: map[dealmap.Seq]dealmap.Seq{}, gone: map[dealmap.ID]bool{}}
	if err := checker.open(ctx, filepath.Join(dir, StateFile), journal); err != nil {
		return r, fmt.Errorf("check %s: %w", dir, err)
	}
	defer checker.close()
	last, _, err := journal.Last(ctx)
	if err != nil {
		return r, fmt.Errorf("check %s: %w", dir, err)
	}
	checker.reach(0)
	for e, err := range journal.Read(ctx, 0) {
		if ctx.Err() != nil {
			return r, ctx.Err()
		}
		if err == nil {
			err = checker.fold(e)
		}
		if err != nil {
			r.problem("journal, après l’écriture n° %d : %v", r.Entries, err)
			break
		}
		r.Entries++
		if e.Body == nil {
			r.Erased++
		}
		if progress != nil && r.Entries%1000 == 0 {
			progress(r.Entries, max(r.Entries, uint64(last)), "vérification du journal")
		}
		checker.reach(e.Seq)
	}
	if dealmap.Seq(r.Entries) < last && r.OK() {
		r.problem("journal : %d écritures lues sur %d", r.Entries, last)
	}
	if hash, err := journal.HashAt(ctx, dealmap.Seq(r.Entries)); err == nil {
		r.Last = hash.String()
	}
	if dealmap.Seq(r.Entries) >= last {
		checker.unexplained()
	}
	if err := checker.unerased(ctx, journal); err != nil {
		return r, fmt.Errorf("check %s: %w", dir, err)
	}
	checker.compare()
	r.Places, r.Grants = checker.fresh.places.Len(), checker.fresh.grants.len()
	r.Tokens, r.Reports = checker.fresh.tokens.len(), checker.fresh.reports.len()
	return r, nil
}

// journalOf returns the engine, or opens the journal's file in a data folder, which must be there.
func journalOf(dir string, engine Engine, o boltjournal.Options) (Engine, error) {
	if engine != nil {
		return engine, nil
	}
	path := filepath.Join(dir, JournalFile)
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return boltjournal.Open(path, o)
}
