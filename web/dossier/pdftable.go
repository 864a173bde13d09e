package dossier

import "cmp"

const tableSize = 8.3

// table draws a table over as many pages as it needs, its heading on each.
func (p *paper) table(t table) { p.tableIn(t, left, width) }

func (p *paper) tableIn(t table, x, wide float64) {
	shares := 0.0
	for _, c := range t.columns {
		shares += c.share
	}
	widths := make([]float64, len(t.columns))
	for i, c := range t.columns {
		widths[i] = wide * c.share / shares
	}
	p.need(p.headingHeight(t, widths) + 12)
	p.heading(t, x, wide, widths)
	for i, row := range t.rows {
		p.row(t, row, i < t.strong, x, wide, widths)
	}
	if len(t.rows) == 0 {
		p.font(regular, tableSize, grey)
		p.text(x+1, p.y+4, "Aucune donnée.")
		p.y += 6
	}
	p.tableNotes(t, x, wide)
}

func (p *paper) tableNotes(t table, x, wide float64) {
	p.y += 1.4
	for _, note := range []string{t.note, p.withheldNote(t)} {
		if note != "" {
			p.paragraph(x+1, wide-2, regular, small, grey, note)
		}
	}
	p.y += 4.5
}

func (p *paper) withheldNote(t table) string {
	if !t.withholds() {
		return ""
	}
	return p.r.withheldNote()
}

func (r *Report) withheldNote() string {
	if !r.Suppression.Applied {
		return withheld + " : non communiqué ou non disponible."
	}
	return withheld + " : non communiqué, le nombre étant inférieur à " + whole(r.Suppression.Threshold) + " ou permettant d’en déduire un qui l’est."
}

const cellLine = 3.7

func (p *paper) headingLines(t table, widths []float64) [][]string {
	p.font(bold, small, grey)
	lines := make([][]string, len(t.columns))
	for i, c := range t.columns {
		lines[i] = p.wrap(c.title, widths[i]-2)
	}
	return lines
}

func (p *paper) headingHeight(t table, widths []float64) float64 {
	most := 1
	for _, lines := range p.headingLines(t, widths) {
		most = max(most, len(lines))
	}
	return float64(most)*cellLine + 2.4
}

func (p *paper) heading(t table, x, wide float64, widths []float64) {
	lines, height := p.headingLines(t, widths), p.headingHeight(t, widths)
	at := x
	for i, c := range t.columns {
		for j, line := range lines[i] {
			baseline := p.y + height - 2 - float64(len(lines[i])-1-j)*cellLine
			p.cell(at, widths[i], baseline, line, c.left)
		}
		at += widths[i]
	}
	p.y += height
	p.line(x, p.y, x+wide, p.y, purple, 0.35)
}

func (p *paper) cell(x, wide, baseline float64, text string, onLeft bool) {
	if onLeft {
		p.text(x+1, baseline, text)
		return
	}
	p.ending(x+wide-1, baseline, text)
}

func (p *paper) row(t table, row []cell, strong bool, x, wide float64, widths []float64) {
	face := func(c cell) {
		w, hue := regular, ink
		if strong {
			w = bold
		}
		if !c.known || c.text == none {
			hue = grey
		}
		p.font(w, tableSize, hue)
	}
	most, lines := 1, make([][]string, len(row))
	for i, c := range row {
		face(c)
		lines[i] = p.wrap(cmp.Or(c.paper(), none), widths[i]-2)
		most = max(most, len(lines[i]))
	}
	height := float64(most)*cellLine + 1.9
	if p.y+height > bottom {
		p.page()
		p.heading(t, x, wide, widths)
	}
	at := x
	for i, c := range row {
		face(c)
		for j, line := range lines[i] {
			p.cell(at, widths[i], p.y+3.75+float64(j)*cellLine, line, t.columns[i].left)
		}
		at += widths[i]
	}
	p.y += height
	p.line(x, p.y, x+wide, p.y, rule, 0.15)
}
