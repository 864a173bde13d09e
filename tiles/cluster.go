package tiles

import (
	"cmp"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb/maptile"
)

// Clustering has two steps. Anchors are gathered into the cells, 32 px wide, of a grid that covers the world at that zoom.
// Then, biggest first, each cell takes in all cells that are not taken yet and whose centroid is nearer than
// [ClusterSpacing]. A cluster is drawn at the centroid of the cell that it began with, which does not move: so clusters
// are never nearer to each other than that. Because every
// cluster depends on the bigger ones around it, the whole map is clustered at once, and neighbouring tiles agree.
const (
	// ClusterSpacing is the least distance between two clusters, in pixels.
	ClusterSpacing = 56
	// cellBits is such that a cell is 1/8 of a tile: 32 px.
	cellBits = 3
	// reach is how many cells away a centroid nearer than ClusterSpacing may lie: ⌈56/32⌉.
	reach = 2
	// clusterBuffer is how far around a tile clusters are drawn too, in units: 40 px, wider than the largest symbol.
	clusterBuffer = 40 * unitsPerPixel
)

// statusKeys are the attributes that count a cluster's places by status, in the order of [dealmap.Statuses].
var statusKeys = [...]dealmap.Status{
	dealmap.Reported, dealmap.Active, dealmap.Disrupted, dealmap.Dormant, dealmap.Closed,
}

// group is what a cell of the grid holds, and then what a cluster holds.
type group struct {
	key        uint64 // column << 32 | row
	sumX, sumY uint64 // of the cell alone
	own        uint32 // count of the cell alone
	count      uint32
	byStatus   [len(statusKeys)]uint32
}

func (g *group) centroid() (x, y int64) {
	return int64(g.sumX / uint64(g.own)), int64(g.sumY / uint64(g.own))
}

// clusterSet is all clusters of a zoom, the biggest first.
type clusterSet struct {
	seq    dealmap.Seq
	zoom   maptile.Zoom
	groups []group
	cells  cellTable
}

func (s *clusterSet) bytes() int { return cap(s.groups)*56 + len(s.cells.slots)*4 }

// finest is the least width of the squares that spots are moved to the middle of, in the fixed point: about 1.7 km in France.
const finest = 18

// grid sums spots up by cell. What aggregates show is no consultation of single places, so that one that is alone in its
// cluster must not be found by it: spots count in the middle of a square of 8 px, or of
// finest when that is wider.
type grid struct {
	shift  uint
	square uint // 0: spots stay where they are
	groups []group
	table  cellTable
}

// newGrid makes the grid of a zoom. coarse says that the spots are positions of places, not of a coarse grid already.
func newGrid(z maptile.Zoom, coarse bool) *grid {
	g := &grid{shift: uint(32 - cellBits - z), table: newCellTable(64)}
	if coarse {
		g.square = max(uint(27-min(z, 27)), finest)
	}
	return g
}

func (g *grid) middle(v uint32) uint32 {
	if g.square == 0 {
		return v
	}
	return v>>g.square<<g.square | 1<<(g.square-1)
}

func (g *grid) add(some []geo.Spot) {
	for _, s := range some {
		s.X, s.Y = g.middle(s.X), g.middle(s.Y)
		key := uint64(s.X>>g.shift)<<32 | uint64(s.Y>>g.shift)
		i, found := g.table.find(key, g.groups)
		if !found {
			i = uint32(len(g.groups))
			g.groups = append(g.groups, group{key: key})
			g.table.add(key, i, g.groups)
		}
		cell := &g.groups[i]
		cell.sumX += uint64(s.X)
		cell.sumY += uint64(s.Y)
		cell.own++
		if int(s.Status) < len(cell.byStatus) {
			cell.byStatus[s.Status]++
		}
	}
}

// join adds what another grid of the same zoom holds.
func (g *grid) join(other *grid) {
	if len(g.groups) == 0 {
		*g = *other
		return
	}
	for i := range other.groups {
		more := &other.groups[i]
		at, found := g.table.find(more.key, g.groups)
		if !found {
			g.groups = append(g.groups, *more)
			g.table.add(more.key, uint32(len(g.groups)-1), g.groups)
			continue
		}
		cell := &g.groups[at]
		cell.sumX, cell.sumY, cell.own = cell.sumX+more.sumX, cell.sumY+more.sumY, cell.own+more.own
		for k, n := range more.byStatus {
			cell.byStatus[k] += n
		}
	}
}

// newClusterSet clusters what a grid holds.
func newClusterSet(g *grid, z maptile.Zoom, seq dealmap.Seq) *clusterSet {
	cells, table := g.groups, &g.table
	for i := range cells {
		cells[i].count = cells[i].own
	}
	order := make([]uint32, len(cells))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		if c := cmp.Compare(cells[b].own, cells[a].own); c != 0 {
			return c
		}
		return cmp.Compare(cells[a].key, cells[b].key)
	})
	spacing := int64(ClusterSpacing) << (24 - z)
	taken := make([]bool, len(cells))
	set := &clusterSet{seq: seq, zoom: z}
	for _, i := range order {
		if taken[i] {
			continue
		}
		head := cells[i]
		x, y := head.centroid()
		eachCellAround(head.key, reach, func(key uint64) {
			j, found := table.find(key, cells)
			if !found || j == i || taken[j] {
				return
			}
			other := &cells[j]
			ox, oy := other.centroid()
			if dx, dy := ox-x, oy-y; dx*dx+dy*dy >= spacing*spacing {
				return
			}
			taken[j] = true
			head.count += other.own
			for k, n := range other.byStatus {
				head.byStatus[k] += n
			}
		})
		set.groups = append(set.groups, head)
	}
	slices.SortStableFunc(set.groups, func(a, b group) int { return cmp.Compare(b.count, a.count) })
	set.groups = slices.Clip(set.groups)
	set.cells = newCellTable(len(set.groups))
	for i := range set.groups {
		set.cells.add(set.groups[i].key, uint32(i), set.groups)
	}
	return set
}

// eachCellAround visits the cell and its neighbours within a number of cells. Keys beyond the world's edge hold nothing.
func eachCellAround(key uint64, reach int64, visit func(key uint64)) {
	column, row := int64(key>>32), int64(uint32(key))
	for c := max(0, column-reach); c <= column+reach; c++ {
		for r := max(0, row-reach); r <= row+reach; r++ {
			visit(uint64(c)<<32 | uint64(r))
		}
	}
}

// in returns the clusters of a tile with its buffer, the biggest first.
func (s *clusterSet) in(t maptile.Tile) []uint32 {
	const side = 1 << cellBits
	const margin = (clusterBuffer + extent/side - 1) / (extent / side)
	var found []uint32
	west, north := int64(t.X)*side, int64(t.Y)*side
	for c := max(0, west-margin); c < west+side+margin; c++ {
		for r := max(0, north-margin); r < north+side+margin; r++ {
			if i, ok := s.cells.find(uint64(c)<<32|uint64(r), s.groups); ok {
				found = append(found, i)
			}
		}
	}
	slices.Sort(found)
	return found
}

// unit places a group in a tile's own units, floored like every position.
func (g *group) unit(t maptile.Tile) unit {
	x, y := g.centroid()
	width := uint(32 - t.Z)
	x -= int64(t.X) << width
	y -= int64(t.Y) << width
	// A tile is 2^12 units and 2^width of the fixed point.
	if width >= 12 {
		return unit{int32(x >> (width - 12)), int32(y >> (width - 12))}
	}
	return unit{int32(x << (12 - width)), int32(y << (12 - width))}
}

// number is the stable id of the cluster that begins with a cell: 53 bits mixed from zoom and cell (SplitMix64).
func (s *clusterSet) number(g *group) uint64 {
	h := g.key ^ uint64(s.zoom+1)<<58
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return max(1, (h^h>>31)&(1<<53-1))
}
