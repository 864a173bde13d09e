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

// Spot is one place of an aggregate: where it counts, in fixed point on Mercator's unit square (2^32 is the width of the
// world, a unit about 9 mm), and its status as an index of dealmap.Statuses. Integers make sums exact, hence the same in
// whatever order they are added up.
type Spot struct {
	X, Y   uint32
	Status uint8
}

// NewSpot makes the spot of an anchor (WGS 84, lon, lat).
func NewSpot(anchor orb.Point, status dealmap.Status) Spot {
	world := Mercator(anchor)
	return Spot{fixed(world[0]), fixed(world[1]), uint8(slices.Index(statuses, status))}
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
