package geo

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"github.com/peterstace/simplefeatures/geom"
)

// repairTolerance is the share of its area that an outline may gain or lose by repair.
const repairTolerance = 0.01

// repair returns a valid outline. The reason is empty when it was valid already, and says in French what was wrong and what
// was done when not. An outline that cannot be made valid with nearly the same area is an error, in French.
func repair(area orb.MultiPolygon) (fixed orb.MultiPolygon, reason string, err error) {
	invalid := validate(area)
	if invalid == nil {
		return area, "", nil
	}
	problem := reasonInFrench(invalid)
	tidy := clean(area)
	if len(tidy) == 0 {
		return nil, "", errors.New(problem + " ; il ne reste rien du contour")
	}
	if validate(tidy) == nil {
		return tidy, problem + " ; réparé en écartant les anneaux sans surface", nil
	}
	fixed, err = rebuild(tidy)
	if err != nil {
		return nil, "", fmt.Errorf("%s ; réparation impossible", problem)
	}
	before := nestedArea(tidy)
	change := math.Abs(planar.Area(fixed)-before) / before
	if !(change <= repairTolerance) {
		return nil, "", fmt.Errorf("%s ; refusé car la réparation changerait la surface de %.1f %%", problem, 100*change)
	}
	return fixed, fmt.Sprintf("%s ; réparé en %d polygone(s), surface changée de %.3f %%", problem, len(fixed), 100*change), nil
}

// rebuild retraces each polygon and unites the results where they overlap.
func rebuild(area orb.MultiPolygon) (fixed orb.MultiPolygon, err error) {
	for _, polygon := range area {
		polygons, err := retrace(polygon)
		if err != nil {
			return nil, err
		}
		fixed = append(fixed, polygons...)
	}
	if len(fixed) == 0 {
		return nil, errors.New("geo: nothing is left")
	}
	if validate(fixed) == nil {
		return fixed, nil
	}
	parts := make([]geom.Geometry, len(fixed))
	for i, polygon := range fixed {
		parts[i] = toGeom(orb.MultiPolygon{polygon}).AsGeometry()
	}
	defer func() {
		if r := recover(); r != nil {
			fixed, err = nil, fmt.Errorf("geo: degenerate geometry: %v", r)
		}
	}()
	united, err := geom.UnionMany(parts)
	if err != nil {
		return nil, fmt.Errorf("geo: union: %w", err)
	}
	fixed = fromGeom(united)
	return fixed, validate(fixed)
}

// nestedArea is the area that an outline is meant to have, whichever way its rings turn and wherever they lie: a ring inside
// an odd number of other rings of its polygon is a hole, any other adds.
func nestedArea(area orb.MultiPolygon) float64 {
	total := 0.0
	for _, polygon := range area {
		shapes := make([]*shape, len(polygon))
		for i, ring := range polygon {
			shapes[i] = newShape(orb.Polygon{ring})
		}
		for i, ring := range polygon {
			depth := 0
			for j, s := range shapes {
				if i != j && mostlyIn(s, ring) {
					depth++
				}
			}
			a := math.Abs(planar.Area(ring))
			if depth%2 == 1 {
				a = -a
			}
			total += a
		}
	}
	return total
}

func mostlyIn(s *shape, ring orb.Ring) bool {
	held := 0
	for k := 1; k < len(ring); k++ {
		if s.holds(orb.Point{(ring[k-1][0] + ring[k][0]) / 2, (ring[k-1][1] + ring[k][1]) / 2}) {
			held++
		}
	}
	return 2*held > len(ring)-1
}
