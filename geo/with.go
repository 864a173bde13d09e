package geo

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	orbgeo "github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/planar"
)

// With returns a gazetteer in which the given outlines replace or add. A territory that is known keeps its name, parent,
// population and year and gets the outline, a centre inside it and its area. One that is not known is added, with the
// parent that its code tells when it has none that is known: the successor of a former commune, the département of a
// commune or of a priority district. An outline given twice for one code is an error.
func (t *Territories) With(outlines []Territory) (*Territories, error) {
	list := slices.Clone(t.list)
	given := make(map[dealmap.TerritoryCode]bool, len(outlines))
	fresh := map[dealmap.TerritoryCode]bool{}
	for _, o := range outlines {
		if given[o.Code] {
			return nil, fmt.Errorf("geo: outline of %q is given twice", o.Code)
		}
		given[o.Code] = true
		if _, known := t.byCode[o.Code]; !known {
			fresh[o.Code] = true
		}
	}
	exists := func(code dealmap.TerritoryCode) bool {
		_, known := t.byCode[code]
		return known || fresh[code]
	}
	for _, o := range outlines {
		entry := o
		i, known := t.byCode[o.Code]
		if known {
			entry = list[i]
			entry.Outline, entry.Indicative = o.Outline, o.Indicative
		} else {
			entry.Parent = t.parentOf(o, exists)
		}
		if len(entry.Outline) > 0 {
			entry.Centre, entry.HasCentre = centreOf(entry.Outline)
			entry.AreaKM2 = areaKM2(entry.Outline)
		}
		if known {
			list[i] = entry
		} else {
			list = append(list, entry)
		}
	}
	return NewTerritories(list)
}

// IsFormer reports whether an INSEE commune code is of a commune that has merged, or that this gazetteer does not know, and
// the commune that it merged into, empty when that is unknown.
func (t *Territories) IsFormer(insee string) (successor dealmap.TerritoryCode, former bool) {
	i, known := t.byCode[dealmap.TerritoryCode(string(dealmap.LevelCommune)+":"+insee)]
	// A commune that was set up again keeps its own parent although another still lists its code.
	if known && t.list[i].Parent.Level() != dealmap.LevelCommune {
		return "", false
	}
	if j, ok := t.former[insee]; ok {
		return t.list[j].Code, true
	}
	return "", !known
}

func (t *Territories) parentOf(o Territory, exists func(dealmap.TerritoryCode) bool) dealmap.TerritoryCode {
	if o.Code.Level() == dealmap.LevelCommune {
		if i, ok := t.former[o.Code.ID()]; ok {
			return t.list[i].Code
		}
	}
	if o.Parent != "" && exists(o.Parent) {
		return o.Parent
	}
	if parent := departementIn(o.Code); parent != "" && exists(parent) {
		return parent
	}
	return ""
}

// departementIn reads the département from a code: com:97411 → dep:974, arr:2A1 → dep:2A, qpv:QN01307M → dep:13,
// qrr:13-1 → dep:13. It is empty for the levels above.
func departementIn(code dealmap.TerritoryCode) dealmap.TerritoryCode {
	id := code.ID()
	switch code.Level() {
	case dealmap.LevelCommune:
		id = departementPrefix(id)
	case dealmap.LevelArrondissement:
		id = departementPrefix(id)
	case dealmap.LevelQPV:
		if len(id) < 5 || !strings.HasPrefix(id, "QN") {
			return ""
		}
		id = strings.TrimPrefix(id[2:5], "0")
	case dealmap.LevelQRR:
		id, _, _ = strings.Cut(id, "-")
	default:
		return ""
	}
	return dealmap.TerritoryCode(string(dealmap.LevelDepartement) + ":" + id)
}

func departementPrefix(id string) string {
	length := 2
	if strings.HasPrefix(id, "97") || strings.HasPrefix(id, "98") {
		length = 3
	}
	return id[:min(length, len(id))]
}

// areaKM2 is the area on the sphere.
func areaKM2(outline orb.MultiPolygon) float64 { return orbgeo.Area(outline) / 1e6 }

// centreOf returns the centroid of the largest polygon, or, when that lies outside (a crescent, a hole), the middle of the
// longest stretch of the polygon at its latitude.
func centreOf(outline orb.MultiPolygon) (orb.Point, bool) {
	var largest orb.Polygon
	most := 0.0
	for _, polygon := range outline {
		if _, area := planar.CentroidArea(polygon); area > most {
			largest, most = polygon, area
		}
	}
	if largest == nil {
		return orb.Point{}, false
	}
	centre, _ := planar.CentroidArea(largest)
	s := newShape(largest)
	if s.holds(centre) {
		return centre, true
	}
	var crossings []float64
	s.between(centre[1], centre[1], func(e edge) bool {
		if e.from[1] <= centre[1] && centre[1] < e.to[1] {
			crossings = append(crossings, e.from[0]+(e.to[0]-e.from[0])*((centre[1]-e.from[1])/(e.to[1]-e.from[1])))
		}
		return true
	})
	slices.Sort(crossings)
	longest := math.Inf(-1)
	for i := 1; i < len(crossings); i += 2 {
		if width := crossings[i] - crossings[i-1]; width > longest {
			longest, centre[0] = width, (crossings[i]+crossings[i-1])/2
		}
	}
	return centre, longest > 0
}
