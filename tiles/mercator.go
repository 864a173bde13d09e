package tiles

import (
	"math"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

const (
	// extent is the width and height of a tile in its own units.
	extent = 4096
	// unitsPerPixel is for tiles shown at 256 px.
	unitsPerPixel = extent / 256
)

// frame places world positions in a tile's own units.
type frame struct {
	scale float64 // units of the tile in the whole world
	west  float64 // the tile's corner, in units of the tile
	north float64
}

func newFrame(t maptile.Tile) frame {
	return frame{
		scale: math.Ldexp(extent, int(t.Z)),
		west:  float64(t.X) * extent,
		north: float64(t.Y) * extent,
	}
}

// cell returns the unit of the tile that holds the position, floored, so that the tile proper is [0, extent) on both axes
// and every position is in exactly one tile.
func (f frame) cell(world orb.Point) (x, y int32, ok bool) {
	fx, fy := math.Floor(world[0]*f.scale-f.west), math.Floor(world[1]*f.scale-f.north)
	if !(math.Abs(fx) < math.MaxInt32 && math.Abs(fy) < math.MaxInt32) {
		return 0, 0, false
	}
	return int32(fx), int32(fy), true
}

// fixedUnit returns the unit of a tile that holds a position in the fixed point (geo.Fixed), floored. At zooms 21 and 22, where the fixed
// point does not tell units apart, it is the first of those that may.
func fixedUnit(t maptile.Tile, x, y uint32) unit {
	return unit{fixedUnits(t.Z, t.X, x), fixedUnits(t.Z, t.Y, y)}
}

// unitBits is such that a tile is 2^unitBits units wide.
const unitBits = 12

func fixedUnits(z maptile.Zoom, tile, at uint32) int32 {
	units := int64(at)
	if z <= 32-unitBits {
		units >>= 32 - unitBits - z
	} else {
		units <<= z - (32 - unitBits)
	}
	return int32(max(math.MinInt32, min(math.MaxInt32, units-int64(tile)*extent)))
}

// drawnAt returns where a place lies (geo.Fixed) that a tile draws, false when that is neither in the tile nor in the buffer around it.
func drawnAt(t maptile.Tile, position orb.Point) (x, y uint32, ok bool) {
	if !(math.Abs(position[1]) <= geo.MaxLatitude) {
		return 0, 0, false
	}
	x, y = geo.Fixed(position)
	u := fixedUnit(t, x, y)
	return x, y, within(u.x, u.y, pointBuffer)
}

// squares is the box of squares that holds exactly what drawnAt says lies in a tile or in the buffer around it.
func squares(t maptile.Tile) geo.Squares {
	const across = extent / pointBuffer // a square is as wide as the buffer
	west, north := int64(t.X)*across, int64(t.Y)*across
	return geo.Squares{Level: uint(t.Z) + acrossBits, West: west - 1, North: north - 1, East: west + across, South: north + across}
}

// acrossBits is such that a tile is 2^acrossBits buffers wide.
const acrossBits = 4

// bound returns the box of longitudes and latitudes that holds the tile with a buffer in units of the tile. It is a little
// too large: what it finds is to be checked in units.
func bound(t maptile.Tile, buffer int) orb.Bound {
	const margin = 1e-9
	b := t.Bound(float64(buffer+1) / extent)
	return orb.Bound{
		Min: orb.Point{b.Min[0] - margin, b.Min[1] - margin},
		Max: orb.Point{b.Max[0] + margin, b.Max[1] + margin},
	}
}

// within reports whether a unit of the tile lies in the tile or in a buffer around it.
func within(x, y, buffer int32) bool {
	return x >= -buffer && x < extent+buffer && y >= -buffer && y < extent+buffer
}
