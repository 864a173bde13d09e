package dossier

import "github.com/mesure5/dealmap"

// table is what both outputs draw: one set of figures, on paper and in the workbook.
type table struct {
	sheet   string // name of its sheet in the workbook
	title   string
	note    string
	columns []column
	rows    [][]cell
	// strong are the first rows of the table that are its sum, in bold.
	strong int
}

// column is a heading and its share of the width; numbers are on the right.
type column struct {
	title string
	share float64
	left  bool
}

type form int

const (
	formText form = iota
	formWhole
	formDelta
	formTenths
	formHundredths
	formThousandths
	formSignedTenths
	formShare
	formPoints // a difference of shares, in points
	formDay
	formMonth
)

// cell is one cell: what it holds, and how it is written.
type cell struct {
	form   form
	known  bool
	text   string
	number float64
	date   dealmap.Date
}

func words(text string) cell        { return cell{known: true, text: french(text)} }
func counted(f Figure) cell         { return cell{form: formWhole, known: f.Known, number: float64(f.Value)} }
func moved(d Delta) cell            { return cell{form: formDelta, known: d.Known, number: float64(d.Value)} }
func measured(as form, r Rate) cell { return cell{form: as, known: r.Known, number: r.Value} }
func onDay(d dealmap.Date) cell     { return cell{form: formDay, known: true, date: d} }
func inMonth(d dealmap.Date) cell   { return cell{form: formMonth, known: true, date: d} }

// inhabitants is not withheld when it is 0: it is not known.
func inhabitants(n int) cell {
	if n <= 0 {
		return words(none)
	}
	return counted(Count(n))
}

// perHead is a rate, which a territory without inhabitants does not have.
func perHead(population int, r Rate) cell {
	if population <= 0 {
		return words(none)
	}
	return measured(formTenths, r)
}

// paper writes the cell as it is printed.
func (c cell) paper() string {
	if !c.known {
		return withheld
	}
	switch c.form {
	case formWhole:
		return whole(int(c.number))
	case formDelta:
		return signed(whole(int(c.number)))
	case formTenths:
		return decimal(c.number, 1)
	case formHundredths:
		return decimal(c.number, 2)
	case formThousandths:
		return decimal(c.number, 3)
	case formSignedTenths:
		return signed(decimal(c.number, 1))
	case formShare:
		return Measure(c.number).percent()
	case formPoints:
		return signed(decimal(100*c.number, 0))
	case formDay:
		return day(c.date)
	case formMonth:
		return month(c.date)
	}
	return c.text
}

// withholds reports whether a cell of the table is withheld.
func (t *table) withholds() bool {
	for _, row := range t.rows {
		for _, c := range row {
			if !c.known {
				return true
			}
		}
	}
	return false
}
