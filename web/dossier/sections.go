package dossier

import (
	"fmt"
	"slices"
)

func (p *paper) figuresPages() {
	p.begin()
	p.section("Chiffres", 40)
	if p.r.Previous.IsZero() {
		p.notice("Aucune réunion précédente n’est enregistrée : les chiffres n’ont pas de point de comparaison.")
	}
	p.table(p.r.keyTable())
	p.lifetime()
	for pair := range slices.Chunk(p.r.breakdownTables(), 2) {
		p.sideBySide(pair)
	}
}

// sideBySide draws one or two tables in two columns, on one page.
func (p *paper) sideBySide(pair []table) {
	const gap = 8.0
	most := 0
	for _, t := range pair {
		most = max(most, len(t.rows))
	}
	p.need(min(28+float64(most)*6.5, bottom-top))
	start, end := p.y, p.y
	for i, t := range pair {
		p.y = start
		p.tableIn(t, left+float64(i)*(width+gap)/2, (width-gap)/2)
		end = max(end, p.y)
	}
	p.y = end
}

func (p *paper) lifetime() {
	p.need(8)
	p.paragraph(left+1, width-2, regular, body, ink, p.r.Lifetime.words())
	p.y += 5
}

func (p *paper) trendsPages() {
	p.begin()
	p.section("Évolution", 60)
	if len(p.r.Flows.Months) == 0 {
		p.notice("Aucun mois n’est couvert : il n’y a pas d’évolution à montrer.")
		return
	}
	if p.r.Flows.withheld() {
		p.notice("Les flux ne sont pas communiqués : il n’y a pas de courbe à tracer.")
	} else {
		p.flowChart()
		p.stockChart()
	}
	t := p.r.flowTable()
	p.need(min(24+float64(len(t.rows))*5.6, 200))
	p.table(t)
}

func (p *paper) coverage() {
	p.section("Couverture", 45)
	p.paragraph(left, width, regular, body, ink, "À lire avec prudence : "+effortNote)
	p.y += 4
	p.table(p.r.coverageTable())
}

func (p *paper) hotSpots() {
	h := p.r.HotSpots
	if h == nil {
		return
	}
	p.section("Concentrations significatives", 35)
	if h.Refusal != "" {
		p.notice(notComputed + h.Refusal)
		return
	}
	p.paragraph(left, width, regular, body, ink, h.Method)
	p.paragraph(left, width, regular, small, grey, fmt.Sprintf("Graine du tirage : %d. Le même calcul avec la même graine donne les mêmes valeurs.", h.Seed))
	p.y += 4
	if len(h.Spots) == 0 {
		p.notice("Aucune concentration n’est significative.")
		return
	}
	p.table(p.r.spotTable())
}

func (p *paper) operations() {
	p.section("Opérations et suivi", 50)
	if len(p.r.Operations) == 0 {
		p.notice("Aucune opération n’est enregistrée sur la période.")
		return
	}
	p.table(p.r.operationTable())
	for _, o := range p.r.Operations {
		if o.Watch != nil {
			p.watch(o)
		}
	}
}

func (p *paper) parts() {
	if len(p.r.Parts) == 0 {
		return
	}
	t := p.r.partTable()
	p.section(t.title, 50)
	t.title = ""
	if p.r.Previous.IsZero() {
		t.note = "L’évolution se lira à partir de la prochaine réunion."
	}
	p.table(t)
}

func (p *paper) offences() {
	o := p.r.Offences
	if o == nil {
		return
	}
	p.section("Faits enregistrés", 80)
	p.paragraph(left, width, regular, body, ink, "À titre de comparaison : les faits constatés par les services mesurent leur activité, les points de la carte ce qui leur est connu.")
	p.y += 4
	p.offenceChart()
	p.table(p.r.offenceTable())
}

func (p *paper) method() {
	p.section("Méthode", 50)
	for _, note := range p.r.methodNotes() {
		p.need(lineHeight(body) * 2)
		p.box(left, p.y+1.7, 1.2, 1.2, purple)
		p.paragraph(left+4, width-4, regular, body, ink, note)
		p.y += 1.8
	}
}
