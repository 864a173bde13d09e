package boltfile

import (
	"bytes"
	"encoding/binary"
)

// Layout of bbolt's other pages.
const (
	offRoot      = 16
	branchPage   = 1
	leafPage     = 2
	branchRecord = 16 // position, key size, page
	bucketFlag   = 1
	bucketHeader = 16 // root page, sequence
	mostDepth    = 32
)

// page is a page of a tree, or a bucket so small that it lies in the value of a record and is one leaf.
type page []byte

func (p page) kind() uint16 { return binary.LittleEndian.Uint16(p[8:]) }
func (p page) count() int   { return int(binary.LittleEndian.Uint16(p[10:])) }

// check looks at what sort of page it is, and whether its keys ascend, are from one, and before another; nil is no bound.
func (p page) check(from, before []byte) error {
	branch := p.kind() == branchPage
	if (!branch && p.kind() != leafPage) || (branch && p.count() == 0) || p.count()*branchRecord > len(p)-pageHeader {
		return ErrDamaged
	}
	for i := range p.count() {
		key, err := p.key(i)
		order := bytes.Compare(key, from)
		if err != nil || order < 0 || (order == 0 && i > 0) || (before != nil && bytes.Compare(key, before) >= 0) {
			return ErrDamaged
		}
		from = key
	}
	return nil
}

// key returns the key of the i-th record.
func (p page) key(i int) ([]byte, error) {
	at := pageHeader + i*branchRecord
	where, size := p[at:], p[at+4:]
	if p.kind() == leafPage {
		where, size = p[at+4:], p[at+8:]
	}
	return p.part(int64(at)+number(where), number(size))
}

func (p page) part(start, size int64) ([]byte, error) {
	if start+size > int64(len(p)) {
		return nil, ErrDamaged
	}
	return p[start : start+size], nil
}

func number(b []byte) int64 { return int64(binary.LittleEndian.Uint32(b)) }

// next returns the page to which the i-th record leads, 0 for none.
func (p page) next(i int) (uint64, error) {
	at := pageHeader + i*branchRecord
	r := p[at : at+branchRecord]
	if p.kind() == branchPage {
		child := binary.LittleEndian.Uint64(r[8:])
		if child == 0 {
			return 0, ErrDamaged
		}
		return child, nil
	}
	if number(r)&bucketFlag == 0 {
		return 0, nil
	}
	bucket, err := p.part(int64(at)+number(r[4:])+number(r[8:]), number(r[12:]))
	if err != nil || len(bucket) < bucketHeader {
		return 0, ErrDamaged
	}
	if root := binary.LittleEndian.Uint64(bucket); root != 0 {
		return root, nil
	}
	inline := page(bucket[bucketHeader:])
	if len(inline) < pageHeader || inline.kind() != leafPage {
		return 0, ErrDamaged
	}
	return 0, inline.check(nil, nil)
}
