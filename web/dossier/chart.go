package dossier

import (
	"math"

	"github.com/mesure5/dealmap"
)

// plot is the box of a chart and the scale of its values.
type plot struct {
	x, y, w, h float64 // millimetres
	low, high  float64 // values at the bottom and the top
}

func (c plot) at(value float64) float64 {
	return c.y + c.h - c.h*(value-c.low)/(c.high-c.low)
}

// step is the round distance of lines that parts a span into at most so many.
func step(span float64, most int) float64 {
	least := max(span/float64(most), 1)
	power := math.Pow(10, math.Floor(math.Log10(least)))
	for _, times := range []float64{1, 2, 5} {
		if times*power >= least {
			return times * power
		}
	}
	return 10 * power
}

// newPlot takes the room for a chart whose axis goes from a round value to a round one, nought among them.
func (p *paper) newPlot(height, low, high float64) plot {
	by := step(max(high, 1)-min(low, 0), 6)
	c := plot{y: p.y + 2, h: height, low: math.Floor(min(low, 0)/by) * by, high: math.Ceil(max(high, 1)/by) * by}
	p.font(regular, small, grey)
	labels := max(8, p.measure(decimal(c.high, 0)), p.measure(decimal(-c.low, 0))) + 2
	c.x, c.w = left+labels, width-labels
	for v := c.low; v <= c.high+by/2; v += by {
		hue := rule
		if v == 0 {
			hue = grey
		}
		p.line(c.x, c.at(v), c.x+c.w, c.at(v), hue, 0.15)
		p.font(regular, small, grey)
		p.ending(c.x-2, c.at(v)+1, decimal(math.Abs(v), 0))
	}
	p.y += height + 4
	return c
}

// months writes those under a chart, as many as there is room for, and the year where it begins; what is left of the first one must have room.
func (p *paper) months(c plot, slot float64) {
	every := int(math.Ceil(8.5 / slot))
	for i, m := range p.r.Flows.Months {
		x := c.x + (float64(i)+0.5)*slot
		if i%every == 0 {
			p.font(regular, small-1, grey)
			p.centred(x, p.y+2, shortMonths[(int(m.First.Month)+11)%12])
		}
		if i == 0 && float64(13-int(m.First.Month))*slot > 9 || m.First.Month == 1 {
			p.font(bold, small-1, ink)
			p.text(c.x+float64(i)*slot+0.8, p.y+5.4, yearOf(m.First))
			p.line(c.x+float64(i)*slot, c.y, c.x+float64(i)*slot, p.y+5.4, rule, 0.15)
		}
	}
	p.y += 10
}

func yearOf(d dealmap.Date) string { return d.Time().Format("2006") }

// key is one entry of a chart's legend.
type key struct {
	colour colour
	text   string
}

func (p *paper) keys(keys []key) {
	x := left
	p.font(regular, small, ink)
	for _, k := range keys {
		wide := 4.5 + p.measure(k.text) + 5
		if x+wide > right && x > left {
			x = left
			p.y += 4.4
		}
		p.box(x, p.y+0.4, 3, 3, k.colour)
		p.text(x+4.5, p.y+2.9, k.text)
		x += wide
	}
	p.y += 6.5
}

// reasonColours tell the reasons for closing apart: dismantled is the deepest.
var reasonColours = []colour{{75, 42, 123}, {134, 104, 182}, {186, 166, 216}, {160, 158, 168}, {208, 206, 214}}

func reasonColour(i int) colour { return reasonColours[min(i, len(reasonColours)-1)] }

// flowChart draws openings and reopenings upwards and closings, by reason, downwards.
func (p *paper) flowChart() {
	months := p.r.Flows.Months
	up, down := 0, 0
	for _, m := range months {
		up = max(up, m.Opened.shown()+m.Reopened.shown())
		closed := 0
		for _, f := range m.Closed {
			closed += f.shown()
		}
		down = max(down, closed)
	}
	p.subhead("Ouvertures et fermetures par mois")
	keys := []key{{orange, "Ouverts"}, {paleer, "Rouverts"}}
	for i, reason := range p.r.Flows.Reasons {
		keys = append(keys, key{reasonColour(i), "Fermés : " + reason})
	}
	p.keys(keys)
	c := p.newPlot(84, -float64(down), float64(up))
	slot := c.w / float64(len(months))
	for i, m := range months {
		wide := min(slot*0.64, 9)
		x := c.x + (float64(i)+0.5)*slot - wide/2
		p.stack(c, x, wide, 1, []Figure{m.Opened, m.Reopened}, []colour{orange, paleer})
		hues := make([]colour, len(m.Closed))
		for j := range hues {
			hues[j] = reasonColour(j)
		}
		p.stack(c, x, wide, -1, m.Closed, hues)
	}
	p.line(c.x, c.at(0), c.x+c.w, c.at(0), grey, 0.3)
	p.months(c, slot)
	p.chartNote(months)
}

// stack draws figures one on the other, away from nought.
func (p *paper) stack(c plot, x, wide, direction float64, figures []Figure, hues []colour) {
	sum := 0.0
	for i, f := range figures {
		next := sum + float64(f.shown())
		if next > sum {
			from, to := c.at(direction*sum), c.at(direction*next)
			p.box(x, min(from, to), wide, math.Abs(to-from), hues[i])
		}
		sum = next
	}
}

// shown is the value that a chart draws: nothing for one that is withheld, which a note says.
func (f Figure) shown() int {
	if !f.Known {
		return 0
	}
	return f.Value
}

// withheld reports whether there is nothing to draw.
func (f Flows) withheld() bool {
	for _, m := range f.Months {
		for _, figure := range append([]Figure{m.Opened, m.Reopened, m.Stock}, m.Closed...) {
			if figure.Known {
				return false
			}
		}
	}
	return true
}

func (p *paper) chartNote(months []Month) {
	for _, m := range months {
		for _, f := range append([]Figure{m.Opened, m.Reopened, m.Stock}, m.Closed...) {
			if !f.Known {
				p.paragraph(left, width, regular, small, grey, "Ce qui n’est pas communiqué (n. c.) n’est pas dessiné.")
				p.y += 2
				return
			}
		}
	}
}

// stockChart draws the counted stock at the end of each month, broken where it is withheld.
func (p *paper) stockChart() {
	months := p.r.Flows.Months
	most := 0
	for _, m := range months {
		most = max(most, m.Stock.shown())
	}
	p.need(85)
	p.subhead("Points comptés en fin de mois")
	c := p.newPlot(62, 0, float64(most))
	slot := c.w / float64(len(months))
	at := func(i int) (x, y float64) { return c.x + (float64(i)+0.5)*slot, c.at(float64(months[i].Stock.Value)) }
	last := -1
	for i, m := range months {
		if !m.Stock.Known {
			continue
		}
		x, y := at(i)
		if i > 0 && months[i-1].Stock.Known {
			px, py := at(i - 1)
			p.line(px, py, x, y, purple, 0.6)
		}
		p.fill(purple)
		p.pdf.Circle(x, y, 0.6, "F")
		last = i
	}
	if last >= 0 {
		x, y := at(last)
		p.font(bold, small, purple)
		p.ending(min(x+3, right), y-1.8, months[last].Stock.String())
	}
	p.months(c, slot)
}
