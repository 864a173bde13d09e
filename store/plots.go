package store

import (
	"cmp"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/tidwall/btree"
)

// plots keeps what drawing places one by one needs, those that are near on the map near in memory. It is persistent like the columns.
type plots struct {
	tree *btree.BTreeG[plot]
	// touched has, by block, the last entry that changed a place that lies, or lay, in it; none since the start where it has nothing.
	touched *btree.Map[geo.Block, dealmap.Seq]
	// touches has the same by entry.
	touches *btree.BTreeG[touch]
}

type touch struct {
	seq   dealmap.Seq
	block geo.Block
}

func compareTouches(a, b touch) int {
	return cmp.Or(cmp.Compare(a.seq, b.seq), cmp.Compare(a.block, b.block))
}

// plot is a place of the map with a position.
type plot struct {
	dealmap.Plot        // first, as it is copied out of what the tree hands over in the same steps as that was written
	z            uint64 // geo.ZOrder
	at           slot
	// ground, terms, traits and seen are as in the columns.
	ground, terms, traits uint32
	seen                  int32
}

// comparePlots orders by position, then by what says nothing of when a record was made.
func comparePlots(a, b plot) int {
	return cmp.Or(cmp.Compare(a.z, b.z), cmp.Compare(a.Number(), b.Number()), cmp.Compare(a.at, b.at))
}

func newPlots() *plots {
	return &plots{
		btree.NewBTreeGOptions(func(a, b plot) bool { return comparePlots(a, b) < 0 }, btree.Options{NoLocks: true, Degree: 64}),
		&btree.Map[geo.Block, dealmap.Seq]{},
		btree.NewBTreeGOptions(func(a, b touch) bool { return compareTouches(a, b) < 0 }, btree.Options{NoLocks: true}),
	}
}

// copy returns plots that hold the same; changing either leaves the other as it is.
func (p *plots) copy() *plots { return &plots{p.tree.Copy(), p.touched.Copy(), p.touches.Copy()} }

// newPlot makes the plot of a place that the columns have at a slot, false when it is not to be drawn.
func newPlot(c *columns, at slot, p *dealmap.Place) (plot, bool) {
	if at == 0 {
		return plot{}, false
	}
	r, e := c.at(at)
	if r == nil || !e.there {
		return plot{}, false
	}
	return plot{
		z: geo.ZOrder(e.x, e.y), Plot: dealmap.NewPlot(p), at: at, ground: e.ground, terms: e.terms, traits: e.traits, seen: e.seen,
	}, true
}

// replace follows a slot from what it had to what it has.
func (p *plots) replace(before plot, was bool, after plot, is bool) {
	if was && (!is || comparePlots(before, after) != 0) {
		p.tree.Delete(before)
	}
	if is {
		p.tree.Set(after)
	}
}

// plotsTogether is how many plots have their words together.
const plotsTogether = 256

// fill puts plots, given by their places in the order of the tree, into an empty one.
func (p *plots) fill(n int, at func(int) *plot) {
	// Words of neighbours lie together too, by few enough that one which is still used keeps little of the others in memory.
	some := make([]*dealmap.Plot, 0, plotsTogether)
	for first := 0; first < n; first += plotsTogether {
		some = some[:0]
		for i := first; i < min(n, first+plotsTogether); i++ {
			some = append(some, &at(i).Plot)
		}
		dealmap.PackPlots(some)
	}
	p.tree = fillTree(p.tree, n, func(i int) plot { return *at(i) })
}

// each yields the plots of a block, each good until yield returns.
func (p *plots) each(block geo.Block, yield func(*plot)) {
	first, last := block.Positions()
	p.tree.Ascend(plot{z: first}, func(one plot) bool {
		if one.z > last {
			return false
		}
		yield(&one)
		return true
	})
}

// touch takes down that an entry changed a place.
func (p *plots) touch(place *dealmap.Place, seq dealmap.Seq) {
	if place != nil && place.HasPosition() {
		block := geo.BlockOf(geo.ZOrder(geo.Fixed(place.Position())))
		if before, was := p.touched.Set(block, seq); was {
			p.touches.Delete(touch{before, block})
		}
		p.touches.Set(touch{seq, block})
	}
}

// Touched returns the last entry since the start that changed anything about a place that lies, or lay before that entry, in a box or near
// it, whoever may see it; 0 when there was none.
func (s *Snapshot) Touched(box geo.Squares) (last dealmap.Seq) {
	var few [geo.FewRanges][2]uint64
	for _, r := range box.Within(geo.BlockLevel).AppendRanges(few[:0]) {
		s.plots.touched.Ascend(geo.BlockOf(r[0]), func(block geo.Block, seq dealmap.Seq) bool {
			if block > geo.BlockOf(r[1]) {
				return false
			}
			last = max(last, seq)
			return true
		})
	}
	return last
}

// TouchedAfter returns the blocks in which an entry after another, which was made since the start, changed anything about a place that
// lies, or lay before, in them, whoever may see it.
func (s *Snapshot) TouchedAfter(seq dealmap.Seq) (blocks []geo.Block) {
	s.plots.touches.Ascend(touch{seq: seq + 1}, func(t touch) bool {
		blocks = append(blocks, t.block)
		return true
	})
	return blocks
}

// GatherBlocks yields what Gather yields of the places in some blocks, one block after the other; the slice is only good until yield
// returns.
func (s *Snapshot) GatherBlocks(scope dealmap.Scope, filter *dealmap.Filter, blocks []geo.Block, yield func(geo.Block, []geo.Spot)) {
	g := newGathering(s.columns.classes, &scope, filter)
	var spots []geo.Spot
	for _, block := range blocks {
		spots = spots[:0]
		s.plots.each(block, func(p *plot) {
			if spot, ok := g.spot(s.columns, p.at); ok {
				spots = append(spots, spot)
			}
		})
		yield(block, spots)
	}
}

// Erased returns the last entry since the start that erased a record for good; 0 when there was none.
func (s *Snapshot) Erased() dealmap.Seq { return s.erased }

// Points yields what a scope sees of the places that are drawn one by one in a box and that a filter lets through, with their
// positions (geo.Fixed), by geo.ZOrder and then by the numbers of their ids, until yield returns false; a sight is only good until then.
func (s *Snapshot) Points(scope dealmap.Scope, filter *dealmap.Filter, box geo.Squares, yield func(x, y uint32, p *dealmap.PointSight) bool) {
	g := newGathering(s.columns.classes, &scope, filter)
	outlooks := s.columns.classes.outlooks.all()
	var one dealmap.PointSight
	var few [geo.FewRanges][2]uint64
	for ranges, ended := box.AppendRanges(few[:0]), false; len(ranges) > 0 && !ended; {
		passed := 0
		ended = true
		s.plots.tree.Ascend(plot{z: ranges[0][0]}, func(p plot) bool {
			for p.z > ranges[0][1] {
				if ranges = ranges[1:]; len(ranges) == 0 {
					return false
				}
			}
			if p.z < ranges[0][0] {
				passed++
				ended = passed < mostPassed
				return ended
			}
			passed = 0
			if p.seen < g.first || p.seen > g.last {
				return true
			}
			d := g.see(p.ground, p.terms, p.traits)
			outlook := &outlooks[p.terms][d]
			if !outlook.Draws() {
				return true
			}
			if g.singly {
				if r, _ := s.columns.at(p.at); !g.sieve.Passes(r.glance(), d) {
					return true
				}
			}
			x, y := geo.FromZOrder(p.z)
			outlook.Look(&p.Plot, g.traits[p.traits], &one)
			return yield(x, y, &one)
		})
	}
}

// mostPassed is how many plots between two ranges are passed over one after the other: looking for the next range from the root of the
// tree takes as long.
const mostPassed = 12
