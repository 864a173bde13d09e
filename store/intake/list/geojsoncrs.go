package list

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// declare understands the crs member that GeoJSON had before RFC 7946, where coordinates are longitude and latitude.
func (s *geoJSONSource) declare(raw []byte) {
	var crs struct {
		Properties struct {
			Name string `json:"name"`
		} `json:"properties"`
	}
	if json.Unmarshal(raw, &crs) != nil || crs.Properties.Name == "" {
		return
	}
	s.declared = true
	s.epsg, s.unknown = 0, ""
	name := strings.ToUpper(strings.TrimSpace(crs.Properties.Name))
	if strings.HasSuffix(name, "CRS84") {
		s.epsg = 4326
		return
	}
	for _, prefix := range []string{"URN:OGC:DEF:CRS:EPSG:", "HTTP://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/", "EPSG:"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			if _, code, versioned := strings.Cut(rest, ":"); versioned {
				rest = code
			}
			s.epsg, _ = strconv.Atoi(rest)
			break
		}
	}
	if s.epsg == 0 {
		s.unknown = crs.Properties.Name
	}
}

// lookBehind finds a crs member that stands after the features. Reading up to it confirms what was found.
func (s *geoJSONSource) lookBehind() {
	tail := make([]byte, min(s.size, 4096))
	if _, err := s.file.ReadAt(tail, s.size-int64(len(tail))); err != nil {
		return
	}
	i := bytes.LastIndex(tail, []byte(`"crs"`))
	if i < 0 || bytes.LastIndexByte(tail, ']') > i {
		return
	}
	value := bytes.TrimLeft(tail[i+len(`"crs"`):], " \t\r\n")
	if rest, ok := bytes.CutPrefix(value, []byte(":")); ok {
		var raw json.RawMessage
		if json.NewDecoder(bytes.NewReader(rest)).Decode(&raw) == nil {
			s.declare(raw)
		}
	}
}

// degrees tells whether what was read may be longitudes and latitudes.
func (s *geoJSONSource) degrees() bool {
	for _, f := range s.queue {
		x, errX := strconv.ParseFloat(f.x, 64)
		y, errY := strconv.ParseFloat(f.y, 64)
		if errX == nil && errY == nil && (x < -360 || x > 360 || y < -90 || y > 90) {
			return false
		}
	}
	return true
}
