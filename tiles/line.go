package tiles

import (
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/maptile"
)

// lineBuffer is how far around a tile links are drawn too, in units: as far as the places at their ends.
const lineBuffer = pointBuffer

// lineClip is the tile with its buffer, in units.
var lineClip = orb.Bound{Min: orb.Point{-lineBuffer, -lineBuffer}, Max: orb.Point{extent + lineBuffer, extent + lineBuffer}}

// linePen draws arcs. They are shaped on Mercator's unit square, by their ends alone, and then brought to the tile and clipped, so that what
// crosses from one tile to the next fits.
type linePen struct {
	pencil
	// box is the tile with its buffer on Mercator's unit square.
	box orb.Bound
}

func newLinePen(t maptile.Tile) *linePen {
	f := newFrame(t)
	p := &linePen{pencil: pencil{frame: f}}
	// A unit more: what is found is clipped in units.
	p.box = orb.Bound{
		Min: orb.Point{(f.west - lineBuffer - 1) / f.scale, (f.north - lineBuffer - 1) / f.scale},
		Max: orb.Point{(f.west + extent + lineBuffer + 1) / f.scale, (f.north + extent + lineBuffer + 1) / f.scale},
	}
	return p
}

// holds reports whether a point lies in the tile proper: it does in exactly one tile of a zoom.
func (p *linePen) holds(at orb.Point) bool {
	x, y, ok := p.frame.cell(at)
	return ok && within(x, y, 0)
}

// arc draws what lies in the tile of an arc, in its direction, and reports whether that is anything.
func (p *linePen) arc(e *layerEncoder, from, to orb.Point, bow float64) bool {
	p.points = geo.AppendArc(p.points[:0], from, to, bow)
	whole := true
	for i, at := range p.points {
		p.points[i] = orb.Point{at[0]*p.frame.scale - p.frame.west, at[1]*p.frame.scale - p.frame.north}
		whole = whole && lineClip.Contains(p.points[i])
	}
	if whole { // as most are: clipping would copy it
		if p.round(p.points); len(p.units) >= 2 {
			e.line(p.units)
			return true
		}
		return false
	}
	drawn := false
	for _, piece := range clip.LineString(lineClip, p.points) {
		if p.round(piece); len(p.units) >= 2 {
			e.line(p.units)
			drawn = true
		}
	}
	return drawn
}
