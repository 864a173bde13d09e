package tiles

import (
	"sync"

	"github.com/mesure5/dealmap"
	"google.golang.org/protobuf/encoding/protowire"
)

// placeWriter writes places into a layer, each in one pass.
type placeWriter struct {
	*layerEncoder
	*looks
	// Numbers of the keys plus one, 0 as long as they are not used.
	ref, name, intensity uint32
}

// write adds a place. Its bytes are those that begin, text, number, point and end would write.
//
// A feature is shorter than 128 bytes, so that its length and those of its parts take one byte each: 3 + 10 (id), 2 + 7 × (1 + 5) (tags),
// 2 (type) and 2 + 1 + 2 × 5 (geometry) at most.
func (w *placeWriter) write(at unit, s *dealmap.PointSight) {
	begin := len(w.features)
	b := append(w.features, wireLayerFeature, 0, wireID)
	b = append(protowire.AppendVarint(b, s.Number()), wireTags, 0)
	tags := len(b)
	if reference := s.Reference(); reference != "" {
		// No other place of the layer has it: it is not looked for among the values that are there.
		b = appendTag(b, w.once(&w.ref, "ref"), w.newText(reference))
	}
	if name := s.Name(); name != "" {
		b = appendTag(b, w.once(&w.name, "name"), w.local(name))
	}
	if intensity := s.Intensity(); intensity != 0 {
		b = appendTag(b, w.once(&w.intensity, "intensity"), w.numberOf(uint64(intensity)))
	}
	b = append(b, w.of(w.layerEncoder, s)...)
	if b[tags-1] = byte(len(b) - tags); len(b) == tags {
		b = b[:tags-2]
	}
	b = append(b, wireType, typePoint, wireGeometry, 0)
	geometry := len(b)
	b = appendShort(appendShort(append(b, moveTo|1<<3), zigzag(at.x)), zigzag(at.y))
	b[geometry-1] = byte(len(b) - geometry)
	b[begin+1] = byte(len(b) - begin - 2)
	w.features = b
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
	known map[dealmap.Looks]stretch
	all   []byte
	last  dealmap.Looks
	at    stretch
}

// stretch is from and to where something lies in bytes.
type stretch [2]int

var looksPool = sync.Pool{New: func() any { return &looks{known: map[dealmap.Looks]stretch{}} }}

// release keeps nothing of an old snapshot.
func (l *looks) release() {
	clear(l.known)
	l.all, l.last, l.at = l.all[:0], dealmap.Looks{}, stretch{}
	looksPool.Put(l)
}

// of returns the tags of what a place has in common with others. The encoder numbers what is new.
func (l *looks) of(e *layerEncoder, s *dealmap.PointSight) []byte {
	if look := s.Looks(); look != l.last {
		at, known := l.known[look]
		if !known {
			e.tags = e.tags[:0]
			e.text("status", string(s.Status()))
			e.text("kind", string(s.Kind()))
			e.text("product", string(s.Product()))
			e.text("service", string(s.Service()))
			at = stretch{len(l.all), len(l.all) + len(e.tags)}
			l.all = append(l.all, e.tags...)
			l.known[look] = at
		}
		l.last, l.at = look, at
	}
	return l.all[l.at[0]:l.at[1]]
}
