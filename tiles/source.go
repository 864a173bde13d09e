package tiles

import (
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// Source is what is drawn from: one immutable snapshot of the map.
type Source interface {
	// Seq tells snapshots of one journal apart: equal sequences, equal snapshots.
	Seq() dealmap.Seq
	// Box yields, in any order, what the scope sees of every place whose position it sees (Sight.Position) and that lies
	// in the box (WGS 84, borders included), until yield returns false.
	Box(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight) bool)
	// Anchors yields, in any order, what the scope may count (Sight.Anchor) with its anchor in the box, until yield
	// returns false.
	Anchors(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight, orb.Point) bool)
	// LinkBox yields, in any order, every link that the scope is told of and the filter lets through, both of whose ends have a position that it
	// sees and whose arcs (geo.ArcBound) may cross a box on Mercator's unit square, until yield returns false. Of links between the same two places it
	// yields all or none.
	LinkBox(scope dealmap.Scope, f *dealmap.LinkFilter, box orb.Bound, yield func(dealmap.LinkSight) bool)
	// FlowTable counts the links that the scope may count and the filter lets through by the territories of a level.
	FlowTable(scope dealmap.Scope, f *dealmap.LinkFilter, level dealmap.Level) dealmap.FlowTable
}

// Counter is a Source that counts what lies in a part of the map faster than it yields it. One that does not implement it is asked for all its
// Anchors.
type Counter interface {
	Source
	// Counts yields how many of the sights that Anchors yields and the filter lets through count where in a box (geo.Fixed), positions in
	// parts and in no order; what counts at its own position counts in the middle of its square of a level, and n is only good until yield
	// returns. It may go through the map in several shares at once: for each it calls begin, one after the other, and then what that returned.
	Counts(scope dealmap.Scope, filter *dealmap.Filter, box geo.Squares, level uint, begin func() (yield func(x, y uint32, n *geo.Counts)))
}

// Renewer is a Source that knows where the map changed, so that what was made of it is renewed there only.
type Renewer interface {
	Source
	// TouchedAfter returns the blocks in which an entry of the journal after another, up to the source's own, changed anything about a
	// place that lies, or lay before that entry, in them, whoever may see it.
	TouchedAfter(seq dealmap.Seq) []geo.Block
}

// Plotter is a Source that yields places to be drawn one by one faster than Box. One that does not implement it is asked for its Box.
type Plotter interface {
	Source
	// Points yields what the scope sees of every place whose position lies in a box and that the filter lets through, with the position
	// (geo.Fixed), by geo.ZOrder and then by the numbers of their ids, until yield returns false; a sight is only good until then.
	Points(scope dealmap.Scope, filter *dealmap.Filter, box geo.Squares, yield func(x, y uint32, p *dealmap.PointSight) bool)
}

// Celler is a Source that counts by hexagon faster than it yields.
type Celler interface {
	Source
	// Cells counts, by the hexagons of a level, every sight that Anchors yields and the census' filter lets through.
	Cells(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) *dealmap.CellTally
}

// CellRenewer is a Celler that knows where the map changed.
type CellRenewer interface {
	Celler
	Renewer
	// CellBins counts what Cells counts of places with a position, apart by the block in which they lie; by block and then by cell.
	CellBins(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) []geo.CellBin
	// CellBinsIn is CellBins of some blocks only.
	CellBinsIn(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule, blocks []geo.Block) []geo.CellBin
}

// everywhere is a box that holds all anchors.
var everywhere = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
