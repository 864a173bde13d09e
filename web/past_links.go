package web

import (
	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// What is tied in the past is shown as far as the link and both its ends are seen now.

func (p past) keepsLink(scope dealmap.Scope, sight dealmap.LinkSight) bool {
	if !sight.Told() || !p.keeps(scope, sight.From()) || !p.keeps(scope, sight.To()) {
		return false
	}
	now, ok := p.now.Link(scope, sight.ID())
	return ok && now.Detail() >= sight.Detail()
}

func (p past) eachLink(scope dealmap.Scope, yield func(dealmap.LinkSight) bool) func(dealmap.LinkSight) bool {
	return func(sight dealmap.LinkSight) bool { return !p.keepsLink(scope, sight) || yield(sight) }
}

func (p past) Link(scope dealmap.Scope, id dealmap.ID) (dealmap.LinkSight, bool) {
	sight, ok := p.Snapshot.Link(scope, id)
	if !ok || !p.keepsLink(scope, sight) {
		return dealmap.LinkSight{}, false
	}
	return sight, true
}

func (p past) Links(scope dealmap.Scope, f *dealmap.LinkFilter, after dealmap.ID, yield func(dealmap.LinkSight) bool) {
	p.Snapshot.Links(scope, f, after, p.eachLink(scope, yield))
}

func (p past) LinksOf(scope dealmap.Scope, place dealmap.ID) (list []dealmap.LinkSight) {
	for _, sight := range p.Snapshot.LinksOf(scope, place) {
		if p.keepsLink(scope, sight) {
			list = append(list, sight)
		}
	}
	return list
}

func (p past) LinkBox(scope dealmap.Scope, f *dealmap.LinkFilter, box orb.Bound, yield func(dealmap.LinkSight) bool) {
	p.Snapshot.LinkBox(scope, f, box, p.eachLink(scope, yield))
}

// FlowTable counts what Links yields: who may look back is told of every link that they may count.
func (p past) FlowTable(scope dealmap.Scope, f *dealmap.LinkFilter, level dealmap.Level) dealmap.FlowTable {
	return dealmap.NewFlowTable(level, func(yield func(dealmap.LinkSight) bool) { p.Links(scope, f, dealmap.ID{}, yield) })
}
