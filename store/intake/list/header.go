package list

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxHeaderRow is how far down a header that a person names may be.
const maxHeaderRow = 10000

// findHeader reads the first rows, finds the one that names the columns, and keeps those below it to be read.
func (r *Reader) findHeader() error {
	wanted := r.findings.HeaderRow
	if wanted > maxHeaderRow {
		return fmt.Errorf("l’en-tête est cherché jusqu’à la ligne %d seulement", maxHeaderRow)
	}
	var sample []queued
	held := 0
	for len(sample) < sampleRows && held < maxRow || wanted > 0 && len(sample) > 0 && lineOf(sample[len(sample)-1]) < wanted {
		row, err := r.source.next()
		if err != nil {
			if _, ok := errors.AsType[*RowError](err); !ok {
				r.err = err
				break
			}
		}
		if err == nil && filled(row.Cells) == 0 {
			continue
		}
		if wanted > 0 && max(row.Line, errorLine(err)) < wanted {
			continue
		}
		sample = append(sample, queued{row, err})
		for _, cell := range row.Cells {
			held += len(cell) + 16 // for the string itself
		}
	}
	if r.err != nil && r.err != io.EOF {
		return r.err
	}
	if len(sample) == 0 {
		if wanted > 0 {
			return fmt.Errorf("il n’y a pas de ligne %d où lire l’en-tête", wanted)
		}
		return errEmpty
	}
	at := 0
	switch {
	case wanted > 0 && lineOf(sample[0]) != wanted:
		return fmt.Errorf("la ligne %d, où lire l’en-tête, est vide", wanted)
	case wanted == 0:
		at = headerIn(sample)
	case wanted < 0:
		at = -1
	}
	return r.useHeader(sample, at)
}

// useHeader names the columns by the row of the sample at this place, -1 for none.
func (r *Reader) useHeader(sample []queued, at int) error {
	if at < 0 {
		r.findings.HeaderRow = -1
		r.queue = sample
		r.findings.Notes = append(r.findings.Notes, "Aucune ligne ne nomme les colonnes : elles sont nommées « Colonne A », « Colonne B »…")
		width, err := widest(sample)
		if err != nil {
			return err
		}
		r.header, err = r.nameColumns(make([]string, width))
		return err
	}
	head := sample[at]
	if head.err != nil {
		return fmt.Errorf("en-tête illisible : %w", head.err)
	}
	if len(head.row.Cells) > maxColumns && len(trimEmpty(head.row.Cells)) > maxColumns {
		return fmt.Errorf("%d colonnes, %d au plus : gardez les colonnes utiles", len(trimEmpty(head.row.Cells)), maxColumns)
	}
	r.findings.HeaderRow = head.row.Line
	r.queue = sample[at+1:]
	if at > 0 {
		var title string
		for _, q := range sample[:at] {
			if title = strings.Join(strings.Fields(strings.Join(q.row.Cells, " ")), " "); title != "" {
				break
			}
		}
		note := fmt.Sprintf("L’en-tête est à la ligne %d ; ce qui précède est passé", head.row.Line)
		if title != "" {
			note += " : « " + clip(title) + " »"
		}
		r.findings.Notes = append(r.findings.Notes, note+".")
	}
	if len(r.queue) == 0 && r.err == io.EOF {
		r.findings.Notes = append(r.findings.Notes, "Aucune ligne ne suit l’en-tête.")
	}
	width := len(trimEmpty(head.row.Cells))
	below, err := widest(r.queue)
	if err == nil {
		// Columns without a name that hold something are kept, as far as the header has cells for them.
		width = max(width, min(below, len(head.row.Cells)))
	}
	names := make([]string, width)
	copy(names, head.row.Cells)
	r.header, err = r.nameColumns(names)
	return err
}

// widest counts the columns, up to the last that is not empty, of the widest row.
func widest(rows []queued) (int, error) {
	width := 0
	for _, q := range rows {
		width = max(width, len(trimEmpty(q.row.Cells)))
	}
	if width > maxColumns {
		return 0, fmt.Errorf("%d colonnes, %d au plus : gardez les colonnes utiles", width, maxColumns)
	}
	if width == 0 {
		return 0, errors.New("aucune ligne ne peut être lue : vérifiez le séparateur et l’encodage")
	}
	return width, nil
}

// keepGeometry names the columns of a format that names them itself; those of the position keep their names whatever the
// others are called.
func (r *Reader) keepGeometry() (err error) {
	n := len(r.header) - 2
	if n < 0 || r.header[n] != GeometryX {
		r.header, err = r.nameColumns(r.header)
		return err
	}
	names, err := r.nameColumns(r.header[:n:n], GeometryX, GeometryY)
	r.header = append(names, GeometryX, GeometryY)
	return err
}

// nameColumns makes names unique and fills in those that are missing.
func (r *Reader) nameColumns(names []string, taken ...string) ([]string, error) {
	if len(names) > maxColumns {
		return nil, fmt.Errorf("%d colonnes, %d au plus : gardez les colonnes utiles", len(names), maxColumns)
	}
	seen := map[string]bool{}
	for _, name := range taken {
		seen[name] = true
	}
	var renamed []string
	for i, name := range names {
		name = clip(strings.Join(strings.Fields(strings.ToValidUTF8(name, "�")), " "))
		if name == "" {
			name = "Colonne " + letters(i)
		}
		unique := name
		for n := 2; seen[unique]; n++ {
			unique = fmt.Sprintf("%s (%d)", name, n)
		}
		if unique != name && len(renamed) < 10 {
			renamed = append(renamed, fmt.Sprintf("« %s »", unique))
		}
		seen[unique] = true
		names[i] = unique
	}
	if len(renamed) > 0 {
		r.findings.Notes = append(r.findings.Notes, "Plusieurs colonnes ont le même nom ; renommées : "+strings.Join(renamed, ", ")+".")
	}
	return names, nil
}

// letters names a column as spreadsheets do, from 0: A … Z, AA, AB …
func letters(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return letters(i/26-1) + string(rune('A'+i%26))
}

func lineOf(q queued) int { return max(q.row.Line, errorLine(q.err)) }

func errorLine(err error) int {
	if e, ok := errors.AsType[*RowError](err); ok {
		return e.Line
	}
	return 0
}

func filled(cells []string) int {
	n := 0
	for _, cell := range cells {
		if cell != "" {
			n++
		}
	}
	return n
}

// trimEmpty leaves out empty cells at the end.
func trimEmpty(cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}
