package staging

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

const (
	// commitRows is how many rows one command brings: enough to share a sync of the disk, few enough that people who write
	// meanwhile do not wait.
	commitRows = 500
	// patience is how often a map that cannot be written now is tried again, a second apart.
	patience = 60
)

// comes are the states of rows that come onto the map.
var comes = []dealmap.RowState{dealmap.RowNew, dealmap.RowReview, dealmap.RowMerge}

// Commit begins to bring the good rows of a list onto the map. Rows without a decision that are like a place at least as much as
// the threshold are merged into it.
func (d *Desk) Commit(ctx context.Context, v dealmap.Viewer, id dealmap.ID, threshold float64) (dealmap.StagedList, error) {
	if !(threshold >= 0.5 && threshold <= 1) {
		return dealmap.StagedList{}, dealmap.Invalid("threshold", "de 0,5 à 1")
	}
	l, release, err := d.take(v, id)
	if err != nil {
		return dealmap.StagedList{}, err
	}
	defer release()
	m := l.now()
	record, begun := d.Store.Snapshot().Import(d.scope(v), id)
	switch {
	case begun && record.Status != dealmap.ImportComing:
		return dealmap.StagedList{}, &dealmap.Error{Kind: dealmap.KindConflict, Message: "cet import est déjà validé"}
	case begun && d.jobOf(id) != nil:
		return dealmap.StagedList{}, &dealmap.Error{Kind: dealmap.KindConflict, Message: "cet import est déjà validé, ou quelqu’un d’autre le valide en ce moment"}
	case !begun && m.Stage != dealmap.StageStaged:
		return dealmap.StagedList{}, &dealmap.Error{Kind: dealmap.KindConflict, Message: "cette liste n’est pas prête : donnez d’abord le sens de ses colonnes"}
	}
	// Before the map knows of the import: whatever interrupts it from then on, it is resumed with this threshold.
	err = l.change(func(m *meta, _ *bolt.Tx) error {
		m.Threshold, m.Motive, m.Case = threshold, v.Motive, v.Case
		return nil
	})
	if err != nil {
		return dealmap.StagedList{}, err
	}
	if !begun {
		counts := dealmap.ImportCounts{
			Rows: m.Rows, Known: m.Counts[dealmap.RowKnown], Quarantined: m.Counts[dealmap.RowQuarantined], Skipped: m.Counts[dealmap.RowSkipped],
		}
		if _, err := d.Store.Do(ctx, v, dealmap.OpenImport{ID: id, Name: m.Name, Digest: m.Digest, Counts: counts}, ""); err != nil {
			return dealmap.StagedList{}, err
		}
	}
	err = l.change(func(m *meta, _ *bolt.Tx) error {
		m.Stage, m.Error = dealmap.StageCommitting, ""
		return nil
	})
	if err != nil {
		return dealmap.StagedList{}, err
	}
	if err := d.startCommit(v, id, l); err != nil {
		return dealmap.StagedList{}, err
	}
	return d.Get(v, id)
}

func (d *Desk) startCommit(v dealmap.Viewer, id dealmap.ID, l *list) error {
	return d.start(id, "validation", func(ctx context.Context, j *job) {
		err := d.commit(ctx, v, l, j)
		if ctx.Err() != nil {
			return // the next start of the program goes on
		}
		d.ended(l, dealmap.StageCommitted, err)
	})
}

// commit brings the rows that are not on the map yet, batch after batch.
func (d *Desk) commit(ctx context.Context, v dealmap.Viewer, l *list, j *job) error {
	m := l.now()
	threshold := m.Threshold
	if threshold == 0 {
		threshold = 1 // nobody is known to have chosen one: nothing merges that is not sure
	}
	total := int64(m.Counts[dealmap.RowNew] + m.Counts[dealmap.RowReview] + m.Counts[dealmap.RowMerge])
	done := int64(0)
	for {
		rows, more, err := l.rows(comes, 0, commitRows)
		if err != nil {
			return err
		}
		if err := d.bring(ctx, v, m.ID, threshold, rows); err != nil {
			return err
		}
		outcome := d.outcome(rows)
		err = l.update(rows, func(m *meta) {
			m.Outcome.Added += outcome.Added
			m.Outcome.Merged += outcome.Merged
			m.Outcome.Known += outcome.Known
		})
		if err != nil {
			return err
		}
		done += int64(len(rows))
		j.show("validation", done, total)
		if !more {
			break
		}
	}
	m = l.now()
	counts := dealmap.ImportCounts{
		Rows: m.Rows, Added: m.Outcome.Added, Merged: m.Outcome.Merged, Known: m.Counts[dealmap.RowKnown],
		Quarantined: m.Counts[dealmap.RowQuarantined], Skipped: m.Counts[dealmap.RowSkipped],
	}
	if err := d.insist(ctx, v, dealmap.MoveImport{ID: m.ID, To: dealmap.ImportDone, Counts: counts}); err != nil {
		return err
	}
	// The file has done its work; what is erased from the map is not to lie on in it.
	if err := os.Remove(l.file()); err != nil && !errors.Is(err, os.ErrNotExist) {
		d.log.Error("the file of a list cannot be removed", "import", m.ID, "error", err)
	}
	return nil
}

// bring brings rows onto the map at once. Where the map refuses one, the others come and that one is set aside with the reason.
func (d *Desk) bring(ctx context.Context, v dealmap.Viewer, id dealmap.ID, threshold float64, rows []*stored) error {
	command := dealmap.ImportRows{Import: id}
	for _, row := range rows {
		command.Rows = append(command.Rows, row.wish(threshold))
	}
	if len(rows) == 0 {
		return nil
	}
	err := d.insist(ctx, v, command)
	kind := dealmap.KindOf(err)
	switch {
	case err == nil:
		for _, row := range rows {
			row.State = dealmap.RowDone
		}
		return nil
	case kind != dealmap.KindInvalid && kind != dealmap.KindForbidden:
		return err
	case len(rows) == 1:
		row := rows[0]
		row.State, row.Decision = dealmap.RowQuarantined, nil
		row.Problems = []dealmap.RowProblem{{Reason: sentence(err)}}
		return nil
	}
	half := len(rows) / 2
	return errors.Join(d.bring(ctx, v, id, threshold, rows[:half]), d.bring(ctx, v, id, threshold, rows[half:]))
}

// wish is the row as it comes onto the map.
func (row *stored) wish(threshold float64) dealmap.ImportRow {
	add := *row.Add
	add.Draw = row.Draw
	out := dealmap.ImportRow{Add: add, Least: threshold}
	switch {
	case row.Decision != nil && row.Decision.Action == dealmap.RowActionMerge:
		out.Into, out.Least = row.Decision.Into, dealmap.ProposeFrom
	case row.Decision != nil:
	case len(row.Alike) > 0 && row.Alike[0].Score >= threshold && row.Alike[0].Blocked == "":
		out.Into = row.Alike[0].ID
	}
	for _, alike := range row.Alike {
		if alike.ID == out.Into {
			out.Revision = alike.Revision
		}
	}
	return out
}

// outcome counts what became of rows that came.
func (d *Desk) outcome(rows []*stored) (counts dealmap.ImportCounts) {
	snap := d.Store.Snapshot()
	for _, row := range rows {
		if row.State != dealmap.RowDone {
			continue
		}
		switch into, there := snap.Filed(row.ID); {
		case !there:
			row.State = dealmap.RowKnown // somebody brought the same row meanwhile
			counts.Known++
		case !into.IsZero():
			counts.Merged++
		default:
			counts.Added++
		}
	}
	return counts
}

// insist carries out a command, and tries again while the map cannot be written.
func (d *Desk) insist(ctx context.Context, v dealmap.Viewer, cmd dealmap.Command) error {
	for try := 0; ; try++ {
		_, err := d.Store.Do(ctx, v, cmd, "")
		if dealmap.KindOf(err) != dealmap.KindUnavailable || try == patience {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// Waiting counts the pairs with a record of an import that look like one place and wait for a decision, as far as the viewer sees
// both: all of them, unless the import brought more records than are looked at for it.
func (d *Desk) Waiting(v dealmap.Viewer, id dealmap.ID) (int, error) {
	snap, scope := d.Store.Snapshot(), d.scope(v)
	if _, ok := snap.Import(scope, id); !ok {
		return 0, dealmap.NotFound()
	}
	found := snap.Duplicates(scope, dealmap.DuplicateQuery{Import: id, Least: dealmap.ProposeFrom, Limit: mostWaiting, Look: mostWaiting})
	return len(found.Pairs), nil
}

// mostWaiting is how many records are looked at to tell how many pairs wait.
const mostWaiting = 2000
