package geo

import (
	"math"

	"github.com/wroge/wgs84"
)

// conic is a Lambert conformal conic projection with two standard parallels that computes its constants once: the one of
// wroge/wgs84 v1.1.7 computes them anew for every position, and lists have hundreds of thousands. Latitudes come from conformal
// ones by the series in the third flattening to its fourth order (Karney, "Transverse Mercator with an accuracy of a few
// nanometers", 2011; the remainder is about a micrometre).
type conic struct {
	meridian, east, north float64
	e                     float64 // eccentricity
	cone                  float64 // n: the constant of the cone
	scale, apex           float64 // a·F, and the radius of the parallel of origin, metres
	delta                 [4]float64
}

// newConic makes the projection of a central meridian, a parallel of origin and two standard parallels in degrees.
func newConic(datum wgs84.Datum, meridian, origin, first, second, east, north float64) wgs84.ProjectedReferenceSystem {
	crs := datum.LambertConformalConic2SP(meridian, origin, first, second, east, north)
	f := 1 / datum.Fi()
	e := math.Sqrt(f * (2 - f))
	// Snyder, "Map Projections", 1987, equations 14-15, 15-9 and 15-8: m, t and n.
	m := func(lat float64) float64 {
		sin, cos := math.Sincos(lat * radian)
		return cos / math.Sqrt(1-e*e*sin*sin)
	}
	t := func(lat float64) float64 { return math.Exp(-math.Asinh(conformal(math.Tan(lat*radian), e))) }
	cone := math.Log(m(first)/m(second)) / math.Log(t(first)/t(second))
	scale := datum.A() * m(first) / (cone * math.Pow(t(first), cone))
	n := f / (2 - f)
	n2, n3, n4 := n*n, n*n*n, n*n*n*n
	crs.Projection = conic{
		meridian: meridian, east: east, north: north, e: e,
		cone: cone, scale: scale, apex: scale * math.Pow(t(origin), cone),
		delta: [4]float64{
			2*n - 2*n2/3 - 2*n3 + 116*n4/45,
			7*n2/3 - 8*n3/5 - 227*n4/45,
			56*n3/15 - 136*n4/35,
			4279 * n4 / 630,
		},
	}
	return crs
}

// FromLonLat implements wgs84.Projection (Snyder, equations 15-7, 14-1, 14-2 and 14-4).
func (p conic) FromLonLat(lon, lat float64, _ wgs84.Spheroid) (east, north float64) {
	rho := p.scale * math.Exp(-p.cone*math.Asinh(conformal(math.Tan(lat*radian), p.e)))
	sin, cos := math.Sincos(p.cone * (lon - p.meridian) * radian)
	return p.east + rho*sin, p.north + p.apex - rho*cos
}

// ToLonLat implements wgs84.Projection.
func (p conic) ToLonLat(east, north float64, _ wgs84.Spheroid) (lon, lat float64) {
	x, y := east-p.east, p.apex-(north-p.north)
	t := math.Exp(math.Log(math.Hypot(x, y)/p.scale) / p.cone)
	chi := math.Pi/2 - 2*math.Atan(t)
	phi := chi
	for j, d := range p.delta {
		phi += d * math.Sin(float64(2*(j+1))*chi)
	}
	return p.meridian + math.Atan2(x, y)/p.cone/radian, phi / radian
}
