package tiles

import (
	"encoding/binary"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
)

// placeWriter writes places into a layer, each in one pass.
type placeWriter struct {
	*layerEncoder
	*looks
	// Numbers of the keys plus one, 0 as long as they are not used.
	ref, name, intensity uint32
}

// mostPlace is how long a place is at most, in bytes: 2, 1 + 10 (id), 2 + 7 × (1 + 5) (tags), 2 (type) and 2 + 1 + 2 × 5 (geometry).
const mostPlace = 72

// write adds a place. Its bytes are those that begin, text, number, point and end would write. They are so few that its length and those of
// its parts take one byte each.
func (w *placeWriter) write(at unit, s *dealmap.PointSight) {
	begin := len(w.features)
	if cap(w.features)-begin < mostPlace {
		w.features = slices.Grow(w.features, mostPlace)
	}
	b := w.features[begin : begin+mostPlace]
	b[0], b[2] = wireLayerFeature, wireID
	n := 3
	id := s.Number()
	for ; id >= 1<<7; id >>= 7 {
		b[n] = byte(id) | 1<<7
		n++
	}
	b[n], b[n+1] = byte(id), wireTags
	n += 3
	tags := n
	if reference := s.Reference(); reference != "" {
		// No other place of the layer has it: it is not looked for among the values that are there.
		n = putShort(b, putShort(b, n, w.once(&w.ref, "ref")), w.newText(reference))
	}
	if name := s.Name(); name != "" {
		n = putShort(b, putShort(b, n, w.once(&w.name, "name")), w.local(name))
	}
	if intensity := s.Intensity(); intensity != 0 {
		n = putShort(b, putShort(b, n, w.once(&w.intensity, "intensity")), w.numberOf(uint64(intensity)))
	}
	features, service := w.of(w.layerEncoder, s)
	n += copy(b[n:], features)
	n += copy(b[n:], service)
	if b[tags-1] = byte(n - tags); n == tags {
		n -= 2
	}
	b[n], b[n+1], b[n+2], b[n+4] = wireType, typePoint, wireGeometry, moveTo|1<<3
	geometry := n + 4
	n = putShort(b, putShort(b, n+5, zigzag(at.x)), zigzag(at.y))
	b[geometry-1] = byte(n - geometry)
	b[1] = byte(n - 2)
	w.features = w.features[:begin+n]
}

// putShort writes a varint that is seldom longer than two bytes and returns where it ends.
func putShort(b []byte, n int, v uint32) int {
	if v >= 1<<14 {
		return n + binary.PutUvarint(b[n:], uint64(v))
	}
	b[n] = byte(v)
	if v < 1<<7 {
		return n + 1
	}
	b[n] |= 1 << 7
	b[n+1] = byte(v >> 7)
	return n + 2
}

// once returns the number of a key that is looked for the first time only.
func (w *placeWriter) once(known *uint32, key string) uint32 {
	if *known == 0 {
		*known = w.key(key) + 1
	}
	return *known - 1
}

// looks remembers the attributes that many places have in common, as they are written.
type looks struct {
	all      []byte
	known    [512]writtenLook
	services [128]writtenService
}

// writtenLook is where the tags of status, kind and product are, with the product or without it.
type writtenLook struct {
	look     *dealmap.Shared[dealmap.Look]
	products bool
	at       stretch
}

// writtenService is where the tag of a service is.
type writtenService struct {
	outlook *dealmap.Outlook
	at      stretch
}

// stretch is from and to where something lies in bytes.
type stretch [2]uint32

var looksPool = sync.Pool{New: func() any { return &looks{} }}

// release keeps nothing of an old snapshot.
func (l *looks) release() {
	clear(l.known[:])
	clear(l.services[:])
	l.all = l.all[:0]
	looksPool.Put(l)
}

// of returns the tags of what a place has in common with others, in two parts. The encoder numbers what is new.
func (l *looks) of(e *layerEncoder, s *dealmap.PointSight) (features, service []byte) {
	look, products := s.Looks()
	slot := 2 * look.Number
	if products {
		slot++
	}
	known := &l.known[slot%uint32(len(l.known))]
	if known.look != look || known.products != products {
		e.tags = e.tags[:0]
		e.text("status", string(s.Status()))
		e.text("kind", string(s.Kind()))
		e.text("product", string(s.Product()))
		*known = writtenLook{look, products, l.keep(e.tags)}
	}
	outlook := s.Outlook()
	owner := &l.services[outlook.Number()%uint32(len(l.services))]
	if owner.outlook != outlook {
		e.tags = e.tags[:0]
		e.text("service", string(s.Service()))
		*owner = writtenService{outlook, l.keep(e.tags)}
	}
	return l.all[known.at[0]:known.at[1]], l.all[owner.at[0]:owner.at[1]]
}

func (l *looks) keep(tags []byte) stretch {
	begin := uint32(len(l.all))
	l.all = append(l.all, tags...)
	return stretch{begin, uint32(len(l.all))}
}
