package tiles

import (
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb/maptile"
)

// statusKeys are the attributes that count a cluster's places by status, in the order of [dealmap.Statuses].
var statusKeys = [...]dealmap.Status{
	dealmap.Reported, dealmap.Active, dealmap.Disrupted, dealmap.Dormant, dealmap.Closed,
}

// cellBits is such that a cell is 1/8 of a tile: 32 px.
const cellBits = 3

// finest is the least width of the squares that positions are moved to the middle of, in the fixed point: about 1.7 km in France.
// What aggregates show is no consultation of single places, so that one that is alone in its cluster must not be found by it.
const finest = 18

// cell is what a square of the grid of a zoom holds.
type cell struct {
	sumX, sumY uint64
	geo.Counts
}

func (c *cell) centroid() (x, y int64) {
	return int64(c.sumX / uint64(c.All)), int64(c.sumY / uint64(c.All))
}

// grid is the cells of a zoom, for those who count.
type grid struct {
	count  counter
	z      maptile.Zoom
	square uint // the width of the squares that positions are moved to the middle of, 8 px at least
	coarse bool // false: they stay where they are, which is a coarse grid already
}

func newGrid(count counter, coarse bool, z maptile.Zoom) grid {
	return grid{count, z, max(uint(27-min(z, 27)), finest), coarse}
}

// shareCells has room for what a share of the map counts in a region, or in less.
type shareCells [regionSide * regionSide]cell

var sharesPool = sync.Pool{New: func() any { return new(shareCells) }}

// read adds up what counts in some empty cells, columns of so many rows, of a region or less.
func (g *grid) read(into []node, west, north, side int64) {
	shift := uint(32 - cellBits - g.z)
	var shares []*shareCells
	g.count(g.box(west, north, side), 32-g.square, func() func(x, y uint32, n *geo.Counts) {
		cells := sharesPool.Get().(*shareCells)
		shares = append(shares, cells)
		return func(x, y uint32, n *geo.Counts) {
			if g.coarse {
				x, y = middle(x, g.square), middle(y, g.square)
			}
			column, row := int64(x>>shift)-west, int64(y>>shift)-north
			if column >= 0 && column < side && row >= 0 && row < side {
				cells[column*side+row].add(x, y, n)
			}
		}
	})
	for _, cells := range shares {
		for i := range into {
			if one := &cells[i]; one.All > 0 {
				into[i].sumX += one.sumX
				into[i].sumY += one.sumY
				into[i].Add(&one.Counts)
				*one = cell{}
			}
		}
		sharesPool.Put(cells)
	}
	for i := range into {
		if p := &into[i]; p.All > 0 {
			p.key, p.role = uint64(west+int64(i)/side)<<32|uint64(north+int64(i)%side), open
			p.x, p.y = p.centroid()
		}
	}
}

// middle returns the middle of the square of 2^width that a position lies in, on one axis.
func middle(v uint32, width uint) uint32 { return v>>width<<width | 1<<(width-1) }

func (c *cell) add(x, y uint32, n *geo.Counts) {
	c.sumX += uint64(x) * uint64(n.All)
	c.sumY += uint64(y) * uint64(n.All)
	c.Add(n)
}
