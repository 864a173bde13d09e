package web

import (
	zipfile "archive/zip"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/xuri/excelize/v2"
)

// mostSheetPlaces bounds the places of a workbook: Excel takes 1,048,576 rows, and no sheet of more than 4 GiB, which the longest
// rows that there can be would reach after some 200,000.
const mostSheetPlaces = 200_000

const coverSheet = "À lire"

// xlsxExport writes a workbook of two sheets: what the file is, and the places. Text is stored as text, in cells that say so:
// nothing in them is ever taken for a formula, not even when someone edits the cell. Rows beyond 16 MiB wait in a temporary file of
// excelize's; the archive itself goes to its reader as it is made.
type xlsxExport struct {
	out    io.Writer
	s      *Server
	e      *export
	n      int // of places that will come
	book   *excelize.File
	rows   *excelize.StreamWriter
	row    int
	styles sheetStyles
}

func newXLSXExport(out io.Writer, s *Server, e *export, n int) *xlsxExport {
	x := &xlsxExport{out: out, s: s, e: e, n: n, book: excelize.NewFile()}
	// The library would gather the archive in memory.
	x.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zipfile.NewWriter(out) })
	return x
}

func (x *xlsxExport) begin() error {
	if err := firstError(
		func() error { return x.book.SetSheetName("Sheet1", coverSheet) },
		func() error { _, err := x.book.NewSheet(x.e.about().title); return err },
		x.describe, x.makeStyles, x.writeCover, x.layOut, x.writeHeading,
	); err != nil {
		return fmt.Errorf("export: workbook: %w", err)
	}
	return nil
}

// layOut prepares the sheet of the places; it must come before its first row.
func (x *xlsxExport) layOut() error {
	last, err := excelize.CoordinatesToCellName(len(exportColumns), x.n+1)
	if err != nil {
		return err
	}
	everything := "A1:" + last
	return firstError(
		func() error { return x.book.AutoFilter(x.e.about().title, everything, nil) },
		func() error {
			return x.book.AddIgnoredErrors(x.e.about().title, everything, excelize.IgnoredErrorsNumberStoredAsText)
		},
		func() error { return printed(x.book, x.e.about().title, "landscape") },
		func() error { // the columns do not fit on one page: each says whose row it is
			titles := strings.ReplaceAll("'%'!$A:$B,'%'!$1:$1", "%", x.e.about().title)
			return x.book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: titles, Scope: x.e.about().title})
		},
		func() (err error) { x.rows, err = x.book.NewStreamWriter(x.e.about().title); return err },
		func() error {
			return x.rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
		},
		func() error {
			for i, column := range exportColumns {
				if err := x.rows.SetColWidth(i+1, i+1, column.width); err != nil {
					return err
				}
			}
			return nil
		},
	)
}

func (x *xlsxExport) writeHeading() error {
	heading := make([]any, len(exportColumns))
	for i, column := range exportColumns {
		heading[i] = excelize.Cell{StyleID: x.styles.heading, Value: column.heading}
	}
	x.row = 1
	return x.rows.SetRow("A1", heading, excelize.RowOpts{Height: 32})
}

func (x *xlsxExport) place(p dealmap.Sight) error {
	cells := x.s.exportRow(x.e, p)
	for i, cell := range cells {
		switch value := cell.(type) {
		case nil:
			continue
		case bool:
			cell = yesNo(value)
		case dealmap.Date:
			cell = value.Time()
		case time.Time:
			cell = value.Truncate(time.Second)
		}
		cells[i] = excelize.Cell{StyleID: x.styles.cells[exportColumns[i].kind], Value: cell}
	}
	x.row++
	if err := x.rows.SetRow(fmt.Sprint("A", x.row), cells); err != nil {
		return fmt.Errorf("export: row %d: %w", x.row, err)
	}
	return nil
}

func (x *xlsxExport) end() error {
	if err := x.rows.Flush(); err != nil {
		return fmt.Errorf("export: workbook: %w", err)
	}
	if err := x.book.Write(x.out); err != nil {
		return fmt.Errorf("export: workbook: %w", err)
	}
	return nil
}

// Close deletes the temporary file, if there is one.
func (x *xlsxExport) Close() error { return x.book.Close() }

// firstError does one step after the other until one fails.
func firstError(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
