package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/mesure5/dealmap/store/proof"
)

// NoteFinding is what reading a file of notes found.
type NoteFinding struct {
	Path  string
	Count int // notes that are good
	// Problems are sentences in French, More is the number of further ones.
	Problems []string
	More     int
}

const mostProblems = 20

func (f *NoteFinding) problem(format string, args ...any) {
	if len(f.Problems) == mostProblems {
		f.More++
		return
	}
	f.Problems = append(f.Problems, fmt.Sprintf(format, args...))
}

// verification is one verification of a folder.
type verification struct {
	dir                    string
	vkeys, extra           []string
	attested               map[string][]byte
	limits                 map[string]int64 // how much of a file to read, where it grows meanwhile
	journal, consultations func(against []proof.Checkpoint) (proof.Finding, error)

	against []proof.Checkpoint
	report  Report
}

func (v *verification) run(ctx context.Context) (Report, error) {
	err := v.read(ctx)
	if err == nil {
		v.report.Journal, err = v.journal(v.against)
	}
	if err == nil {
		v.report.Consultations, err = v.consultations(v.against)
	}
	if err != nil {
		return Report{}, fmt.Errorf("verify %s: %w", v.dir, err)
	}
	for _, f := range []*proof.Finding{&v.report.Journal, &v.report.Consultations} {
		v.wantCheckpoint(f)
	}
	return v.report, nil
}

// wantCheckpoint tells of a log that no checkpoint speaks for: who rewrites one takes the checkpoints away. A log in use gets
// its first a little after its first line.
func (v *verification) wantCheckpoint(f *proof.Finding) {
	inUse := v.limits != nil
	if f.Lines == 0 || f.Checkpoints > 0 || inUse && v.attested[originOf(f.Log)] == nil {
		return
	}
	f.Problem(0, "aucune attestation ne porte sur ses %d lignes : rien ne dit que ce sont celles qui ont été écrites", f.Lines)
}

// read reads all files of notes.
func (v *verification) read(ctx context.Context) error {
	ours := filepath.Join(v.dir, CheckpointsName)
	seen, f, err := v.checkpoints(ctx, ours, len(v.attested) > 0)
	if err != nil {
		return err
	}
	v.holdAttested(seen, &f)
	v.report.Notes = append(v.report.Notes, f)
	for _, path := range v.extra {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path = filepath.Join(path, CheckpointsName)
		}
		if _, f, err = v.checkpoints(ctx, path, true); err != nil {
			return err
		}
		v.report.Notes = append(v.report.Notes, f)
	}
	if f, err = v.certificates(); err == nil {
		v.report.Notes = append(v.report.Notes, f)
	}
	return err
}

// holdAttested looks for the newest notes of the tree's file in checkpoints.txt: where they are not, its end was taken away.
func (v *verification) holdAttested(seen map[proof.Checkpoint]bool, f *NoteFinding) {
	for _, origin := range slices.Sorted(maps.Keys(v.attested)) {
		c, err := proof.Open(v.attested[origin], v.vkeys...)
		switch {
		case err != nil || c.Origin != origin:
			f.problem("%s retient sous « %s » une attestation qui n’en est pas une : %v", TreeName, origin, err)
		case !seen[c]:
			f.problem("l’attestation du %s (%s, %d lignes), que retient %s, n’y est pas : fin perdue, ou enlevée", c.When(), origin, c.Size, TreeName)
			v.against = append(v.against, c)
		}
	}
}

// checkpoints reads a file of checkpoints and adds those that are good to what the logs are held against. The last of each
// log are returned.
func (v *verification) checkpoints(ctx context.Context, path string, expected bool) (seen map[proof.Checkpoint]bool, f NoteFinding, err error) {
	f.Path, seen = path, map[proof.Checkpoint]bool{}
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		if expected {
			f.problem("fichier absent, alors que des lignes ont été attestées")
		}
		return seen, f, nil
	}
	if err != nil {
		return seen, f, err
	}
	defer file.Close()
	var in io.Reader = file
	if limit, grows := v.limits[path]; grows {
		in = io.LimitReader(file, limit)
	}
	last := map[string]proof.Checkpoint{}
	for c, err := range opened(ctx, in, v.vkeys) {
		switch {
		case errors.Is(err, proof.ErrCheckpoint), errors.Is(err, proof.ErrTorn):
			f.problem("%v", err)
			continue
		case err != nil:
			return seen, f, err
		}
		f.Count++
		if before := last[c.Origin]; c.Size < before.Size {
			f.problem("l’attestation du %s (%s, %d lignes) suit une de %d lignes", c.When(), c.Origin, c.Size, before.Size)
		}
		last[c.Origin] = c
		c.Source = path
		v.against = append(v.against, c)
	}
	for _, c := range last {
		seen[c] = true
	}
	return seen, f, nil
}

// certificates checks the signatures of certificates.txt.
func (v *verification) certificates() (f NoteFinding, err error) {
	f.Path = filepath.Join(v.dir, CertificatesName)
	file, err := os.Open(f.Path)
	if errors.Is(err, os.ErrNotExist) {
		return f, nil
	}
	if err != nil {
		return f, err
	}
	defer file.Close()
	for n, bad := range proof.Notes(file) {
		if bad == nil {
			if _, bad = proof.OpenText(n.Text, v.vkeys...); bad == nil {
				f.Count++
				continue
			}
			bad = fmt.Errorf("octet %d : %w", n.Start, bad)
		} else if !errors.Is(bad, proof.ErrCheckpoint) && !errors.Is(bad, proof.ErrTorn) {
			return f, bad
		}
		f.problem("%v", bad)
	}
	return f, nil
}
