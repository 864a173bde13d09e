package store

import (
	"math/bits"
	"runtime"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// Counts yields how many of the places that a scope may count (dealmap.Sight.Anchor) and a filter lets through count where in a box,
// positions in parts and in no order; what counts at its own position counts in the middle of its square of a level of the quadtree. The map is gone
// through in shares, one for each processor: for each it calls begin, one after the other, and then at the same time what that returned.
func (s *Snapshot) Counts(scope dealmap.Scope, filter *dealmap.Filter, box geo.Squares, level uint, begin func() (yield func(x, y uint32, n *geo.Counts))) {
	leaves := s.plots.within(box.Beside().Ranges())
	workers := 1
	if len(leaves) >= fewestLeaves {
		workers = runtime.GOMAXPROCS(0)
	}
	s.count(leaves, workers, func() *counting { return newCounting(s, &scope, filter, box, level, begin()) })
}

// count shares leaves among so many workers.
func (s *Snapshot) count(leaves []*leaf, workers int, begin func() *counting) {
	if workers == 1 {
		begin().all(leaves, s.plots)
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		c, share := begin(), leaves[w*len(leaves)/workers:(w+1)*len(leaves)/workers]
		wg.Go(func() { c.all(share, s.plots) })
	}
	wg.Wait()
}

// fewestLeaves is the number of leaves from which counting is shared among processors.
const fewestLeaves = 512

// counting counts sifted plots.
type counting struct {
	*sifting
	box        geo.Squares
	shift      uint   // of positions in Z-order, to squares
	half       uint32 // of a square's width
	attributes []attributes
	order      []uint8 // by the numbers of statuses, their places in dealmap.Statuses
	yield      func(x, y uint32, n *geo.Counts)
	// n and byPlace are room that is used again.
	n       geo.Counts
	byPlace []geo.Counts
}

func newCounting(s *Snapshot, scope *dealmap.Scope, filter *dealmap.Filter, box geo.Squares, level uint, yield func(x, y uint32, n *geo.Counts)) *counting {
	c := &counting{
		sifting: newSifting(s.columns, scope, filter), box: box, shift: 64 - 2*level, half: 1 << (31 - level),
		attributes: s.columns.classes.attributes.all(), yield: yield,
	}
	for _, status := range s.columns.classes.statuses.all() {
		c.order = append(c.order, geo.StatusPlace(status))
	}
	return c
}

func (c *counting) all(leaves []*leaf, of *plots) {
	var p sifted
	for i, v := range c.views(leaves, of) {
		if c.sift(leaves[i], &v, &p) {
			c.count(leaves[i], &p)
		}
	}
}

func (c *counting) count(l *leaf, p *sifted) {
	a := l.likeness(c.columns.classes)
	var exact mask
	for d := range p {
		if anchored[d] && dealmap.Detail(d) != dealmap.Tallied {
			exact.or(&p[d])
		}
	}
	if !exact.empty() {
		c.squares(l, a, &exact)
	}
	if !p[dealmap.Tallied].empty() {
		c.hexagons(l, &p[dealmap.Tallied])
	}
}

// squares counts those of a mask by their squares, each of which is some plots in a row.
func (c *counting) squares(l *leaf, a *alike, m *mask) {
	for from := m.next(0); from < l.n; {
		square := l.z[from] >> c.shift
		to, within := l.n, *m
		if end := square<<c.shift | (1<<c.shift - 1); from > 0 || a.last > end {
			to = l.after(from, end)
			within = between(from, to)
			within.and(m)
		}
		if x, y := geo.FromZOrder(square << c.shift); c.box.Holds(x|c.half, y|c.half) {
			c.sum(a, &within)
			c.yield(x|c.half, y|c.half, &c.n)
		}
		from = m.next(to)
	}
}

// sum counts those of a mask.
func (c *counting) sum(a *alike, m *mask) {
	c.n = geo.Counts{All: uint32(m.len())}
	for i := range a.statuses {
		of := &a.statuses[i]
		if k := c.order[of.number]; int(k) < len(c.n.ByStatus) {
			c.n.ByStatus[k] = uint32(m.common(&of.mask))
		}
	}
}

// hexagons counts those of a mask by where those who see aggregates only are told that they are.
func (c *counting) hexagons(l *leaf, m *mask) {
	rough := l.roughly(c.columns)
	c.byPlace = append(c.byPlace[:0], make([]geo.Counts, len(rough.places))...)
	for w := range m {
		for rest := m[w]; rest != 0; rest &= rest - 1 {
			i := uint8(64*w + bits.TrailingZeros64(rest))
			at := &c.byPlace[rough.code[i]]
			at.All++
			if k := c.order[c.attributes[l.traits[i]].status]; int(k) < len(at.ByStatus) {
				at.ByStatus[k]++
			}
		}
	}
	for k, at := range rough.places {
		if c.byPlace[k].All > 0 && c.box.Holds(at[0], at[1]) {
			c.yield(at[0], at[1], &c.byPlace[k])
		}
	}
}

// coarse is where the plots of a leaf count for those who see aggregates only.
type coarse struct {
	places [][2]uint32 // geo.Fixed
	code   [leafSize]uint8
}

func (l *leaf) roughly(c *columns) *coarse {
	if known := l.coarse.Load(); known != nil {
		return known
	}
	made, known := &coarse{}, map[[2]uint32]uint8{}
	for i := range l.n {
		part, n := c.find(l.at[i])
		at := [2]uint32{part.rest[n].coarseX, part.rest[n].coarseY}
		code, ok := known[at]
		if !ok {
			code = uint8(len(made.places))
			known[at] = code
			made.places = append(made.places, at)
		}
		made.code[i] = code
	}
	l.coarse.Store(made)
	return made
}
