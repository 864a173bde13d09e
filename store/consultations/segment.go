package consultations

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/mesure5/dealmap"
)

// perSegment is the number of lines of a segment: segment k holds the lines k×perSegment+1 to (k+1)×perSegment.
const perSegment = 1 << 16

// What a line has (column flags).
const (
	hasTile   = 1 << iota // args is the packed address; with places it is in extra, at args: 8 bytes
	hasBounds             // After and Last: 32 bytes in extra, at args
	hasPlaces             // places in extra, at args, behind the address or the bounds
	// irregular lines do not fit the columns (a time out of range, a wild tile address): they are judged from the line itself.
	irregular
)

// segment is some lines in a row as columns, little endian. What is written is never changed, so that a copy of the struct
// can be read while lines are added to the original.
type segment struct {
	first    int64  // number of its first line
	min, max int64  // times
	times    []byte // 8 bytes: nanoseconds since 1970, UTC
	who      []byte // 2 bytes: entry of whos
	which    []byte // 2 bytes: entry of whichs
	args     []byte // 8 bytes: see the flags
	seqs     []byte // 8 bytes
	flags    []byte // 1 byte
	extra    []byte
	whos     dict
	whichs   dict
}

func (s *segment) rows() int         { return len(s.flags) }
func (s *segment) last() int64       { return s.first + int64(len(s.flags)) - 1 }
func (s *segment) time(i int) int64  { return int64(binary.LittleEndian.Uint64(s.times[8*i:])) }
func (s *segment) whoOf(i int) int   { return int(binary.LittleEndian.Uint16(s.who[2*i:])) }
func (s *segment) whichOf(i int) int { return int(binary.LittleEndian.Uint16(s.which[2*i:])) }
func (s *segment) arg(i int) uint64  { return binary.LittleEndian.Uint64(s.args[8*i:]) }
func (s *segment) seq(i int) dealmap.Seq {
	return dealmap.Seq(binary.LittleEndian.Uint64(s.seqs[8*i:]))
}

// bounds returns After and Last of a row that has them, and the list of places, 16 bytes each.
func (s *segment) details(i int) (after, last dealmap.ID, places []byte) {
	b := s.extra[s.arg(i):]
	if s.flags[i]&hasTile != 0 {
		b = b[8:]
	}
	if s.flags[i]&hasBounds != 0 {
		after, last = dealmap.ID(b[:16]), dealmap.ID(b[16:32])
		b = b[32:]
	}
	if s.flags[i]&hasPlaces != 0 {
		n, used := binary.Uvarint(b)
		places = b[used:][:16*n]
	}
	return after, last, places
}

// tile returns the packed address of a row that has one.
func (s *segment) tile(i int) uint64 {
	if s.flags[i]&hasPlaces != 0 {
		return binary.LittleEndian.Uint64(s.extra[s.arg(i):])
	}
	return s.arg(i)
}

func (s *segment) holdsPlace(i int, place dealmap.ID) bool {
	if s.flags[i]&hasPlaces == 0 {
		return false
	}
	_, _, places := s.details(i)
	for ; len(places) > 0; places = places[16:] {
		if dealmap.ID(places[:16]) == place {
			return true
		}
	}
	return false
}

// builder adds lines to a segment.
type builder struct {
	segment
	whoIDs, whichIDs map[string]uint16
	buffer           []byte
}

func newBuilder(first int64) *builder {
	return &builder{
		segment: segment{first: first, min: math.MaxInt64, max: math.MinInt64},
		whoIDs:  map[string]uint16{}, whichIDs: map[string]uint16{},
	}
}

func intern(d *dict, ids map[string]uint16, entry []byte) uint16 {
	id, ok := ids[string(entry)]
	if !ok {
		id = uint16(d.len())
		ids[string(entry)] = id
		d.add(entry)
	}
	return id
}

// add adds the next line.
func (b *builder) add(c *dealmap.Consultation) {
	b.buffer = appendWho(b.buffer[:0], c)
	b.who = binary.LittleEndian.AppendUint16(b.who, intern(&b.whos, b.whoIDs, b.buffer))
	b.buffer = appendWhich(b.buffer[:0], c)
	b.which = binary.LittleEndian.AppendUint16(b.which, intern(&b.whichs, b.whichIDs, b.buffer))
	flags, arg := byte(0), uint64(0)
	at, ok := nanoseconds(c.Time)
	switch {
	case !ok, c.Tile != nil && !packable(c):
		flags, at = irregular, 0
		b.min, b.max = math.MinInt64, math.MaxInt64
	case c.Tile != nil && len(c.Places) > 0:
		flags, arg = b.addDetails(c)
		flags |= hasTile
	case c.Tile != nil:
		flags, arg = hasTile, packTile(*c.Tile)
	case !c.After.IsZero(), !c.Last.IsZero(), len(c.Places) > 0:
		flags, arg = b.addDetails(c)
	}
	if flags != irregular {
		b.min, b.max = min(b.min, at), max(b.max, at)
	}
	b.times = binary.LittleEndian.AppendUint64(b.times, uint64(at))
	b.args = binary.LittleEndian.AppendUint64(b.args, arg)
	b.seqs = binary.LittleEndian.AppendUint64(b.seqs, uint64(c.Seq))
	b.flags = append(b.flags, flags)
}

func (b *builder) addDetails(c *dealmap.Consultation) (flags byte, arg uint64) {
	arg = uint64(len(b.extra))
	if c.Tile != nil {
		b.extra = binary.LittleEndian.AppendUint64(b.extra, packTile(*c.Tile))
	}
	if !c.After.IsZero() || !c.Last.IsZero() {
		flags |= hasBounds
		b.extra = append(append(b.extra, c.After[:]...), c.Last[:]...)
	}
	if len(c.Places) > 0 {
		flags |= hasPlaces
		b.extra = binary.AppendUvarint(b.extra, uint64(len(c.Places)))
		for _, id := range c.Places {
			b.extra = append(b.extra, id[:]...)
		}
	}
	return flags, arg
}

// A tile address is packed into 64 bits: 6 of zoom, 29 of x, 29 of y.
const axisBits = 29

func packable(c *dealmap.Consultation) bool {
	t := c.Tile
	return t.Z < 64 && t.X>>axisBits == 0 && t.Y>>axisBits == 0 && c.After.IsZero() && c.Last.IsZero()
}

func packTile(t dealmap.TileAddress) uint64 {
	return uint64(t.Z)<<(2*axisBits) | uint64(t.X)<<axisBits | uint64(t.Y)
}

func unpackTile(v uint64) dealmap.TileAddress {
	const mask = 1<<axisBits - 1
	return dealmap.TileAddress{Z: uint32(v >> (2 * axisBits)), X: uint32(v >> axisBits & mask), Y: uint32(v & mask)}
}

// earliest and latest bound the times that nanoseconds can tell.
var earliest, latest = time.Unix(0, math.MinInt64+1), time.Unix(0, math.MaxInt64-1)

func nanoseconds(t time.Time) (int64, bool) {
	return t.UnixNano(), t.After(earliest) && t.Before(latest)
}

// row gives a line back, without Recipients and Detail; with Places where it has bounds or is of a tile. The dictionaries' entries are kept in m.
func (s *segment) row(i int, m *memo) dealmap.Consultation {
	w, a := m.who(s, s.whoOf(i)), m.which(s, s.whichOf(i))
	c := dealmap.Consultation{
		Time: time.Unix(0, s.time(i)).UTC(), Subject: w.Subject, Grant: w.Grant, Token: w.Token, Role: dealmap.Role(w.Role),
		Service: dealmap.Service(w.Service), Unit: w.Unit, Motive: w.Motive, Case: w.Case,
		Operation: dealmap.Operation(a.Operation), What: a.What, Layers: a.Layers, Query: a.Query, Seq: s.seq(i),
	}
	if s.flags[i]&hasTile != 0 {
		t := unpackTile(s.tile(i))
		c.Tile = &t
	}
	if s.flags[i]&hasBounds != 0 || s.flags[i]&(hasTile|hasPlaces) == hasTile|hasPlaces {
		var places []byte
		for c.After, c.Last, places = s.details(i); len(places) > 0; places = places[16:] {
			c.Places = append(c.Places, dealmap.ID(places[:16]))
		}
	}
	return c
}

// memo keeps entries of a segment's dictionaries that were read.
type memo struct {
	whos   map[int]who
	whichs map[int]which
}

func newMemo() *memo { return &memo{map[int]who{}, map[int]which{}} }

func (m *memo) who(s *segment, id int) who {
	w, ok := m.whos[id]
	if !ok {
		w = readWho(s.whos.at(id))
		m.whos[id] = w
	}
	return w
}

func (m *memo) which(s *segment, id int) which {
	w, ok := m.whichs[id]
	if !ok {
		w = readWhich(s.whichs.at(id))
		m.whichs[id] = w
	}
	return w
}
