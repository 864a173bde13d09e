package tiles

import (
	"context"
	"fmt"
	"math"

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
	set.cells.Scan(func(cell dealmap.Cell, c *heatCell) bool {
		if !c.bound.Intersects(box) {
			return true
		}
		e.begin(stableNumber(cell.String()), typePolygon)
		e.number("count", uint64(c.count.Count))
		e.number("weight", uint64(c.count.Weight))
		e.number("width", uint64(dealmap.CellWidth(level)))
		for _, polygon := range c.area {
			p.polygon(polygon)
		}
		e.end()
		return true
	})
	return e.append(tile, LayerHeat), nil
}

// heat returns the hexagons of a snapshot, scope, filter and level, clipped to the territory that the filter names.
func (d *Drawer) heat(ctx context.Context, src Source, r *Request, level int) (*heatSet, error) {
	who := whose(r)
	var territories *geo.Territories
	if d.static.territories != nil && r.Filter.Territory != "" {
		territories = d.static.territories()
	}
	good := func(s *heatSet) bool { return s.territories == territories }
	d.counting.asked.Add(1)
	return derive(ctx, d, src, src.Seq(), fmt.Sprintf("heat %s %d %s", kin(src), level, who), good, func(before *heatSet) *heatSet {
		if from, ok := src.(CellRenewer); ok && before != nil && good(before) {
			if blocks, few := before.stale(from); few {
				d.counting.renewed.Add(1)
				return before.renewed(from, r, blocks)
			}
		}
		d.counting.whole.Add(1)
		return newHeatSet(src, r, level, territories)
	})
}

// heatCensus is what is counted by hexagon, by the rule that the filter makes.
func heatCensus(r *Request) (*dealmap.Census, dealmap.CountingRule) {
	rule, filter := dealmap.RuleOf(&r.Filter), r.Filter
	filter.Statuses, filter.Kinds = rule.Statuses, rule.Kinds
	return &dealmap.Census{Filter: filter}, rule
}

// tallied counts by hexagon what has no blocks.
func tallied(src Source, r *Request, level int) *dealmap.CellTally {
	census, rule := heatCensus(r)
	if c, ok := src.(Celler); ok {
		return c.Cells(r.Scope, census, level, rule)
	}
	tally := dealmap.NewCellTally(level, rule)
	src.Anchors(r.Scope, everywhere, func(s dealmap.Sight, anchor orb.Point) bool {
		if census.Filter.Match(s) {
			tally.Tell(s, anchor)
		}
		return true
	})
	return tally
}
