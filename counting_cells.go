package dealmap

import (
	"time"

	"github.com/paulmach/orb"
)

// CellCount is what is counted in one hexagon.
type CellCount struct{ Count, Weight int }

// CellTally counts observations by hexagon. Make one with [NewCellTally]; those of one level add up.
type CellTally struct {
	Level int
	Rule  CountingRule
	Cells map[Cell]CellCount
	// N is all that the rule counts, Unplaced those of them that are on no map.
	N, Unplaced int
}

// NewCellTally makes an empty tally of cells of a level. Places of which the viewer sees aggregates only count no finer than on
// TallyLevel.
func NewCellTally(level int, rule CountingRule) *CellTally {
	return &CellTally{Level: level, Rule: rule, Cells: map[Cell]CellCount{}}
}

// Add counts one observation, when the rule does.
func (t *CellTally) Add(o *Observation) {
	if f := &o.Features.Value; !t.Rule.Counts(f.Kind, f.Status) {
		return
	}
	t.N++
	if !o.Placed {
		t.Unplaced++
		return
	}
	cell := o.Cell.At(t.Level)
	c := t.Cells[cell]
	t.Cells[cell] = CellCount{c.Count + 1, c.Weight + o.Weight()}
}

// Merge adds what another tally of the same level counted of other places.
func (t *CellTally) Merge(o *CellTally) {
	t.N += o.N
	t.Unplaced += o.Unplaced
	for cell, n := range o.Cells {
		c := t.Cells[cell]
		t.Cells[cell] = CellCount{c.Count + n.Count, c.Weight + n.Weight}
	}
}

// Census says which places are counted, and as of when.
type Census struct {
	Filter Filter
	// Parts are the sub-territories that observations are told of by their index.
	Parts []TerritoryCode
	// AsOf asks for what was known at an earlier moment, and Day is the day of that moment: places that were hidden then are not
	// counted, nor those that are hidden now. The zero time asks for the present.
	AsOf time.Time
	Day  Date
}

// Tell adds one sight that counts at an anchor ([Sight.Anchor]).
func (t *CellTally) Tell(s Sight, anchor orb.Point) {
	o := Observation{Features: &Shared[Features]{Value: s.countedFeatures()}, Placed: true, Dated: true, Cell: CellOf(anchor)}
	if s.counts(fieldIntensity) {
		o.Intensity = uint8(s.place.Facts.Intensity)
	}
	if s.detail == Tallied {
		o.Cell = o.Cell.At(TallyLevel)
	}
	t.Add(&o)
}
