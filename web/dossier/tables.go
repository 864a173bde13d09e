package dossier

import (
	"cmp"
	"strconv"
	"strings"
)

// tables are all tables of the dossier, in its order.
func (r *Report) tables() []table {
	all := []table{r.keyTable()}
	all = append(all, r.heatTable())
	all = append(all, r.breakdownTables()...)
	all = append(all, r.flowTable(), r.coverageTable())
	if r.HotSpots != nil && r.HotSpots.Refusal == "" {
		all = append(all, r.spotTable())
	}
	if len(r.Operations) > 0 {
		all = append(all, r.operationTable(), r.watchTable())
	}
	all = append(all, r.partTable())
	if r.Offences != nil {
		all = append(all, r.offenceTable())
	}
	return all
}

// compared lays out a table of figures now and at the last meeting; without a meeting there is one figure only.
func (r *Report) compared(t table) table {
	t.columns = []column{{title: t.title, share: 4, left: true}, {title: "Au " + shortDay(r.AsOf), share: 2.8}}
	if !r.Previous.IsZero() {
		t.columns = append(t.columns, column{title: "Au " + shortDay(r.Previous), share: 2.8}, column{title: "Évolution", share: 2})
		return t
	}
	for i := range t.rows {
		t.rows[i] = t.rows[i][:2]
	}
	return t
}

func changeRow(label string, c Change) []cell {
	return []cell{words(label), counted(c.Now), counted(c.Before), moved(c.delta())}
}

func rateRow(label string, value, difference form, c RateChange) []cell {
	return []cell{words(label), measured(value, c.Now), measured(value, c.Before), measured(difference, c.delta())}
}

// confirmedRow is a share of the counted stock: of nothing there is none.
func (r *Report) confirmedRow(label string, c RateChange) []cell {
	row := rateRow(label, formShare, formPoints, c)
	if r.Figures.Counted.Now == Count(0) {
		row[1], row[3] = words(none), words(none)
	}
	if r.Figures.Counted.Before == Count(0) {
		row[2], row[3] = words(none), words(none)
	}
	return row
}

func (r *Report) keyTable() table {
	rate := rateRow("Taux pour 10 000 habitants", formTenths, formSignedTenths, r.Figures.Rate)
	if r.Territory.Population <= 0 {
		rate = []cell{words("Taux pour 10 000 habitants"), words(none), words(none), words(none)}
	}
	return r.compared(table{sheet: "Chiffres clés", title: "Ensemble", strong: 1, rows: [][]cell{
		changeRow("Points comptés", r.Figures.Counted),
		changeRow("Enregistrements, fermés compris", r.Figures.Total),
		rate,
		r.confirmedRow("Confirmés depuis moins de 30 jours", r.Freshness.Within30),
		r.confirmedRow("Confirmés depuis moins de 90 jours", r.Freshness.Within90),
		changeRow("Contrôles en retard", r.Freshness.Overdue),
	}, note: "L’évolution des parts est en points de pourcentage."})
}

func (r *Report) heatTable() table {
	t := table{sheet: "Carte de chaleur", title: "Mailles par classe", columns: []column{
		{title: "Classe", share: 3, left: true}, {title: "De", share: 1}, {title: "À", share: 1}, {title: "Mailles", share: 1},
	}}
	of := r.cellsByClass()
	for i, class := range r.Heat.Classes {
		t.rows = append(t.rows, []cell{words(class.words()), counted(Count(class.From)), counted(Count(class.To)), counted(Count(of[i]))})
	}
	t.note = "Maille : " + r.Heat.size() + ". Points comptés : " + r.Heat.N.String() + ". Sans position : " + r.Heat.WithoutPosition.String() + "."
	return t
}

func (r *Report) breakdownTables() []table {
	var all []table
	for _, b := range r.Figures.Breakdowns {
		t := table{sheet: b.Title, title: "Par " + strings.ToLower(b.Title), note: b.Note}
		for _, row := range b.Rows {
			t.rows = append(t.rows, changeRow(row.Label, row.Change))
		}
		all = append(all, r.compared(t))
	}
	return all
}

func (r *Report) flowTable() table {
	t := table{sheet: "Flux mensuels", title: "Flux mensuels", columns: []column{
		{title: "Mois", share: 1.7, left: true}, {title: "Signalés", share: 1.2}, {title: "Ouverts", share: 1.2}, {title: "Rouverts", share: 1.2},
	}}
	for _, reason := range r.Flows.Reasons {
		t.columns = append(t.columns, column{title: "Fermés : " + strings.ToLower(reason), share: 1.5})
	}
	t.columns = append(t.columns, column{title: "Stock en fin de mois", share: 1.5})
	for _, m := range r.Flows.Months {
		row := []cell{inMonth(m.First), counted(m.Reported), counted(m.Opened), counted(m.Reopened)}
		for _, closed := range m.Closed {
			row = append(row, counted(closed))
		}
		t.rows = append(t.rows, append(row, counted(m.Stock)))
	}
	return t
}

func (r *Report) coverageTable() table {
	t := table{sheet: "Couverture", title: "Par service", columns: []column{
		{title: "Service", share: 3, left: true}, {title: "Points comptés", share: 1.4}, {title: "Échéances dépassées", share: 1.6},
		{title: r.partsLabel() + " couvertes", share: 1.6}, {title: "Confirmés depuis moins de 90 jours", share: 1.8},
	}}
	for _, c := range r.Coverage {
		t.rows = append(t.rows, []cell{words(c.Service), counted(c.Counted), counted(c.Overdue), counted(c.Parts), measured(formShare, c.Confirmed90)})
	}
	return t
}

func (r *Report) spotTable() table {
	t := table{sheet: "Concentrations", title: "Concentrations significatives", columns: []column{
		{title: "Lieu de calcul", share: 4, left: true}, {title: "Points comptés", share: 1.5}, {title: "Score z", share: 1.2}, {title: "Valeur q", share: 1.2},
	}}
	for _, s := range r.HotSpots.Spots {
		t.rows = append(t.rows, []cell{words(s.Label), counted(s.Counted), measured(formHundredths, s.Z), measured(formThousandths, s.Q)})
	}
	return t
}

func (r *Report) operationTable() table {
	t := table{sheet: "Opérations", title: "Opérations enregistrées", columns: []column{
		{title: "Date", share: 2, left: true}, {title: "Nature", share: 2.2, left: true}, {title: "Territoire", share: 2.6, left: true},
		{title: "Résultats", share: 4, left: true},
	}}
	for _, o := range r.Operations {
		t.rows = append(t.rows, []cell{onDay(o.On), words(o.Type), words(o.Place), words(o.results())})
	}
	return t
}

// results puts the counts of an operation in one line.
func (o Operation) results() string {
	var parts []string
	for _, result := range o.Results {
		parts = append(parts, result.Label+" : "+result.Count.String())
	}
	return cmp.Or(strings.Join(parts, " ; "), none)
}

func (r *Report) watchTable() table {
	t := table{sheet: "Suivi des opérations", title: "Suivi : avant et après", columns: []column{
		{title: "Opération", share: 3.4, left: true}, {title: "Zone avant", share: 1}, {title: "Zone après", share: 1}, {title: "Autour avant", share: 1},
		{title: "Autour après", share: 1}, {title: "Témoin avant", share: 1}, {title: "Témoin après", share: 1}, {title: "Écart pondéré", share: 1.1},
		{title: "Erreur type", share: 1}, {title: "z", share: 0.9},
	}}
	for _, o := range r.Operations {
		if w := o.Watch; w != nil {
			t.rows = append(t.rows, []cell{
				words(o.Type + ", " + day(o.On)), counted(w.Target.Before), counted(w.Target.Now), counted(w.Ring.Before), counted(w.Ring.Now),
				counted(w.Control.Before), counted(w.Control.Now), measured(formTenths, w.Difference), measured(formTenths, w.StandardErr),
				measured(formHundredths, w.Z),
			})
		}
	}
	return t
}

func (r *Report) partTable() table {
	t := table{sheet: "Sous-territoires", title: r.partsLabel(), columns: []column{
		{title: "Nom", share: 3.8, left: true}, {title: "Population", share: 1.5}, {title: "Points comptés", share: 1.2}, {title: "Total", share: 1},
		{title: "Pour 10 000 hab.", share: 1.25}, {title: "Évolution", share: 1.3}, {title: "Confirmés 90 jours", share: 1.4}, {title: "Contrôles en retard", share: 1.35},
	}}
	for _, p := range r.Parts {
		since := moved(p.Since)
		if r.Previous.IsZero() {
			since = words(none)
		}
		confirmed := measured(formShare, p.Confirmed90)
		if p.Counted == Count(0) {
			confirmed = words(none)
		}
		t.rows = append(t.rows, []cell{words(p.Name), inhabitants(p.Population), counted(p.Counted), counted(p.Total), perHead(p.Population, p.Rate),
			since, confirmed, counted(p.Overdue)})
	}
	return t
}

func (r *Report) offenceTable() table {
	t := table{sheet: "Faits enregistrés", title: r.Offences.Label, note: r.Offences.Source, columns: []column{
		{title: "Année", share: 2, left: true}, {title: "Faits", share: 2}, {title: "Pour 10 000 habitants", share: 2},
	}}
	for _, y := range r.Offences.Years {
		t.rows = append(t.rows, []cell{words(strconv.Itoa(y.Year)), counted(y.Number), measured(formTenths, y.Rate)})
	}
	return t
}

func (r *Report) partsLabel() string { return cmp.Or(r.PartsLabel, "Sous-territoires") }
