package web

import (
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"
)

// describe fills in the properties of the document, which file managers show without opening it.
func (x *xlsxExport) describe() error {
	at := x.e.at.UTC().Format(time.RFC3339)
	if err := x.book.SetDocProps(&excelize.DocProperties{
		Title: x.e.about().title, Subject: restricted, Keywords: restricted, Category: restricted, Creator: x.e.exporter(), LastModifiedBy: x.e.exporter(),
		Description: "Destinataires : " + x.e.recipients() + ". Objet : " + x.e.Purpose, Language: "fr-FR", Created: at, Modified: at,
	}); err != nil {
		return err
	}
	return x.book.SetAppProps(&excelize.AppProperties{Application: "dealmap", Company: x.e.service})
}

// writeCover writes the first sheet: the mention, and what the file is.
func (x *xlsxExport) writeCover() error {
	steps := []func() error{
		func() error { return x.book.SetCellStr(coverSheet, "A1", restricted) },
		func() error { return x.book.SetCellStyle(coverSheet, "A1", "A1", x.styles.mention) },
		func() error { return x.book.SetColWidth(coverSheet, "A", "A", 28) },
		func() error { return x.book.SetColWidth(coverSheet, "B", "B", 60) },
		func() error { return printed(x.book, coverSheet, "portrait") },
	}
	for i, line := range append(x.e.cover(), coverLine{"Nombre de points", fmt.Sprint(x.n)}) {
		left, right := fmt.Sprint("A", i+3), fmt.Sprint("B", i+3)
		steps = append(steps,
			func() error { return x.book.SetCellStr(coverSheet, left, line.label) },
			func() error { return x.book.SetCellStyle(coverSheet, left, left, x.styles.label) },
			func() error { return x.book.SetCellStr(coverSheet, right, line.text) },
			func() error { return x.book.SetCellStyle(coverSheet, right, right, x.styles.text) },
		)
	}
	return firstError(steps...)
}

// printed puts the handling mention on every page that is printed of a sheet, on A4.
func printed(book *excelize.File, sheet, orientation string) error {
	const a4 = 9
	return firstError(
		func() error {
			return book.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddHeader: `&C&"-,Bold"` + restricted, OddFooter: "&C&P / &N"})
		},
		func() error {
			return book.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: new(a4), Orientation: &orientation})
		},
	)
}
