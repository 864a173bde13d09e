package list

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

var errTornShapes = errors.New("le fichier .shp est tronqué ou abîmé : exportez la couche de nouveau")

// shp reads the shapes of a Shapefile (ESRI Shapefile Technical Description, 1998) one at a time.
type shp struct {
	in   io.Reader
	left int64 // bytes that the header tells
	buf  []byte
	done int
}

func openSHP(in io.Reader, length int64) (*shp, error) {
	header := make([]byte, 100)
	if _, err := io.ReadFull(in, header); err != nil || binary.BigEndian.Uint32(header) != 9994 || binary.LittleEndian.Uint32(header[28:]) != 1000 {
		return nil, errTornShapes
	}
	told := 2 * int64(binary.BigEndian.Uint32(header[24:]))
	if told < 100 || told > length {
		return nil, errTornShapes
	}
	return &shp{in: in, left: told - 100}, nil
}

// next returns the next shape, io.EOF after the last. ok is false for a shape of an unknown kind or with wrong counts.
func (s *shp) next() (f figure, ok bool, err error) {
	if s.left == 0 {
		return f, false, io.EOF
	}
	torn := fmt.Errorf("après %s, %w", plural(s.done, "forme", "formes"), errTornShapes)
	var header [8]byte
	if s.left < 12 {
		return f, false, torn
	}
	if _, err := io.ReadFull(s.in, header[:]); err != nil {
		return f, false, torn
	}
	length := 2 * int64(binary.BigEndian.Uint32(header[4:]))
	if length < 4 || length > s.left-8 {
		return f, false, torn
	}
	if length > maxFeature {
		return f, false, fmt.Errorf("la forme %d du fichier .shp fait plus de %s : simplifiez la couche", s.done+1, size(maxFeature))
	}
	if int64(cap(s.buf)) < length {
		s.buf = make([]byte, length)
	}
	s.buf = s.buf[:length]
	if _, err := io.ReadFull(s.in, s.buf); err != nil {
		return f, false, torn
	}
	s.left -= 8 + length
	s.done++
	f, ok = shape(s.buf)
	return f, ok, nil
}

// shape decodes a record; further coordinates (z, m) stand behind all x and y and are passed over.
func shape(data []byte) (figure, bool) {
	var f figure
	kind := binary.LittleEndian.Uint32(data)
	data = data[4:]
	number := func(at int) int { return int(binary.LittleEndian.Uint32(data[at:])) }
	positions := func(at, from, to int) []float64 {
		out := make([]float64, 0, 2*(to-from))
		for i := 2 * from; i < 2*to; i++ {
			out = append(out, math.Float64frombits(binary.LittleEndian.Uint64(data[at+8*i:])))
		}
		return out
	}
	switch kind {
	case 0:
		return f, true
	case 1, 11, 21: // point
		if len(data) < 16 {
			return f, false
		}
		// Less than -10^38 means that there is no value.
		if p := positions(0, 0, 1); p[0] > -1e38 && p[1] > -1e38 {
			f.add(0, p)
		}
		return f, true
	case 8, 18, 28: // several points
		if len(data) < 36 || number(32) > (len(data)-36)/16 {
			return f, false
		}
		f.add(0, positions(36, 0, number(32)))
		return f, true
	case 3, 13, 23, 5, 15, 25: // lines, areas
		if len(data) < 40 {
			return f, false
		}
		parts, points := number(32), number(36)
		if parts > len(data)/4 || points > len(data)/16 || 40+4*parts+16*points > len(data) {
			return f, false
		}
		dimension := 1
		if kind%10 == 5 {
			dimension = 2
		}
		for i := range parts {
			from, to := number(40+4*i), points
			if i+1 < parts {
				to = number(44 + 4*i)
			}
			if from > to || to > points {
				return f, false
			}
			f.add(dimension, positions(40+4*parts, from, to))
		}
		return f, true
	}
	return f, false
}
