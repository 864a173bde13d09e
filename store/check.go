package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
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
// It changes nothing in journal and state.
func Check(ctx context.Context, dir string, progress Progress) (Report, error) {
	var r Report
	path := filepath.Join(dir, JournalFile)
	if _, err := os.Stat(path); err != nil {
		return r, fmt.Errorf("check %s: %w", dir, err)
	}
	journal, err := boltjournal.Open(path, boltjournal.Options{})
	if err != nil {
		return r, fmt.Errorf("check %s: %w", dir, err)
	}
	defer journal.Close()
	checker := &stateCheck{report: &r, fresh: newState(), lookups: newDelta(0, newState().time)}
	if err := checker.open(ctx, filepath.Join(dir, StateFile), journal); err != nil {
		return r, fmt.Errorf("check %s: %w", dir, err)
	}
	defer checker.close()
	last, _, err := journal.Last(ctx)
	if err != nil {
		return r, fmt.Errorf("check %s: %w", dir, err)
	}
	checker.compareAt(0)
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
			progress(r.Entries, uint64(last), "vérification du journal")
		}
		checker.compareAt(e.Seq)
	}
	if dealmap.Seq(r.Entries) != last && r.OK() {
		r.problem("journal : %d écritures lues sur %d", r.Entries, last)
	}
	if hash, err := journal.HashAt(ctx, dealmap.Seq(r.Entries)); err == nil {
		r.Last = hash.String()
	}
	r.Places, r.Grants = checker.fresh.places.Len(), len(checker.fresh.grants)
	return r, nil
}

// stateCheck folds the journal anew and compares where the state on disk stands.
type stateCheck struct {
	report  *Report
	fresh   *state
	lookups *delta
	disk    *stateFile
	mark    mark
}

func (c *stateCheck) open(ctx context.Context, path string, journal Engine) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil // nothing on disk yet: it will be made from the journal
	}
	disk, err := openState(path)
	if err != nil {
		c.report.problem("état : %v", err)
		return nil
	}
	c.disk = disk
	if c.mark, err = disk.mark(); err != nil {
		c.report.problem("état : %v", err)
		c.close()
		return nil
	}
	c.report.StateAt = c.mark.Seq
	if hash, err := journal.HashAt(ctx, c.mark.Seq); err != nil || hash != c.mark.Hash {
		c.report.problem("état : il est à l’écriture n° %d, qui n’est pas celle du journal", c.mark.Seq)
		c.close()
	}
	return nil
}

func (c *stateCheck) close() {
	if c.disk != nil {
		c.disk.close()
		c.disk = nil
	}
}

func (c *stateCheck) fold(e dealmap.Event) error {
	if _, _, err := c.fresh.fold(e); err != nil {
		return err
	}
	if c.disk == nil || e.Seq > c.mark.Seq {
		return nil
	}
	known, ok := c.lookups.requests[e.Request.Key]
	if !ok {
		known = outcome{digest: e.Request.Digest, subject: e.Subject, first: e.Seq}
	}
	known.events++
	if !e.Request.IsZero() {
		c.lookups.requests[e.Request.Key] = known
	}
	c.lookups.subjects[e.Subject] = append(c.lookups.subjects[e.Subject], e.Seq)
	return nil
}

// compareAt compares the state on disk with the fresh one when the fold has come to where it stands.
func (c *stateCheck) compareAt(seq dealmap.Seq) {
	if c.disk == nil || seq != c.mark.Seq {
		return
	}
	records, got, err := c.disk.places(func(uint64, uint64, string) {}, 0)
	if err != nil {
		c.report.problem("état : %v", err)
		return
	}
	grants, err := c.disk.grants(&got)
	if err != nil {
		c.report.problem("état : %v", err)
		return
	}
	if got != c.mark.Sum {
		c.report.problem("état : la somme de contrôle est fausse")
	}
	if len(records) != c.fresh.places.Len() || len(grants) != len(c.fresh.grants) {
		c.report.problem("état : %d lieux et %d habilitations au lieu de %d et %d",
			len(records), len(grants), c.fresh.places.Len(), len(c.fresh.grants))
	}
	for _, r := range records {
		if !samePlace(r.place, c.fresh.Place(r.place.ID)) {
			c.report.problem("état : le lieu %s n’est pas celui du journal", r.place.ID)
		}
	}
	for id, g := range grants {
		if !sameGrant(g, c.fresh.grants[id]) {
			c.report.problem("état : l’habilitation %s n’est pas celle du journal", id)
		}
	}
	c.compareLookups()
}

func (c *stateCheck) compareLookups() {
	if err := c.disk.verifyLookups(c.mark); err != nil {
		c.report.problem("état : %v", err)
	}
	if c.mark.Requests != len(c.lookups.requests) {
		c.report.problem("état : %d demandes au lieu de %d", c.mark.Requests, len(c.lookups.requests))
	}
	for key, want := range c.lookups.requests {
		if got, known, err := c.disk.request(key); err != nil || !known || got != want {
			c.report.problem("état : la trace de la demande de l’écriture n° %d est fausse", want.first)
		}
	}
	for id, want := range c.lookups.subjects {
		got, err := c.disk.subject(id)
		if err != nil || len(got) != len(want) {
			c.report.problem("état : l’historique de %s est incomplet", id)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				c.report.problem("état : l’historique de %s est faux", id)
				break
			}
		}
	}
}

func samePlace(a, b *dealmap.Place) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, err1 := encodePlace(a)
	y, err2 := encodePlace(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

func sameGrant(a, b *dealmap.Grant) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, err1 := encoder.Marshal(a)
	y, err2 := encoder.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}
