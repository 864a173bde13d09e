package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// EarthRadius is the mean radius of the Earth in metres (IUGG R1). The haversine on this sphere is within 0.6 % of the
// distance on the ellipsoid.
const EarthRadius = 6371008.8

const radian = math.Pi / 180

// Distance returns the metres between two positions along the great circle (haversine).
func Distance(a, b orb.Point) float64 {
	return haversine(a[1], b[1], (b[0]-a[0])*radian)
}

// haversine takes latitudes in degrees and the difference of longitude in radians.
func haversine(lat1, lat2, dlon float64) float64 {
	sinLat := math.Sin((lat2 - lat1) * radian / 2)
	sinLon := math.Sin(dlon / 2)
	h := sinLat*sinLat + math.Cos(lat1*radian)*math.Cos(lat2*radian)*sinLon*sinLon
	return 2 * EarthRadius * math.Asin(math.Sqrt(math.Min(1, h)))
}

// DistanceToBound returns the least distance in metres from a position to any position of a box of longitudes and
// latitudes, 0 inside. Longitudes are taken modulo 360°.
//
// On one meridian cos(d) is a sinusoid of the latitude, so its best latitude is the top of the sinusoid or an end of the
// segment; and at every latitude the nearer meridian side is the nearer one.
func DistanceToBound(p orb.Point, b orb.Bound) float64 {
	dlon := lonGap(p[0], b)
	if dlon == 0 {
		if gap := math.Max(b.Min[1]-p[1], p[1]-b.Max[1]); gap > 0 {
			return gap * radian * EarthRadius
		}
		return 0
	}
	dlon *= radian
	sin, cos := math.Sincos(p[1] * radian)
	top := math.Atan2(sin, cos*math.Cos(dlon)) / radian
	if top >= b.Min[1] && top <= b.Max[1] {
		return haversine(p[1], top, dlon)
	}
	return math.Min(haversine(p[1], b.Min[1], dlon), haversine(p[1], b.Max[1], dlon))
}

// lonGap returns the degrees of longitude from lon to the nearer side of the box, 0 when the box's range holds it.
func lonGap(lon float64, b orb.Bound) float64 {
	if lon >= b.Min[0] && lon <= b.Max[0] || b.Max[0]-b.Min[0] >= 360 {
		return 0
	}
	east := math.Mod(b.Min[0]-lon+720, 360)
	west := math.Mod(lon-b.Max[0]+720, 360)
	if east+west > 360 {
		return 0
	}
	return math.Min(east, west)
}

// BoxesAround returns the one or two boxes that hold every position within some metres of the centre: two when they
// would cross the 180° meridian, all longitudes when a pole is inside.
func BoxesAround(centre orb.Point, metres float64) []orb.Bound {
	// The margin covers rounding in both the box and the distance.
	r := metres/EarthRadius*(1+1e-8) + 1e-12
	south, north := centre[1]-r/radian, centre[1]+r/radian
	if south <= -90 || north >= 90 || r >= math.Pi/2 {
		return []orb.Bound{{Min: orb.Point{-180, math.Max(south, -90)}, Max: orb.Point{180, math.Min(north, 90)}}}
	}
	dlon := math.Asin(math.Min(1, math.Sin(r)/math.Cos(centre[1]*radian)))/radian + 1e-9
	west, east := centre[0]-dlon, centre[0]+dlon
	box := func(w, e float64) orb.Bound { return orb.Bound{Min: orb.Point{w, south}, Max: orb.Point{e, north}} }
	switch {
	case west < -180:
		return []orb.Bound{box(west+360, 180), box(-180, east)}
	case east > 180:
		return []orb.Bound{box(west, 180), box(-180, east-360)}
	}
	return []orb.Bound{box(west, east)}
}
