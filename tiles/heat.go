package tiles

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// heatPixels is about how wide a hexagon is on the screen in France, in pixels, as long as its level allows.
const heatPixels = 36

// heatLevel is the level of hexagons of a zoom: never finer than what those who see aggregates only may have, for heat is a
// consultation of no single place.
func heatLevel(z maptile.Zoom) int {
	const metresPerPixel = 40_075_017. / 256 * 0.69 // at zoom 0 and latitude 46.5°
	level := math.Round(math.Log2(heatPixels * metresPerPixel / math.Exp2(float64(z)) / dealmap.CellWidth(0)))
	return max(dealmap.TallyLevel, min(dealmap.MaxCellLevel, int(level)))
}

// heatSet is all hexagons of a level that hold something, by their address.
type heatSet struct {
	seq   dealmap.Seq
	cells []heatCell
}

type heatCell struct {
	cell  dealmap.Cell
	count dealmap.CellCount
	bound orb.Bound
	area  orb.MultiPolygon
}

func (s *heatSet) bytes() int { return cap(s.cells) * 300 }

func (d *Drawer) drawHeat(ctx context.Context, tile []byte, src Source, r *Request) ([]byte, error) {
	if !r.Scope.SeesAggregates() {
		return tile, nil
	}
	level := heatLevel(r.Tile.Z)
	set, err := d.heat(ctx, src, r, level)
	if err != nil {
		return nil, err
	}
	e := newLayerEncoder()
	defer e.release()
	p := pencil{frame: newFrame(r.Tile), tolerance: tolerance, e: e}
	box := bound(r.Tile, outlineBuffer)
	for i := range set.cells {
		c := &set.cells[i]
		if !c.bound.Intersects(box) {
			continue
		}
		e.begin(stableNumber(c.cell.String()), typePolygon)
		e.number("count", uint64(c.count.Count))
		e.number("weight", uint64(c.count.Weight))
		e.number("width", uint64(dealmap.CellWidth(level)))
		for _, polygon := range c.area {
			p.polygon(polygon)
		}
		e.end()
	}
	return e.append(tile, LayerHeat), nil
}

// heat returns the hexagons of a snapshot, scope, filter and level, clipped to the territory that the filter names.
func (d *Drawer) heat(ctx context.Context, src Source, r *Request, level int) (*heatSet, error) {
	who, err := whose(r)
	if err != nil {
		return nil, err
	}
	seq := src.Seq()
	current := func(v sized) bool { return v.(*heatSet).seq == seq }
	value, err := d.aggregates.renew(ctx, fmt.Sprintf("heat %s %d %s", kin(src), level, who), fmt.Sprint(seq), current, func(old sized) (sized, bool) {
		before, _ := old.(*heatSet)
		return d.newHeatSet(src, r, level), before == nil || before.seq < seq
	})
	if err != nil {
		return nil, err
	}
	return value.(*heatSet), nil
}

func (d *Drawer) newHeatSet(src Source, r *Request, level int) *heatSet {
	tally := cells(src, r, level)
	var window *geo.Window
	if d.static.territories != nil && r.Filter.Territory != "" {
		window, _ = d.static.territories().Window(r.Filter.Territory)
	}
	set := &heatSet{seq: src.Seq(), cells: make([]heatCell, 0, len(tally.Cells))}
	for cell, count := range tally.Cells {
		area := window.Cell(cell)
		set.cells = append(set.cells, heatCell{cell, count, area.Bound(), area})
	}
	slices.SortFunc(set.cells, func(a, b heatCell) int {
		if a.cell < b.cell {
			return -1
		}
		return 1
	})
	return set
}

// cells counts by hexagon, by the rule that the filter makes.
func cells(src Source, r *Request, level int) *dealmap.CellTally {
	rule, filter := dealmap.RuleOf(&r.Filter), r.Filter
	filter.Statuses, filter.Kinds = rule.Statuses, rule.Kinds
	if c, ok := src.(Celler); ok {
		return c.Cells(r.Scope, &dealmap.Census{Filter: filter}, level, rule)
	}
	tally := dealmap.NewCellTally(level, rule)
	src.Anchors(r.Scope, everywhere, func(s dealmap.Sight, anchor orb.Point) bool {
		if filter.Match(s) {
			tally.Tell(s, anchor)
		}
		return true
	})
	return tally
}
