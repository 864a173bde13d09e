package tiles

import (
	"context"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb/maptile"
	"github.com/tidwall/btree"
)

// aggregate is all that a scope may count under a filter, as of one entry of the journal: by block, and by the cells of those zooms that
// were asked for. That of a later entry is made from it by counting those blocks again that were touched in between; the two
// share everything else.
type aggregate struct {
	lineage
	coarse bool

	mu     sync.Mutex // copying a tree changes it
	blocks *btree.Map[geo.Block, []bin]
	bins   int
	zooms  [MaxZoom + 1]*grid
}

// bytes grows with the zooms that are asked for.
func (a *aggregate) bytes() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	const aBin, aBlock, aCell = 36, 48, 88 // trees take more than what is in them
	size := 4096 + a.bins*aBin + a.blocks.Len()*aBlock
	for _, c := range a.zooms {
		if c != nil {
			size += c.tree.Len() * aCell
		}
	}
	return size
}

// newAggregate counts a whole map.
func newAggregate(src Source, r *Request) *aggregate {
	coarse := r.Scope.SeesPoints()
	var shares []*binner
	eachSpot(src, r.Scope, &r.Filter, func() func([]geo.Spot) {
		share := newBinner(coarse)
		shares = append(shares, share)
		return share.add
	})
	// Positions that two shares have stay apart: cells add them up anyway.
	size := 0
	for _, share := range shares {
		size += len(share.bins)
	}
	all := make([]bin, 0, size)
	for _, share := range shares {
		all = append(all, share.bins...)
		share.release()
	}
	return assembled(src.Seq(), coarse, all)
}

// assembled makes one of bins, in any order.
func assembled(seq dealmap.Seq, coarse bool, bins []bin) *aggregate {
	a := &aggregate{lineage: lineage{seq: seq}, coarse: coarse, blocks: &btree.Map[geo.Block, []bin]{}, bins: len(bins)}
	byBlock(bins, func(block geo.Block, bins []bin) { a.blocks.Load(block, bins) })
	return a
}

// stale returns the blocks that may differ between the aggregate and a source, false when that is not known or too much.
func (a *aggregate) stale(src Renewer) ([]geo.Block, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.between(src, a.blocks.Len())
}

// renewed returns the aggregate of a source that differs in some blocks.
func (a *aggregate) renewed(src Renewer, r *Request, blocks []geo.Block) *aggregate {
	a.mu.Lock()
	next := &aggregate{lineage: a.followed(src.Seq(), blocks), coarse: a.coarse, blocks: a.blocks.Copy(), bins: a.bins}
	for z, g := range a.zooms {
		if g != nil {
			next.zooms[z] = g.copy()
		}
	}
	a.mu.Unlock()
	src.GatherBlocks(r.Scope, &r.Filter, blocks, func(block geo.Block, some []geo.Spot) {
		b := &binner{coarse: a.coarse, slots: make([]uint32, 1<<5)} // those that have room for a whole map take long to empty
		b.add(some)
		next.put(block, b.bins)
	})
	return next
}

// put counts a block as it is now. Nobody else may know the aggregate yet.
func (a *aggregate) put(block geo.Block, bins []bin) {
	before, _ := a.blocks.Get(block)
	for _, c := range a.zooms {
		if c == nil {
			continue
		}
		for i := range before {
			c.remove(&before[i])
		}
		for i := range bins {
			c.add(&bins[i])
		}
	}
	a.bins += len(bins) - len(before)
	if len(bins) == 0 {
		a.blocks.Delete(block)
		return
	}
	a.blocks.Set(block, bins)
}

// grid returns that of a zoom, and whether it was made for this.
func (a *aggregate) grid(z maptile.Zoom) (g *grid, made bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.zooms[z] == nil {
		a.crowd(z)
		a.zooms[z], made = newGrid(z, a.coarse, a.blocks), true
	}
	return a.zooms[z], made
}

// mostGrids bounds the zooms that are kept of one aggregate: whoever looks moves between neighbouring ones.
const mostGrids = 6

// crowd lets go of the grid whose zoom is furthest from another that is to be kept, when there are too many.
func (a *aggregate) crowd(z maptile.Zoom) {
	kept, furthest, distance := 0, 0, -1
	for other, g := range a.zooms {
		if g == nil {
			continue
		}
		kept++
		if d := max(other-int(z), int(z)-other); d > distance {
			furthest, distance = other, d
		}
	}
	if kept >= mostGrids {
		a.zooms[furthest] = nil
	}
}

// grid returns, of what the scope and the filter of a request may count on a map, the grid of the request's zoom.
func (d *Drawer) grid(ctx context.Context, src Source, r *Request) (*grid, error) {
	who := whose(r)
	d.counting.asked.Add(1)
	key := "aggregate " + kin(src) + " " + who
	good := func(*aggregate) bool { return true }
	all, err := derive(ctx, d, src, key, good, func(before *aggregate) *aggregate {
		if from, ok := src.(Renewer); ok && before != nil {
			if blocks, few := before.stale(from); few {
				d.counting.renewed.Add(1)
				return before.renewed(from, r, blocks)
			}
		}
		d.counting.whole.Add(1)
		return newAggregate(src, r)
	})
	if err != nil {
		return nil, err
	}
	g, made := all.grid(r.Tile.Z)
	if made {
		d.aggregates.weigh(key, all)
	}
	return g, nil
}
