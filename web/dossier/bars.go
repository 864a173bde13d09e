package dossier

import (
	"cmp"
	"strconv"
)

// watch draws what was counted before and after an operation, and the difference that the control area leaves.
func (p *paper) watch(o Operation) {
	w := o.Watch
	p.need(58)
	p.subhead("Suivi : " + o.Type + ", " + o.Place + ", " + day(o.On))
	start := p.y
	groups := []struct {
		label string
		Change
	}{
		{"Zone de l’opération", w.Target}, {"Autour, à " + decimal(w.Buffer, 0) + noBreak + "m", w.Ring}, {"Zone témoin", w.Control},
	}
	most := 1
	for _, g := range groups {
		most = max(most, g.Before.shown(), g.Now.shown())
	}
	const labels, bars = 36.0, 48.0
	for _, g := range groups {
		p.font(regular, small, ink)
		for i, line := range p.wrap(g.label, labels) {
			p.text(left, p.y+4.2+float64(i)*3.5, line)
		}
		for i, f := range []Figure{g.Before, g.Now} {
			hue, y := colour{197, 178, 224}, p.y+float64(i)*4.4
			if i == 1 {
				hue = purple
			}
			long := bars * float64(f.shown()) / float64(most)
			p.box(left+labels+3, y, max(long, 0.3), 3.9, hue)
			p.font(regular, small, ink)
			p.text(left+labels+4.5+long, y+2.9, f.String())
		}
		p.y += 11.5
	}
	p.keys([]key{{colour{197, 178, 224}, plural(w.Days, "jour", "jours") + " avant"}, {purple, plural(w.Days, "jour", "jours") + " après"}})
	end := p.y
	p.y = start
	p.watchWords(w)
	p.y = max(end, p.y) + 4
}

// watchWords stand on the right of the bars.
func (p *paper) watchWords(w *Watch) {
	const x = left + 106
	p.font(regular, small, grey)
	p.text(x, p.y+2.8, "Écart pondéré de déplacement")
	p.font(bold, 16, purple)
	value := none
	if w.Difference.Known {
		value = signed(decimal(w.Difference.Value, 1))
	} else {
		value = withheld
	}
	p.text(x, p.y+10, value)
	p.font(regular, small, ink)
	p.text(x, p.y+15.2, "erreur type "+w.StandardErr.text(1)+", z = "+w.Z.text(2))
	p.y += 18
	p.paragraph(x, right-x, regular, body, ink, cmp.Or(w.Reading, "Le résultat n’a pas été commenté."))
}

func (p *paper) offenceChart() {
	years := p.r.Offences.Years
	if len(years) == 0 {
		return
	}
	most := 0
	for _, y := range years {
		most = max(most, y.Number.shown())
	}
	p.need(55)
	p.subhead(p.r.Offences.Label)
	c := p.newPlot(36, 0, float64(most))
	slot := c.w / float64(len(years))
	wide := min(slot*0.5, 14)
	for i, y := range years {
		middle := c.x + (float64(i)+0.5)*slot
		height := c.at(0) - c.at(float64(y.Number.shown()))
		p.box(middle-wide/2, c.at(0)-height, wide, height, colour{150, 120, 194})
		p.font(regular, small, grey)
		p.centred(middle, p.y+2.4, strconv.Itoa(y.Year))
	}
	p.y += 8
}
