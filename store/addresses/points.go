package addresses

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
)

// point is one position on a street: that of a number, or, with n 0, of the street or place itself.
type point struct {
	number
	door bool // the entrance itself, and not merely the building or the plot
	at   orb.Point
}

// degree is the unit of stored coordinates: a ten-millionth of a degree, about one centimetre.
const degree = 1e7

// appendPoint packs a point: number, length and letters of the suffix, door, longitude, latitude.
func appendPoint(b []byte, p point) []byte {
	b = binary.AppendUvarint(b, uint64(p.n))
	b = append(b, byte(len(p.suffix)))
	b = append(b, p.suffix...)
	door := byte(0)
	if p.door {
		door = 1
	}
	b = append(b, door)
	b = binary.LittleEndian.AppendUint32(b, uint32(int32(math.Round(p.at[0]*degree))))
	return binary.LittleEndian.AppendUint32(b, uint32(int32(math.Round(p.at[1]*degree))))
}

// unpack reads the points of a street.
func unpack(b []byte) ([]point, error) {
	points := make([]point, 0, len(b)/12)
	for len(b) > 0 {
		n, size := binary.Uvarint(b)
		if size <= 0 || len(b) < size+1 || len(b) < size+1+int(b[size])+9 {
			return nil, fmt.Errorf("%w : une rue est abîmée", ErrUnusable)
		}
		b = b[size:]
		suffix := string(b[1 : 1+b[0]])
		b = b[1+b[0]:]
		lon, lat := int32(binary.LittleEndian.Uint32(b[1:])), int32(binary.LittleEndian.Uint32(b[5:]))
		points = append(points, point{number{int(n), suffix}, b[0] == 1, orb.Point{float64(lon) / degree, float64(lat) / degree}})
		b = b[9:]
	}
	return points, nil
}

// middle is the point nearest to the median of all: it lies on the street even when the street bends, and one number that was put
// far away does not move it. extent is the distance in metres to the point farthest from it.
func middle(points []point) (at orb.Point, extent float64) {
	if len(points) == 0 {
		return orb.Point{}, 0
	}
	median := func(axis int) float64 {
		all := make([]float64, len(points))
		for i, p := range points {
			all[i] = p.at[axis]
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	centre := orb.Point{median(0), median(1)}
	nearest := slices.MinFunc(points, func(a, b point) int {
		return cmp.Compare(geo.Distance(a.at, centre), geo.Distance(b.at, centre))
	})
	for _, p := range points {
		extent = max(extent, geo.Distance(p.at, nearest.at))
	}
	return nearest.at, extent
}
