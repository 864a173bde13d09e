package tiles

import (
	"cmp"
	"slices"
	"sync"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb/maptile"
)

// Clustering has two steps. Anchors are gathered into the cells, 32 px wide, of a grid that covers the world at that zoom.
// Then, biggest first, each cell takes in all cells that are not taken yet and whose centroid is nearer than
// [ClusterSpacing]. A cluster is drawn at the centroid of the cell that it began with, its head, which does not move: so clusters
// are never nearer to each other than that.
//
// A cell is a head exactly when no bigger head is nearer than that, so that whether it is one depends on bigger cells near it only, and
// those on bigger ones near them: a tile looks as far as that leads, seldom more than a few cells, and neighbouring tiles agree as if the
// whole map had been clustered at once.
const (
	// ClusterSpacing is the least distance between two clusters, in pixels.
	ClusterSpacing = 56
	// reach is how many cells away a centroid nearer than ClusterSpacing may lie: ⌈56/32⌉.
	reach = 2
	// clusterBuffer is how far around a tile clusters are drawn too, in units: 40 px, wider than the largest symbol.
	clusterBuffer = 40 * unitsPerPixel
	// cellsAcross is how many cells a tile is wide, cellMargin how many around it its buffer touches.
	cellsAcross = 1 << cellBits
	cellMargin  = (clusterBuffer + extent/cellsAcross - 1) / (extent / cellsAcross)
)

// cluster is what a head took in.
type cluster struct {
	key  uint64 // of the head: column << 32 | row
	own  uint32 // places in the head alone
	x, y int64
	geo.Counts
}

// number is the stable id of a cluster: 53 bits mixed from zoom and head.
func (c *cluster) number(z maptile.Zoom) uint64 {
	return max(1, mixed(c.key^uint64(z+1)<<58)&(1<<53-1))
}

// mixed is the finalizer of SplitMix64 (Steele, Lea and Flood 2014): different keys give different numbers, in no order.
func mixed(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// unit places a cluster in a tile's own units, floored like every position.
func (c *cluster) unit(t maptile.Tile) unit {
	width := uint(32 - t.Z)
	x, y := c.x-int64(t.X)<<width, c.y-int64(t.Y)<<width
	// A tile is 2^12 units and 2^width of the fixed point.
	if width >= 12 {
		return unit{int32(x >> (width - 12)), int32(y >> (width - 12))}
	}
	return unit{int32(x << (12 - width)), int32(y << (12 - width))}
}

// windowMargin is how many cells around a tile are read at once: those that its buffer touches, those that heads there take in, those
// that may have taken these before, and some that the answer to that depends on. What lies further away is read one by one.
const (
	windowMargin = cellMargin + 2*reach + 4
	windowSide   = cellsAcross + 2*windowMargin
)

// field clusters the cells around a tile.
type field struct {
	grid
	spacing     int64 // squared, in the fixed point
	west, north int64 // the first column and row of the window
	window      [windowSide * windowSide]node
	around      geo.Squares // all that was read
	// beyond has the cells outside the window that were asked for, read with those around them: those of one tile together.
	beyond map[uint64]*[cellsAcross * cellsAcross]node
}

// node is a cell in a field.
type node struct {
	x, y int64
	key  uint64
	role role
	cell
}

type role uint8

const (
	absent role = iota // it holds nothing
	open               // it is not known yet
	head
	taken
)

var fields = sync.Pool{New: func() any { return &field{beyond: map[uint64]*[cellsAcross * cellsAcross]node{}} }}

// newField reads the window of a tile from the region that holds it.
func newField(g grid, from *region, t maptile.Tile) *field {
	f := fields.Get().(*field)
	f.grid = g
	spacing := int64(ClusterSpacing) << (24 - t.Z)
	f.spacing = spacing * spacing
	f.west, f.north = int64(t.X)*cellsAcross-windowMargin, int64(t.Y)*cellsAcross-windowMargin
	from.window(f.window[:], f.west, f.north)
	f.around = g.box(f.west, f.north, windowSide)
	return f
}

func (f *field) release() {
	clear(f.window[:])
	clear(f.beyond)
	f.grid = grid{}
	fields.Put(f)
}

// at returns the cell of a column and row.
func (f *field) at(column, row int64) *node {
	if c, r := column-f.west, row-f.north; c >= 0 && c < windowSide && r >= 0 && r < windowSide {
		return &f.window[c*windowSide+r]
	}
	if column < 0 || row < 0 {
		return &nowhere
	}
	west, north := column/cellsAcross*cellsAcross, row/cellsAcross*cellsAcross
	key := uint64(west)<<32 | uint64(north)
	part, known := f.beyond[key]
	if !known {
		part = new([cellsAcross * cellsAcross]node)
		f.read(part[:], west, north, cellsAcross)
		f.around = f.around.Union(f.box(west, north, cellsAcross))
		f.beyond[key] = part
	}
	return &part[(column-west)*cellsAcross+row-north]
}

// nowhere is beyond the edge of the world. It is never written to.
var nowhere node

// near yields the cells whose centroids are nearer than the spacing to that of a cell, until yield returns false.
func (f *field) near(p *node, yield func(*node) bool) {
	column, row := int64(p.key>>32), int64(uint32(p.key))
	west, north := column-reach-f.west, row-reach-f.north
	inside := west >= 0 && north >= 0 && west+2*reach < windowSide && north+2*reach < windowSide
	for c := range int64(2*reach + 1) {
		for r := range int64(2*reach + 1) {
			var o *node
			if inside {
				o = &f.window[(west+c)*windowSide+north+r]
			} else {
				o = f.at(column-reach+c, row-reach+r)
			}
			if o.role == absent || o == p {
				continue
			}
			if dx, dy := o.x-p.x, o.y-p.y; dx*dx+dy*dy < f.spacing && !yield(o) {
				return
			}
		}
	}
}

// bigger orders cells as they become heads. Equal ones come in no order of the map: a chain of them, each of which depends on the next, is
// short.
func bigger(a, b *node) bool {
	return a.All > b.All || a.All == b.All && mixed(a.key) < mixed(b.key)
}

// isHead reports whether a cell is a head.
func (f *field) isHead(p *node) bool {
	if p.role == open {
		// Bigger cells only are asked in turn, so that this ends.
		role := head
		f.near(p, func(o *node) bool {
			if bigger(o, p) && f.isHead(o) {
				role = taken
			}
			return role == head
		})
		p.role = role
	}
	return p.role == head
}

// takenBy returns the head that took a cell: of those near it, the biggest.
func (f *field) takenBy(p *node) (by *node) {
	f.near(p, func(o *node) bool {
		if (by == nil || bigger(o, by)) && f.isHead(o) {
			by = o
		}
		return true
	})
	return by
}

// clusters returns the clusters of a tile with its buffer, the biggest first.
func (f *field) clusters(t maptile.Tile) []cluster {
	const side = cellsAcross + 2*cellMargin
	west, north := int64(t.X)*cellsAcross-cellMargin, int64(t.Y)*cellsAcross-cellMargin
	var all []cluster
	var numbers [side * side]int // of the clusters by their heads, from 1
	for c := range int64(side) {
		for r := range int64(side) {
			if p := f.at(west+c, north+r); p.role != absent && f.isHead(p) {
				all = append(all, cluster{p.key, p.All, p.x, p.y, p.Counts})
				numbers[c*side+r] = len(all)
			}
		}
	}
	// A head takes in what lies up to so many cells around it.
	for c := int64(-reach); c < side+reach; c++ {
		for r := int64(-reach); r < side+reach; r++ {
			p := f.at(west+c, north+r)
			if p.role == absent || f.isHead(p) {
				continue
			}
			by := f.takenBy(p).key
			if column, row := int64(by>>32)-west, int64(uint32(by))-north; column >= 0 && column < side && row >= 0 && row < side {
				all[numbers[column*side+row]-1].Add(&p.Counts)
			}
		}
	}
	slices.SortFunc(all, func(a, b cluster) int {
		return cmp.Or(cmp.Compare(b.All, a.All), cmp.Compare(b.own, a.own), cmp.Compare(a.key, b.key))
	})
	return all
}
