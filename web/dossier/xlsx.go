package dossier

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// coverSheet is what the workbook opens on.
const coverSheet = "À lire"

// Programs that open a workbook do not all grow rows to the text that they hold: here they are given their height, in points.
const (
	textHeight   = 15.0
	coverLetters = 80 // in a line of the cover
)

// workbook writes the tables of a report; the first error stays.
type workbook struct {
	r      *Report
	book   *excelize.File
	styles sheetStyles
	names  map[string]bool
	err    error
}

// WriteXLSX writes the tables of the dossier as a workbook, one sheet each after a cover. Numbers are numbers; text is stored as
// text, in cells that say so: nothing in it is ever taken for a formula. It refuses what WritePDF refuses.
func WriteXLSX(w io.Writer, r *Report) error {
	if err := r.check(); err != nil {
		return err
	}
	b := &workbook{r: r, book: excelize.NewFile(), names: map[string]bool{strings.ToLower(coverSheet): true}}
	defer func() { _ = b.book.Close() }()
	b.describe()
	b.makeStyles()
	b.cover()
	for _, t := range r.tables() {
		b.sheet(t)
	}
	b.do(func() error { return b.book.Write(w) })
	if b.err != nil {
		return fmt.Errorf("dossier: workbook: %w", b.err)
	}
	return nil
}

func (b *workbook) do(step func() error) {
	if b.err == nil {
		b.err = step()
	}
}

// describe fills in the properties of the document, which file managers show without opening it.
func (b *workbook) describe() {
	at, mention := b.r.Made.At.UTC().Format(time.RFC3339), french(b.r.Handling)
	b.do(func() error {
		return b.book.SetDocProps(&excelize.DocProperties{
			Title: "Dossier de territoire – " + french(b.r.Territory.Name), Subject: mention, Keywords: mention, Category: mention,
			Creator: "dealmap", LastModifiedBy: "dealmap", Language: "fr-FR", Created: at, Modified: at,
		})
	})
	b.do(func() error { return b.book.SetAppProps(&excelize.AppProperties{Application: "dealmap"}) })
}

// cover says what the workbook is; what the PDF says in words is here too.
func (b *workbook) cover() {
	b.do(func() error { return b.book.SetSheetName("Sheet1", coverSheet) })
	b.do(func() error { return b.book.SetColWidth(coverSheet, "A", "A", 28) })
	b.do(func() error { return b.book.SetColWidth(coverSheet, "B", "B", coverLetters+8) })
	b.text(coverSheet, 1, 1, b.r.Handling, b.styles.mention)
	for i, line := range b.r.summary() {
		b.text(coverSheet, 1, i+3, line[0], b.styles.label)
		b.text(coverSheet, 2, i+3, line[1], b.styles.text)
		lines := 1 + utf8.RuneCountInString(line[1])/coverLetters
		b.do(func() error { return b.book.SetRowHeight(coverSheet, i+3, textHeight*float64(lines)) })
	}
	b.printed(coverSheet, "portrait")
}

// sheet writes a table: heading, rows, notes.
func (b *workbook) sheet(t table) {
	name := b.sheetName(t.sheet)
	b.do(func() error { _, err := b.book.NewSheet(name); return err })
	for i, c := range t.columns {
		letters, err := excelize.ColumnNumberToName(i + 1)
		b.do(func() error { return err })
		b.do(func() error { return b.book.SetColWidth(name, letters, letters, t.letters(i)) })
		style := b.styles.heading
		if c.left {
			style = b.styles.headingLeft
		}
		b.text(name, i+1, 1, c.title, style)
	}
	b.do(func() error { return b.book.SetRowHeight(name, 1, 2*textHeight) })
	for i, row := range t.rows {
		for j, c := range row {
			b.cell(name, j+1, i+2, c)
		}
	}
	after := len(t.rows) + 3
	for _, note := range []string{t.note, b.note(t)} {
		if note != "" {
			b.text(name, 1, after, note, b.styles.note)
			after++
		}
	}
	b.do(func() error {
		return b.book.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	})
	b.printed(name, "landscape")
}

// letters is how wide a column is, in letters: as its longest cell, and as half its heading, which takes two lines.
func (t *table) letters(column int) float64 {
	most := max(11, utf8.RuneCountInString(t.columns[column].title)*6/10)
	for _, row := range t.rows {
		most = max(most, utf8.RuneCountInString(row[column].paper()))
	}
	return float64(min(most, 120)) + 3
}

func (b *workbook) note(t table) string {
	if !t.withholds() {
		return ""
	}
	return b.r.withheldNote()
}

func (b *workbook) text(sheet string, column, row int, text string, style int) {
	at, err := excelize.CoordinatesToCellName(column, row)
	b.do(func() error { return err })
	b.do(func() error { return b.book.SetCellStr(sheet, at, french(text)) })
	b.do(func() error { return b.book.SetCellStyle(sheet, at, at, style) })
}

// cell writes a number as one, so that it can be reckoned with, and what is withheld as the words that say so.
func (b *workbook) cell(sheet string, column, row int, c cell) {
	if !c.known {
		b.text(sheet, column, row, withheld, b.styles.withheld)
		return
	}
	if c.form == formText {
		b.text(sheet, column, row, c.text, b.styles.cells[formText])
		return
	}
	var value any = c.number
	switch c.form {
	case formWhole, formDelta:
		value = int(c.number)
	case formPoints:
		value = 100 * c.number
	case formDay, formMonth:
		value = c.date.Time()
	}
	at, err := excelize.CoordinatesToCellName(column, row)
	b.do(func() error { return err })
	b.do(func() error { return b.book.SetCellValue(sheet, at, value) })
	b.do(func() error { return b.book.SetCellStyle(sheet, at, at, b.styles.cells[c.form]) })
}

// sheetName makes a name that Excel takes, and that no other sheet has.
func (b *workbook) sheetName(wanted string) string {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'’`, r) || r < ' ' {
			return ' '
		}
		return r
	}, wanted)
	const most = 28
	if runes := []rune(name); len(runes) > most {
		name = string(runes[:most])
	}
	if strings.TrimSpace(name) == "" {
		name = "Tableau"
	}
	free := name
	for n := 2; b.names[strings.ToLower(free)]; n++ {
		free = fmt.Sprint(name, " ", n)
	}
	b.names[strings.ToLower(free)] = true
	return free
}

// printed puts the handling mention on every page that is printed of a sheet, on A4.
func (b *workbook) printed(sheet, orientation string) {
	const a4, onePage, mostMention = 9, 1, 60
	mention := []rune(french(b.r.Handling))
	text := strings.ReplaceAll(string(mention[:min(len(mention), mostMention)]), "&", "&&")
	b.do(func() error {
		return b.book.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddHeader: `&C&"-,Bold"` + text, OddFooter: "&C&P / &N"})
	})
	b.do(func() error {
		return b.book.SetPageLayout(sheet, &excelize.PageLayoutOptions{
			Size: new(a4), Orientation: &orientation, FitToWidth: new(onePage), FitToHeight: new(0),
		})
	})
	b.do(func() error { return b.book.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: new(true)}) })
}
