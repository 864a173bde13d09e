package geo

import (
	"math"

	"github.com/wroge/wgs84"
)

// krueger is the transverse Mercator projection by Krüger's series to the fourth order of the third flattening (Karney,
// "Transverse Mercator with an accuracy of a few nanometers", 2011, equations 35 and 36). The projection of the same kind
// in wroge/wgs84 v1.1.7 takes the third flattening for the second eccentricity and is 10 to 50 cm off at the edges of a
// zone; this one takes its place behind the library's Projection interface.
type krueger struct {
	meridian, scale, east, north float64
}

func utm(zone int, northern bool) wgs84.ProjectedReferenceSystem {
	north := 0.0
	if !northern {
		north = 1e7
	}
	return wgs84.ProjectedReferenceSystem{
		Datum:      wgs84.WGS84(),
		Projection: krueger{meridian: float64(zone*6 - 183), scale: 0.9996, east: 500000, north: north},
	}
}

// series holds what depends on the spheroid only.
type series struct {
	radius      float64 // of the rectifying sphere, metres
	e           float64 // eccentricity
	alpha, beta [4]float64
}

func seriesOf(s wgs84.Spheroid) series {
	f := 1 / s.Fi()
	n := f / (2 - f)
	n2, n3, n4 := n*n, n*n*n, n*n*n*n
	return series{
		radius: s.A() / (1 + n) * (1 + n2/4 + n4/64),
		e:      math.Sqrt(f * (2 - f)),
		alpha: [4]float64{
			n/2 - 2*n2/3 + 5*n3/16 + 41*n4/180,
			13*n2/48 - 3*n3/5 + 557*n4/1440,
			61*n3/240 - 103*n4/140,
			49561 * n4 / 161280,
		},
		beta: [4]float64{
			n/2 - 2*n2/3 + 37*n3/96 - n4/360,
			n2/48 + n3/15 - 437*n4/1440,
			17*n3/480 - 37*n4/840,
			4397 * n4 / 161280,
		},
	}
}

// FromLonLat implements wgs84.Projection.
func (p krueger) FromLonLat(lon, lat float64, s wgs84.Spheroid) (east, north float64) {
	k := seriesOf(s)
	tau := conformal(math.Tan(lat*radian), k.e)
	sin, cos := math.Sincos((lon - p.meridian) * radian)
	xi0, eta0 := math.Atan2(tau, cos), math.Asinh(sin/math.Hypot(tau, cos))
	xi, eta := xi0, eta0
	for j, a := range k.alpha {
		m := float64(2 * (j + 1))
		xi += a * math.Sin(m*xi0) * math.Cosh(m*eta0)
		eta += a * math.Cos(m*xi0) * math.Sinh(m*eta0)
	}
	return p.east + p.scale*k.radius*eta, p.north + p.scale*k.radius*xi
}

// ToLonLat implements wgs84.Projection.
func (p krueger) ToLonLat(east, north float64, s wgs84.Spheroid) (lon, lat float64) {
	k := seriesOf(s)
	xi, eta := (north-p.north)/(p.scale*k.radius), (east-p.east)/(p.scale*k.radius)
	xi0, eta0 := xi, eta
	for j, b := range k.beta {
		m := float64(2 * (j + 1))
		xi0 -= b * math.Sin(m*xi) * math.Cosh(m*eta)
		eta0 -= b * math.Cos(m*xi) * math.Sinh(m*eta)
	}
	sin, cos := math.Sincos(xi0)
	sinh := math.Sinh(eta0)
	target := sin / math.Hypot(sinh, cos)
	tau := target
	// Newton's method on the conformal latitude; two steps reach the last digit for the Earth.
	for range 3 {
		c := conformal(tau, k.e)
		e2 := k.e * k.e
		tau += (target - c) / math.Sqrt(1+c*c) * (1 + (1-e2)*tau*tau) / ((1 - e2) * math.Sqrt(1+tau*tau))
	}
	return p.meridian + math.Atan2(sinh, cos)/radian, math.Atan(tau) / radian
}

// conformal turns the tangent of a latitude into the tangent of the conformal latitude.
func conformal(tau, e float64) float64 {
	sigma := math.Sinh(e * math.Atanh(e*tau/math.Sqrt(1+tau*tau)))
	return tau*math.Sqrt(1+sigma*sigma) - sigma*math.Sqrt(1+tau*tau)
}
