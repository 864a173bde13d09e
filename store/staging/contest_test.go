package staging_test

import (
	"slices"
	"testing"

	"github.com/mesure5/dealmap"
)

// TestRowsAreRivals: a row that would be merged unseen waits for a person when another row of the list is as like the place,
// and says why; staging the list again says the same.
func TestRowsAreRivals(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	v := b.viewer("cross13")
	b.do(v, tilleuls())
	const row = "RES. DES TILLEULS;12 av. du Loriot;5,36985;43,29652;cocaïne;13055\n"
	const other = "Les Tilleuls;12 av. du Loriot;5,36982;43,29650;shit;13055\n"
	const why = "une autre ligne de la liste ressemble aussi à ce point"
	score := func(text string) (best float64, said bool) {
		l := b.staged(v, "liste.csv", heading+text, nil)
		rows, _, err := b.desk.Rows(v, l.ID, nil, 0, 10)
		if err != nil || len(rows[0].Alike) != 1 {
			t.Fatalf("%+v, %v", rows, err)
		}
		alike := rows[0].Alike[0]
		if merges := rows[0].State == dealmap.RowMerge; merges != (alike.Score >= dealmap.AcceptFrom) || l.Counts[dealmap.RowMerge]+l.Counts[dealmap.RowReview] != len(rows) {
			t.Errorf("a row of score %g is %s, counted %v", alike.Score, rows[0].State, l.Counts)
		}
		return alike.Score, slices.ContainsFunc(alike.Reasons, func(r dealmap.Reason) bool { return r.Text == why })
	}
	alone, said := score(row)
	if said {
		t.Error("a row alone has a rival")
	}
	rivalled, said := score(row + other)
	if !said || rivalled >= alone || rivalled >= dealmap.AcceptFrom {
		t.Errorf("alone %g, with a rival %g, said %t", alone, rivalled, said)
	}
	if again, _ := score(row + other); again != rivalled {
		t.Errorf("staged again: %g, before %g", again, rivalled)
	}
}
