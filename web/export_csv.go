package web

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/cells"
)

// csvExport writes RFC 4180 as spreadsheets in French open it: UTF-8 with its mark, semicolons, decimal commas. The handling
// mention is a column, so that no row loses it when rows are sorted, filtered or copied; it is in the heading too, which an
// empty file has.
type csvExport struct {
	out  io.Writer
	rows *csv.Writer
	s    *Server
	e    *export
}

func newCSVExport(out io.Writer, s *Server, e *export) *csvExport {
	rows := csv.NewWriter(out)
	rows.Comma, rows.UseCRLF = ';', true
	return &csvExport{out: out, rows: rows, s: s, e: e}
}

func (c *csvExport) begin() error {
	if _, err := io.WriteString(c.out, "\ufeff"); err != nil {
		return err
	}
	heading := make([]string, len(exportColumns))
	for i, column := range exportColumns {
		heading[i] = column.heading
	}
	heading[0] += " : " + restricted
	return c.rows.Write(heading)
}

func (c *csvExport) place(p dealmap.Sight) error {
	values := c.s.exportRow(c.e, p)
	row := make([]string, len(values))
	for i, cell := range values {
		row[i] = csvCell(cell)
	}
	return c.rows.Write(row)
}

func (c *csvExport) end() error {
	c.rows.Flush()
	return c.rows.Error()
}

// csvCell writes a cell. Only text can be taken for a formula: a number of ours may begin with a minus.
func csvCell(cell any) string {
	switch cell := cell.(type) {
	case string:
		return cells.Guarded(cell)
	case int:
		return strconv.Itoa(cell)
	case float64:
		return cells.Decimal(cell)
	case bool:
		return yesNo(cell)
	case dealmap.Date:
		return cell.String()
	case time.Time:
		return "exporté le " + momentText(cell)
	}
	return ""
}
