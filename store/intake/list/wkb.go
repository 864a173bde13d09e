package list

import (
	"encoding/binary"
	"math"
)

// wkb walks well-known binary. simplefeatures is not used for this: it makes room for as many points as the bytes claim.
type wkb struct {
	data  []byte
	order binary.ByteOrder
}

func (w *wkb) uint32() (uint32, bool) {
	if len(w.data) < 4 {
		return 0, false
	}
	v := w.order.Uint32(w.data)
	w.data = w.data[4:]
	return v, true
}

// positions reads n positions of so many coordinates and keeps the first two of each.
func (w *wkb) positions(n uint32, coordinates int) ([]float64, bool) {
	width := 8 * coordinates
	if uint64(n)*uint64(width) > uint64(len(w.data)) {
		return nil, false
	}
	out := make([]float64, 0, 2*n)
	for range n {
		out = append(out, math.Float64frombits(w.order.Uint64(w.data)), math.Float64frombits(w.order.Uint64(w.data[8:])))
		w.data = w.data[width:]
	}
	return out, true
}

// addTo adds a geometry of OGC or ISO well-known binary, with or without further coordinates.
func (w *wkb) addTo(f *figure, depth int) bool {
	if len(w.data) < 1 || w.data[0] > 1 || depth > 8 {
		return false
	}
	w.order = binary.ByteOrder(binary.BigEndian)
	if w.data[0] == 1 {
		w.order = binary.LittleEndian
	}
	w.data = w.data[1:]
	kind, ok := w.uint32()
	if !ok || kind >= 4000 {
		return false
	}
	coordinates := 2
	switch kind / 1000 {
	case 1, 2:
		coordinates = 3
	case 3:
		coordinates = 4
	}
	kind %= 1000
	if kind == 1 {
		position, ok := w.positions(1, coordinates)
		if ok && !(math.IsNaN(position[0]) && math.IsNaN(position[1])) {
			f.add(0, position)
		}
		return ok
	}
	n, ok := w.uint32()
	if !ok {
		return false
	}
	switch kind {
	case 2:
		line, ok := w.positions(n, coordinates)
		f.add(1, line)
		return ok
	case 3:
		for range n {
			count, ok := w.uint32()
			if !ok {
				return false
			}
			ring, ok := w.positions(count, coordinates)
			if !ok {
				return false
			}
			f.add(2, ring)
		}
		return true
	case 4, 5, 6, 7:
		for range n {
			if !w.addTo(f, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// addGeoPackage adds the geometry of a GeoPackage blob: a header (GeoPackage 1.3, 2.1.3) before well-known binary.
func addGeoPackage(f *figure, blob []byte) bool {
	if len(blob) < 8 || blob[0] != 'G' || blob[1] != 'P' {
		return false
	}
	flags := blob[3]
	envelope := []int{0, 32, 48, 48, 64}
	kind := int(flags >> 1 & 7)
	if flags&0x20 != 0 || kind >= len(envelope) || len(blob) < 8+envelope[kind] {
		return false
	}
	w := wkb{data: blob[8+envelope[kind]:]}
	return w.addTo(f, 0)
}
