package store

import (
	"sync/atomic"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/tidwall/btree"
)

// plots keeps what drawing and counting places on a map needs, those that are near on the map near in memory. It is persistent like the
// columns.
type plots struct {
	leaves  *btree.BTreeG[leafAt]
	n       int // of all plots
	owner   *byte
	serials *atomic.Uint64 // of leaves, shared by all copies
	touches
}

// leafAt is a leaf and the key of its first plot.
type leafAt struct {
	plotKey
	leaf *leaf
}

func newPlots() *plots {
	less := func(a, b leafAt) bool { return compareKeys(a.plotKey, b.plotKey) < 0 }
	return &plots{
		leaves: btree.NewBTreeGOptions(less, btree.Options{NoLocks: true}), owner: new(byte), serials: new(atomic.Uint64), touches: newTouches(),
	}
}

// copy returns plots that hold the same; changing either leaves the other as it is.
func (p *plots) copy() *plots {
	p.owner = new(byte)
	return &plots{p.leaves.Copy(), p.n, new(byte), p.serials, p.touches.copy()}
}

// newPlot makes the plot of a place that the columns have at a slot, false when it is not to be drawn.
func newPlot(c *columns, at slot, p *dealmap.Place) (plot, bool) {
	if at == 0 {
		return plot{}, false
	}
	r, e := c.at(at)
	if r == nil || !e.there {
		return plot{}, false
	}
	drawn := dealmap.NewPlot(p)
	return plot{drawn, plotKey{geo.ZOrder(e.x, e.y), drawn.Number(), at}, e.ground, e.terms, e.traits, e.seen}, true
}

// replace follows a slot from what it had to what it has.
func (p *plots) replace(before plot, was bool, after plot, is bool) {
	if was && (!is || before.plotKey != after.plotKey) {
		p.delete(before.plotKey)
	}
	if is {
		p.set(&after)
	}
}

// floor returns the leaf that a key is in, if any is.
func (p *plots) floor(key plotKey) (at leafAt) {
	p.leaves.Descend(leafAt{plotKey: key}, func(found leafAt) bool {
		at = found
		return false
	})
	return at
}

func (p *plots) newLeaf() *leaf { return &leaf{owner: p.owner, serial: p.serials.Add(1)} }

// writable returns a leaf that holds what another does and may be written to: that itself as long as nobody else can have read it.
func (p *plots) writable(l *leaf) *leaf {
	if l.owner == p.owner {
		return l
	}
	fresh := p.newLeaf()
	fresh.leafColumns = l.leafColumns
	return fresh
}

func (p *plots) set(one *plot) {
	at := p.floor(one.plotKey)
	if at.leaf == nil {
		at, _ = p.leaves.Min() // before the first, or the very first
	}
	if at.leaf == nil {
		l := p.newLeaf()
		l.fill([]*plot{one})
		p.n++
		p.leaves.Set(leafAt{one.plotKey, l})
		return
	}
	l := p.writable(at.leaf)
	i, found := l.search(one.plotKey)
	if !found && l.n == leafSize {
		behind := p.split(l)
		if i > l.n {
			p.leaves.Set(leafAt{at.plotKey, l})
			i, at, l = i-l.n, leafAt{behind.key(0), behind}, behind
		} else {
			p.leaves.Set(leafAt{behind.key(0), behind})
		}
	}
	if l.set(i, found, one); !found {
		p.n++
	}
	if i == 0 && !found {
		p.leaves.Delete(at)
	}
	p.leaves.Set(leafAt{l.key(0), l})
}

// split leaves the first half of a leaf in it and returns one with the other.
func (p *plots) split(l *leaf) (behind *leaf) {
	half := l.n / 2
	behind = p.newLeaf()
	behind.leafColumns = l.leafColumns
	behind.remove(0, half)
	l.remove(half, l.n)
	return behind
}

// A leaf that has fewer plots than fewestPlots takes in those of the next when they are mostJoined together at most: there is room to spare.
const fewestPlots, mostJoined = leafSize / 4, leafSize * 3 / 4

func (p *plots) delete(key plotKey) {
	at := p.floor(key)
	if at.leaf == nil {
		return
	}
	i, found := at.leaf.search(key)
	if !found {
		return
	}
	p.n--
	p.leaves.Delete(at)
	if at.leaf.n == 1 {
		return
	}
	l := p.writable(at.leaf)
	l.remove(i, i+1)
	if l.n < fewestPlots {
		p.join(l)
	}
	p.leaves.Set(leafAt{l.key(0), l})
}

// join takes the plots of the leaf behind a leaf into it, when there is room.
func (p *plots) join(l *leaf) {
	var behind leafAt
	p.leaves.Ascend(leafAt{plotKey: l.key(l.n - 1)}, func(next leafAt) bool {
		behind = next
		return false
	})
	if behind.leaf == nil || l.n+behind.leaf.n > mostJoined {
		return
	}
	p.leaves.Delete(behind)
	for i := range behind.leaf.n {
		one := behind.leaf.plot(i)
		l.set(l.n, false, &one)
	}
}

// fill puts plots, given by their places in the order of plots, into an empty one.
func (p *plots) fill(n int, at func(int) *plot) {
	p.n = n
	some := make([]*plot, 0, leafSize)
	for first := 0; first < n; first += leafSize {
		some = some[:0]
		for i := first; i < min(n, first+leafSize); i++ {
			some = append(some, at(i))
		}
		l := p.newLeaf()
		l.fill(some)
		p.leaves.Load(leafAt{l.key(0), l})
	}
}

// mostPassed is how many leaves between two ranges are passed over one after the other: looking for the next range from the root of the tree
// takes as long.
const mostPassed = 4

// within returns the leaves that may have plots in some ranges of positions, both in their order.
func (p *plots) within(ranges [][2]uint64) (leaves []*leaf) {
	for ended := false; len(ranges) > 0 && !ended; {
		from, passed := p.floor(plotKey{z: ranges[0][0]}), 0
		ended = true
		p.leaves.Ascend(leafAt{plotKey: from.plotKey}, func(at leafAt) bool {
			for at.z > ranges[0][1] {
				if ranges = ranges[1:]; len(ranges) == 0 {
					return false
				}
			}
			if at.leaf.z[at.leaf.n-1] < ranges[0][0] {
				passed++
				ended = passed < mostPassed
				return ended
			}
			passed = 0
			leaves = append(leaves, at.leaf)
			return true
		})
	}
	return leaves
}

// in yields the plots in some ranges of positions, both in their order, by their leaves and places in these, until yield returns false.
func (p *plots) in(ranges [][2]uint64, yield func(l *leaf, i int) bool) (goOn bool) {
	for _, l := range p.within(ranges) {
		ranges, goOn = l.cut(ranges, func(from, to int) bool {
			for i := from; i < to; i++ {
				if !yield(l, i) {
					return false
				}
			}
			return true
		})
		if !goOn {
			return false
		}
	}
	return true
}
