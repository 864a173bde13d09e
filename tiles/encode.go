package tiles

import (
	"slices"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
)

// Numbers of the messages and fields of vector_tile.proto, version 2.1.
const (
	tileLayers protowire.Number = 3

	layerName     protowire.Number = 1
	layerFeatures protowire.Number = 2
	layerKeys     protowire.Number = 3
	layerValues   protowire.Number = 4
	layerExtent   protowire.Number = 5
	layerVersion  protowire.Number = 15

	featureID       protowire.Number = 1
	featureTags     protowire.Number = 2
	featureType     protowire.Number = 3
	featureGeometry protowire.Number = 4

	valueString protowire.Number = 1
	valueUint   protowire.Number = 5
	valueBool   protowire.Number = 7
)

const (
	typePoint   = 1
	typeLine    = 2
	typePolygon = 3

	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// layerEncoder writes one layer feature by feature. Keys and values are numbered in the order of first use, so the bytes
// depend on what is written and on nothing else.
type layerEncoder struct {
	keys     []string
	values   []byte
	count    uint32 // of values
	strings  map[string]uint32
	uints    map[uint64]uint32
	truth    uint32 // number of the value true plus one, 0 when it is not there
	features []byte
	words    *words
	small    [16]uint32 // numbers plus one of the values below 16, 0 when not there

	id       uint64
	kind     uint64
	tags     []byte
	geometry []byte
	x, y     int32 // where the pen is
}

var encoders = sync.Pool{New: func() any {
	return &layerEncoder{strings: map[string]uint32{}, uints: map[uint64]uint32{}, words: new(words)}
}}

// maxPooled is how many values an encoder may have looked up and still be kept: clearing a map costs what it once held. What it wrote is
// bounded like the bytes of a buffer.
const maxPooled = 1 << 14

func newLayerEncoder() *layerEncoder { return encoders.Get().(*layerEncoder) }

func (e *layerEncoder) release() {
	if len(e.strings)+len(e.uints) > maxPooled || cap(e.features)+cap(e.values) > largestPooled {
		return
	}
	clear(e.strings)
	clear(e.uints)
	e.words.forget()
	*e = layerEncoder{
		keys: e.keys[:0], values: e.values[:0], strings: e.strings, uints: e.uints, words: e.words, features: e.features[:0],
		tags: e.tags[:0], geometry: e.geometry[:0],
	}
	encoders.Put(e)
}

// begin starts a feature; end finishes it. In between come its attributes and its geometry.
func (e *layerEncoder) begin(id uint64, kind uint64) {
	e.id, e.kind, e.x, e.y = id, kind, 0, 0
	e.tags, e.geometry = e.tags[:0], e.geometry[:0]
}

// end writes the feature, or nothing when it has no geometry.
func (e *layerEncoder) end() {
	if len(e.geometry) == 0 {
		return
	}
	if len(e.tags)+len(e.geometry) < smallFeature {
		e.endSmall()
		return
	}
	size := protowire.SizeTag(featureID) + protowire.SizeVarint(e.id) +
		protowire.SizeTag(featureType) + protowire.SizeVarint(e.kind) +
		protowire.SizeTag(featureGeometry) + protowire.SizeBytes(len(e.geometry))
	if len(e.tags) > 0 {
		size += protowire.SizeTag(featureTags) + protowire.SizeBytes(len(e.tags))
	}
	b := protowire.AppendTag(e.features, layerFeatures, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(size))
	b = protowire.AppendTag(b, featureID, protowire.VarintType)
	b = protowire.AppendVarint(b, e.id)
	if len(e.tags) > 0 {
		b = protowire.AppendTag(b, featureTags, protowire.BytesType)
		b = protowire.AppendBytes(b, e.tags)
	}
	b = protowire.AppendTag(b, featureType, protowire.VarintType)
	b = protowire.AppendVarint(b, e.kind)
	b = protowire.AppendTag(b, featureGeometry, protowire.BytesType)
	e.features = protowire.AppendBytes(b, e.geometry)
}

// smallFeature is such that a feature of fewer bytes of tags and geometry has a length of one byte, as have its parts: the others take
// 1 + 10 (id) + 2 (tags) + 2 (type) + 2 (geometry) at most.
const smallFeature = 128 - 17

// Tags of the wire of fields with a number below 16, and the last length of one byte.
const (
	wireLayerValue   = byte(layerValues<<3 | protowire.Number(protowire.BytesType))
	wireLayerFeature = byte(layerFeatures<<3 | protowire.Number(protowire.BytesType))
	wireID           = byte(featureID<<3 | protowire.Number(protowire.VarintType))
	wireTags         = byte(featureTags<<3 | protowire.Number(protowire.BytesType))
	wireType         = byte(featureType<<3 | protowire.Number(protowire.VarintType))
	wireGeometry     = byte(featureGeometry<<3 | protowire.Number(protowire.BytesType))
	wireString       = byte(valueString<<3 | protowire.Number(protowire.BytesType))

	oneByte = 0x7f
)

// endSmall is end for most features: lengths are filled in afterwards instead of being worked out before.
func (e *layerEncoder) endSmall() {
	begin := len(e.features)
	b := append(e.features, wireLayerFeature, 0, wireID)
	b = protowire.AppendVarint(b, e.id)
	if len(e.tags) > 0 {
		b = append(append(b, wireTags, byte(len(e.tags))), e.tags...)
	}
	b = append(b, wireType, byte(e.kind), wireGeometry, byte(len(e.geometry)))
	b = append(b, e.geometry...)
	b[begin+1] = byte(len(b) - begin - 2)
	e.features = b
}

// text sets an attribute; the empty text is left out.
func (e *layerEncoder) text(key, value string) {
	if value == "" {
		return
	}
	number, known := e.strings[value]
	if !known {
		number = e.newText(value)
		e.strings[value] = number
	}
	e.tag(key, number)
}

// newText writes a value and returns its number.
func (e *layerEncoder) newText(value string) uint32 {
	if n := len(value); n <= oneByte-2 {
		e.values = append(append(e.values, wireLayerValue, byte(n+2), wireString, byte(n)), value...)
		e.count++
		return e.count - 1
	}
	number := e.newValue(protowire.SizeTag(valueString) + protowire.SizeBytes(len(value)))
	e.values = protowire.AppendString(protowire.AppendTag(e.values, valueString, protowire.BytesType), value)
	return number
}

// local returns the number of a value that other features may have in common. The empty text has none.
func (e *layerEncoder) local(value string) uint32 {
	hash := hashOf(value)
	slots := e.words.slots(hash)
	for i := range slots {
		if known := &slots[i]; known.hash == hash && string(e.values[known.from:known.to]) == value {
			return known.number
		}
	}
	number := e.newText(value)
	e.words.put(word{uint32(len(e.values) - len(value)), uint32(len(e.values)), number, hash})
	return number
}

// number sets an attribute; zero is left out.
func (e *layerEncoder) number(key string, value uint64) {
	if value != 0 {
		e.tag(key, e.numberOf(value))
	}
}

// numberOf returns the number of a value.
func (e *layerEncoder) numberOf(value uint64) uint32 {
	if value < uint64(len(e.small)) {
		known := &e.small[value]
		if *known == 0 {
			*known = e.newNumber(value) + 1
		}
		return *known - 1
	}
	number, known := e.uints[value]
	if !known {
		number = e.newNumber(value)
		e.uints[value] = number
	}
	return number
}

func (e *layerEncoder) newNumber(value uint64) uint32 {
	number := e.newValue(protowire.SizeTag(valueUint) + protowire.SizeVarint(value))
	e.values = protowire.AppendVarint(protowire.AppendTag(e.values, valueUint, protowire.VarintType), value)
	return number
}

// flag sets an attribute that is true; one that is false is left out.
func (e *layerEncoder) flag(key string, value bool) {
	if !value {
		return
	}
	if e.truth == 0 {
		e.truth = 1 + e.newValue(protowire.SizeTag(valueBool)+1)
		e.values = protowire.AppendVarint(protowire.AppendTag(e.values, valueBool, protowire.VarintType), 1)
	}
	e.tag(key, e.truth-1)
}

func (e *layerEncoder) newValue(size int) uint32 {
	e.values = protowire.AppendTag(e.values, layerValues, protowire.BytesType)
	e.values = protowire.AppendVarint(e.values, uint64(size))
	e.count++
	return e.count - 1
}

func (e *layerEncoder) tag(key string, value uint32) {
	e.tags = appendTag(e.tags, e.key(key), value)
}

// key returns the number of a key.
func (e *layerEncoder) key(key string) uint32 {
	for i, k := range e.keys {
		if k == key {
			return uint32(i)
		}
	}
	e.keys = append(e.keys, key)
	return uint32(len(e.keys) - 1)
}

// appendTag appends the numbers of a key and of its value.
func appendTag(b []byte, key, value uint32) []byte { return appendShort(appendShort(b, key), value) }

// appendShort appends a varint that is seldom longer than two bytes.
func appendShort(b []byte, v uint32) []byte {
	switch {
	case v < 1<<7:
		return append(b, byte(v))
	case v < 1<<14:
		return append(b, byte(v)|0x80, byte(v>>7))
	default:
		return protowire.AppendVarint(b, uint64(v))
	}
}

func (e *layerEncoder) point(x, y int32) {
	e.command(moveTo, 1)
	e.to(x, y)
}

// line writes a line of at least two units.
func (e *layerEncoder) line(units []unit) {
	e.point(units[0].x, units[0].y)
	e.command(lineTo, len(units)-1)
	for _, u := range units[1:] {
		e.to(u.x, u.y)
	}
}

// ring writes a ring of at least three units that does not repeat its first at its end; its winding is the caller's.
func (e *layerEncoder) ring(units []unit) {
	e.line(units)
	e.command(closePath, 1)
}

func (e *layerEncoder) command(id, count int) {
	e.geometry = protowire.AppendVarint(e.geometry, uint64(id)|uint64(count)<<3)
}

func (e *layerEncoder) to(x, y int32) {
	dx, dy := x-e.x, y-e.y
	e.geometry = appendShort(appendShort(e.geometry, zigzag(dx)), zigzag(dy))
	e.x, e.y = x, y
}

func zigzag(v int32) uint32 { return uint32(v<<1) ^ uint32(v>>31) }

// append adds the layer to a tile; a layer without features is omitted.
func (e *layerEncoder) append(tile []byte, name Layer) []byte {
	if len(e.features) == 0 {
		return tile
	}
	size := protowire.SizeTag(layerVersion) + protowire.SizeVarint(2) +
		protowire.SizeTag(layerName) + protowire.SizeBytes(len(name)) +
		len(e.features) + len(e.values) +
		protowire.SizeTag(layerExtent) + protowire.SizeVarint(extent)
	for _, k := range e.keys {
		size += protowire.SizeTag(layerKeys) + protowire.SizeBytes(len(k))
	}
	tile = slices.Grow(tile, size+16)
	tile = protowire.AppendTag(tile, tileLayers, protowire.BytesType)
	tile = protowire.AppendVarint(tile, uint64(size))
	tile = protowire.AppendTag(tile, layerVersion, protowire.VarintType)
	tile = protowire.AppendVarint(tile, 2)
	tile = protowire.AppendTag(tile, layerName, protowire.BytesType)
	tile = protowire.AppendString(tile, string(name))
	tile = append(tile, e.features...)
	for _, k := range e.keys {
		tile = protowire.AppendTag(tile, layerKeys, protowire.BytesType)
		tile = protowire.AppendString(tile, k)
	}
	tile = append(tile, e.values...)
	tile = protowire.AppendTag(tile, layerExtent, protowire.VarintType)
	return protowire.AppendVarint(tile, extent)
}

// unit is a position in a tile's own units.
type unit struct{ x, y int32 }
