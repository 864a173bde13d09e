package geo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// MaxPolygonVertices is the most positions that a polygon drawn by a person may have.
const MaxPolygonVertices = 10000

// maxPolygonBytes is generous for the vertices at full precision.
const maxPolygonBytes = 1 << 20

// ParsePolygon reads a GeoJSON Polygon, MultiPolygon or Feature of one, as sent by the browser or another service. Rings
// are closed and have at least four positions in range; none crosses itself, another or the 180° meridian. Every refusal
// is an error on field polygon that says where.
func ParsePolygon(geojson []byte) (orb.MultiPolygon, error) {
	if len(geojson) > maxPolygonBytes {
		return nil, refuse("le polygone dépasse %d Kio", maxPolygonBytes>>10)
	}
	area, err := decodePolygon(geojson)
	if err != nil {
		return nil, err
	}
	vertices := 0
	for i, polygon := range area {
		for j, ring := range polygon {
			vertices += len(ring)
			if vertices > MaxPolygonVertices {
				return nil, refuse("le polygone a plus de %d sommets", MaxPolygonVertices)
			}
			clean, err := checkRing(ring, ringName(area, i, j))
			if err != nil {
				return nil, err
			}
			polygon[j] = clean
		}
	}
	if at, found := firstCrossing(area); found {
		return nil, refuse("le contour se croise ou se touche lui-même près de %s", at)
	}
	if err := validate(area); err != nil {
		return nil, refuse("le polygone n’est pas valable : %s", reasonInFrench(err))
	}
	return area, nil
}

func refuse(format string, args ...any) error {
	return dealmap.Invalid("polygon", fmt.Sprintf(format, args...))
}

// geometryJSON is a GeoJSON geometry or Feature, its coordinates not yet read.
type geometryJSON struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometry    *geometryJSON   `json:"geometry"`
}

func decodePolygon(data []byte) (orb.MultiPolygon, error) {
	var g geometryJSON
	if err := json.Unmarshal(data, &g); err != nil {
		return nil, refuse("ce n’est pas du GeoJSON lisible : %s", describeJSON(err))
	}
	if g.Type == "Feature" {
		if g.Geometry == nil {
			return nil, refuse("l’objet Feature n’a pas de géométrie")
		}
		g = *g.Geometry
	}
	var polygons [][][][]float64
	var err error
	switch g.Type {
	case "Polygon":
		polygons = make([][][][]float64, 1)
		err = json.Unmarshal(g.Coordinates, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(g.Coordinates, &polygons)
	case "":
		return nil, refuse("le membre « type » manque : il faut un Polygon ou un MultiPolygon")
	default:
		return nil, refuse("« %.40s » n’est ni un Polygon ni un MultiPolygon", strings.ToValidUTF8(g.Type, "�"))
	}
	if err != nil || len(g.Coordinates) == 0 || holdsNull(g.Coordinates) {
		return nil, refuse("les coordonnées de « %s » ne sont pas des listes de positions [longitude, latitude]", g.Type)
	}
	return toMultiPolygon(polygons)
}

// holdsNull tells a null among coordinates, which encoding/json would take for 0. Coordinates that decode hold no text, so
// the word can be nothing else.
func holdsNull(coordinates json.RawMessage) bool { return bytes.Contains(coordinates, []byte("null")) }

func toMultiPolygon(polygons [][][][]float64) (orb.MultiPolygon, error) {
	if len(polygons) == 0 {
		return nil, refuse("le polygone est vide")
	}
	area := make(orb.MultiPolygon, len(polygons))
	for i, rings := range polygons {
		if len(rings) == 0 {
			return nil, refuse("le polygone %d n’a pas de contour", i+1)
		}
		area[i] = make(orb.Polygon, len(rings))
		for j, positions := range rings {
			area[i][j] = make(orb.Ring, len(positions))
			for k, position := range positions {
				if len(position) < 2 {
					return nil, refuse("position %d : il faut une longitude et une latitude", k+1)
				}
				area[i][j][k] = orb.Point{position[0], position[1]}
			}
		}
	}
	return area, nil
}

// describeJSON keeps of a decoding error only where it is: the text is the user's own.
func describeJSON(err error) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("erreur à l’octet %d", syntax.Offset)
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Sprintf("valeur inattendue à l’octet %d", kind.Offset)
	}
	return "texte incomplet"
}

func ringName(area orb.MultiPolygon, i, j int) string {
	name := "contour"
	if j > 0 {
		name = fmt.Sprintf("trou %d", j)
	}
	if len(area) > 1 {
		name += fmt.Sprintf(" du polygone %d", i+1)
	}
	return name
}

// checkRing returns the ring without repeated positions.
func checkRing(ring orb.Ring, name string) (orb.Ring, error) {
	if len(ring) < 4 {
		return nil, refuse("%s : %d positions, il en faut au moins 4, la dernière égale à la première", name, len(ring))
	}
	for k, p := range ring {
		if !(p[0] >= -180 && p[0] <= 180) {
			return nil, refuse("%s, position %d : longitude %s hors de −180 à 180", name, k+1, number(p[0]))
		}
		if !(p[1] >= -90 && p[1] <= 90) {
			return nil, refuse("%s, position %d : latitude %s hors de −90 à 90", name, k+1, number(p[1]))
		}
		if k > 0 && math.Abs(p[0]-ring[k-1][0]) > 180 {
			return nil, refuse("%s, positions %d et %d : le polygone traverse le 180ᵉ méridien ; coupez-le en deux polygones", name, k, k+1)
		}
	}
	if ring[0] != ring[len(ring)-1] {
		return nil, refuse("%s : il n’est pas fermé, la dernière position doit être égale à la première", name)
	}
	clean := ring[:1:1]
	for _, p := range ring[1:] {
		if p != clean[len(clean)-1] {
			clean = append(clean, p)
		}
	}
	if len(clean) < 4 {
		return nil, refuse("%s : moins de trois positions différentes", name)
	}
	return clean, nil
}

// position writes a place as people read it: latitude first, decimal comma.
type position orb.Point

func (p position) String() string {
	decimal := func(v float64) string { return strings.Replace(fmt.Sprintf("%.5f", v), ".", ",", 1) }
	return fmt.Sprintf("latitude %s, longitude %s", decimal(p[1]), decimal(p[0]))
}
