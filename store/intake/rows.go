package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	maxColumns = 1000
	sniffBytes = 64 << 10
	maxRow     = 1 << 20
)

// Row is one row of a list as it stands in the file.
type Row struct {
	Line  int
	Cells []string
}

// RowError is a row that cannot be read; the rows after it can.
type RowError struct{ Rejection }

func (e *RowError) Error() string { return fmt.Sprintf("ligne %d : %s", e.Line, e.Reason) }

// Rows reads a list row by row.
type Rows struct {
	Header    []string
	Separator rune
	csv       *csv.Reader
}

// Read opens a CSV list with a header. separator 0 finds it: semicolon, comma or tab, whichever parts the header into the
// most columns. A byte order mark is passed over. Errors are about the file as a whole.
func Read(r io.Reader, separator rune) (*Rows, error) {
	buffered := bufio.NewReaderSize(r, sniffBytes)
	head, err := buffered.Peek(sniffBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("lecture de la liste : %w", err)
	}
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		head = head[3:]
		if _, err := buffered.Discard(3); err != nil {
			return nil, fmt.Errorf("lecture de la liste : %w", err)
		}
	}
	if err := looksLikeText(head); err != nil {
		return nil, err
	}
	if separator == 0 {
		separator = findSeparator(head)
	}
	if separator == '"' || separator == '\r' || separator == '\n' || separator == utf8.RuneError {
		return nil, fmt.Errorf("« %c » ne sépare pas des colonnes", separator)
	}
	c := csv.NewReader(buffered)
	c.Comma = separator
	c.FieldsPerRecord = -1
	c.ReuseRecord = false
	rows := &Rows{Separator: separator, csv: c}
	header, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("en-tête illisible : %w", err)
	}
	if len(header) > maxColumns {
		return nil, fmt.Errorf("%d colonnes, %d au plus", len(header), maxColumns)
	}
	seen := map[string]bool{}
	for i, name := range header {
		header[i] = strings.TrimSpace(name)
		if header[i] != "" && seen[header[i]] {
			return nil, fmt.Errorf("la colonne « %s » vient deux fois", header[i])
		}
		seen[header[i]] = true
	}
	rows.Header = header
	return rows, nil
}

func looksLikeText(head []byte) error {
	if len(bytes.TrimSpace(head)) == 0 {
		return errors.New("le fichier est vide")
	}
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return errors.New("ce n’est pas du CSV mais un fichier zip ou un classeur : enregistrez-le en CSV")
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return errors.New("ce n’est pas du texte (octet nul) : enregistrez la liste en CSV UTF-8")
	}
	return nil
}

func findSeparator(head []byte) rune {
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best, most := ';', 0
	for _, candidate := range []rune{';', ',', '\t'} {
		if n := bytes.Count(line, []byte(string(candidate))); n > most {
			best, most = candidate, n
		}
	}
	return best
}

// Offset is how many bytes of the list have been read.
func (r *Rows) Offset() int { return int(r.csv.InputOffset()) }

// Next returns the next row, io.EOF after the last one, or a *RowError for one that cannot be read.
func (r *Rows) Next() (Row, error) {
	cells, err := r.csv.Read()
	if err == io.EOF {
		return Row{}, io.EOF
	}
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		reason := "guillemets mal placés"
		if parse.Line > parse.StartLine {
			reason = fmt.Sprintf("guillemet mal fermé : les lignes %d à %d n’ont pas pu être lues", parse.StartLine, parse.Line)
		}
		return Row{}, rowError(parse.StartLine, reason)
	}
	if err != nil {
		return Row{}, fmt.Errorf("lecture de la liste : %w", err)
	}
	line, _ := r.csv.FieldPos(0)
	if len(cells) != len(r.Header) {
		return Row{}, rowError(line, fmt.Sprintf("%d colonnes, l’en-tête en a %d", len(cells), len(r.Header)))
	}
	size := 0
	for i, cell := range cells {
		size += len(cell)
		if !utf8.ValidString(cell) {
			return Row{}, &RowError{Rejection{Line: line, Column: r.Header[i], Value: strings.ToValidUTF8(cell, "�"), Reason: "n’est pas du texte UTF-8"}}
		}
	}
	if size > maxRow {
		return Row{}, rowError(line, "plus d’un mébioctet sur une ligne")
	}
	return Row{Line: line, Cells: cells}, nil
}

func rowError(line int, reason string) *RowError {
	return &RowError{Rejection{Line: line, Reason: reason}}
}
