package seeds

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/paulmach/orb"
	"github.com/peterstace/simplefeatures/geom"
)

// eachShape visits the keys and geometries (TWKB) of an embedded file, as the generator's writeShapes wrote them.
func eachShape(packed []byte, visit func(key string, g geom.Geometry)) error {
	data, err := unzip(packed)
	if err != nil {
		return err
	}
	for len(data) > 0 {
		var key, body []byte
		if key, data, err = field(data); err != nil {
			return err
		}
		if body, data, err = field(data); err != nil {
			return err
		}
		g, err := geom.UnmarshalTWKB(body, geom.NoValidate{})
		if err != nil {
			return fmt.Errorf("seeds: geometry of %s: %w", key, err)
		}
		visit(string(key), g)
	}
	return nil
}

func unzip(packed []byte) ([]byte, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("seeds: embedded file: %w", err)
	}
	data, err := io.ReadAll(zipped)
	if err != nil {
		return nil, fmt.Errorf("seeds: embedded file: %w", err)
	}
	return data, nil
}

func field(data []byte) (head, rest []byte, err error) {
	length, n := binary.Uvarint(data)
	if n <= 0 || length > uint64(len(data)-n) {
		return nil, nil, errors.New("seeds: embedded file is cut short")
	}
	end := n + int(length)
	return data[n:end], data[end:], nil
}

func toMultiPolygon(g geom.Geometry) orb.MultiPolygon {
	var out orb.MultiPolygon
	for _, part := range g.Dump() {
		if !part.IsPolygon() {
			continue
		}
		var polygon orb.Polygon
		for _, ring := range part.MustAsPolygon().DumpRings() {
			polygon = append(polygon, orb.Ring(toLine(ring)))
		}
		out = append(out, polygon)
	}
	return out
}

func toLine(l geom.LineString) orb.LineString {
	sequence := l.Coordinates()
	line := make(orb.LineString, sequence.Length())
	for i := range line {
		at := sequence.GetXY(i)
		line[i] = orb.Point{at.X, at.Y}
	}
	return line
}
