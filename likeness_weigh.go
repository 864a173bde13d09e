package dealmap

import (
	"math"
	"math/bits"

	"github.com/paulmach/orb"
)

// weigh compares two descriptions field by field. The weights were set by hand from how often fields agree in records of
// one place and of two, and checked on random lists (TestMatchingQuality); against{stranger, neighbour}.
func weigh(a, b *Description) evidence {
	e := evidence{metres: -1}
	e.facts(a, b)
	e.texts(a, b)
	return e
}

// facts weighs all but texts, which are the dearer part.
func (e *evidence) facts(a, b *Description) {
	e.position(a, b)
	e.networks(a, b)
	e.products(a, b)
	e.kinds(a, b)
	e.dates(a, b)
	if sameOwner(a, b) {
		e.add("owner", textOwner, "", "", against{0, -1.5})
	}
}

func (e *evidence) texts(a, b *Description) {
	e.names(a, b)
	e.marks(a, b)
	e.streets(a, b)
	e.landlords(a, b)
}

const (
	// strangersPerSquareMetre and neighbours are how many other places there are where the counterpart of a record is looked
	// for: a city with some thirty points in a square kilometre, and an estate with a point at either side.
	strangersPerSquareMetre = 3e-5
	neighbours              = 1.5
	// apart is the spread in metres, per axis, of the points of an estate that lie anyhow.
	apart = 45.0
	// standing is the chance that a record has its counterpart on the map at all.
	standing = 0.5
	// mostNear bounds what a small distance says against neighbours: alone it never settles which of two points is meant.
	mostNear = 2.0
)

// separations are distances in metres between points of one estate, equally frequent.
var separations = [...]float64{22, 32, 45, 65}

// beside is the density, per square metre, of finding the records of two points of one estate so far apart: the distances
// between the points, blurred by both errors of position (Rice's distribution), and some that lie anyhow.
func beside(metres, variance float64) float64 {
	v := 0.6*variance + 9
	density := 0.0
	for _, r := range separations {
		if gap := metres - r; gap*gap < 60*v {
			density += math.Exp(-gap*gap/(2*v)) * scaledI0(metres*r/v) / (2 * math.Pi * v)
		}
	}
	wide := apart*apart + v
	return 0.85/float64(len(separations))*density + 0.15*math.Exp(-metres*metres/(2*wide))/(2*math.Pi*wide) + 1e-7
}

// scaledI0 is exp(-x) times the modified Bessel function I0(x), x at least 0, by the polynomials of Abramowitz and Stegun (1964),
// 9.8.1 and 9.8.2.
func scaledI0(x float64) float64 {
	if x < 3.75 {
		t := x / 3.75
		t *= t
		return math.Exp(-x) * (1 + t*(3.5156229+t*(3.0899424+t*(1.2067492+t*(0.2659732+t*(0.0360768+t*0.0045813))))))
	}
	t := 3.75 / x
	return (0.39894228 + t*(0.01328592+t*(0.00225319+t*(-0.00157565+t*(0.00916281+t*(-0.02057706+t*(0.02635537+t*(-0.01647633+t*0.00392377)))))))) / math.Sqrt(x)
}

// scales are how wide errors of position are, as multiples of the variance that the accuracies state, with their shares:
// services mean different things by « à 25 m près », and some positions are simply wrong.
var scales = [...]struct{ share, variance float64 }{{0.3, 0.2}, {0.42, 0.6}, {0.23, 1.4}, {0.05, 6}}

// near is the density, per square metre, of finding two records of one place so far apart, where the squares of their radii
// sum to variance.
func near(metres, variance float64) float64 {
	density := 1e-12
	for _, s := range scales {
		v := s.variance*variance + 9 // coordinates are rounded, too
		if metres*metres > 60*v {
			continue
		}
		density += s.share / (2 * math.Pi * v) * math.Exp(-metres*metres/(2*v))
	}
	return density
}

// metresBetween is the distance of two positions that are close: on a plane that touches the Earth there.
func metresBetween(a, b orb.Point) float64 {
	const metresPerDegree = 111_195
	lon := math.Abs(a[0] - b[0])
	lon = math.Min(lon, 360-lon) * math.Cos((a[1]+b[1])/2*math.Pi/180)
	return metresPerDegree * math.Hypot(lon, a[1]-b[1])
}

func (e *evidence) position(a, b *Description) {
	together := sameCommune(a.commune, b.commune)
	if !a.placed || !b.placed {
		// Whatever lies in the commune may be meant.
		e.sum = against{-6, -1.5}
		switch {
		case a.commune == "" || b.commune == "":
			e.add("commune", textNoCommune, "", "", against{-2, -0.5})
		case !together:
			e.add("commune", textCommunes, a.commune, b.commune, against{-6, -4})
		default:
			e.add("commune", textCommune, a.commune, "", against{1, 0})
		}
		return
	}
	e.metres = metresBetween(a.position, b.position)
	variance := a.radius*a.radius + b.radius*b.radius
	same := near(e.metres, variance)
	other := beside(e.metres, variance)
	w := against{
		stranger:  math.Max(-9, math.Log(same*standing/strangersPerSquareMetre)),
		neighbour: math.Max(-7, math.Min(mostNear, math.Log(same/other))),
	}
	e.sum.neighbour = -math.Log(neighbours)
	e.add("geometry", textMetres, "", "", w)
	if a.commune != "" && b.commune != "" && !together {
		e.add("commune", textCommunes, a.commune, b.commune, against{-1.5, -1.5})
	}
}

func (e *evidence) networks(a, b *Description) {
	if len(a.networks) == 0 || len(b.networks) == 0 {
		return
	}
	if one := shared(a.networks, b.networks); one != "" {
		e.add("networks", textNetwork, one, "", against{2, 0.2})
		return
	}
	e.add("networks", textNetworks, a.networks[0], b.networks[0], against{-3, -3})
}

func (e *evidence) products(a, b *Description) {
	if a.products == 0 || b.products == 0 {
		return
	}
	both, either := bits.OnesCount32(a.products&b.products), bits.OnesCount32(a.products|b.products)
	switch {
	case both == either:
		e.add("products", textProducts, "", "", against{0.4, 0.3})
	case both == 0:
		e.add("products", textNoProduct, "", "", against{-0.8, -0.8})
	case 2*both < either:
		e.add("products", textSomeProducts, "", "", against{-0.3, -0.3})
	}
}

func (e *evidence) kinds(a, b *Description) {
	switch {
	case a.kind == "" || b.kind == "":
	case a.kind.IsDealPoint() != b.kind.IsDealPoint():
		e.add("kind", textKinds, string(a.kind), string(b.kind), against{-3, -3})
	case a.kind == b.kind:
		e.add("kind", textKind, string(a.kind), "", against{0.3, 0.2})
	default:
		e.add("kind", textKinds, string(a.kind), string(b.kind), against{-0.6, -0.6})
	}
}

func (e *evidence) dates(a, b *Description) {
	if a.first == 0 || a.last == 0 || b.first == 0 || b.last == 0 {
		return
	}
	switch gap := max(a.first-b.last, b.first-a.last); {
	case gap <= 0:
		e.add("first_seen", textSameTime, "", "", against{0.1, 0.1})
	case gap > 730:
		e.add("first_seen", textTimes, "", "", against{-1, -1})
	case gap > 180:
		e.add("first_seen", textTimes, "", "", against{-0.4, -0.4})
	}
}

func (e *evidence) landlords(a, b *Description) {
	if a.landlord.n == 0 || b.landlord.n == 0 {
		return
	}
	if o := overlap(&a.landlord, &b.landlord); o.agreement() > 0.6 {
		e.add("landlord", textLandlord, "", "", against{0.7, 0})
	} else if o.agreement() < 0.3 {
		e.add("landlord", textLandlords, "", "", against{-0.8, -0.8})
	}
}
