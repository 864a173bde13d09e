package seeds

import (
	"math"
	"math/rand/v2"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// Position classes: how a list came by its coordinates.
const (
	PositionDoor     = "porte"    // normal noise of 4 m each way, as all classes below: 95 % lie within the accuracy's radius
	PositionBuilding = "bâtiment" // 10 m
	PositionStreet   = "rue"      // 25 m
	PositionEstate   = "cité"     // 20 m around the middle of the estate, whichever point of it is meant
	PositionHeavy    = "queue"    // one of the above with heavy tails (Student, 3 degrees of freedom, twice as wide)
	PositionMiddle   = "milieu"   // the middle of the street: what a geocoder gives that did not find the number
	PositionNone     = "aucune"
)

// positionShares are how each service came by its coordinates, in a hundred.
var positionShares = map[string][]weighted[string]{
	ListPolice: {{24, PositionDoor}, {36, PositionBuilding}, {16, PositionStreet}, {10, PositionEstate}, {8, PositionHeavy},
		{4, PositionMiddle}, {2, PositionNone}},
	ListGendarmerie: {{12, PositionDoor}, {28, PositionBuilding}, {24, PositionStreet}, {14, PositionEstate}, {10, PositionHeavy},
		{7, PositionMiddle}, {5, PositionNone}},
	ListDouanes: {{10, PositionDoor}, {24, PositionBuilding}, {22, PositionStreet}, {10, PositionEstate}, {8, PositionHeavy},
		{8, PositionMiddle}, {18, PositionNone}},
}

// spreads are the standard deviations in metres, on each axis.
var spreads = map[string]float64{PositionDoor: 4, PositionBuilding: 10, PositionStreet: 25, PositionEstate: 20}

var accuracyOf = map[string]dealmap.Accuracy{
	PositionDoor: dealmap.AccuracyDoor, PositionBuilding: dealmap.AccuracyBuilding, PositionStreet: dealmap.AccuracyStreet,
	PositionEstate: dealmap.AccuracyEstate, PositionNone: dealmap.AccuracyCommune,
}

// placed is a position as a list has it; honest is the accuracy that would be right to say.
type placed struct {
	class  string
	at     *orb.Point
	honest dealmap.Accuracy
	metres float64 // from the true position
}

func (c *clerk) position(s *spot) placed {
	class := pickShare(c.rng, positionShares[c.list])
	base := class
	if class == PositionHeavy {
		base = pick(c.rng, []string{PositionDoor, PositionBuilding, PositionStreet})
	}
	p := placed{class: class, honest: accuracyOf[base]}
	if s.facts.Kind == dealmap.StashFlat && p.honest == dealmap.AccuracyDoor {
		p.honest = dealmap.AccuracyBuilding // however well it was measured, no list says whose home it is
	}
	from, spread := s.at, spreads[base]
	switch class {
	case PositionNone:
		return p
	case PositionMiddle:
		from, spread, p.honest = s.site.middle, 0, dealmap.AccuracyBuilding // what the clerk takes it for
	case PositionEstate:
		from = s.site.position
	case PositionHeavy:
		spread *= 2 * student(c.rng)
	}
	east, north := c.rng.NormFloat64()*spread, c.rng.NormFloat64()*spread
	if far := math.Hypot(east, north); far > 400 {
		east, north = east*400/far, north*400/far
	}
	at := c.rounded(s.site.ground.onLand(shift(from, east, north), s.at))
	p.at, p.metres = &at, geo.Distance(at, s.at)
	return p
}

// student is the factor that makes Student's distribution with 3 degrees of freedom of a normal one.
func student(rng *rand.Rand) float64 {
	square := 0.0
	for range 3 {
		x := rng.NormFloat64()
		square += x * x
	}
	return math.Sqrt(3 / max(square, 0.01))
}

// lambert93 is the system of the gendarmerie's list; the others keep WGS 84.
const lambert93 = 2154

// rounded is the position that comes out of the file: whole metres of Lambert-93, six or five decimals of a degree.
func (c *clerk) rounded(p orb.Point) orb.Point {
	grain := 1e6
	switch c.list {
	case ListGendarmerie:
		x, y := toLambert(p)
		back, err := geo.Reproject(lambert93, x, y)
		if err != nil {
			return p // outside the métropole, where this list has no rows
		}
		return back
	case ListDouanes:
		grain = 1e5
	}
	return orb.Point{math.Round(p[0]*grain) / grain, math.Round(p[1]*grain) / grain}
}

// toLambert gives whole metres, east and north.
func toLambert(p orb.Point) (x, y float64) {
	t, err := geo.NewTransform(lambert93)
	if err != nil {
		panic(err) // the system is in the table of package geo
	}
	x, y = t.Project(p)
	return math.Round(x), math.Round(y)
}
