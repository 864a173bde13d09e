package list

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// geoJSONSample is how many features name the columns, and sampleBytes how much of them is held.
const (
	geoJSONSample = 1000
	sampleBytes   = 8 << 20
)

// geoJSONSource reads the features of a FeatureCollection one at a time.
type geoJSONSource struct {
	file    *os.File
	size    int64
	meter   *meter
	decoder *json.Decoder

	epsg     int
	unknown  string // system of coordinates that is declared and not known
	declared bool
	number   int
	queue    []feature
	columns  map[string]int
	width    int
	late     map[string]bool // properties that came after the columns were named
	places   places
	end      error
}

// feature is what is kept of one.
type feature struct {
	number int
	id     string
	names  []string
	values []string
	x, y   string
	err    *RowError
}

func (in input) openGeoJSON() (opened, error) {
	head := int64(0)
	if bytes.HasPrefix(in.head, []byte(utf8Mark)) {
		head = int64(len(utf8Mark))
	}
	s := &geoJSONSource{file: in.file, size: in.size, epsg: 4326}
	s.meter = &meter{in: io.NewSectionReader(in.file, head, in.size-head), read: head}
	s.decoder = json.NewDecoder(s.meter)
	if err := s.toFeatures(); err != nil {
		return opened{}, err
	}
	if !s.declared {
		s.lookBehind()
	}
	header, err := s.sample()
	if err != nil {
		return opened{}, err
	}
	f := Findings{Options: Options{Format: GeoJSON, Encoding: utf8Name}, EPSG: s.epsg}
	if s.unknown != "" {
		f.Notes = append(f.Notes, fmt.Sprintf("Le système de coordonnées « %s » n’est pas reconnu : indiquez-le.", clip(s.unknown)))
	}
	if !s.declared && !s.degrees() {
		f.EPSG = 0
		f.Notes = append(f.Notes, "Les coordonnées ne sont pas des degrés, et le fichier ne déclare pas leur système : indiquez-le.")
	}
	return opened{source: s, findings: f, header: header}, nil
}

func (s *geoJSONSource) torn(err error) error {
	switch {
	case errors.Is(err, errTokenTooLong):
		return fmt.Errorf("l’objet %d du GeoJSON fait plus de %s", s.number+1, size(maxFeature))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("le GeoJSON est tronqué après %s : envoyez le fichier de nouveau", plural(s.number, "objet", "objets"))
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("le GeoJSON est abîmé après %s, à l’octet %d : enregistrez-le de nouveau", plural(s.number, "objet", "objets"), syntax.Offset)
	}
	return fmt.Errorf("lecture du GeoJSON : %w", err)
}

// toFeatures reads up to the first feature.
func (s *geoJSONSource) toFeatures() error {
	s.meter.left = maxFeature
	if _, err := s.decoder.Token(); err != nil {
		return s.torn(err)
	}
	found, err := s.members()
	if err != nil {
		return err
	}
	if !found {
		return errors.New("le GeoJSON n’a pas de liste « features » : enregistrez une couche entière (une « FeatureCollection »)")
	}
	return nil
}

// members reads members of the collection up to the list of features, or to the end.
func (s *geoJSONSource) members() (features bool, err error) {
	for s.decoder.More() {
		s.meter.left = maxFeature
		key, err := s.decoder.Token()
		if err != nil {
			return false, s.torn(err)
		}
		switch key {
		case "features":
			if open, err := s.decoder.Token(); err != nil {
				return false, s.torn(err)
			} else if open != json.Delim('[') {
				return false, errors.New("« features » n’est pas une liste dans le GeoJSON")
			}
			return true, nil
		case "crs":
			var crs json.RawMessage
			if err := s.decoder.Decode(&crs); err != nil {
				return false, s.torn(err)
			}
			before, known := s.epsg, s.declared
			s.declare(crs)
			if s.number > 0 && (!known && s.declared && s.epsg != 4326 || known && s.epsg != before) {
				return false, errors.New("le système de coordonnées n’est déclaré qu’à la fin du GeoJSON : enregistrez-le de nouveau, par exemple avec QGIS")
			}
		default:
			var passed json.RawMessage
			if err := s.decoder.Decode(&passed); err != nil {
				return false, s.torn(err)
			}
		}
	}
	if _, err := s.decoder.Token(); err != nil {
		return false, s.torn(err)
	}
	return false, nil
}

// sample reads the first features and names the columns in the order in which properties first appear.
func (s *geoJSONSource) sample() ([]string, error) {
	var names []string
	s.columns = map[string]int{}
	held, ids := 0, false
	for len(s.queue) < geoJSONSample && held < sampleBytes {
		f, err := s.read()
		if err != nil {
			if err != io.EOF {
				return nil, err
			}
			s.end = err
			break
		}
		s.queue = append(s.queue, f)
		ids = ids || f.id != ""
		for i, name := range f.names {
			held += len(name) + len(f.values[i]) + 32
			if _, ok := s.columns[name]; !ok {
				s.columns[name] = len(names)
				names = append(names, name)
			}
		}
		if len(names) > maxColumns {
			return nil, fmt.Errorf("plus de %d propriétés différentes : gardez les propriétés utiles", maxColumns)
		}
	}
	if ids {
		// The identifier that a feature carries beside its properties.
		s.columns[""] = len(names)
		names = append(names, "id")
	}
	s.width = len(names)
	return append(names, GeometryX, GeometryY), nil
}

// read reads one feature from the file.
func (s *geoJSONSource) read() (feature, error) {
	s.meter.left = maxFeature
	if !s.decoder.More() {
		if _, err := s.decoder.Token(); err != nil {
			return feature{}, s.torn(err)
		}
		again, err := s.members()
		if err != nil {
			return feature{}, err
		}
		if again {
			return feature{}, errors.New("le GeoJSON a plusieurs listes « features » : enregistrez-le de nouveau")
		}
		s.meter.left = maxFeature
		if _, err := s.decoder.Token(); err != io.EOF {
			return feature{}, errors.New("il y a autre chose après la fin du GeoJSON : enregistrez chaque couche dans son fichier")
		}
		return feature{}, io.EOF
	}
	var raw json.RawMessage
	if err := s.decoder.Decode(&raw); err != nil {
		return feature{}, s.torn(err)
	}
	s.number++
	return s.parse(raw), nil
}

func (s *geoJSONSource) next() (Row, error) {
	var f feature
	if len(s.queue) > 0 {
		f = s.queue[0]
		s.queue = s.queue[1:]
	} else {
		if s.end != nil {
			return Row{}, s.end
		}
		var err error
		if f, err = s.read(); err != nil {
			return Row{}, err
		}
	}
	if f.err != nil {
		return Row{}, f.err
	}
	row := Row{Line: f.number, Cells: make([]string, s.width+2)}
	for i, name := range f.names {
		if column, ok := s.columns[name]; ok {
			row.Cells[column] = f.values[i]
		} else if f.values[i] != "" && len(s.late) < maxColumns {
			if s.late == nil {
				s.late = map[string]bool{}
			}
			s.late[name] = true
		}
	}
	if column, ok := s.columns[""]; ok && f.id != "" {
		row.Cells[column] = f.id
	}
	row.Cells[s.width], row.Cells[s.width+1] = f.x, f.y
	return row, nil
}

func (s *geoJSONSource) progress() (done, total int64) { return s.meter.read, s.size }

func (s *geoJSONSource) notes() []string {
	notes := s.places.notes()
	if len(s.late) > 0 {
		var names []string
		for name := range s.late {
			names = append(names, name)
		}
		slices.Sort(names)
		notes = append(notes, fmt.Sprintf("Des propriétés n’apparaissent qu’après les %d premiers objets et sont passées : %s.", geoJSONSample, quoted(names)))
	}
	return notes
}

func (s *geoJSONSource) close() error { return s.file.Close() }
