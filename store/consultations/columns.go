package consultations

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/mod/sumdb/tlog"
)

// A segment on the disk: header and columns each have a key, the segment's number (4 bytes, big endian) and the column.
const (
	columnHeader = iota
	columnWhos
	columnWhichs
	columnTimes
	columnWho
	columnWhich
	columnArgs
	columnSeqs
	columnFlags
	columnExtra
	columnCount
)

func columnKey(segment int64, column byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(segment)), column)
}

// header is what is known of a stored segment without reading its columns.
type header struct {
	first    int64
	rows     int
	min, max int64
	leaf     tlog.Hash // of the last line: tells that the segment is of this log
	sums     [columnCount]uint32
}

const headerSize = 8 + 4 + 8 + 8 + tlog.HashSize + 4*columnCount

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// pack gives the bytes of a header; in place of its own sum is that of the other bytes.
func (h *header) pack() []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(h.first))
	b = binary.LittleEndian.AppendUint32(b, uint32(h.rows))
	b = binary.LittleEndian.AppendUint64(b, uint64(h.min))
	b = binary.LittleEndian.AppendUint64(b, uint64(h.max))
	b = append(b, h.leaf[:]...)
	for _, sum := range h.sums[1:] {
		b = binary.LittleEndian.AppendUint32(b, sum)
	}
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func unpackHeader(b []byte) (h header, err error) {
	if len(b) != headerSize || crc32.Checksum(b[:headerSize-4], castagnoli) != binary.LittleEndian.Uint32(b[headerSize-4:]) {
		return h, errColumns
	}
	h.first = int64(binary.LittleEndian.Uint64(b))
	h.rows = int(binary.LittleEndian.Uint32(b[8:]))
	h.min, h.max = int64(binary.LittleEndian.Uint64(b[12:])), int64(binary.LittleEndian.Uint64(b[20:]))
	h.leaf = tlog.Hash(b[28 : 28+tlog.HashSize])
	for i := range h.sums[1:] {
		h.sums[i+1] = binary.LittleEndian.Uint32(b[28+tlog.HashSize+4*i:])
	}
	return h, nil
}

func putSegment(b *bolt.Bucket, no int64, s *segment, leaf tlog.Hash) (header, error) {
	h := header{first: s.first, rows: s.rows(), min: s.min, max: s.max, leaf: leaf}
	for column, data := range map[byte][]byte{
		columnWhos: s.whos.pack(), columnWhichs: s.whichs.pack(), columnTimes: s.times, columnWho: s.who, columnWhich: s.which,
		columnArgs: s.args, columnSeqs: s.seqs, columnFlags: s.flags, columnExtra: s.extra,
	} {
		h.sums[column] = crc32.Checksum(data, castagnoli)
		if err := b.Put(columnKey(no, column), data); err != nil {
			return h, err
		}
	}
	return h, b.Put(columnKey(no, columnHeader), h.pack())
}

// getDictionaries reads the part of a segment that newMatcher looks at, getRows the rest. Both copy.
func getDictionaries(b *bolt.Bucket, no int64, h header) (s *segment, err error) {
	s = &segment{first: h.first, min: h.min, max: h.max}
	for column, to := range map[byte]*dict{columnWhos: &s.whos, columnWhichs: &s.whichs} {
		data, err := getColumn(b, no, column, h)
		if err != nil {
			return nil, err
		}
		if *to, err = unpack(data); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func getRows(b *bolt.Bucket, no int64, h header, s *segment) error {
	for _, c := range []struct {
		column byte
		to     *[]byte
		width  int
	}{
		{columnTimes, &s.times, 8}, {columnWho, &s.who, 2}, {columnWhich, &s.which, 2}, {columnArgs, &s.args, 8},
		{columnSeqs, &s.seqs, 8}, {columnFlags, &s.flags, 1}, {columnExtra, &s.extra, 0},
	} {
		data, err := getColumn(b, no, c.column, h)
		if err != nil {
			return err
		}
		if c.width > 0 && len(data) != c.width*h.rows {
			return errColumns
		}
		*c.to = data
	}
	return nil
}

func getColumn(b *bolt.Bucket, no int64, column byte, h header) ([]byte, error) {
	v := b.Get(columnKey(no, column))
	if crc32.Checksum(v, castagnoli) != h.sums[column] {
		return nil, fmt.Errorf("segment %d, column %d: %w", no, column, errColumns)
	}
	return append([]byte(nil), v...), nil
}
