package list

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"
)

// source yields the rows of one format.
type source interface {
	// next returns a row with any number of cells, io.EOF, a *RowError, or an error after which nothing can be read.
	next() (Row, error)
	progress() (done, total int64)
	// notes say what was passed over so far.
	notes() []string
	close() error
}

// opened is what a format's opener found.
type opened struct {
	source source
	// findings but for HeaderRow and the notes that the source counts.
	findings Findings
	// header names the columns where the format itself does; else it is looked for in the first rows.
	header []string
	// pad says that the format leaves out trailing empty cells.
	pad bool
}

// Reader reads one list. It is not safe for concurrent use.
type Reader struct {
	opened
	queue []queued
	err   error
}

// queued is a row that was read to find the header.
type queued struct {
	row Row
	err error
}

// Open finds out what a file is and how it is written, by its content and never by its name, and reads the names of its
// columns. Errors are about the file as a whole, in French, and say what to do.
func Open(path string, o Options) (*Reader, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("la liste ne s’ouvre pas : %w", err)
	}
	found, err := openFile(file, path, o)
	if err != nil {
		file.Close()
		return nil, err
	}
	r := &Reader{opened: found}
	if r.header == nil {
		err = r.findHeader()
	} else {
		err = r.keepGeometry()
	}
	if err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// openFile hands the file to the opener of its format, whose source closes it.
func openFile(file *os.File, path string, o Options) (opened, error) {
	info, err := file.Stat()
	switch {
	case err != nil:
		return opened{}, fmt.Errorf("la liste ne s’ouvre pas : %w", err)
	case !info.Mode().IsRegular():
		return opened{}, errors.New("ce n’est pas un fichier")
	case info.Size() == 0:
		return opened{}, errEmpty
	}
	head := make([]byte, min(info.Size(), sniffBytes))
	if _, err := io.ReadFull(io.NewSectionReader(file, 0, info.Size()), head); err != nil {
		return opened{}, fmt.Errorf("lecture de la liste : %w", err)
	}
	format, err := recognise(head)
	if err != nil {
		return opened{}, err
	}
	limit := int64(maxText)
	if format == zipped {
		limit = maxArchive
	}
	if info.Size() > limit {
		return opened{}, fmt.Errorf("le fichier pèse %s, %s au plus : partagez la liste en plusieurs fichiers", size(info.Size()), size(limit))
	}
	in := input{file: file, path: path, size: info.Size(), head: head, options: o}
	if format == zipped {
		return in.openZip()
	}
	if o.Format != "" && o.Format != format {
		return opened{}, fmt.Errorf("le fichier est du format « %s », non « %s »", format, o.Format)
	}
	switch format {
	case GeoJSON:
		return in.openGeoJSON()
	case GeoPackage:
		return in.openGeoPackage()
	default:
		return in.openCSV()
	}
}

// input is a file to open.
type input struct {
	file    *os.File
	path    string
	size    int64
	head    []byte
	options Options
}

// Findings tells how the file is read. Notes that count what was passed over grow as rows are read.
func (r *Reader) Findings() Findings {
	f := r.findings
	f.Sheets = slices.Clone(f.Sheets)
	f.Notes = append(slices.Clone(f.Notes), r.source.notes()...)
	return f
}

// Header names the columns: no name is empty and no two are equal. It must not be changed.
func (r *Reader) Header() []string { return r.header }

// Progress tells how much was read of how much: bytes, or rows where bytes tell nothing.
func (r *Reader) Progress() (done, total int64) { return r.source.progress() }

// Close closes the file.
func (r *Reader) Close() error { return r.source.close() }

// Next returns the next row that is not empty, io.EOF after the last one, a *RowError for a row that cannot be read, and
// any other error when nothing more can be read.
func (r *Reader) Next() (Row, error) {
	for {
		row, err := r.pull()
		if err != nil {
			return Row{}, err
		}
		if !slices.ContainsFunc(row.Cells, func(cell string) bool { return cell != "" }) {
			continue
		}
		if row.Cells, err = r.fit(row); err != nil {
			return Row{}, err
		}
		if err := r.check(row); err != nil {
			return Row{}, err
		}
		return row, nil
	}
}

func (r *Reader) pull() (Row, error) {
	if len(r.queue) > 0 {
		first := r.queue[0]
		r.queue = r.queue[1:]
		return first.row, first.err
	}
	if r.err != nil {
		return Row{}, r.err
	}
	row, err := r.source.next()
	if err != nil {
		if _, ok := errors.AsType[*RowError](err); !ok {
			r.err = err
		}
	}
	return row, err
}

// fit brings a row to the columns of the header.
func (r *Reader) fit(row Row) ([]string, error) {
	cells, width := row.Cells, len(r.header)
	for len(cells) > width && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	if r.pad {
		for len(cells) < width {
			cells = append(cells, "")
		}
	}
	if len(cells) != width {
		return nil, &RowError{Line: row.Line, Value: clip(strings.Join(row.Cells, " ; ")),
			Reason: fmt.Sprintf("%s, l’en-tête en a %d", plural(len(cells), "colonne", "colonnes"), width)}
	}
	return cells, nil
}

// check refuses cells that no list holds.
func (r *Reader) check(row Row) error {
	total := 0
	for i, cell := range row.Cells {
		total += len(cell)
		reason := ""
		switch {
		case len(cell) > maxCell:
			reason = fmt.Sprintf("la cellule fait %s, %s au plus", size(int64(len(cell))), size(maxCell))
		case strings.IndexByte(cell, 0) >= 0:
			reason = "la cellule contient un octet nul"
		case !utf8.ValidString(cell):
			reason = "la cellule n’est pas du texte lisible : enregistrez la liste en UTF-8"
		}
		if reason != "" {
			return &RowError{Line: row.Line, Column: r.header[i], Value: clip(cell), Reason: reason}
		}
	}
	if total > maxRow {
		return &RowError{Line: row.Line, Reason: fmt.Sprintf("la ligne fait plus de %s", size(maxRow))}
	}
	return nil
}

// clip shortens a value that is shown with an error.
func clip(value string) string {
	const most = 200
	value = strings.ReplaceAll(strings.ToValidUTF8(value[:min(len(value), 4*most)], "�"), "\x00", "�")
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}
