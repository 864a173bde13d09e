package tiles

import (
	"math/bits"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// statusKeys are the attributes that count a cluster's places by status, in the order of [dealmap.Statuses].
var statusKeys = [...]dealmap.Status{
	dealmap.Reported, dealmap.Active, dealmap.Disrupted, dealmap.Dormant, dealmap.Closed,
}

// counts is how many places there are, in all and by status.
type counts struct {
	all      uint32
	byStatus [len(statusKeys)]uint32
}

func (c *counts) add(o *counts) {
	c.all += o.all
	for k, n := range o.byStatus {
		c.byStatus[k] += n
	}
}

func (c *counts) subtract(o *counts) {
	c.all -= o.all
	for k, n := range o.byStatus {
		c.byStatus[k] -= n
	}
}

// bin is how many places of one block count at one position (geo.Spot).
type bin struct {
	x, y  uint32
	block geo.Block
	counts
}

// finest is the least width of the squares that spots are moved to the middle of, in the fixed point: about 1.7 km in France.
const finest = 18

// binner sums spots up by position. What aggregates show is no consultation of single places, so that one that is alone in its
// cluster must not be found by it: spots count in the middle of a square of the width finest.
type binner struct {
	// coarse says that the spots are positions of places, not of a coarse grid already.
	coarse bool
	bins   []bin
	slots  []uint32 // a hash table with linear probing: the index of the bin plus one, 0 when free
	last   uint32   // index plus one: neighbours come one after the other
}

// newBinner returns a binner for a whole map.
func newBinner(coarse bool) *binner {
	b := binners.Get().(*binner)
	b.coarse = coarse
	return b
}

// mostPooledBins is how many a binner may have had room for and still be kept: some 36 MB.
const mostPooledBins = 1 << 20

var binners = sync.Pool{New: func() any { return &binner{slots: make([]uint32, 1<<10)} }}

// release gives back the room of a binner, whose bins are then no longer good.
func (b *binner) release() {
	if cap(b.bins) > mostPooledBins {
		return
	}
	clear(b.slots)
	b.bins, b.last = b.bins[:0], 0
	binners.Put(b)
}

func (b *binner) add(some []geo.Spot) {
	for i := range some {
		s := &some[i]
		x, y := s.X, s.Y
		if b.coarse {
			x, y = middle(x, finest), middle(y, finest)
		}
		at := b.at(x, y, s.Block)
		at.all++
		if int(s.Status) < len(at.byStatus) {
			at.byStatus[s.Status]++
		}
	}
}

// middle returns the middle of the square of 2^width that a position lies in, on one axis.
func middle(v uint32, width uint) uint32 { return v>>width<<width | 1<<(width-1) }

// at returns the counts of a position, good until the next call.
func (b *binner) at(x, y uint32, block geo.Block) *counts {
	is := func(n uint32) bool {
		known := &b.bins[n-1]
		return known.x == x && known.y == y && known.block == block
	}
	if b.last != 0 && is(b.last) {
		return &b.bins[b.last-1].counts
	}
	i := b.slot(x, y, block)
	for ; b.slots[i] != 0; i = (i + 1) & (len(b.slots) - 1) {
		if is(b.slots[i]) {
			b.last = b.slots[i]
			return &b.bins[b.last-1].counts
		}
	}
	b.bins = append(b.bins, bin{x: x, y: y, block: block})
	b.last = uint32(len(b.bins))
	b.slots[i] = b.last
	if 2*len(b.bins) > len(b.slots) {
		b.grow()
	}
	return &b.bins[b.last-1].counts
}

// slot mixes a position (Fibonacci hashing).
func (b *binner) slot(x, y uint32, block geo.Block) int {
	key := uint64(x)<<32 | uint64(y)
	key ^= key>>29 ^ uint64(block)<<11
	return int(key * 0x9e3779b97f4a7c15 >> (64 - bits.TrailingZeros(uint(len(b.slots)))))
}

func (b *binner) grow() {
	b.slots = make([]uint32, 4*len(b.slots))
	for n := range b.bins {
		at := &b.bins[n]
		i := b.slot(at.x, at.y, at.block)
		for b.slots[i] != 0 {
			i = (i + 1) & (len(b.slots) - 1)
		}
		b.slots[i] = uint32(n + 1)
	}
}

// byBlock yields bins block after block, in the order of blocks.
func byBlock(bins []bin, yield func(geo.Block, []bin)) {
	eachBlock(sortedByBlock(sortedByBlock(bins, 0), blockDigits), func(b *bin) geo.Block { return b.block }, yield)
}

// eachBlock yields the runs of what is of the same block.
func eachBlock[T any](list []T, block func(*T) geo.Block, yield func(geo.Block, []T)) {
	for len(list) > 0 {
		n := 1
		for n < len(list) && block(&list[n]) == block(&list[0]) {
			n++
		}
		yield(block(&list[0]), list[:n:n])
		list = list[n:]
	}
}

// blockDigits is half of the bits of a block.
const blockDigits = geo.BlockLevel

// sortedByBlock returns bins sorted by some bits of their blocks, otherwise in the order that they had: a pass of a radix sort.
func sortedByBlock(bins []bin, from uint) []bin {
	var next [1 << blockDigits]uint32
	digits := func(b *bin) uint32 { return uint32(b.block) >> from % (1 << blockDigits) }
	for i := range bins {
		next[digits(&bins[i])]++
	}
	at := uint32(0)
	for i, n := range next {
		next[i] = at
		at += n
	}
	sorted := make([]bin, len(bins))
	for i := range bins {
		d := digits(&bins[i])
		sorted[next[d]] = bins[i]
		next[d]++
	}
	return sorted
}
