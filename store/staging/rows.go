package staging

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// Rows returns at most limit rows of a list after a line, in the order of the file, of some states (none: of all), and whether
// there are more.
func (d *Desk) Rows(v dealmap.Viewer, id dealmap.ID, states []dealmap.RowState, after, limit int) ([]dealmap.StagedRow, bool, error) {
	l, err := d.find(v, id)
	if err != nil {
		return nil, false, err
	}
	found, more, err := l.rows(states, after, limit)
	if err != nil {
		return nil, false, err
	}
	if err := d.forgetErased(l, found); err != nil {
		return nil, false, err
	}
	rows := make([]dealmap.StagedRow, len(found))
	for i, row := range found {
		rows[i] = row.StagedRow
	}
	return rows, more, nil
}

// forgetErased takes out of rows what became of a record that was erased since: that the row was there is all that stays.
func (d *Desk) forgetErased(l *list, rows []*stored) error {
	snap := d.Store.Snapshot()
	var gone []*stored
	for _, row := range rows {
		if _, there := snap.Filed(row.ID); row.State == dealmap.RowDone && row.Add != nil && !there {
			blank := &stored{Hash: row.Hash, ID: row.ID}
			blank.Line, blank.State = row.Line, row.State
			*row = *blank
			gone = append(gone, row)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return l.update(gone, nil)
}

// mostCell bounds a mended cell, in bytes.
const mostCell = 8 << 10

// ChangeRow mends cells of a row, or decides what becomes of it, and stages it anew.
func (d *Desk) ChangeRow(ctx context.Context, v dealmap.Viewer, id dealmap.ID, line int, change dealmap.RowChange) (dealmap.StagedRow, error) {
	l, release, err := d.idle(v, id)
	if err != nil {
		return dealmap.StagedRow{}, err
	}
	defer release()
	m := l.now()
	if m.Stage != dealmap.StageStaged || m.Profile == nil {
		return dealmap.StagedRow{}, &dealmap.Error{Kind: dealmap.KindConflict, Message: "cette liste n’est pas prête : donnez d’abord le sens de ses colonnes"}
	}
	row, err := l.row(line)
	if err != nil {
		return dealmap.StagedRow{}, err
	}
	if row.Original == nil {
		return dealmap.StagedRow{}, &dealmap.Error{Kind: dealmap.KindConflict, Message: "cette ligne est illisible : corrigez-la dans le fichier"}
	}
	if err := row.mend(m.Header, change.Cells); err != nil {
		return dealmap.StagedRow{}, err
	}
	j, err := d.judge(v, &m)
	if err != nil {
		return dealmap.StagedRow{}, err
	}
	if err := j.place(ctx, row, j.read(row)); err != nil {
		return dealmap.StagedRow{}, err
	}
	if change.Decide {
		if err := j.decide(row, change.Decision); err != nil {
			return dealmap.StagedRow{}, err
		}
	}
	err = l.change(func(m *meta, tx *bolt.Tx) error { return put(tx, m, row) })
	return row.StagedRow, err
}

// mend writes new texts into cells, by the header of their column.
func (row *stored) mend(header []string, cells map[string]string) error {
	if len(cells) == 0 {
		return nil
	}
	row.Cells = slices.Clone(row.Cells)
	for _, column := range slices.Sorted(maps.Keys(cells)) {
		at := slices.Index(header, column)
		switch {
		case at < 0 || at >= len(row.Cells):
			return dealmap.Invalid("cells."+column, "la liste n’a pas cette colonne")
		case len(cells[column]) > mostCell:
			return dealmap.Invalid("cells."+column, fmt.Sprintf("%d octets au plus", mostCell))
		case strings.ContainsRune(cells[column], 0):
			return dealmap.Invalid("cells."+column, "contient un octet nul")
		}
		row.Cells[at] = cells[column]
	}
	row.Mended = !slices.Equal(row.Cells, row.Original)
	return nil
}

// decide sets what a person decided, after what it names was found to be so.
func (j *judge) decide(row *stored, decision *dealmap.RowDecision) error {
	if decision != nil {
		switch decision.Action {
		case dealmap.RowActionAdd, dealmap.RowActionSkip:
		case dealmap.RowActionMerge:
			at := slices.IndexFunc(row.Alike, func(a dealmap.AlikePlace) bool { return a.ID == decision.Into })
			sight, seen := j.snap.Place(j.scope, decision.Into)
			switch {
			case at < 0 || !seen:
				return dealmap.Invalid("decision.into", "ce point n’est pas de ceux qui ressemblent à la ligne")
			case row.Alike[at].Blocked != "":
				return dealmap.Invalid("decision.into", row.Alike[at].Blocked)
			case !j.viewer.MayAt(dealmap.ActionMerge, sight.Territories()):
				return dealmap.Invalid("decision.into", "seule la Cross compétente sur le territoire de ce point peut y fusionner la ligne")
			}
		default:
			return dealmap.Invalid("decision.action", fmt.Sprintf("« %.40s » est inconnu (add, merge, skip)", decision.Action))
		}
		if row.Add == nil && decision.Action != dealmap.RowActionSkip {
			return &dealmap.Error{Kind: dealmap.KindConflict, Message: "cette ligne est mise de côté : corrigez-la d’abord"}
		}
	}
	row.Decision = decision
	if row.Add == nil {
		row.State = dealmap.RowQuarantined
		if decision != nil {
			row.State = dealmap.RowSkipped
		}
		return nil
	}
	if row.State != dealmap.RowKnown {
		row.State = stateOfRow(row)
	}
	return nil
}

// each yields every row of some states, in the order of the file.
func (l *list) each(states []dealmap.RowState, yield func(*stored) error) error {
	for after := 0; ; {
		rows, more, err := l.rows(states, after, batchRows)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := yield(row); err != nil {
				return err
			}
			after = row.Line
		}
		if !more {
			return nil
		}
	}
}

// Quarantine yields the rows that are set aside, with their cells and why, after the header of the list.
func (d *Desk) Quarantine(v dealmap.Viewer, id dealmap.ID, yield func(cells []string) error) error {
	l, err := d.find(v, id)
	if err != nil {
		return err
	}
	header := l.now().Header
	if err := yield(append(slices.Clone(header), "Ligne", "Colonne en cause", "Raison")); err != nil {
		return err
	}
	return l.each([]dealmap.RowState{dealmap.RowQuarantined}, func(row *stored) error {
		cells := slices.Clone(row.Cells)
		for len(cells) < len(header) {
			cells = append(cells, "")
		}
		var columns, reasons []string
		for _, p := range row.Problems {
			if p.Column != "" && !slices.Contains(columns, p.Column) {
				columns = append(columns, p.Column)
			}
			reasons = append(reasons, p.Reason)
		}
		return yield(append(cells[:len(header)], fmt.Sprint(row.Line), strings.Join(columns, ", "), strings.Join(reasons, " ; ")))
	})
}

// update writes rows that changed.
func (l *list) update(rows []*stored, also func(*meta)) error {
	return l.change(func(m *meta, tx *bolt.Tx) error {
		for _, row := range rows {
			if err := put(tx, m, row); err != nil {
				return err
			}
		}
		if also != nil {
			also(m)
		}
		return nil
	})
}
