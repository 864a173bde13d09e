package dossier

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func openBook(t *testing.T, r *Report) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if err := WriteXLSX(&out, r); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

func at(t *testing.T, column, row int) string {
	t.Helper()
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

// TestWorkbookHasTheSameNumbers reads every cell of every table back.
func TestWorkbookHasTheSameNumbers(t *testing.T) {
	t.Parallel()
	hidden := sample(rich)
	hide(hidden)
	for name, r := range map[string]*Report{"rich": sample(rich), "withheld": hidden} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book, tables, cells := openBook(t, r), r.tables(), 0
			if sheets := book.GetSheetList(); len(sheets) != len(tables)+1 || sheets[0] != coverSheet {
				t.Fatalf("sheets %v for %d tables", sheets, len(tables))
			}
			for i, table := range tables {
				sheet := book.GetSheetList()[i+1]
				for j, column := range table.columns {
					if got, _ := book.GetCellValue(sheet, at(t, j+1, 1)); got != french(column.title) {
						t.Errorf("%s: heading %q, want %q", sheet, got, column.title)
					}
				}
				for j, row := range table.rows {
					for k, c := range row {
						cells++
						holds(t, book, sheet, at(t, k+1, j+2), c)
					}
				}
			}
			if cells < 1000 {
				t.Errorf("only %d cells were read", cells)
			}
		})
	}
}

func holds(t *testing.T, book *excelize.File, sheet, where string, c cell) {
	t.Helper()
	raw, err := book.GetCellValue(sheet, where, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	kind, err := book.GetCellType(sheet, where)
	if err != nil {
		t.Fatal(err)
	}
	isText := kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString
	switch number, err := strconv.ParseFloat(raw, 64); {
	case !c.known:
		if raw != withheld || !isText {
			t.Errorf("%s!%s is %q, want %q", sheet, where, raw, withheld)
		}
	case c.form == formText:
		if raw != c.text || !isText {
			t.Errorf("%s!%s is %q, want %q", sheet, where, raw, c.text)
		}
	case c.form == formDay || c.form == formMonth:
		if moment, _ := excelize.ExcelDateToTime(number, false); err != nil || !moment.Equal(c.date.Time()) {
			t.Errorf("%s!%s is %q, want %v", sheet, where, raw, c.date)
		}
	default:
		want := c.number
		if c.form == formPoints {
			want *= 100
		}
		if err != nil || isText || math.Abs(number-want) > 1e-9 {
			t.Errorf("%s!%s is %q, want %v", sheet, where, raw, want)
		}
	}
}

// TestTextIsNeverAFormula puts what would be one into every text of a report.
func TestTextIsNeverAFormula(t *testing.T) {
	t.Parallel()
	for _, attack := range []string{"=1+1", "+33", "-2+3", "@SUM(A1)", "=HYPERLINK(\"http://x\")", "\t=1", "{=1}"} {
		r := sample(sampleSize{1, 2, 2})
		r.Territory.Name, r.Territory.Level, r.Rule, r.Made.For, r.Handling = attack, attack, attack, attack, attack
		r.Parts[0].Name, r.PartsLabel, r.Operations[0].Type, r.Operations[0].Place = attack, attack, attack, attack
		r.Coverage[0].Service, r.HotSpots.Spots[0].Label, r.Offences.Label = attack, attack, attack
		r.Figures.Breakdowns[0] = Breakdown{Title: attack, Note: attack, Rows: []BreakdownRow{{Label: attack}}}
		r.Notes = []string{attack}
		book, found := openBook(t, r), 0
		for _, sheet := range book.GetSheetList() {
			rows, err := book.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for i, row := range rows {
				for j, text := range row {
					where := at(t, j+1, i+1)
					if formula, _ := book.GetCellFormula(sheet, where); formula != "" {
						t.Errorf("%s!%s is the formula %q", sheet, where, formula)
					}
					if strings.Contains(text, strings.TrimSpace(french(attack))) {
						found++
						style, _ := book.GetCellStyle(sheet, where)
						if set, err := book.GetStyle(style); err != nil || set.NumFmt != 49 {
							t.Errorf("%s!%s does not say that it is text: %v", sheet, where, err)
						}
					}
				}
			}
		}
		if found < 10 {
			t.Errorf("%q was found %d times", attack, found)
		}
	}
}

func TestSheetNames(t *testing.T) {
	t.Parallel()
	r := sample(sampleSize{1, 2, 2})
	long := strings.Repeat("é", 40)
	for _, title := range []string{"A/B:C?", "a b c ", "", long, long, "'x'", "chiffres clés", "à lire"} {
		r.Figures.Breakdowns = append(r.Figures.Breakdowns, Breakdown{Title: title})
	}
	if got, want := len(openBook(t, r).GetSheetList()), len(r.tables())+1; got != want {
		t.Errorf("%d sheets, want %d", got, want)
	}
}
