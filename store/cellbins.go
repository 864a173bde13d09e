package store

import (
	"cmp"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// CellBins counts as Cells does, apart by the block in which the places lie. What has no position is left out. They come by block, then by
// cell.
func (s *Snapshot) CellBins(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) []geo.CellBin {
	return observe(s.columns, s.columns.workers(), &scope, c, func() *binTally { return newBinTally(level, rule) }).sorted()
}

// CellBinsIn is CellBins of some blocks only.
func (s *Snapshot) CellBinsIn(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule, blocks []geo.Block) []geo.CellBin {
	t := newBinTally(level, rule)
	o := newObserver(s.columns.classes, &scope, c)
	for _, block := range blocks {
		first, last := block.Positions()
		s.plots.in([][2]uint64{{first, last}}, func(l *leaf, n int) bool {
			part, i := s.columns.find(l.at[n])
			o.one(part, int(i), t.Add)
			return true
		})
	}
	return t.sorted()
}

// binTally counts observations by block and hexagon.
type binTally struct {
	level int
	rule  dealmap.CountingRule
	known map[binKey]int
	bins  []geo.CellBin
}

type binKey struct {
	block geo.Block
	cell  dealmap.Cell
}

func newBinTally(level int, rule dealmap.CountingRule) *binTally {
	return &binTally{level: level, rule: rule, known: map[binKey]int{}}
}

// Add counts one observation, when the rule does and it is on the map.
func (t *binTally) Add(o *dealmap.Observation) {
	if f := &o.Features.Value; !o.Placed || !t.rule.Counts(f.Kind, f.Status) {
		return
	}
	t.count(geo.CellBin{Block: geo.Block(o.Block), Cell: o.Cell.At(t.level), CellCount: dealmap.CellCount{Count: 1, Weight: o.Weight()}})
}

func (t *binTally) count(more geo.CellBin) {
	key := binKey{more.Block, more.Cell}
	i, known := t.known[key]
	if !known {
		t.known[key] = len(t.bins)
		t.bins = append(t.bins, more)
		return
	}
	t.bins[i].Count += more.Count
	t.bins[i].Weight += more.Weight
}

// Merge adds what another tally of the same level counted of other places.
func (t *binTally) Merge(o *binTally) {
	for _, more := range o.bins {
		t.count(more)
	}
}

func (t *binTally) sorted() []geo.CellBin {
	slices.SortFunc(t.bins, func(a, b geo.CellBin) int { return cmp.Or(cmp.Compare(a.Block, b.Block), cmp.Compare(a.Cell, b.Cell)) })
	return t.bins
}
