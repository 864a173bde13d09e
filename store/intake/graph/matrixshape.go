package graph

import (
	"slices"
	"strconv"
	"strings"
)

// shape says which of the first row and the first column of a matrix hold names.
type shape struct {
	rowOfNames, columnOfNames bool
	// shifted says that the row of names has no cell over the column of names, as R writes it.
	shifted bool
}

// offset is how many columns are before the first number.
func (s shape) offset() int {
	if s.columnOfNames {
		return 1
	}
	return 0
}

// isMatrix tells a matrix from an edge list.
func (t *table) isMatrix() bool {
	rows := len(t.labels)
	if t.namesEnds() || t.width < 2 || rows < 2 {
		return false
	}
	corner := strings.TrimSpace(t.first.Cells[0])
	numeric := 10*t.numbers >= 9*t.body
	if 2*t.numbers >= t.body && (t.sameNames(1) || t.shifts()) {
		return true
	}
	if !numeric {
		return false
	}
	if corner == "" && t.width > 1 && len(t.first.Cells) > 2 {
		return true
	}
	named := !mostlyNumbers(t.first.Cells[1:]) || !mostlyNumbers(t.labels[1:])
	switch {
	case named && t.width >= 4:
		// An edge list whose columns have names that say nothing is much longer than wide.
		return rows <= 2*t.width+2
	case named:
		return rows == t.width+1 && !mostlyNumbers(t.first.Cells) && mostlyNumbers(t.labels[1:]) && t.width == 3
	case rows == t.width && t.width >= 4:
		return true
	}
	return rows == t.width && t.emptyDiagonal()
}

// namesEnds reports whether the first row names both ends of a tie, as only edge lists do.
func (t *table) namesEnds() bool {
	from, to := false, false
	for _, cell := range t.first.Cells {
		switch fieldOf(tieNames, heading(cell)) {
		case fieldFrom:
			from = true
		case fieldTo:
			to = true
		}
	}
	return from && to && !t.sameNames(1)
}

// sameNames reports whether the cells of the first row from this one on are those of the first column below it, in any order.
func (t *table) sameNames(at int) bool {
	if len(t.first.Cells) <= at || len(t.first.Cells)-at != len(t.labels)-1 {
		return false
	}
	row, column := distinct(t.first.Cells[at:]), distinct(t.labels[1:])
	return row != nil && slices.Equal(row, column)
}

// shifts reports whether the names of columns lack the cell over the names of rows.
func (t *table) shifts() bool {
	return len(t.first.Cells) == t.second-1 && t.sameNames(0)
}

// distinct returns the tidy names in order, nil when one is empty or there twice.
func distinct(cells []string) []string {
	names := make([]string, len(cells))
	for i, cell := range cells {
		names[i] = tidy(cell)
	}
	slices.Sort(names)
	if len(names) == 0 || names[0] == "" || len(slices.Compact(slices.Clone(names))) != len(names) {
		return nil
	}
	return names
}

// emptyDiagonal tells a small matrix without names from an edge list of numbered nodes.
func (t *table) emptyDiagonal() bool {
	for i, row := range t.sample {
		if i < len(row.Cells) {
			if value, reason := matrixValue(row.Cells[i]); value != 0 || reason != "" {
				return false
			}
		}
	}
	return true
}

// shape finds out where the names of a matrix are; header is what a person says of it.
func (t *table) shape(header *bool) shape {
	rows := len(t.labels)
	both := shape{rowOfNames: true, columnOfNames: true}
	switch {
	case header != nil && !*header:
		return shape{}
	case t.shifts():
		return shape{true, true, true}
	case t.sameNames(1) && !isNumber(t.first.Cells[0]):
		return both
	}
	corner := strings.TrimSpace(t.first.Cells[0])
	inRow := !mostlyNumbers(t.first.Cells[1:])
	inColumn := !mostlyNumbers(t.labels[1:])
	switch {
	case inRow && inColumn, corner == "" && !t.crossedOut():
		return both
	case inRow && rows == t.width+1:
		return shape{rowOfNames: true}
	case inColumn && rows == t.width-1:
		return shape{columnOfNames: true}
	case inRow || inColumn, corner != "" && !isNumber(corner):
		return both
	case rows == t.width+1 && distinct(t.first.Cells) != nil:
		return shape{rowOfNames: true}
	case rows == t.width-1 && distinct(t.labels) != nil:
		return shape{columnOfNames: true}
	case header != nil:
		return both
	}
	return shape{}
}

// crossedOut reports whether the diagonal is empty all along, so that the empty corner belongs to it.
func (t *table) crossedOut() bool {
	for i, row := range t.sample {
		if i < len(row.Cells) && strings.TrimSpace(row.Cells[i]) != "" {
			return false
		}
	}
	return distinct(t.first.Cells[1:]) == nil
}

// matrixNodes makes the nodes of a matrix in the order of its rows, and returns for each column its node.
func (b *builder) matrixNodes(t *table, s shape) ([]int, error) {
	rowCells, first := t.labels, 0
	if s.rowOfNames {
		first = 1
	}
	rows := len(t.labels) - first
	width := t.width - s.offset()
	if s.rowOfNames && !s.shifted {
		width = len(t.first.Cells) - s.offset()
	}
	if t.broken != nil {
		return nil, wrong("%s", t.broken)
	}
	if rows != width || rows == 0 {
		return nil, wrong("la matrice n’est pas carrée : lignes de nombres %d, colonnes %d", rows, width)
	}
	if rows > b.o.MostNodes {
		return nil, wrong("plus de %d nœuds : partagez le réseau en plusieurs fichiers", b.o.MostNodes)
	}
	header := t.first.Cells
	if s.columnOfNames && s.rowOfNames && !s.shifted {
		header = header[1:]
	}
	columns := make([]int, rows)
	for i := range columns {
		columns[i] = i
	}
	for i := range rows {
		name, line, place := number(i), t.lines[first+i], 1
		switch {
		case s.columnOfNames:
			name = rowCells[first+i]
		case s.rowOfNames:
			name, line, place = header[i], t.first.Line, i+1
		}
		if err := b.matrixNode(name, line, place); err != nil {
			return nil, err
		}
	}
	if s.rowOfNames && s.columnOfNames {
		firstPlace := 2
		if s.shifted {
			firstPlace = 1
		}
		return columns, b.matchColumns(columns, header, t.first.Line, firstPlace)
	}
	if !s.rowOfNames && !s.columnOfNames {
		b.note("La matrice ne nomme pas ses nœuds : ils sont numérotés dans l’ordre.")
	}
	return columns, nil
}

// matrixNode makes one node, which must be new.
func (b *builder) matrixNode(name string, line, place int) error {
	key := tidy(name)
	switch {
	case key == "":
		return wrong("ligne %d, colonne %d : le nom du nœud manque", line, place)
	case longKey(key):
		return wrong("ligne %d, colonne %d : le nom du nœud fait plus de %d caractères", line, place, mostKey)
	}
	before := len(b.list.Nodes)
	i, err := b.node(key, line)
	if err == nil && i < before {
		err = wrong("ligne %d, colonne %d : le nœud %s est déjà à la ligne %d", line, place, shown(key), b.list.Nodes[i].Line)
	}
	return err
}

// matchColumns finds the node of each column by its name. The first name stands in this place of its line.
func (b *builder) matchColumns(columns []int, header []string, line, first int) error {
	placeOf := make([]int, len(columns))
	for i, name := range header {
		key := tidy(name)
		id, _ := identity(key)
		node, ok := b.nodes[id]
		place := first + i
		switch {
		case key == "":
			return wrong("ligne %d, colonne %d : le nom du nœud manque", line, place)
		case !ok:
			return wrong("ligne %d, colonne %d : le nœud %s n’a pas de ligne à son nom", line, place, shown(key))
		case placeOf[node] > 0:
			return wrong("ligne %d, colonne %d : le nœud %s est déjà à la colonne %d", line, place, shown(key), placeOf[node])
		}
		placeOf[node], columns[i] = place, node
	}
	return nil
}

// number names the node of this index where a matrix has no names.
func number(i int) string { return strconv.Itoa(i + 1) }
