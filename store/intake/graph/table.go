package graph

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/intake/list"
	"github.com/mesure5/dealmap/store/intake/mapping"
)

const (
	sampleRows  = 200 // looked at to find out what columns hold
	mostColumns = 200 // of an edge list
)

// table is what a first look at the rows of a CSV file tells.
type table struct {
	first   list.Row
	labels  []string // the first cell of every row
	lines   []int    // of every row
	sample  []list.Row
	width   int // of the widest row, empty cells at its end left out
	second  int // of the widest row but the first
	body    int // cells but for the first row and column
	numbers int // of them that are numbers or empty
	// broken is the first row that cannot be read.
	broken *list.RowError
}

func (b *builder) open(data []byte) (*list.Text, error) {
	text, err := list.OpenText(data, list.Options{Separator: b.o.Separator, Encoding: b.o.Encoding}, b.o.MostNodes+1)
	if err != nil {
		// What the reader of lists advises to do with other files is about lists.
		reason, _, _ := strings.Cut(err.Error(), " : ")
		return nil, wrong("%s : enregistrez le réseau en CSV (UTF-8) ou en GraphML", reason)
	}
	return text, nil
}

// readTable reads CSV: once to see what it is, once to take it.
func (b *builder) readTable(data []byte) error {
	text, err := b.open(data)
	if err != nil {
		return err
	}
	t, err := b.look(text)
	if err != nil {
		return err
	}
	found := text.Findings()
	b.list.Separator = found.Separator
	b.list.Notes = append(b.list.Notes, found.Notes...)
	if text, err = b.open(data); err != nil {
		return err
	}
	if b.o.Form == dealmap.FormMatrix || b.o.Form == "" && t.isMatrix() {
		b.list.Form = dealmap.FormMatrix
		return b.readMatrix(text, t)
	}
	b.list.Form = dealmap.FormEdges
	if t.width < 2 {
		return wrong("le fichier n’a qu’une colonne : il en faut deux au moins, le départ et l’arrivée de chaque lien ; vérifiez le séparateur (%s)", separatorName(found.Separator))
	}
	if t.width > mostColumns {
		return wrong("%d colonnes, %d au plus dans une liste de liens", t.width, mostColumns)
	}
	return b.readEdges(text, t)
}

func separatorName(separator string) string {
	if separator == "\t" {
		return "tabulation"
	}
	return "« " + separator + " »"
}

// look reads all rows and keeps what tells how the file is made.
func (b *builder) look(text *list.Text) (*table, error) {
	t := &table{}
	rows, readErr := 0, error(nil)
	for {
		row, err := text.Next()
		if rowError, ok := errors.AsType[*list.RowError](err); ok {
			if t.broken == nil {
				t.broken = rowError
			}
			continue
		}
		if err != nil {
			readErr = err
			break
		}
		if rows++; rows > b.o.MostTies+1 {
			return nil, wrong("plus de %d lignes : partagez le réseau en plusieurs fichiers", b.o.MostTies)
		}
		t.add(row)
	}
	switch {
	case readErr != io.EOF:
		return nil, wrong("%s", readErr)
	case rows == 0 && t.broken != nil:
		return nil, wrong("aucune ligne ne se lit : %s", t.broken)
	case rows == 0:
		return nil, wrong("le fichier est vide")
	}
	return t, nil
}

func (t *table) add(row list.Row) {
	cells := trimmed(row.Cells)
	t.width = max(t.width, len(cells))
	if len(t.labels) == 0 {
		t.first = list.Row{Line: row.Line, Cells: slices.Clone(cells)}
	} else {
		t.second = max(t.second, len(cells))
		for _, cell := range cells[min(1, len(cells)):] {
			t.body++
			if isNumber(cell) || strings.TrimSpace(cell) == "" {
				t.numbers++
			}
		}
	}
	label := ""
	if len(cells) > 0 {
		label = strings.Clone(cells[0])
	}
	t.labels = append(t.labels, label)
	t.lines = append(t.lines, row.Line)
	if len(t.sample) < sampleRows {
		t.sample = append(t.sample, list.Row{Line: row.Line, Cells: cells})
	}
}

// trimmed leaves out empty cells at the end, which spreadsheets write.
func trimmed(cells []string) []string {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

func isNumber(cell string) bool {
	if len(cell) == 1 {
		return cell[0] >= '0' && cell[0] <= '9'
	}
	_, ok := mapping.Number(cell)
	return ok
}

// mostlyNumbers reports whether more than half of the cells that are not empty are numbers; so are no cells.
func mostlyNumbers(cells []string) bool {
	numbers, filled := 0, 0
	for _, cell := range cells {
		if strings.TrimSpace(cell) == "" {
			continue
		}
		filled++
		if isNumber(cell) {
			numbers++
		}
	}
	return 2*numbers >= filled
}
