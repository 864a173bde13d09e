package staging

import (
	"cmp"
	"context"
	"slices"

	"github.com/mesure5/dealmap"
)

// negligible is the sum of odds of other rows below which they say nothing.
const negligible = 0.01

// contest looks at the rows of a list once more, against each other: a list rarely names a place twice, so rows that are like one
// place are rivals for it. odds is, for every place, the sum over all rows; it takes some 50 bytes a place. Without this look,
// measured on lists of which one is on the map, one merge in twenty that is proposed would be of a neighbour; with it fewer than
// one in a hundred.
func (l *list) contest(ctx context.Context, odds map[dealmap.ID]float64) error {
	states := []dealmap.RowState{dealmap.RowReview, dealmap.RowMerge}
	for after := 0; ; {
		rows, more, err := l.rows(states, after, batchRows)
		if err != nil {
			return err
		}
		var changed []*stored
		for _, row := range rows {
			after = row.Line
			if row.contest(odds) {
				changed = append(changed, row)
			}
		}
		if err := l.update(changed, nil); err != nil {
			return err
		}
		if !more || ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// contest lowers how like places the row is by what other rows are like them, and reports whether there is anything to lower.
func (row *stored) contest(odds map[dealmap.ID]float64) (changed bool) {
	for i, alike := range row.Alike {
		others := odds[alike.ID] - alike.Odds()
		if others < negligible {
			continue
		}
		row.Alike[i].Likeness = alike.Against(others, "une autre ligne de la liste ressemble aussi à ce point")
		changed = true
	}
	if changed {
		slices.SortStableFunc(row.Alike, func(a, b dealmap.AlikePlace) int { return cmp.Compare(b.Score, a.Score) })
		row.State = stateOfRow(row)
	}
	return changed
}
