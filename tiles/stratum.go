package tiles

import (
	"cmp"
	"math"
	"slices"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/clip"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"
	"github.com/paulmach/orb/simplify"
	"github.com/tidwall/rtree"
)

const (
	// outlineBuffer is how far around a tile outlines reach, in units: 8 px, wider than any border, so that the edges that
	// clipping makes along the tile's side are never seen.
	outlineBuffer = 8 * unitsPerPixel
	// tolerance is how far a simplified outline may lie from the true one, in units: half a pixel.
	tolerance = unitsPerPixel / 2
	// exactFrom is the zoom from which outlines are simplified by no more than a unit: clients enlarge its tiles.
	exactFrom = 14
	// leastArea is the area in square units below which a ring is not drawn: a quarter of a square pixel.
	leastArea = unitsPerPixel * unitsPerPixel / 4
)

// outline is a feature of a static layer, WGS 84; it has areas or lines.
type outline struct {
	id    uint64
	areas orb.MultiPolygon
	lines orb.MultiLineString
	// describe sets the attributes.
	describe func(*layerEncoder)
}

// stratum is the features of one kind, drawn from a zoom on.
type stratum struct {
	from     maptile.Zoom
	features []outline
	tree     rtree.RTreeGN[float64, part]
}

// part is a polygon or a line of a feature.
type part struct{ feature, index int32 }

func newStratum(from maptile.Zoom, features []outline) *stratum {
	s := &stratum{from: from, features: features}
	insert := func(b orb.Bound, feature, index int) {
		s.tree.Insert(b.Min, b.Max, part{int32(feature), int32(index)})
	}
	for i := range features {
		for j, polygon := range features[i].areas {
			if len(polygon) > 0 && len(polygon[0]) >= 4 {
				insert(polygon[0].Bound(), i, j)
			}
		}
		for j, line := range features[i].lines {
			if len(line) >= 2 {
				insert(line.Bound(), i, j)
			}
		}
	}
	return s
}

// draw writes what lies in the tile, feature after feature.
func (s *stratum) draw(e *layerEncoder, t maptile.Tile) {
	if t.Z < s.from {
		return
	}
	var parts []part
	box := bound(t, outlineBuffer)
	s.tree.Search(box.Min, box.Max, func(_, _ [2]float64, p part) bool {
		parts = append(parts, p)
		return true
	})
	slices.SortFunc(parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.feature, b.feature), cmp.Compare(a.index, b.index))
	})
	p := pencil{frame: newFrame(t), tolerance: tolerance, e: e}
	if t.Z >= exactFrom {
		p.tolerance = 1
	}
	for i := 0; i < len(parts); {
		f := &s.features[parts[i].feature]
		kind := uint64(typePolygon)
		if f.areas == nil {
			kind = typeLine
		}
		e.begin(f.id, kind)
		f.describe(e)
		for here := parts[i].feature; i < len(parts) && parts[i].feature == here; i++ {
			if f.areas != nil {
				p.polygon(f.areas[parts[i].index])
			} else {
				p.line(f.lines[parts[i].index])
			}
		}
		e.end()
	}
}

// pencil brings geometry to a tile's units. Simplification comes before clipping, so that it does not depend on the tile
// and what crosses from one tile to the next fits.
type pencil struct {
	frame     frame
	tolerance float64
	e         *layerEncoder
	points    []orb.Point
	units     []unit
}

var clipBox = orb.Bound{
	Min: orb.Point{-outlineBuffer, -outlineBuffer}, Max: orb.Point{extent + outlineBuffer, extent + outlineBuffer},
}

// project copies the points, in units, to a scratch slice: orb simplifies and clips in place.
func (p *pencil) project(points []orb.Point) []orb.Point {
	p.points = p.points[:0]
	for _, at := range points {
		w := geo.Mercator(at)
		p.points = append(p.points, orb.Point{w[0]*p.frame.scale - p.frame.west, w[1]*p.frame.scale - p.frame.north})
	}
	return p.points
}

func (p *pencil) polygon(polygon orb.Polygon) {
	for i, ring := range polygon {
		if drawn := p.ring(ring, i == 0); i == 0 && !drawn {
			return
		}
	}
}

// ring draws a ring of a polygon, clockwise as seen when it is the outer one, and reports whether anything is left of it.
func (p *pencil) ring(ring orb.Ring, outer bool) bool {
	if len(ring) < 4 {
		return false
	}
	projected := orb.Ring(p.project(ring))
	if math.Abs(planar.Area(projected)) < leastArea {
		return false
	}
	projected = simplify.DouglasPeucker(p.tolerance).Ring(projected)
	p.round(clip.Ring(clipBox, projected))
	if n := len(p.units); n > 1 && p.units[0] == p.units[n-1] {
		p.units = p.units[:n-1]
	}
	area := twiceArea(p.units)
	if len(p.units) < 3 || area == 0 {
		return false
	}
	if area > 0 != outer {
		slices.Reverse(p.units)
	}
	p.e.ring(p.units)
	return true
}

func (p *pencil) line(line orb.LineString) {
	projected := simplify.DouglasPeucker(p.tolerance).LineString(p.project(line))
	for _, piece := range clip.LineString(clipBox, projected) {
		if p.round(piece); len(p.units) >= 2 {
			p.e.line(p.units)
		}
	}
}

// round fills units with the nearest units, without repetitions. Halves go the same way on both sides of a tile's edge.
func (p *pencil) round(points []orb.Point) {
	p.units = p.units[:0]
	for _, at := range points {
		u := unit{int32(math.Floor(at[0] + 0.5)), int32(math.Floor(at[1] + 0.5))}
		if n := len(p.units); n == 0 || p.units[n-1] != u {
			p.units = append(p.units, u)
		}
	}
}

// twiceArea is positive when the ring turns clockwise as seen, y being downwards (the surveyor's formula).
func twiceArea(ring []unit) int64 {
	var sum int64
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		sum += int64(a.x)*int64(b.y) - int64(b.x)*int64(a.y)
	}
	return sum
}
