package geo

import (
	"math"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// MaxLatitude is where Web Mercator's square world ends, in degrees.
const MaxLatitude = 85.05112877980659

// Mercator projects WGS 84 (lon, lat) to Web Mercator (EPSG:3857) on the unit square: x eastwards, y southwards, 0 to 1.
func Mercator(p orb.Point) orb.Point {
	lat := math.Max(-MaxLatitude, math.Min(MaxLatitude, p[1]))
	sin := math.Sin(lat * math.Pi / 180)
	return orb.Point{p[0]/360 + 0.5, 0.5 - math.Log((1+sin)/(1-sin))/(4*math.Pi)}
}

// Counts is how many places count at one spot: in all and by status, in the order of dealmap.Statuses.
type Counts struct {
	All      uint32
	ByStatus [5]uint32
}

// Add adds what counts at another.
func (c *Counts) Add(o *Counts) {
	c.All += o.All
	for k, n := range o.ByStatus {
		c.ByStatus[k] += n
	}
}

// StatusPlace returns the place of a status in dealmap.Statuses, beyond all of them when it is none.
func StatusPlace(status dealmap.Status) uint8 { return uint8(slices.Index(statuses, status)) }

// Block is the number, in Z-order, of one of the squares of BlockLevel that the map is cut into, so that what is derived from it can be
// renewed where it changed.
type Block uint32

// BlockLevel is such that a block is some 7 km wide in France.
const BlockLevel = 12

// BlockOf returns the block of a position in Z-order.
func BlockOf(zOrder uint64) Block { return Block(zOrder >> (64 - 2*BlockLevel)) }

// Positions returns the first and the last position in Z-order of a block.
func (b Block) Positions() (first, last uint64) {
	first = uint64(b) << (64 - 2*BlockLevel)
	return first, first + (1<<(64-2*BlockLevel) - 1)
}

// Squares is the block as a box.
func (b Block) Squares() Squares {
	first, _ := b.Positions()
	x, y := FromZOrder(first)
	column, row := int64(x>>(32-BlockLevel)), int64(y>>(32-BlockLevel))
	return Squares{BlockLevel, column, row, column, row}
}

// Fixed brings a position (WGS 84, lon, lat) to the fixed point on Mercator's unit square, in which 2^32 is the width of the world and a unit
// about 9 mm: sums of integers are exact, and the same in whatever order they are added up.
func Fixed(at orb.Point) (x, y uint32) {
	world := Mercator(at)
	return fixed(world[0]), fixed(world[1])
}

// Unfixed brings a position in the fixed point back to Mercator's unit square: within a Unit of where it was.
func Unfixed(x, y uint32) orb.Point { return orb.Point{float64(x) * Unit, float64(y) * Unit} }

// PositionOf brings a position in the fixed point back to WGS 84 (lon, lat): within some 9 mm of where it was, as long as that was in Mercator's
// square world.
func PositionOf(x, y uint32) orb.Point {
	at := Unfixed(x, y)
	return orb.Point{at[0]*360 - 180, math.Atan(math.Sinh(math.Pi*(1-2*at[1]))) / radian}
}

// Unit is that of the fixed point on Mercator's unit square.
const Unit = 1.0 / (1 << 32)

// ZOrder interleaves the bits of a position in the fixed point (Morton 1966), those of y before those of x: what is near in this order
// is near on the map, and every square of the quadtree is one range of it.
func ZOrder(x, y uint32) uint64 { return spread(x) | spread(y)<<1 }

// FromZOrder is the reverse of ZOrder.
func FromZOrder(z uint64) (x, y uint32) { return gathered(z), gathered(z >> 1) }

// spread puts a zero before every bit.
func spread(v uint32) uint64 {
	w := uint64(v)
	w = (w | w<<16) & 0x0000ffff0000ffff
	w = (w | w<<8) & 0x00ff00ff00ff00ff
	w = (w | w<<4) & 0x0f0f0f0f0f0f0f0f
	w = (w | w<<2) & 0x3333333333333333
	return (w | w<<1) & 0x5555555555555555
}

// gathered drops every second bit.
func gathered(w uint64) uint32 {
	w &= 0x5555555555555555
	w = (w | w>>1) & 0x3333333333333333
	w = (w | w>>2) & 0x0f0f0f0f0f0f0f0f
	w = (w | w>>4) & 0x00ff00ff00ff00ff
	w = (w | w>>8) & 0x0000ffff0000ffff
	return uint32(w | w>>16)
}

func fixed(world float64) uint32 {
	return uint32(min(math.MaxUint32, max(0, int64(world*(1<<32)))))
}

var statuses = func() (list []dealmap.Status) {
	for _, term := range dealmap.Statuses() {
		list = append(list, dealmap.Status(term.Value))
	}
	return list
}()
