package offences

import (
	"math"
	"slices"

	"github.com/mesure5/dealmap"
)

// Book answers questions about the tables that were imported. The nil Book has none.
type Book struct {
	tables []Table
	rows   map[dealmap.TerritoryCode]place
}

type place struct{ table, row int }

// Load reads what was imported into a data folder: an empty Book when nothing was.
func Load(data string) (*Book, error) {
	tables, err := load(data)
	if err != nil {
		return nil, err
	}
	return NewBook(tables), nil
}

// NewBook makes a book of tables, which are not changed any more.
func NewBook(tables []Table) *Book {
	b := &Book{tables: tables, rows: map[dealmap.TerritoryCode]place{}}
	for i := range tables {
		for j := range tables[i].Rows {
			b.rows[tables[i].Rows[j].Code] = place{i, j}
		}
	}
	return b
}

// Any reports whether anything was imported at all.
func (b *Book) Any() bool { return b != nil && len(b.tables) > 0 }

// Figures returns the figures of one territory as the source has them, or of several together: numbers added up, rates of that
// sum over the sum of the populations. Of several together a year is left out when one of them has no number for it, and
// rates per dwelling are, since the dwellings are not known. Territories of which nothing is known are named. Those added up
// must be of one level.
func (b *Book) Figures(codes ...dealmap.TerritoryCode) dealmap.OffenceFigures {
	var out dealmap.OffenceFigures
	var rows []*Row
	var table *Table
	for _, code := range codes {
		at, ok := place{}, false
		if b != nil {
			at, ok = b.rows[code]
		}
		if !ok {
			out.Missing = append(out.Missing, code)
			continue
		}
		table = &b.tables[at.table]
		rows = append(rows, &table.Rows[at.row])
	}
	if len(rows) == 0 {
		return out
	}
	out.Source, out.Licence = table.Source, table.Licence
	for i, indicator := range table.Indicators {
		one := dealmap.OffenceIndicator{Name: indicator.Name, Unit: indicator.Unit, PerDwelling: indicator.PerDwelling}
		for y, year := range table.Years {
			figure := dealmap.OffenceYear{Year: year}
			if len(codes) == 1 {
				figure.Number, figure.PerThousand = rows[0].at(i*len(table.Years) + y)
			} else {
				figure.Number, figure.PerThousand = sum(rows, i*len(table.Years)+y, y, indicator.PerDwelling)
			}
			if figure.Number != nil || figure.PerThousand != nil {
				one.Years = append(one.Years, figure)
			}
		}
		if len(one.Years) > 0 {
			out.Indicators = append(out.Indicators, one)
		}
	}
	return out
}

func (r *Row) at(cell int) (number *int, rate *float64) {
	if r.Numbers != nil && r.Numbers[cell] != absent {
		number = new(r.Numbers[cell])
	}
	if r.Rates[cell] != absent {
		rate = new(r.Rates[cell])
	}
	return number, rate
}

func sum(rows []*Row, cell, year int, perDwelling bool) (number *int, rate *float64) {
	if slices.ContainsFunc(rows, func(r *Row) bool { return r.Numbers == nil || r.Numbers[cell] == absent }) {
		return nil, nil
	}
	total, people := 0, 0
	for _, r := range rows {
		total += r.Numbers[cell]
		people += r.Population[year]
	}
	if !perDwelling && people > 0 {
		rate = new(math.Round(float64(total)/float64(people)*1e10) / 1e7)
	}
	return &total, rate
}
