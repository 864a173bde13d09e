package list

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Text reads the rows of CSV text as they stand, for files of which no row need name the columns: matrices and edge lists.
// It is not safe for concurrent use.
type Text struct {
	source   *csvSource
	findings Findings
}

// OpenText finds out how the text is written, as [Open] does, and reads rows of so many columns at most. Errors are about the
// text as a whole, in French.
func OpenText(data []byte, o Options, columns int) (*Text, error) {
	if len(data) == 0 {
		return nil, errEmpty
	}
	head := data[:min(len(data), sniffBytes)]
	format, err := recognise(head)
	if err != nil {
		return nil, err
	}
	if format != CSV {
		return nil, fmt.Errorf("le fichier est du format « %s », non du CSV", format)
	}
	source, findings, err := openText(bytes.NewReader(data), int64(len(data)), head, o)
	if err != nil {
		return nil, err
	}
	source.records.most = columns
	return &Text{source: source, findings: findings}, nil
}

// Findings tells how the text is read. Notes that count what was passed over grow as rows are read.
func (t *Text) Findings() Findings {
	f := t.findings
	f.Notes = t.source.notes()
	return f
}

// Next returns the next row that is not empty, with as many cells as it has, io.EOF after the last one, a *RowError for a row
// that cannot be read, and any other error when nothing more can be read.
func (t *Text) Next() (Row, error) {
	for {
		row, err := t.source.next()
		if err != nil {
			return Row{}, err
		}
		if len(trimEmpty(row.Cells)) == 0 {
			continue
		}
		for i, cell := range row.Cells {
			if len(cell) > maxCell || strings.IndexByte(cell, 0) >= 0 || !utf8.ValidString(cell) {
				return Row{}, &RowError{Line: row.Line, Column: letters(i), Value: clip(cell), Reason: "la cellule n’est pas du texte lisible, ou est trop longue"}
			}
		}
		return row, nil
	}
}
