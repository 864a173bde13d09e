package store

import (
	"math/bits"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// Points yields what a scope sees of the places that are drawn one by one in a box and that a filter lets through, with their
// positions (geo.Fixed), by geo.ZOrder and then by the numbers of their ids, until yield returns false; a sight is only good until then.
func (s *Snapshot) Points(scope dealmap.Scope, filter *dealmap.Filter, box geo.Squares, yield func(x, y uint32, p *dealmap.PointSight) bool) {
	k := newSifting(s.columns, &scope, filter)
	d := drawing{outlooks: s.columns.classes.outlooks.all(), attributes: s.columns.classes.attributes.all(), yield: yield}
	var few [geo.FewRanges][2]uint64
	ranges := box.AppendRanges(few[:0])
	leaves := s.plots.within(ranges)
	var p sifted
	for i, v := range k.views(leaves, s.plots) {
		l := leaves[i]
		if !k.sift(l, &v, &p) {
			continue
		}
		var goOn bool
		if ranges, goOn = l.cut(ranges, func(from, to int) bool { return d.draw(l, &p, from, to) }); !goOn {
			return
		}
	}
}

// drawing shows sifted plots.
type drawing struct {
	outlooks   []*outlooks
	attributes []attributes
	yield      func(x, y uint32, p *dealmap.PointSight) bool
	one        dealmap.PointSight
}

// draw shows those sifted from one up to another, and returns false when yield did.
func (d *drawing) draw(l *leaf, p *sifted, from, to int) bool {
	within := between(from, to)
	for w := range within {
		for rest := (p[dealmap.Blurred][w] | p[dealmap.Shown][w] | p[dealmap.Whole][w]) & within[w]; rest != 0; rest &= rest - 1 {
			i := uint8(64*w + bits.TrailingZeros64(rest))
			detail := dealmap.Whole
			if !p[dealmap.Whole].has(i) {
				if detail = dealmap.Shown; !p[dealmap.Shown].has(i) {
					detail = dealmap.Blurred
				}
			}
			outlook := &d.outlooks[l.terms[i]][detail]
			if !outlook.Draws() {
				continue
			}
			drawn := l.drawn.At(i)
			outlook.Show(&drawn, d.attributes[l.traits[i]].look, &d.one)
			if x, y := geo.FromZOrder(l.z[i]); !d.yield(x, y, &d.one) {
				return false
			}
		}
	}
	return true
}
