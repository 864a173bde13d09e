package tiles

import (
	"context"
	"fmt"
	"sync"

	"github.com/mesure5/dealmap/geo"
)

const (
	// regionBits is such that a region is 4 × 4 tiles with what their windows need around them: whoever looks at a map asks for several of them.
	regionBits = 2
	regionSide = cellsAcross<<regionBits + 2*windowMargin
)

// region is the cells in and around some tiles of a zoom, of what a scope may count under a filter, as of the last entry that changed anything
// there.
type region struct {
	lineage
	west, north int64  // the first column and row
	cells       []node // those that hold something, by column and then by row
	starts      [regionSide + 1]uint32
}

func (g *region) bytes() int { return 1024 + 80*cap(g.cells) }

// region returns the one that holds the window of a tile.
func (d *Drawer) region(ctx context.Context, src Source, r *Request, g grid) (*region, error) {
	first := func(v uint32) int64 { return int64(v>>regionBits<<regionBits)*cellsAcross - windowMargin }
	west, north := first(r.Tile.X), first(r.Tile.Y)
	of := touchedIn(src, g.box(west, north, regionSide).Beside())
	d.counting.asked.Add(1)
	good := func(*region) bool { return true }
	key := fmt.Sprintf("cells %s %d/%d/%d %s", kin(src), r.Tile.Z, west, north, whose(r))
	return derive(ctx, d, src, of, key, good, func(old *region) *region {
		made := &region{lineage: lineage{seq: of}, west: west, north: north}
		if old != nil && old.seq < of {
			if changed, few := old.changed(src, g); few {
				d.counting.renewed.Add(1)
				made.renew(old, g, changed)
				return made
			}
		}
		d.counting.whole.Add(1)
		made.fill(g)
		return made
	})
}

// changed returns the cells in which something may count otherwise now, on a later map, and whether they are few enough to be counted alone.
func (g *region) changed(src Source, of grid) (cells geo.Squares, few bool) {
	later, ok := src.(Renewer)
	if !ok {
		return cells, false
	}
	all := of.box(g.west, g.north, regionSide)
	near, some := all.Beside(), false
	for _, b := range later.TouchedAfter(g.seq) {
		// What lies in a block may count beside it, and what counts in a cell's square in any of the cells that the block has a part of.
		box := b.Squares()
		if !near.Meets(box) {
			continue
		}
		box = box.Beside().At(all.Level)
		if some {
			box = box.Union(cells)
		}
		cells, some = box, true
	}
	if !some {
		return geo.Squares{Level: all.Level, East: -1}, true
	}
	cells = cells.Intersection(all)
	return cells, max(cells.East-cells.West, cells.South-cells.North) < regionSide/2
}

// regionNodes has room for all cells of a region.
type regionNodes [regionSide * regionSide]node

var regionsPool = sync.Pool{New: func() any { return new(regionNodes) }}

// fill reads the cells of an empty region.
func (g *region) fill(from grid) {
	all := regionsPool.Get().(*regionNodes)
	from.read(all[:], g.west, g.north, regionSide)
	g.pack(all)
	regionsPool.Put(all)
}

// renew fills an empty region with the cells of another, and reads some of them.
func (g *region) renew(old *region, from grid, some geo.Squares) {
	if some.Empty() {
		g.cells, g.starts = old.cells, old.starts
		return
	}
	all, read := regionsPool.Get().(*regionNodes), regionsPool.Get().(*regionNodes)
	for _, p := range old.cells {
		if column, row := int64(p.key>>32), int64(uint32(p.key)); column < some.West || column > some.East || row < some.North || row > some.South {
			all[(column-g.west)*regionSide+row-g.north] = p
		}
	}
	side := max(some.East-some.West, some.South-some.North) + 1
	from.read(read[:side*side], some.West, some.North, side)
	for i := range read[:side*side] {
		column, row := some.West+int64(i)/side, some.North+int64(i)%side
		if column <= some.East && row <= some.South {
			all[(column-g.west)*regionSide+row-g.north] = read[i]
		}
		read[i] = node{}
	}
	g.pack(all)
	regionsPool.Put(all)
	regionsPool.Put(read)
}

// pack takes the cells that hold something out of all of a region, which is empty then.
func (g *region) pack(all *regionNodes) {
	n := 0
	for i := range all {
		if all[i].role != absent {
			n++
		}
	}
	g.cells = make([]node, 0, n)
	for i := range all {
		if i%regionSide == 0 {
			g.starts[i/regionSide] = uint32(len(g.cells))
		}
		if p := &all[i]; p.role != absent {
			g.cells = append(g.cells, *p)
			*p = node{}
		}
	}
	g.starts[regionSide] = uint32(n)
}

// window copies the cells of a window, columns of windowSide rows, into empty ones.
func (g *region) window(into []node, west, north int64) {
	for column := range int64(windowSide) {
		at := west + column - g.west
		for _, p := range g.cells[g.starts[at]:g.starts[at+1]] {
			if row := int64(uint32(p.key)) - north; row >= 0 && row < windowSide {
				into[column*windowSide+row] = p
			}
		}
	}
}

// box is some columns of as many rows.
func (g *grid) box(west, north, side int64) geo.Squares {
	return geo.Squares{Level: uint(g.z) + cellBits, West: west, North: north, East: west + side - 1, South: north + side - 1}
}
