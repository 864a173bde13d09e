package dossier

import (
	"fmt"
	"io"
)

// WritePDF writes the dossier as a PDF of A4 pages. A report that cannot be printed is refused with an error of
// [dealmap.KindInvalid] that names the field.
func WritePDF(w io.Writer, r *Report) error {
	if err := r.check(); err != nil {
		return err
	}
	p := newPaper(r)
	contents := p.cover()
	p.heatPage()
	p.ratesPage()
	p.figuresPages()
	p.trendsPages()
	p.coverage()
	p.hotSpots()
	p.operations()
	p.parts()
	p.offences()
	p.method()
	p.contents(contents)
	p.stamp()
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("dossier: %w", err)
	}
	return nil
}

// stamp puts header and footer on all pages, now that their number is known.
func (p *paper) stamp() {
	pages := p.pdf.PageCount()
	for n := 1; n <= pages; n++ {
		p.pdf.SetPage(n)
		p.footer(n, pages)
		if n > 1 {
			p.header()
		}
	}
}

func (p *paper) header() {
	p.font(bold, small, red)
	mention := p.measure(p.r.Handling)
	p.ending(right, 14, p.r.Handling)
	p.font(bold, small, ink)
	name := p.clip(p.r.Territory.Name, width-mention-70)
	p.text(left, 14, name)
	end := left + p.measure(name)
	p.font(regular, small, grey)
	p.text(end+2.5, 14, "Chiffres au "+day(p.r.AsOf))
	p.line(left, 17, right, 17, rule, 0.2)
}

func (p *paper) footer(n, pages int) {
	const y = 285.0
	p.line(left, y-4.5, right, y-4.5, rule, 0.2)
	p.font(regular, small, grey)
	p.text(left, y, "Dossier de territoire")
	p.ending(right, y, whole(n)+" / "+whole(pages))
	if p.r.Synthetic {
		p.font(bold, small, orange)
		p.centred(pageWidth/2, y, syntheticMention)
	}
	p.font(bold, small, red)
	if n == 1 {
		p.centred(pageWidth/2, y+4, p.r.Handling)
	}
}

const syntheticMention = "Données synthétiques – démonstration"
