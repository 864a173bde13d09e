package list

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// xlsxSource reads the rows of one sheet.
type xlsxSource struct {
	file     *os.File
	entry    io.ReadCloser
	length   int64
	tokens   *tokens
	formats  []numberFormat
	shared   *shared
	date1904 bool

	started  bool // inside the rows
	row      int
	scratch  []byte
	formulas int
	unsaved  int // formulas without a value
	hidden   int // rows
}

func (s *xlsxSource) start(entry io.ReadCloser, length int64) {
	s.entry, s.length, s.tokens = entry, length, newTokens(entry)
}

func (s *xlsxSource) torn() error {
	if s.row > 0 {
		return fmt.Errorf("après la ligne %d, %w", s.row, errTornWorkbook)
	}
	return errTornWorkbook
}

func (s *xlsxSource) next() (Row, error) {
	for {
		token, err := s.tokens.next()
		if err == io.EOF && s.started {
			return Row{}, io.EOF
		}
		if err != nil {
			return Row{}, s.torn()
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		switch depth := len(s.tokens.open); {
		case depth == 1 && start.Name.Local != "worksheet":
			return Row{}, errTornWorkbook
		case depth == 2 && start.Name.Local == "sheetData":
			s.started = true
		case depth == 3 && start.Name.Local == "row" && s.tokens.open[1] == "sheetData":
			return s.readRow(start)
		}
	}
}

func (s *xlsxSource) readRow(start xml.StartElement) (Row, error) {
	s.row++
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "r":
			if n, err := strconv.Atoi(a.Value); err == nil && n > 0 && n <= 1<<20 {
				s.row = n
			}
		case "hidden":
			if a.Value == "1" || a.Value == "true" {
				s.hidden++
			}
		}
	}
	row := Row{Line: s.row}
	column, held, widest := -1, 0, 0
	var failed *RowError
	for depth := len(s.tokens.open); len(s.tokens.open) >= depth; {
		token, err := s.tokens.next()
		if err != nil {
			return Row{}, s.torn()
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "c" {
			continue
		}
		column++
		cell, at, err := s.readCell(start)
		if err != nil {
			return Row{}, s.torn()
		}
		if at >= 0 {
			column = at
		}
		if cell == "" {
			continue
		}
		widest = max(widest, column+1)
		if held += len(cell); held > maxRow && failed == nil {
			failed = &RowError{Line: s.row, Reason: fmt.Sprintf("la ligne fait plus de %s", size(maxRow))}
		}
		if widest > maxColumns || failed != nil {
			continue
		}
		for len(row.Cells) <= column {
			row.Cells = append(row.Cells, "")
		}
		row.Cells[column] = cell
	}
	if widest > maxColumns {
		return Row{}, tooWide(s.row, widest, maxColumns)
	}
	if failed != nil {
		return Row{}, failed
	}
	return row, nil
}

// readCell returns the text of a cell and its column, -1 when the cell does not say.
func (s *xlsxSource) readCell(start xml.StartElement) (string, int, error) {
	column, style, kind := -1, -1, ""
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "r":
			column = columnOf(a.Value)
		case "s":
			style, _ = strconv.Atoi(a.Value)
		case "t":
			kind = a.Value
		}
	}
	s.scratch = s.scratch[:0]
	formula, inline, valued := false, false, false
	for depth := len(s.tokens.open); len(s.tokens.open) >= depth; {
		token, err := s.tokens.next()
		if err != nil {
			return "", column, err
		}
		switch v := token.(type) {
		case xml.StartElement:
			switch v.Name.Local {
			case "f":
				formula = true
				err = s.tokens.skip()
			case "is":
				inline = true
				s.scratch, err = s.tokens.text(s.scratch)
			case "v":
				valued = true
			default:
				err = s.tokens.skip()
			}
			if err != nil {
				return "", column, err
			}
		case xml.CharData:
			if s.tokens.open[len(s.tokens.open)-1] == "v" && len(s.scratch) <= maxCell {
				s.scratch = append(s.scratch, v...)
			}
		}
	}
	if formula {
		s.formulas++
		if !valued {
			s.unsaved++
		}
	}
	if inline {
		return string(s.scratch), column, nil
	}
	text, ok := s.value(string(s.scratch), kind, style)
	if !ok {
		return "", column, errTornWorkbook
	}
	return text, column, nil
}

// value turns what is stored of a cell into what it shows.
func (s *xlsxSource) value(stored, kind string, style int) (string, bool) {
	switch kind {
	case "s":
		i, err := strconv.Atoi(stored)
		if stored == "" {
			return "", true
		}
		text, ok := s.shared.at(i)
		return text, ok && err == nil
	case "str":
		return unescape(stored), true
	case "b":
		return truth(stored == "1" || stored == "true"), true
	case "d":
		return strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(stored, "Z"), ".000"), "T00:00:00"), true
	case "e", "inlineStr":
		return stored, true
	}
	format := numberFormat{}
	if style >= 0 && style < len(s.formats) {
		format = s.formats[style]
	}
	return format.show(stored, s.date1904), true
}

// columnOf reads the letters of a reference such as AB12: 0 for A; -1 when there are none.
func columnOf(ref string) int {
	n := 0
	for i := range len(ref) {
		c := ref[i] | 0x20
		if c < 'a' || c > 'z' || n > 1<<20 {
			break
		}
		n = n*26 + int(c-'a') + 1
	}
	return n - 1
}

func (s *xlsxSource) progress() (done, total int64) { return s.tokens.meter.read, s.length }

func (s *xlsxSource) notes() []string {
	var notes []string
	if s.formulas > 0 {
		notes = append(notes, plural(s.formulas, "cellule est une formule : sa dernière valeur enregistrée est lue, rien n’est recalculé.",
			"cellules sont des formules : leur dernière valeur enregistrée est lue, rien n’est recalculé."))
	}
	if s.unsaved > 0 {
		notes = append(notes, plural(s.unsaved, "formule n’a pas de valeur enregistrée : la cellule est vide. Ouvrez le classeur dans Excel et enregistrez-le pour la calculer.",
			"formules n’ont pas de valeur enregistrée : les cellules sont vides. Ouvrez le classeur dans Excel et enregistrez-le pour les calculer."))
	}
	if s.hidden > 0 {
		notes = append(notes, plural(s.hidden, "ligne masquée est lue aussi.", "lignes masquées sont lues aussi."))
	}
	return notes
}

func (s *xlsxSource) close() error {
	s.entry.Close()
	return s.file.Close()
}
