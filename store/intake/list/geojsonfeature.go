package list

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"
)

// parse reads what is kept of a feature; a feature that is not well made is a row that cannot be read.
func (s *geoJSONSource) parse(raw []byte) feature {
	f := feature{number: s.number}
	fail := func(column, reason string) feature {
		return feature{number: s.number, err: &RowError{Line: s.number, Column: column, Reason: reason}}
	}
	if !utf8.Valid(raw) {
		return fail("", "l’objet n’est pas en UTF-8")
	}
	var members struct {
		ID         json.RawMessage `json:"id"`
		Properties json.RawMessage `json:"properties"`
		Geometry   *geometryJSON   `json:"geometry"`
	}
	if err := json.Unmarshal(raw, &members); err != nil {
		return fail("", "ce n’est pas un objet GeoJSON")
	}
	if members.ID != nil {
		f.id, _ = jsonText(members.ID)
	}
	var err error
	if f.names, f.values, err = jsonObjectOf(members.Properties); err != nil {
		return fail("", "« properties » n’est pas un objet")
	}
	var shape figure
	if members.Geometry != nil {
		if err := members.Geometry.addTo(&shape, 0); err != nil {
			return fail(GeometryX, "géométrie illisible")
		}
	}
	f.x, f.y = s.places.cells(&shape)
	return f
}

// jsonObjectOf returns the members of an object in their order, as text.
func jsonObjectOf(raw []byte) (names, values []string, err error) {
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil, nil, errors.New("not an object")
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, nil, err
		}
		text, err := jsonText(value)
		if err != nil {
			return nil, nil, err
		}
		name, _ := key.(string)
		if name == "" {
			name = " " // named later; "" stands for the feature's identifier
		}
		names, values = append(names, name), append(values, text)
	}
	return names, values, nil
}

// jsonText writes a value as a cell: texts without quotes, numbers as they stand, null as nothing, lists and objects as JSON.
func jsonText(raw []byte) (string, error) {
	switch raw[0] {
	case '"':
		var text string
		err := json.Unmarshal(raw, &text)
		return text, err
	case 'n':
		return "", nil
	case 't', 'f':
		return truth(raw[0] == 't'), nil
	case '{', '[':
		var out bytes.Buffer
		err := json.Compact(&out, raw)
		return out.String(), err
	}
	return string(raw), nil
}

// geometryJSON is a geometry of GeoJSON.
type geometryJSON struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
	Geometries  []*geometryJSON `json:"geometries"`
}

var errGeometry = errors.New("geometry")

// dimensions and depths: how a type's coordinates nest above a position, and what they make.
var geometryTypes = map[string]struct{ dimension, depth int }{
	"Point": {0, 0}, "MultiPoint": {0, 1}, "LineString": {1, 1}, "MultiLineString": {1, 2}, "Polygon": {2, 2}, "MultiPolygon": {2, 3},
}

func (g *geometryJSON) addTo(f *figure, depth int) error {
	if g == nil {
		return nil
	}
	if g.Type == "GeometryCollection" {
		if depth > 8 {
			return errGeometry
		}
		for _, member := range g.Geometries {
			if err := member.addTo(f, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	t, ok := geometryTypes[g.Type]
	if !ok {
		return errGeometry
	}
	if len(g.Coordinates) == 0 || string(g.Coordinates) == "null" {
		return nil
	}
	return addCoordinates(f, g.Coordinates, t.dimension, t.depth)
}

// addCoordinates adds lists of positions that nest this deep.
func addCoordinates(f *figure, raw []byte, dimension, depth int) error {
	if depth == 0 {
		var p position
		if err := json.Unmarshal(raw, &p); err != nil {
			return errGeometry
		}
		f.add(dimension, p.xy)
		return nil
	}
	if depth == 1 && dimension > 0 {
		part := line{}
		if err := json.Unmarshal(raw, &part); err != nil {
			return errGeometry
		}
		xy := make([]float64, 0, 2*len(part))
		for _, p := range part {
			xy = append(xy, p[0], p[1])
		}
		f.add(dimension, xy)
		return nil
	}
	var members []json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil {
		return errGeometry
	}
	for _, m := range members {
		if err := addCoordinates(f, m, dimension, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// position is a list of coordinates of which the first two count; one without coordinates is no place.
type position struct{ xy []float64 }

func (p *position) UnmarshalJSON(raw []byte) error {
	if string(raw) == "[]" || string(raw) == "null" {
		return nil
	}
	xy, err := coordinates(raw)
	p.xy = xy[:]
	return err
}

// line is a list of positions, each held in no more room than it needs.
type line []linePosition

type linePosition [2]float64

func (p *linePosition) UnmarshalJSON(raw []byte) (err error) {
	*p, err = coordinates(raw)
	return err
}

// coordinates reads the first two numbers of a flat list.
func coordinates(raw []byte) (xy [2]float64, err error) {
	list, ok := bytes.CutPrefix(raw, []byte("["))
	list, closed := bytes.CutSuffix(list, []byte("]"))
	parts := bytes.SplitN(list, []byte(","), 3)
	if !ok || !closed || len(parts) < 2 {
		return xy, errGeometry
	}
	for i := range xy {
		if xy[i], err = strconv.ParseFloat(string(bytes.TrimSpace(parts[i])), 64); err != nil {
			return xy, errGeometry
		}
	}
	return xy, nil
}
