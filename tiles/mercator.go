package tiles

import (
	"math"

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
