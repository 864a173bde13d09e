package graph

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

// mostErrors is how many errors of a matrix are told at once.
const mostErrors = 20

// cell is a cell of a matrix that is not zero.
type cell struct {
	row, column int // indices of nodes
	line, place int // in the file, from 1
	value       float64
}

// readMatrix reads a square of numbers. Rows and columns are matched by their names where both have names.
func (b *builder) readMatrix(text *list.Text, t *table) error {
	shape := t.shape(b.o.Header)
	b.list.Header = shape.rowOfNames || shape.columnOfNames
	columns, err := b.matrixNodes(t, shape)
	if err != nil {
		return err
	}
	cells, diagonal, err := b.matrixCells(text, shape, columns)
	if err != nil {
		return err
	}
	for _, c := range diagonal {
		b.list.Refuse(dealmap.ListProblem{Line: c.line, Column: c.place, Field: "tie", Value: b.list.Nodes[c.row].Key, Reason: "le nœud est lié à lui-même"})
	}
	return b.matrixTies(cells)
}

// matrixCells reads the cells that are not zero, those of the diagonal apart. columns are the nodes of the columns.
func (b *builder) matrixCells(text *list.Text, shape shape, columns []int) (cells, diagonal []cell, err error) {
	var wrongs []dealmap.FieldError
	refuse := func(line, place int, reason string) {
		if len(wrongs) < mostErrors {
			wrongs = append(wrongs, dealmap.FieldError{Field: "file", Message: fmt.Sprintf("ligne %d, colonne %d : %s", line, place, reason)})
		}
	}
	from, row := shape.offset(), -1
	for skip := shape.rowOfNames; ; {
		next, err := text.Next()
		if rowError, ok := errors.AsType[*list.RowError](err); ok {
			return nil, nil, wrong("%s", rowError)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, nil, wrong("%s", err)
		}
		if skip {
			skip = false
			continue
		}
		row++
		values := trimmed(next.Cells)
		if len(values) > from+len(columns) {
			return nil, nil, wrong("ligne %d : %d colonnes, %d attendues : la matrice n’est pas carrée", next.Line, len(values), from+len(columns))
		}
		if len(next.Cells) < from+len(columns) {
			return nil, nil, wrong("ligne %d : %d colonnes, %d attendues : la matrice n’est pas carrée", next.Line, len(next.Cells), from+len(columns))
		}
		for i := from; i < len(values); i++ {
			value, reason := matrixValue(values[i])
			c := cell{row, columns[i-from], next.Line, i + 1, value}
			switch {
			case reason != "" && c.row == c.column && (blank(values[i]) || strings.EqualFold(strings.TrimSpace(values[i]), "x")):
				// The diagonal of a table for people is often crossed out.
			case reason != "":
				refuse(c.line, c.place, reason)
			case value == 0:
			case c.row == c.column:
				diagonal = append(diagonal, c)
			case len(cells) == 2*b.o.MostTies:
				return nil, nil, wrong("plus de %d liens : partagez le réseau en plusieurs fichiers", b.o.MostTies)
			default:
				cells = append(cells, c)
			}
		}
	}
	if len(wrongs) > 0 {
		return nil, nil, &dealmap.Error{Kind: dealmap.KindInvalid, Message: "la matrice a des cellules qui ne peuvent pas être lues", Fields: wrongs}
	}
	return cells, diagonal, nil
}

// matrixValue reads a cell; an empty one is no tie.
func matrixValue(text string) (value float64, reason string) {
	if len(text) == 1 && text[0] >= '0' && text[0] <= '9' {
		return float64(text[0] - '0'), ""
	}
	if strings.TrimSpace(text) == "" {
		return 0, ""
	}
	value, ok := mapping.Number(text)
	switch {
	case !ok:
		return 0, shown(text) + " n’est pas un nombre"
	case value < 0:
		return 0, shown(text) + " est négatif"
	}
	return value, ""
}

// matrixTies makes ties of cells: a symmetric matrix has each of them twice.
func (b *builder) matrixTies(cells []cell) error {
	type ends struct{ row, column int }
	values := make(map[ends]float64, len(cells))
	for _, c := range cells {
		values[ends{c.row, c.column}] = c.value
	}
	symmetric := true
	for _, c := range cells {
		if values[ends{c.column, c.row}] != c.value {
			symmetric = false
			break
		}
	}
	b.list.Directed = !symmetric
	if b.o.Directed != nil {
		b.list.Directed = *b.o.Directed
	} else if symmetric && len(cells) > 0 {
		b.note("La matrice est symétrique : ses liens sont lus sans direction, chacun une fois.")
	}
	for _, c := range cells {
		if !b.list.Directed {
			if other, ok := values[ends{c.column, c.row}]; ok && other == c.value && c.row > c.column {
				continue
			}
		}
		tie := dealmap.ListedTie{From: c.row, To: c.column, Line: c.line, Column: c.place, Directed: b.list.Directed, Strength: c.value}
		if err := b.tie(tie); err != nil {
			return err
		}
	}
	return nil
}
