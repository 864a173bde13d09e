package tiles

import (
	"maps"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/tidwall/btree"
)

// heatSet is all hexagons of a level that hold something, as of one entry of the journal, and what they are made of, by block. That of a later
// entry is made from it by counting those blocks again that were touched in between; the two share everything else.
type heatSet struct {
	lineage
	level       int
	territories *geo.Territories // that the areas were cut by
	window      *geo.Window

	mu     sync.Mutex // copying a tree changes it
	blocks *btree.Map[geo.Block, []geo.CellBin]
	cells  *btree.Map[dealmap.Cell, *heatCell]
}

// heatCell is never changed.
type heatCell struct {
	count dealmap.CellCount
	bound orb.Bound
	area  orb.MultiPolygon
}

func (s *heatSet) bytes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return 4096 + s.cells.Len()*350 + s.blocks.Len()*100
}

// newHeatSet counts a whole map.
func newHeatSet(src Source, r *Request, level int, territories *geo.Territories) *heatSet {
	set := &heatSet{
		lineage: lineage{seq: src.Seq()}, level: level, territories: territories,
		blocks: &btree.Map[geo.Block, []geo.CellBin]{}, cells: &btree.Map[dealmap.Cell, *heatCell]{},
	}
	if territories != nil {
		set.window, _ = territories.Window(r.Filter.Territory)
	}
	if from, ok := src.(CellRenewer); ok {
		census, rule := heatCensus(r)
		set.fill(from.CellBins(r.Scope, census, level, rule))
		return set
	}
	var bins []geo.CellBin
	for cell, count := range tallied(src, r, level).Cells {
		bins = append(bins, geo.CellBin{Cell: cell, CellCount: count})
	}
	set.fill(bins)
	return set
}

// fill sets an empty set to what was counted, by block.
func (s *heatSet) fill(bins []geo.CellBin) {
	cells := map[dealmap.Cell]*heatCell{}
	for i := range bins {
		c, ok := cells[bins[i].Cell]
		if !ok {
			c = s.newCell(bins[i].Cell)
			cells[bins[i].Cell] = c
		}
		c.count.Count += bins[i].Count
		c.count.Weight += bins[i].Weight
	}
	for _, cell := range slices.Sorted(maps.Keys(cells)) {
		s.cells.Load(cell, cells[cell])
	}
	eachBlock(bins, func(block geo.Block, bins []geo.CellBin) { s.blocks.Load(block, bins) })
}

func (s *heatSet) newCell(cell dealmap.Cell) *heatCell {
	area := s.window.Cell(cell)
	return &heatCell{area: area, bound: area.Bound()}
}

// eachBlock yields the runs of what is of the same block.
func eachBlock(list []geo.CellBin, yield func(geo.Block, []geo.CellBin)) {
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].Block == list[0].Block {
			n++
		}
		yield(list[0].Block, list[:n:n])
		list = list[n:]
	}
}

// put adds what was counted of blocks of which it has nothing. Nobody else may know the set yet.
func (s *heatSet) put(bins []geo.CellBin) {
	eachBlock(bins, func(block geo.Block, bins []geo.CellBin) {
		s.blocks.Set(block, bins)
		for _, b := range bins {
			s.change(b.Cell, b.Count, b.Weight)
		}
	})
}

// take removes what was counted of a block.
func (s *heatSet) take(block geo.Block) {
	bins, _ := s.blocks.Delete(block)
	for _, b := range bins {
		s.change(b.Cell, -b.Count, -b.Weight)
	}
}

func (s *heatSet) change(cell dealmap.Cell, count, weight int) {
	var next *heatCell
	if before, ok := s.cells.Get(cell); ok {
		next = new(*before)
	} else {
		next = s.newCell(cell)
	}
	next.count.Count += count
	next.count.Weight += weight
	if next.count.Count == 0 {
		s.cells.Delete(cell)
		return
	}
	s.cells.Set(cell, next)
}

func (s *heatSet) stale(src Renewer) ([]geo.Block, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.between(src, s.blocks.Len())
}

// renewed returns the set of a source that differs in some blocks.
func (s *heatSet) renewed(src CellRenewer, r *Request, blocks []geo.Block) *heatSet {
	s.mu.Lock()
	next := &heatSet{
		lineage: s.followed(src.Seq(), blocks), level: s.level, territories: s.territories, window: s.window,
		blocks: s.blocks.Copy(), cells: s.cells.Copy(),
	}
	s.mu.Unlock()
	census, rule := heatCensus(r)
	for _, block := range blocks {
		next.take(block)
	}
	next.put(src.CellBinsIn(r.Scope, census, s.level, rule, blocks))
	return next
}
