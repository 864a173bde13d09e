package seeds

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/xuri/excelize/v2"
)

// douanesKinds are the customs' words for kinds of place.
var douanesKinds = map[dealmap.Kind]string{
	dealmap.Street: "rue", dealmap.Four: "four", dealmap.Drive: "drive", dealmap.Delivery: "livraison", dealmap.StashFlat: "nourrice",
	dealmap.Warehouse: "dépôt", dealmap.EntryPoint: "point d’entrée", dealmap.GrowingSite: "culture", dealmap.Growshop: "growshop",
	dealmap.Business: "commerce",
}

// douanesColumns are those of douanes.xlsx; dates are of the style they are given.
func douanesColumns(date int) []column[any] {
	return []column[any]{
		{"Ref", func(r *ServiceRecord) any { return fmt.Sprintf("D%05d", r.Truth.Line) }},
		{"Spot", func(r *ServiceRecord) any { return text(r.Add.Facts.Name) }},
		{"Adr", func(r *ServiceRecord) any { return text(r.Add.Facts.Address) }},
		{"Ville", func(r *ServiceRecord) any { return text(r.town) }},
		{"INSEE", func(r *ServiceRecord) any {
			if number, err := strconv.Atoi(r.code); err == nil {
				return number
			}
			return text(r.code)
		}},
		{"Lon", func(r *ServiceRecord) any { return r.degree(0) }},
		{"Lat", func(r *ServiceRecord) any { return r.degree(1) }},
		{"Type", func(r *ServiceRecord) any { return douanesKinds[r.Add.Facts.Kind] }},
		{"Status", func(r *ServiceRecord) any {
			return strings.ToLower(dealmap.Label(dealmap.Statuses(), string(r.Add.Status)))
		}},
		{"Produits", func(r *ServiceRecord) any {
			return text(listed(r.Add.Facts.Products, " + ", func(p dealmap.Product) string { return r.word(slang, p) }))
		}},
		{"Vu 1", func(r *ServiceRecord) any { return styledDay(r.Add.Facts.FirstSeen, date) }},
		{"Vu dern.", func(r *ServiceRecord) any { return styledDay(r.Add.Facts.LastSeen, date) }},
		{"Fermé le", func(r *ServiceRecord) any { return styledDay(r.closed(), date) }},
		{"Motif", func(r *ServiceRecord) any { return text(strings.ToLower(r.why())) }},
		{"Réseau", func(r *ServiceRecord) any { return text(strings.Join(r.Add.Facts.Networks, " ")) }},
		{"Unité", func(r *ServiceRecord) any { return r.Add.Facts.Owner.Unit }},
		{"Note", func(r *ServiceRecord) any { return text(r.Add.Facts.Note) }},
		{"Fictif", func(*ServiceRecord) any { return "oui" }},
	}
}

// writeDouanes writes douanes.xlsx row by row.
func writeDouanes(w io.Writer, records []ServiceRecord) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	const sheet = "Points (fictifs)"
	if err := book.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	layout := "dd/mm/yyyy"
	date, err := book.NewStyle(&excelize.Style{CustomNumFmt: &layout})
	if err != nil {
		return err
	}
	out, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	columns := douanesColumns(date)
	cells := make([]any, len(columns))
	for i, c := range columns {
		cells[i] = c.header
	}
	for k := range len(records) + 1 {
		if k > 0 {
			for i, c := range columns {
				cells[i] = c.cell(&records[k-1])
			}
		}
		corner, err := excelize.CoordinatesToCellName(1, k+1)
		if err != nil {
			return err
		}
		if err := out.SetRow(corner, cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return book.Write(w)
}

// text is a cell, absent when empty.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (r *ServiceRecord) degree(axis int) any {
	if r.Add.Facts.Position == nil {
		return nil
	}
	return r.Add.Facts.Position[axis]
}

// serial counts days as Excel does since March 1900.
func serial(d dealmap.Date) int {
	return int(d.Time().Sub(dealmap.Date{Year: 1899, Month: 12, Day: 30}.Time()).Hours() / 24)
}

// styledDay is a date as Excel keeps it, a number of days, shown as one; nil where there is none.
func styledDay(d dealmap.Date, style int) any {
	if d.IsZero() {
		return nil
	}
	return excelize.Cell{StyleID: style, Value: serial(d)}
}
