package web

import "github.com/xuri/excelize/v2"

// sheetStyles are the styles of a workbook: how cells of each kind are shown, and what the sheets have besides.
type sheetStyles struct {
	cells                         [columnMoment + 1]int
	heading, mention, label, text int
}

// makeStyles makes them in one order always, so that one map gives one file.
func (x *xlsxExport) makeStyles() error {
	const whole, text = 1, 49 // built-in formats
	top, wrapped := &excelize.Alignment{Vertical: "top"}, &excelize.Alignment{Vertical: "top", WrapText: true}
	bold := &excelize.Font{Bold: true}
	for _, style := range []struct {
		id *int
		as excelize.Style
	}{
		{&x.styles.cells[columnText], excelize.Style{NumFmt: text, Alignment: top}},
		{&x.styles.cells[columnYesNo], excelize.Style{NumFmt: text, Alignment: top}},
		{&x.styles.cells[columnWhole], excelize.Style{NumFmt: whole, Alignment: top}},
		{&x.styles.cells[columnNumber], excelize.Style{CustomNumFmt: new("0.000000"), Alignment: top}},
		{&x.styles.cells[columnDay], excelize.Style{CustomNumFmt: new("dd/mm/yyyy"), Alignment: top}},
		{&x.styles.cells[columnMoment], excelize.Style{CustomNumFmt: new("dd/mm/yyyy hh:mm:ss"), Alignment: top}},
		{&x.styles.heading, excelize.Style{NumFmt: text, Font: bold, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E3E3EF"}}, Alignment: wrapped}},
		{&x.styles.mention, excelize.Style{Font: &excelize.Font{Bold: true, Size: 18, Color: "B00020"}}},
		{&x.styles.label, excelize.Style{Font: bold, Alignment: top}},
		{&x.styles.text, excelize.Style{NumFmt: text, Alignment: wrapped}},
	} {
		var err error
		if *style.id, err = x.book.NewStyle(&style.as); err != nil {
			return err
		}
	}
	return nil
}
