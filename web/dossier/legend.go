package dossier

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

const (
	legendRow   = 5.0
	legendRight = left + 112
)

func (p *paper) legendTitle(x float64, title string) {
	p.font(bold, small, ink)
	p.text(x, p.y+3, title)
}

// swatch draws one row of a legend and returns where the next one goes.
func (p *paper) swatch(x, y float64, c colour, text, remark string) float64 {
	p.fill(c)
	p.draw(rule, 0.1)
	p.pdf.Rect(x, y, 7, 3.6, "FD")
	p.font(regular, small, ink)
	p.text(x+9.5, y+2.8, text)
	if remark != "" {
		at := x + 9.5 + p.measure(text) + 2
		p.font(regular, small, grey)
		p.text(at, y+2.8, remark)
	}
	return y + legendRow
}

func (p *paper) heatLegend(f frame) {
	h := p.r.Heat
	p.y += 3
	p.legendTitle(left, "Par maille : "+cmp.Or(h.Weight, "points comptés"))
	p.mapFacts(f, []string{
		"Maille : " + h.size(),
		"Points comptés sur la carte : n = " + h.N.String(),
		"Sans position, absents de la carte : " + h.WithoutPosition.String(),
	})
	y, x, of := p.y+5.5, left, p.r.cellsByClass()
	if len(h.Classes) == 0 {
		p.font(regular, small, grey)
		p.text(x, y+2.8, "Aucun point : aucune maille n’est colorée.")
	}
	for i, class := range h.Classes {
		if i == 5 {
			x, y = left+54, p.y+5.5
		}
		y = p.swatch(x, y, shade(i, len(h.Classes)), class.words(), "("+plural(of[i], "maille", "mailles")+")")
	}
	if slices.ContainsFunc(h.Cells, func(c Cell) bool { return c.Class < 0 }) {
		p.swatch(left+54, p.y+5.5+2*legendRow, blank, withheld, "")
	}
}

// mapFacts are on the right of both legends: what the map counts, its scale and its projection.
func (p *paper) mapFacts(f frame, facts []string) {
	y := p.y + 3
	p.font(regular, small, ink)
	for _, fact := range facts {
		for _, line := range p.wrap(fact, right-legendRight) {
			p.text(legendRight, y, line)
			y += 4
		}
	}
	y += 3.5
	bar := f.scaleBar(38)
	length := bar / f.metres()
	p.box(legendRight, y, length/2, 1.3, ink)
	p.draw(ink, 0.2)
	p.pdf.Rect(legendRight, y, length, 1.3, "D")
	p.font(regular, small, ink)
	p.text(legendRight, y-1, "0")
	projection := "Projection équirectangulaire locale, nord en haut"
	if p.r.Territory.Indicative {
		projection += ", contour indicatif"
	}
	text := decimal(bar/1000, 0) + noBreak + "km"
	if bar < 1000 {
		text = decimal(bar, 0) + noBreak + "m"
	}
	p.text(legendRight+length+1.5, y+1.5, text)
	p.northArrow(right-5, y-4)
	p.font(regular, small, grey)
	for i, line := range p.wrap(projection, right-legendRight) {
		p.text(legendRight, y+6+float64(i)*3.6, line)
	}
}

func (p *paper) northArrow(x, y float64) {
	p.fill(ink)
	p.pdf.MoveTo(x, y)
	p.pdf.LineTo(x+1.7, y+5)
	p.pdf.LineTo(x, y+3.9)
	p.pdf.LineTo(x-1.7, y+5)
	p.pdf.ClosePath()
	p.pdf.DrawPath("F")
	p.font(bold, small, ink)
	p.centred(x, y-0.8, "N")
}

// byCount lists the parts that have a circle, the largest first, and the largest count.
func (r *Report) byCount() ([]Part, int) {
	parts := slices.DeleteFunc(slices.Clone(r.Parts), func(p Part) bool { return !p.Counted.Known || p.Counted.Value == 0 })
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(b.Counted.Value, a.Counted.Value) })
	if len(parts) == 0 {
		return nil, 0
	}
	return parts, parts[0].Counted.Value
}

func (p *paper) ratesLegend(f frame) {
	p.y += 3
	p.legendTitle(left, "Points pour 10 000 habitants")
	facts := []string{"Population : " + p.r.Territory.populationYear()}
	if _, most := p.r.byCount(); most > 0 {
		facts = append(facts, "Cercles : points comptés, surface proportionnelle au nombre")
	}
	p.mapFacts(f, facts)
	y := p.y + 5.5
	for i, class := range p.r.Rates {
		y = p.swatch(left, y, shade(i, len(p.r.Rates)), class.words(), "")
	}
	p.swatch(left, y, blank, "n. c. ou sans population", "")
	p.circleLegend(left + 66)
}

// circleLegend draws the circles of the largest count, a quarter of it and one.
func (p *paper) circleLegend(x float64) {
	_, most := p.r.byCount()
	if most == 0 {
		return
	}
	p.legendTitle(x, "Points comptés")
	largest := p.r.largest()
	base := p.y + 7 + 2*largest
	drawn, label := 0, base-2*largest
	for _, n := range []int{most, most / 4, 1} {
		if n == 0 || n == drawn {
			continue
		}
		drawn = n
		radius := largest * math.Sqrt(float64(n)/float64(most))
		p.fill(orange)
		p.draw(white, 0.35)
		p.pdf.Circle(x+largest, base-radius, radius, "FD")
		label = max(label, base-2*radius)
		p.line(x+largest, base-2*radius, x+2*largest+3, label, grey, 0.15)
		p.font(regular, small, ink)
		p.text(x+2*largest+4, label+1, whole(n))
		label += 3.6
	}
}

func (t Territory) populationYear() string {
	if t.Population <= 0 {
		return "inconnue"
	}
	text := whole(t.Population) + noBreak + "habitants"
	if t.Year > 0 {
		text += " en " + strconv.Itoa(t.Year)
	}
	return text
}
