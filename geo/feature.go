package geo

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// featureJSON is a GeoJSON Feature or one object of the arrays of priority districts.
type featureJSON struct {
	Properties map[string]any   `json:"properties"`
	Geometry   *geometryJSON    `json:"geometry"`
	Code       string           `json:"code"`
	Label      string           `json:"label"`
	Name       string           `json:"name"`
	Communes   []string         `json:"insee"`
	Rings      orb.MultiPolygon `json:"g"`

	transform *Transform // of the file, nil for longitudes and latitudes
}

// codeShapes are the forms of the official codes, so that a file of another level is noticed.
var codeShapes = map[dealmap.Level]*regexp.Regexp{
	dealmap.LevelRegion:         regexp.MustCompile(`^\d{2}$`),
	dealmap.LevelDepartement:    regexp.MustCompile(`^(\d[\dAB]|9[78]\d)$`),
	dealmap.LevelArrondissement: regexp.MustCompile(`^(\d[\dAB]|9[78]\d)\d$`),
	dealmap.LevelCommune:        regexp.MustCompile(`^\d[\dAB]\d{3}$`),
	dealmap.LevelQPV:            regexp.MustCompile(`^Q[NP][0-9A-Z]{4,10}$`),
	dealmap.LevelQRR:            regexp.MustCompile(`^[0-9A-Z][0-9A-Z-]{0,23}$`),
}

// codeNames and labelNames are the properties that hold the code and the name, in order of trust, for the publications of
// IGN (ADMIN EXPRESS), INSEE, ANCT and Etalab.
var (
	codeNames = map[dealmap.Level][]string{
		dealmap.LevelRegion:         {"insee_reg", "code_reg", "codereg", "reg", "code_insee", "code"},
		dealmap.LevelDepartement:    {"insee_dep", "code_dept", "code_dep", "dep", "code_insee", "code"},
		dealmap.LevelArrondissement: {"insee_arr", "code_arr", "arr", "code_insee", "code"},
		dealmap.LevelCommune:        {"insee_com", "code_com", "codgeo", "com", "code_insee", "insee", "code"},
		dealmap.LevelQPV:            {"code_qp", "code_qpv", "codeqpv", "code"},
		dealmap.LevelQRR:            {"code_qrr", "code"},
	}
	labelNames = []string{"lib_%s", "nom_%s", "lib%s", "nom_officiel", "nom", "libgeo", "libelle", "label", "name", "lib_qp", "nom_qp"}
)

func (f *featureJSON) property(name string) string {
	for key, value := range f.Properties {
		if !strings.EqualFold(key, name) {
			continue
		}
		switch v := value.(type) {
		case string:
			return strings.TrimSpace(v)
		case float64:
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
	}
	return ""
}

// code returns the official code as territory codes write it, empty when none is found.
func (f *featureJSON) code(level dealmap.Level) string {
	id := f.Code
	for _, name := range codeNames[level] {
		if id != "" {
			break
		}
		id = f.property(name)
	}
	// ADMIN EXPRESS numbers arrondissements within their département.
	if level == dealmap.LevelArrondissement && len(id) == 1 {
		id = f.property("insee_dep") + id
	}
	return strings.ToUpper(strings.ReplaceAll(id, "_", "-"))
}

func (f *featureJSON) name(level dealmap.Level) string {
	for _, text := range []string{f.Label, f.Name} {
		if text != "" {
			return text
		}
	}
	for _, name := range labelNames {
		if strings.Contains(name, "%s") {
			name = fmt.Sprintf(name, level)
		}
		if text := f.property(name); text != "" {
			return text
		}
	}
	return ""
}

// parent is told by the file for a priority district that lies in one commune.
func (f *featureJSON) parent(level dealmap.Level) dealmap.TerritoryCode {
	if level != dealmap.LevelQPV && level != dealmap.LevelQRR || len(f.Communes) != 1 {
		return ""
	}
	code, err := dealmap.ParseTerritoryCode(string(dealmap.LevelCommune) + ":" + f.Communes[0])
	if err != nil {
		return ""
	}
	return code
}

// outline returns the feature's polygons in WGS 84, as they are.
func (f *featureJSON) outline() (orb.MultiPolygon, error) {
	area := f.Rings
	if f.Geometry != nil {
		var err error
		switch f.Geometry.Type {
		case "Polygon":
			area = make(orb.MultiPolygon, 1)
			err = json.Unmarshal(f.Geometry.Coordinates, &area[0])
		case "MultiPolygon":
			err = json.Unmarshal(f.Geometry.Coordinates, &area)
		default:
			return nil, fmt.Errorf("géométrie « %.24s » au lieu d’un polygone", f.Geometry.Type)
		}
		if err != nil {
			return nil, errors.New("coordonnées illisibles : " + describeJSON(err))
		}
		if holdsNull(f.Geometry.Coordinates) {
			return nil, errors.New("coordonnées illisibles : null n’est pas un nombre")
		}
	}
	if f.transform != nil {
		if err := f.transform.apply(area); err != nil {
			return nil, err
		}
	}
	if p, bad := outOfRange(area); bad {
		return nil, fmt.Errorf("la position %s, %s n’est pas une longitude et une latitude", number(p[0]), number(p[1]))
	}
	if len(area) == 0 || len(clean(area)) == 0 {
		return nil, errors.New("contour vide")
	}
	return area, nil
}

// apply replaces projected coordinates by longitudes and latitudes.
func (t *Transform) apply(area orb.MultiPolygon) error {
	for _, polygon := range area {
		for _, ring := range polygon {
			for k, c := range ring {
				p, err := t.WGS84(c[0], c[1])
				if err != nil {
					return err
				}
				ring[k] = p
			}
		}
	}
	return nil
}

// clean closes rings, drops repeated positions, and drops rings and polygons that this leaves without an inside.
func clean(area orb.MultiPolygon) orb.MultiPolygon {
	kept := make(orb.MultiPolygon, 0, len(area))
	for _, polygon := range area {
		var rings orb.Polygon
		for j, ring := range polygon {
			var fresh orb.Ring
			for _, p := range ring {
				if len(fresh) == 0 || fresh[len(fresh)-1] != p {
					fresh = append(fresh, p)
				}
			}
			if len(fresh) > 0 && fresh[0] != fresh[len(fresh)-1] {
				fresh = append(fresh, fresh[0])
			}
			if len(fresh) >= 4 {
				rings = append(rings, fresh)
			} else if j == 0 {
				break
			}
		}
		if len(rings) > 0 {
			kept = append(kept, rings)
		}
	}
	return kept
}
