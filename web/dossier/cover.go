package dossier

import (
	"cmp"
	"strconv"
	"strings"
)

// cover draws the first page and returns where the list of contents goes.
func (p *paper) cover() float64 {
	p.page()
	p.box(0, 0, pageWidth, 5, purple)
	p.font(bold, subhead, purple)
	p.text(left, 20, "dealmap")
	p.mention(24)
	p.y = 52
	p.font(bold, subhead, grey)
	p.text(left, p.y, "DOSSIER DE TERRITOIRE")
	p.y += 4
	p.title()
	p.y += 2.5
	p.paragraph(left, width, regular, subhead, grey, p.r.Territory.subtitle())
	p.y += 8
	p.particulars()
	p.y += 4
	p.tiles()
	p.subhead("Règle de comptage")
	p.paragraph(left, width, regular, body, ink, cmp.Or(p.r.Rule, "La règle de comptage n’a pas été précisée."))
	p.y += 8
	return p.y
}

// mention draws the handling mention in its red frame.
func (p *paper) mention(baseline float64) {
	p.font(bold, 11, red)
	wide := p.measure(p.r.Handling) + 9
	p.draw(red, 0.7)
	p.pdf.Rect(right-wide, baseline-9, wide, 10, "D")
	p.centred(right-wide/2, baseline-2.6, p.r.Handling)
	if p.r.Synthetic {
		p.font(bold, small, orange)
		p.ending(right, baseline+6, syntheticMention)
	}
}

// title writes the name of the territory as large as two lines allow.
func (p *paper) title() {
	size := display
	for ; size > 16; size -= 2 {
		p.font(bold, size, purple)
		if len(p.wrap(p.r.Territory.Name, width)) <= 2 {
			break
		}
	}
	p.paragraph(left, width, bold, size, purple, p.r.Territory.Name)
}

func (t Territory) subtitle() string {
	words := []string{}
	if t.Level != "" {
		words = append(words, t.Level+" "+t.Code.ID())
	}
	if t.Population > 0 {
		population := whole(t.Population) + noBreak + "habitants"
		if t.Year > 0 {
			population += " (" + strconv.Itoa(t.Year) + ")"
		}
		words = append(words, population)
	}
	if t.Area > 0 {
		words = append(words, decimal(t.Area, 0)+noBreak+"km²")
	}
	if t.Indicative {
		words = append(words, "contour indicatif")
	}
	return strings.Join(words, "  ·  ")
}

// particulars are the four facts of the edition, in two columns.
func (p *paper) particulars() {
	p.pair("Situation au", day(p.r.AsOf), "Réunion précédente", p.r.previousDay())
	p.pair("Établi pour", cmp.Or(p.r.Made.For, none), "Établi par", p.r.Made.by())
	p.pair("Édité le", p.r.Made.moment(), "Petits nombres", p.r.Suppression.words())
}

func (s Suppression) words() string {
	if !s.Applied {
		return "Communiqués sans seuil"
	}
	return "Non communiqués sous " + whole(s.Threshold)
}

func (p *paper) pair(label1, text1, label2, text2 string) {
	const half = width/2 - 4
	start, end := p.y, p.y
	for i, fact := range [2][2]string{{label1, text1}, {label2, text2}} {
		x := left + float64(i)*(width/2+4)
		p.y = start
		p.line(x, p.y, x+half, p.y, rule, 0.2)
		p.y += 2.2
		p.paragraph(x, half, regular, small, grey, fact[0])
		p.paragraph(x, half, bold, subhead, ink, fact[1])
		end = max(end, p.y)
	}
	p.y = end + 2.6
}

// tiles are the four key figures, with what changed since the last meeting.
func (p *paper) tiles() {
	f, fresh := p.r.Figures, p.r.Freshness
	rate, rateSince := none, none
	if p.r.Territory.Population > 0 {
		rate, rateSince = f.Rate.Now.text(1), measured(formSignedTenths, f.Rate.delta()).paper()
	}
	confirmed := p.r.confirmedRow("", fresh.Within90)
	since := confirmed[3].paper()
	if confirmed[3].form == formPoints && confirmed[3].known && since != "=" {
		since += " pts"
	}
	const gap, height = 4.0, 31.0
	wide := (width - 3*gap) / 4
	for i, tile := range [4][3]string{
		{"Points comptés", f.Counted.Now.String(), f.Counted.delta().String()},
		{"Pour 10 000 habitants", rate, rateSince},
		{"Confirmés depuis moins de 90 jours", confirmed[1].paper(), since},
		{"Contrôles en retard", fresh.Overdue.Now.String(), fresh.Overdue.delta().String()},
	} {
		x := left + float64(i)*(wide+gap)
		p.box(x, p.y, wide, height, pale)
		p.box(x, p.y, wide, 0.8, purple)
		p.font(regular, small, grey)
		for j, line := range p.wrap(tile[0], wide-7) {
			p.text(x+3.5, p.y+6+float64(j)*3.5, line)
		}
		p.font(bold, 20, ink)
		p.text(x+3.5, p.y+20, p.clip(tile[1], wide-7))
		p.font(bold, small, purple)
		p.text(x+3.5, p.y+26.5, p.sinceWords(tile[2]))
	}
	p.y += height + 9
}

// sinceWords says what a tile changed by since the last meeting.
func (p *paper) sinceWords(change string) string {
	switch {
	case p.r.Previous.IsZero():
		return "pas de réunion précédente"
	case change == "=":
		return "inchangé depuis la réunion"
	case change == withheld:
		return "évolution " + withheld
	case change == none:
		return "sans objet"
	}
	return change + " depuis la réunion"
}

// contents goes onto the cover when all pages are drawn.
func (p *paper) contents(y float64) {
	p.pdf.SetPage(1)
	p.font(bold, subhead, ink)
	p.text(left, y+3.8, "Sommaire")
	y += 8
	rows := (len(p.sections) + 1) / 2
	const half = width/2 - 4
	for i, s := range p.sections {
		x, at := left+float64(i/rows)*(width/2+4), y+float64(i%rows)*5.6
		p.font(regular, body, ink)
		p.text(x, at+3.6, s.title)
		p.ending(x+half, at+3.6, whole(s.page))
		p.line(x, at+5, x+half, at+5, rule, 0.15)
	}
}
