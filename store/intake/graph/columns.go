package graph

import (
	"strings"

	"github.com/mesure5/dealmap/geo"
	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

// heading is the part of a column's name that says what it holds: what follows a colon or stands in brackets is for people.
func heading(cell string) string {
	name, _, _ := strings.Cut(unguarded(cell), " :")
	name, _, _ = strings.Cut(name, "(")
	return name
}

// unguarded takes off the apostrophe that keeps spreadsheets from taking a cell for a formula.
func unguarded(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && rest != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(rest)[0]) {
		return rest
	}
	return cell
}

// columns are the fields of the columns of an edge list, empty for those that are passed over.
type columns []string

func (c columns) of(field string) int {
	for i, f := range c {
		if f == field {
			return i
		}
	}
	return -1
}

// edgeColumns finds what the columns of an edge list hold, and whether its first row names them.
func (b *builder) edgeColumns(t *table) (columns, bool) {
	found := make(columns, t.width)
	for i, cell := range t.first.Cells {
		if field := fieldOf(tieNames, heading(cell)); field != "" && found.of(field) < 0 {
			found[i] = field
		}
	}
	header := t.hasHeader(found)
	if b.o.Header != nil {
		header = *b.o.Header
	}
	rows := t.sample
	if header {
		rows = rows[1:]
		b.passedOver(t, found)
	} else {
		found = make(columns, t.width)
	}
	// Where names do not even tell the ends, they tell nothing: columns are what they hold.
	silent := !header || found.of(fieldFrom) < 0 || found.of(fieldTo) < 0
	found.placeEnds()
	for i := range found {
		values := columnValues(rows, i)
		switch {
		case found[i] == fieldKind && all(values, isDirection):
			found[i] = fieldDirection
		case found[i] == "" && silent:
			found[i] = b.guess(found, values, !header)
		}
	}
	return found, header
}

// placeEnds takes the first columns that hold nothing else for the ends that no name tells.
func (c columns) placeEnds() {
	for _, end := range []string{fieldFrom, fieldTo} {
		if c.of(end) < 0 {
			if i := c.of(""); i >= 0 {
				c[i] = end
			}
		}
	}
}

// guess finds the field of a column without a name by what it holds.
func (b *builder) guess(found columns, values []string, notes bool) string {
	free := func(field string) bool { return found.of(field) < 0 }
	isDay := func(text string) bool { _, err := mapping.Day(text); return err == nil }
	switch {
	case len(values) == 0:
		return ""
	case free(fieldKind) && len(b.kinds.terms) > 0 && all(values, b.kinds.has):
		return fieldKind
	case free(fieldMeans) && len(b.means.terms) > 0 && all(values, b.means.has):
		return fieldMeans
	case free(fieldSince) && all(values, isDay):
		return fieldSince
	case free(fieldUntil) && all(values, isDay):
		return fieldUntil
	case free(fieldStrength) && all(values, isNumber):
		return fieldStrength
	case notes && free(fieldNote):
		return fieldNote
	}
	return ""
}

// passedOver notes the columns whose names say nothing.
func (b *builder) passedOver(t *table, found columns) {
	var names []string
	for i, cell := range t.first.Cells {
		if found[i] == "" && strings.TrimSpace(cell) != "" && found.of(fieldFrom) >= 0 && found.of(fieldTo) >= 0 {
			names = append(names, shown(cell))
		}
	}
	if len(names) > 0 {
		b.note("Colonnes passées : %s.", strings.Join(names[:min(len(names), 20)], ", "))
	}
}

// hasHeader reports whether the first row names the columns. found are the fields that it names, if it does.
func (t *table) hasHeader(found columns) bool {
	if found.of(fieldFrom) >= 0 && found.of(fieldTo) >= 0 {
		return true
	}
	if len(t.sample) < 2 || t.firstRecurs() {
		return false
	}
	for i, cell := range t.first.Cells {
		if strings.TrimSpace(cell) == "" || isNumber(cell) {
			continue
		}
		values := columnValues(t.sample[1:], i)
		same := false
		for _, value := range values {
			same = same || geo.Fold(value) == geo.Fold(cell)
		}
		if !same && (i >= 2 && found[i] != "" || len(values) > 0 && all(values, isNumber)) {
			return true
		}
	}
	return false
}

// firstRecurs reports whether what may be the names of the ends is an end of another row, so that it is one of the first row.
func (t *table) firstRecurs() bool {
	ends := map[string]bool{}
	for _, cell := range t.first.Cells[:min(2, len(t.first.Cells))] {
		ends[geo.Fold(cell)] = true
	}
	for column := range 2 {
		for _, value := range columnValues(t.sample[1:], column) {
			if ends[geo.Fold(value)] {
				return true
			}
		}
	}
	return false
}

// columnValues are the cells of a column that say something.
func columnValues(rows []list.Row, column int) []string {
	var values []string
	for _, r := range rows {
		if column < len(r.Cells) && !blank(r.Cells[column]) {
			values = append(values, r.Cells[column])
		}
	}
	return values
}

// all reports whether this holds of every value, of one at least.
func all(values []string, is func(string) bool) bool {
	for _, value := range values {
		if !is(value) {
			return false
		}
	}
	return len(values) > 0
}

// directions are the words of columns that say of each tie whether it goes one way.
var directions = map[string]bool{
	"directed": true, "dirige": true, "oriente": true, "true": true, "vrai": true, "oui": true, "yes": true, "1": true,
	"undirected": false, "non dirige": false, "non oriente": false, "mutual": false, "mixed": true, "false": false, "faux": false, "non": false, "no": false, "0": false,
}

func isDirection(text string) bool {
	_, ok := directions[geo.Fold(text)]
	return ok
}
