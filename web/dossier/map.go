package dossier

import (
	"math"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// ramp is the purple scale of both maps, from pale to deep.
var ramp = []colour{{233, 226, 244}, {197, 178, 224}, {150, 120, 194}, {104, 68, 158}, {58, 28, 104}}

// shade is the colour of a class among n.
func shade(class, n int) colour {
	if class < 0 {
		return blank
	}
	if n < 2 {
		return ramp[2]
	}
	at := float64(class) / float64(n-1) * float64(len(ramp)-1)
	i := min(int(at), len(ramp)-2)
	var mixed colour
	for k := range mixed {
		from, to := float64(ramp[i][k]), float64(ramp[i+1][k])
		mixed[k] = int(math.Round(from + (to-from)*(at-float64(i))))
	}
	return mixed
}

const mapHeight = 184.0

// mapFrame is the frame of both maps, so far from the edge of its box, and false when there is nothing to draw: the page then
// says so.
func (p *paper) mapFrame(pad float64) (frame, bool) {
	bound, partial, ok := p.r.bound()
	if !ok {
		p.notice("Le contour de ce territoire n’a pas été importé et aucune géométrie n’est disponible : la carte ne peut pas être dessinée. Les chiffres, comptés par code de territoire, ne sont pas touchés.")
		return frame{}, false
	}
	var missing []string
	if len(p.r.Outline) == 0 && p.r.Territory.Code != dealmap.France {
		missing = append(missing, "Le contour de ce territoire n’a pas été importé : la carte montre ce qui est compté, sans limite ni découpe.")
	}
	if partial {
		missing = append(missing, "La carte montre la métropole ; l’outre-mer est compté dans les chiffres.")
	}
	if len(missing) > 0 {
		p.notice(strings.Join(missing, " "))
	}
	height := min(mapHeight, bottom-p.y-46)
	f := newFrame(bound, left+pad, p.y+pad, width-2*pad, height-2*pad)
	f.pad = pad
	p.y += f.height + 2*pad
	return f, true
}

// path traces an area. Positions nearer than a line is thick are left out; the file is a fifth of what it would be.
func (p *paper) path(f frame, area orb.MultiPolygon) bool {
	const near = 0.07
	drawn := false
	for _, polygon := range area {
		for _, ring := range polygon {
			if len(ring) < 3 {
				continue
			}
			lastX, lastY := f.at(ring[0])
			p.pdf.MoveTo(lastX, lastY)
			for _, position := range ring[1 : len(ring)-1] {
				x, y := f.at(position)
				if math.Abs(x-lastX) < near && math.Abs(y-lastY) < near {
					continue
				}
				p.pdf.LineTo(x, y)
				lastX, lastY = x, y
			}
			p.pdf.ClosePath()
			drawn = true
		}
	}
	return drawn
}

// area draws an area: "F*" fills it, "D" draws its border, holes honoured.
func (p *paper) area(f frame, area orb.MultiPolygon, how string) {
	if p.path(f, area) {
		p.pdf.DrawPath(how)
	}
}

// borders draws those of the parts, thin, and that of the territory, thick.
func (p *paper) borders(f frame, thin colour) {
	p.draw(thin, 0.12)
	for _, part := range p.r.Parts {
		p.area(f, part.Outline, "D")
	}
	p.draw(ink, 0.45)
	p.area(f, p.r.Outline, "D")
}

// inFrame keeps what is drawn to the box of the map.
func (p *paper) inFrame(f frame, draw func()) {
	p.pdf.ClipRect(left, f.y-f.pad, width, f.height+2*f.pad, false)
	draw()
	p.pdf.ClipEnd()
}

func (p *paper) heatPage() {
	p.begin()
	p.section("Carte de chaleur", 60)
	f, ok := p.mapFrame(2)
	if !ok {
		return
	}
	p.inFrame(f, func() {
		p.fill(pale)
		p.area(f, p.r.Outline, "F*")
		p.heat(f)
		p.borders(f, colour{178, 172, 192})
	})
	p.heatLegend(f)
	p.y = bottom
}

// heat draws the hexagons.
func (p *paper) heat(f frame) {
	for _, cell := range p.r.Heat.Cells {
		hue := shade(cell.Class, len(p.r.Heat.Classes))
		p.fill(hue)
		p.draw(white, 0.06)
		p.area(f, cell.Area, "FD*")
	}
}

func (p *paper) ratesPage() {
	p.begin()
	p.section("Taux par sous-territoire", 60)
	switch {
	case len(p.r.Parts) == 0:
		p.notice("Ce territoire n’a pas de sous-territoire à comparer.")
		return
	case p.r.Territory.Population <= 0 && len(p.r.Rates) == 0:
		p.notice("La population n’est pas connue : aucun taux ne peut être calculé.")
	case !slices.ContainsFunc(p.r.Parts, func(part Part) bool { return len(part.Outline) > 0 }):
		p.notice("Les contours des sous-territoires n’ont pas été importés : aucun n’est coloré selon son taux. Les taux sont dans le tableau.")
	}
	f, ok := p.mapFrame(p.r.largest()/2 + 2)
	if !ok {
		return
	}
	p.inFrame(f, func() {
		p.fill(blank)
		p.area(f, p.r.Outline, "F*")
		for _, part := range p.r.Parts {
			p.fill(shade(p.r.rateClass(part), len(p.r.Rates)))
			p.area(f, part.Outline, "F*")
		}
		p.borders(f, white)
		p.circles(f)
	})
	p.ratesLegend(f)
	p.y = bottom
}

// largest is the radius of the largest circle, in millimetres: the more there are, the smaller. Areas are in proportion to counts.
func (r *Report) largest() float64 {
	const most, least, few = 7.5, 4, 40
	return max(least, min(most, most*math.Sqrt(few/float64(max(len(r.Parts), 1)))))
}

// circles draws one circle a part; small ones last, so that none is hidden.
func (p *paper) circles(f frame) {
	parts, most := p.r.byCount()
	for _, part := range parts {
		centre, ok := part.centre()
		if !ok {
			continue
		}
		x, y := f.at(centre)
		radius := p.r.largest() * math.Sqrt(float64(part.Counted.Value)/float64(most))
		p.draw(white, 0.35)
		p.fill(orange)
		p.pdf.SetAlpha(0.78, "Normal")
		p.pdf.Circle(x, y, radius, "FD")
		p.pdf.SetAlpha(1, "Normal")
	}
}

func (part Part) centre() (orb.Point, bool) {
	if part.Centre != nil {
		return *part.Centre, true
	}
	centre, area := planar.CentroidArea(part.Outline)
	return centre, area != 0
}
