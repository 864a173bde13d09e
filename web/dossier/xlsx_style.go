package dossier

import "github.com/xuri/excelize/v2"

// sheetStyles are the styles of a workbook.
type sheetStyles struct {
	cells                                                      [formMonth + 1]int
	withheld, heading, headingLeft, mention, label, text, note int
}

// makeStyles makes them in one order always, so that one report gives one file.
func (b *workbook) makeStyles() {
	const asText = 49 // built-in format
	wrapped := &excelize.Alignment{Vertical: "top", WrapText: true}
	onLeft := &excelize.Alignment{Horizontal: "left"}
	const family, size = "Calibri", 11
	boldly, paler := &excelize.Font{Bold: true, Family: family, Size: size}, &excelize.Font{Color: "6C687A", Family: family, Size: size}
	shaded := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E3E3EF"}}
	numbers := func(format string) excelize.Style { return excelize.Style{CustomNumFmt: &format} }
	for _, style := range []struct {
		id *int
		as excelize.Style
	}{
		{&b.styles.cells[formText], excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&b.styles.cells[formWhole], numbers("#,##0")},
		{&b.styles.cells[formDelta], numbers(`+#,##0;−#,##0;"="`)},
		{&b.styles.cells[formTenths], numbers("#,##0.0")},
		{&b.styles.cells[formHundredths], numbers("0.00")},
		{&b.styles.cells[formThousandths], numbers("0.000")},
		{&b.styles.cells[formSignedTenths], numbers(`+#,##0.0;−#,##0.0;"="`)},
		{&b.styles.cells[formShare], numbers("0\u00a0%")},
		{&b.styles.cells[formPoints], numbers(`+0;−0;"="`)},
		{&b.styles.cells[formDay], excelize.Style{CustomNumFmt: new("dd/mm/yyyy"), Alignment: onLeft}},
		{&b.styles.cells[formMonth], excelize.Style{CustomNumFmt: new("mmm yyyy"), Alignment: onLeft}},
		{&b.styles.withheld, excelize.Style{NumFmt: asText, Font: paler, Alignment: &excelize.Alignment{Horizontal: "right"}}},
		{&b.styles.heading, excelize.Style{NumFmt: asText, Font: boldly, Fill: shaded, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "right", WrapText: true}}},
		{&b.styles.headingLeft, excelize.Style{NumFmt: asText, Font: boldly, Fill: shaded, Alignment: wrapped}},
		{&b.styles.mention, excelize.Style{NumFmt: asText, Font: &excelize.Font{Bold: true, Family: family, Size: 18, Color: "B00020"}}},
		{&b.styles.label, excelize.Style{NumFmt: asText, Font: boldly, Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&b.styles.text, excelize.Style{NumFmt: asText, Alignment: wrapped}},
		{&b.styles.note, excelize.Style{NumFmt: asText, Font: paler}},
	} {
		b.do(func() (err error) { *style.id, err = b.book.NewStyle(&style.as); return err })
	}
}
