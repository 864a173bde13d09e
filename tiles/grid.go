package tiles

import (
	"slices"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb/maptile"
	"github.com/tidwall/btree"
)

// cellBits is such that a cell is 1/8 of a tile: 32 px.
const cellBits = 3

// cell is what a square of the grid of a zoom holds.
type cell struct {
	sumX, sumY uint64
	counts
}

func (c *cell) centroid() (x, y int64) {
	return int64(c.sumX / uint64(c.all)), int64(c.sumY / uint64(c.all))
}

// grid has, of a zoom, the cells that hold something, by column << 32 | row.
type grid struct {
	shift  uint
	square uint // 0: spots stay where they are
	tree   *btree.Map[uint64, cell]
}

func newGrid(z maptile.Zoom, coarse bool, blocks *btree.Map[geo.Block, []bin]) *grid {
	g := &grid{shift: uint(32 - cellBits - z), tree: &btree.Map[uint64, cell]{}}
	if coarse {
		g.square = max(uint(27-min(z, 27)), finest) // 8 px
	}
	known := map[uint64]uint32{}
	var all []keyedCell
	n := uint32(0) // neighbours are often in the same cell
	blocks.Scan(func(_ geo.Block, bins []bin) bool {
		for i := range bins {
			key, x, y := g.place(&bins[i])
			if len(all) == 0 || all[n].key != key {
				var ok bool
				if n, ok = known[key]; !ok {
					n = uint32(len(all))
					known[key] = n
					all = append(all, keyedCell{key: key})
				}
			}
			all[n].sum(&bins[i].counts, x, y)
		}
		return true
	})
	slices.SortFunc(all, func(a, b keyedCell) int {
		if a.key < b.key {
			return -1
		}
		return 1
	})
	for i := range all {
		g.tree.Load(all[i].key, all[i].cell)
	}
	return g
}

type keyedCell struct {
	key uint64
	cell
}

func (c *cell) sum(n *counts, x, y uint64) {
	c.sumX += x * uint64(n.all)
	c.sumY += y * uint64(n.all)
	c.counts.add(n)
}

func (g *grid) copy() *grid { return &grid{g.shift, g.square, g.tree.Copy()} }

// place returns the cell of a bin, and where it counts in it.
func (g *grid) place(b *bin) (key, x, y uint64) {
	bx, by := b.x, b.y
	if g.square > 0 {
		bx, by = middle(bx, g.square), middle(by, g.square)
	}
	return uint64(bx>>g.shift)<<32 | uint64(by>>g.shift), uint64(bx), uint64(by)
}

func (g *grid) add(b *bin) {
	key, x, y := g.place(b)
	at, _ := g.tree.Get(key)
	at.sum(&b.counts, x, y)
	g.tree.Set(key, at)
}

func (g *grid) remove(b *bin) {
	key, x, y := g.place(b)
	at, _ := g.tree.Get(key)
	at.sumX -= x * uint64(b.all)
	at.sumY -= y * uint64(b.all)
	at.subtract(&b.counts)
	if at.all == 0 {
		g.tree.Delete(key)
		return
	}
	g.tree.Set(key, at)
}
