package dealmap

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"
)

// Cell is one hexagon of the national grid on which places are counted: level 0 is 500 m wide from side to side, each level
// twice as wide as the one before, all of one level cover the same ground area ([CellWidth], [CellArea]). The zero Cell is a cell
// like any other: it lies where the Greenwich meridian meets the equator.
//
// The grid lies in Lambert's cylindrical equal-area projection of the sphere, its origin at longitude 0, latitude 0. Two standard
// parallels, chosen by latitude, keep hexagons regular within a tenth: 46.5° beyond 30° of latitude, 16° between. Levels are
// cut from each other in whole numbers, from the middle of the finer cell, so that every coarse cell is made of as many fine
// ones as any other: 16 of level 0 make one of level 2, 4^(n-2) of level 2 one of level n.
type Cell uint64

// The levels of cells.
const (
	// TallyLevel is the finest level of those who see aggregates only: 2 km, so that an aggregate of one is still no address.
	TallyLevel = 2
	// MaxCellLevel is the coarsest: 64 km.
	MaxCellLevel = 7

	cellWidth    = 500.0
	sphereRadius = 6371008.8 // metres, IUGG mean radius
	bandLatitude = 30.0
	cellBits     = 29
	cellMask     = 1<<cellBits - 1
)

// parallels are the standard parallels, in degrees, between and beyond the bands' latitude.
var parallels = [2]float64{16, 46.5}

var cosParallels = [...]float64{math.Cos(parallels[0] * math.Pi / 180), math.Cos(parallels[1] * math.Pi / 180)}

// CellWidth is how wide cells of a level are from side to side, in metres.
func CellWidth(level int) float64 { return cellWidth * float64(int(1)<<level) }

// CellArea is the ground area of the cells of a level, in square kilometres.
func CellArea(level int) float64 {
	w := CellWidth(level) / 1000
	return w * w * math.Sqrt(3) / 2
}

func makeCell(level, band, q, r int) Cell {
	return Cell(level)<<60 | Cell(band)<<58 | Cell(q&cellMask)<<cellBits | Cell(r&cellMask)
}

func signed(v Cell) int { return int(int64(v&cellMask) << (64 - cellBits) >> (64 - cellBits)) }

// Level is the cell's level, from 0.
func (c Cell) Level() int        { return int(c >> 60) }
func (c Cell) band() int         { return int(c >> 58 & 3) }
func (c Cell) axial() (q, r int) { return signed(c >> cellBits), signed(c) }

// CellOf returns the cell of level 0 that holds a WGS 84 position (lon, lat).
func CellOf(p orb.Point) Cell {
	band := 0
	if math.Abs(p[1]) > bandLatitude {
		band = 1
	}
	cos := cosParallels[band]
	x := p[0] * math.Pi / 180 * sphereRadius * cos
	y := math.Sin(p[1]*math.Pi/180) * sphereRadius / cos
	r := y / (cellWidth * math.Sqrt(3) / 2)
	q := x/cellWidth - r/2
	return makeCell(0, band, 0, 0).near(q, r)
}

// near returns the cell of the same level and band that holds fractional axial coordinates (cube rounding).
func (c Cell) near(q, r float64) Cell {
	x, y, z := math.Round(q), math.Round(-q-r), math.Round(r)
	dx, dy, dz := math.Abs(x-q), math.Abs(y+q+r), math.Abs(z-r)
	switch {
	case dx > dy && dx > dz:
		x = -y - z
	case dy <= dz:
		z = -x - y
	}
	return makeCell(c.Level(), c.band(), int(x), int(z))
}

// At returns the cell of a coarser level that counts what this one counts; a level that is not coarser returns the cell.
func (c Cell) At(level int) Cell {
	if level > TallyLevel && c.Level() < TallyLevel {
		c = c.At(TallyLevel)
	}
	if level <= c.Level() {
		return c
	}
	q, r := c.axial()
	bits := level - c.Level()
	x, dx := nearest(q, bits)
	y, dy := nearest(-q-r, bits)
	z, dz := nearest(r, bits)
	switch {
	case dx > dy && dx > dz:
		x = -y - z
	case dy <= dz:
		z = -x - y
	}
	return makeCell(level, c.band(), x, z)
}

// nearest divides by 2^bits and rounds, halves upwards, and says how far that went, in parts of so many.
func nearest(v, bits int) (quotient, off int) {
	quotient = (2*v + 1<<bits) >> (bits + 1)
	off = v - quotient<<bits
	return quotient, max(off, -off)
}

// Centre is the middle of the cell (WGS 84, lon, lat).
func (c Cell) Centre() orb.Point {
	x, y := c.plane()
	return c.unproject(x, y)
}

func (c Cell) plane() (x, y float64) {
	q, r := c.axial()
	w := CellWidth(c.Level())
	return w * (float64(q) + float64(r)/2), w * math.Sqrt(3) / 2 * float64(r)
}

func (c Cell) unproject(x, y float64) orb.Point {
	cos := cosParallels[c.band()]
	sin := math.Max(-1, math.Min(1, y*cos/sphereRadius))
	return orb.Point{x / (sphereRadius * cos) * 180 / math.Pi, math.Asin(sin) * 180 / math.Pi}
}

// Ring is the cell's outline, closed and counter-clockwise (WGS 84, lon, lat).
func (c Cell) Ring() orb.Ring {
	x, y := c.plane()
	size := CellWidth(c.Level()) / math.Sqrt(3)
	ring := make(orb.Ring, 7)
	for i := range 6 {
		sin, cos := math.Sincos(math.Pi/6 + float64(i)*math.Pi/3)
		ring[i] = c.unproject(x+size*cos, y+size*sin)
	}
	ring[6] = ring[0]
	return ring
}

// Neighbours are the six cells around this one.
func (c Cell) Neighbours() [6]Cell {
	q, r := c.axial()
	var around [6]Cell
	for i, d := range [6][2]int{{1, 0}, {1, -1}, {0, -1}, {-1, 0}, {-1, 1}, {0, 1}} {
		around[i] = makeCell(c.Level(), c.band(), q+d[0], r+d[1])
	}
	return around
}

// String writes the cell for people and programs, "2:1:1032,540": level, band and axial coordinates.
func (c Cell) String() string {
	q, r := c.axial()
	return fmt.Sprintf("%d:%d:%d,%d", c.Level(), c.band(), q, r)
}
