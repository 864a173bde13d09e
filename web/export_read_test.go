package web_test

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// archiveText is all that a workbook holds, part by part, as text: nothing that it stores escapes a comparison.
func archiveText(t testing.TB, data []byte) string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, part := range archive.File {
		fmt.Fprintf(&text, "%s %s\n", part.Name, part.Modified)
		content, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&text, content); err != nil {
			t.Fatal(err)
		}
	}
	return momentInSheet.ReplaceAllString(moments.ReplaceAllString(text.String(), "…"), "<v>…</v>")
}

// moments are the time of export as files write it; in a sheet it is a number, of 2009 to 2036, with a fraction.
var (
	moments       = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?`)
	momentInSheet = regexp.MustCompile(`<v>4\d{4}\.\d+</v>`)
)

// databaseText is all that the tables of a GeoPackage hold, those of its index and the schema included, as text.
func databaseText(t testing.TB, data []byte) string {
	t.Helper()
	db := openGeoPackage(t, data)
	defer func() { _ = db.Close() }()
	var text strings.Builder
	for _, table := range rowsIn(t, db, "SELECT name, sql FROM sqlite_master ORDER BY rowid") {
		fmt.Fprintln(&text, table)
		if strings.HasPrefix(table[1], "CREATE TABLE") {
			for _, row := range rowsIn(t, db, `SELECT * FROM "`+table[0]+`"`) {
				fmt.Fprintf(&text, "%q\n", row)
			}
		}
	}
	return moments.ReplaceAllString(text.String(), "…")
}

// openGeoPackage opens a GeoPackage in memory.
func openGeoPackage(t testing.TB, data []byte) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	c, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Raw(func(c any) error { return c.(interface{ Deserialize([]byte) error }).Deserialize(data) }); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	return db
}

// rowsIn reads rows as text; what is not there is empty.
func rowsIn(t testing.TB, db *sql.DB, query string) (all [][]string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(row))
		for i := range row {
			texts[i] = row[i].String
		}
		all = append(all, texts)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// openWorkbook reads a workbook as any spreadsheet would; it may keep temporary files until it is closed.
func openWorkbook(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return book
}

// countRows counts the places of a file, without reading them.
func countRows(t *testing.T, format string, data []byte) int {
	t.Helper()
	if format == "gpkg" {
		db := openGeoPackage(t, data)
		defer func() { _ = db.Close() }()
		n, err := strconv.Atoi(rowsIn(t, db, "SELECT count(*) FROM points_de_deal")[0][0])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := fs.ReadFile(archive, "xl/worksheets/sheet2.xml")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(sheet, []byte("<row ")) - 1 // the heading
}

// commonRows brings the rows of a table to one form, so that formats can be compared: what the CSV file says, without the
// apostrophe that guards a cell and the moment of export.
func commonRows(t *testing.T, format string, data []byte) [][]string {
	t.Helper()
	var rows [][]string
	switch format {
	case "csv":
		rows = rowsOf(t, data)
		for _, row := range rows[1:] {
			for i, cell := range row {
				row[i] = strings.ReplaceAll(strings.TrimPrefix(cell, "'"), "\r\n", "\n")
			}
			for _, degrees := range []int{13, 14} {
				row[degrees] = strings.Replace(row[degrees], ",", ".", 1)
			}
		}
		rows[0][0] = "Mention"
	case "xlsx":
		book := openWorkbook(t, data)
		defer func() { _ = book.Close() }()
		var err error
		if rows, err = book.GetRows("Points de deal", excelize.Options{RawCellValue: true}); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			rows[i] = append(row, make([]string, len(rows[0])-len(row))...)
			for _, day := range []int{29, 30, 31, 32} {
				if serial, err := strconv.ParseFloat(rows[i][day], 64); err == nil {
					at, err := excelize.ExcelDateToTime(serial, false)
					if err != nil {
						t.Fatal(err)
					}
					rows[i][day] = at.Format("2006-01-02")
				}
			}
		}
	case "gpkg":
		db := openGeoPackage(t, data)
		defer func() { _ = db.Close() }()
		rows = append([][]string{headingOf(t, db)}, rowsIn(t, db, `SELECT * FROM points_de_deal ORDER BY fid`)...)
		for i, row := range rows {
			rows[i] = row[2:]
			for j, cell := range rows[i] {
				if day, is := strings.CutSuffix(cell, "T00:00:00Z"); is { // as the driver gives a DATE
					rows[i][j] = day
				}
				if yes := []int{19, 20, 21, 35}; i > 0 && slices.Contains(yes, j) {
					rows[i][j] = map[string]string{"true": "oui", "false": "non", "1": "oui", "0": "non"}[cell]
				}
			}
		}
	}
	for _, row := range rows[1:] {
		row[37] = ""
		for _, degrees := range []int{13, 14} { // which some readers give to 15 digits
			if n, err := strconv.ParseFloat(row[degrees], 64); err == nil {
				row[degrees] = strconv.FormatFloat(n, 'f', 9, 64)
			}
		}
	}
	return rows
}

// headingOf is what QGIS calls the columns, which the style of the layer says.
func headingOf(t *testing.T, db *sql.DB) []string {
	t.Helper()
	var style struct {
		Aliases []struct {
			Field string `xml:"field,attr"`
			Name  string `xml:"name,attr"`
		} `xml:"aliases>alias"`
	}
	if err := xml.Unmarshal([]byte(rowsIn(t, db, "SELECT styleQML FROM layer_styles")[0][0]), &style); err != nil {
		t.Fatal(err)
	}
	heading := []string{"", ""}
	for i, column := range rowsIn(t, db, "SELECT name FROM pragma_table_info('points_de_deal') WHERE name <> 'geom'") {
		if style.Aliases[i].Field != column[0] {
			t.Errorf("column %d is %s, in the style %s", i, column[0], style.Aliases[i].Field)
		}
		if i > 0 {
			heading = append(heading, style.Aliases[i].Name)
		}
	}
	return heading
}
