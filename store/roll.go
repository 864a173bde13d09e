package store

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"iter"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// roll numbers the classes of entries: who wrote them and of what kind they are. With the class of every entry close
// together on disk, the entries of one author or kind are found among millions without reading the journal. Classes are
// numbered from 0 in the order in which they first appear.
type roll struct {
	numbers map[string]uint32
	names   []string
}

func newRoll(names []string) *roll {
	r := &roll{numbers: make(map[string]uint32, len(names)), names: names}
	for i, name := range names {
		r.numbers[name] = uint32(i)
	}
	return r
}

func className(e *dealmap.Event) string { return string(e.Kind) + "\x00" + e.Author.Subject }

func (r *roll) number(e *dealmap.Event) (n uint32, fresh bool) {
	name := className(e)
	n, known := r.numbers[name]
	if !known {
		n = uint32(len(r.names))
		r.numbers[name] = n
		r.names = append(r.names, name)
	}
	return n, !known
}

// wanted returns, by number, which classes a query asks for.
func (r *roll) wanted(q *JournalQuery) []bool {
	list := make([]bool, len(r.names))
	for i, name := range r.names {
		kind, author, _ := strings.Cut(name, "\x00")
		list[i] = (q.Subject == "" || q.Subject == author) && q.matchesKind(dealmap.EventKind(kind))
	}
	return list
}

// rollChunk is the number of entries whose classes lie in one value on disk.
const rollChunk = 4096

// classes yields, the newest first, the entries between two whose class is wanted.
func (l *ledger) classes(q *JournalQuery, first, last dealmap.Seq) iter.Seq2[dealmap.Seq, error] {
	return func(yield func(dealmap.Seq, error) bool) {
		l.mu.RLock()
		wanted := l.roll.wanted(q)
		var parts []rollPart
		for _, d := range []*delta{l.fresh, l.writing} {
			if d != nil {
				parts = append(parts, rollPart{d.first, d.classes})
			}
		}
		l.mu.RUnlock()
		for _, part := range parts {
			for _, seq := range part.find(wanted, first, last) {
				if !yield(seq, nil) {
					return
				}
			}
			last = min(last, part.first-1)
		}
		for l.disk != nil && first <= last {
			chunk := (last - 1) / rollChunk
			part, err := l.disk.rollPart(chunk)
			if err != nil {
				yield(0, err)
				return
			}
			for _, seq := range part.find(wanted, first, last) {
				if !yield(seq, nil) {
					return
				}
			}
			last = chunk * rollChunk
		}
	}
}

// rollPart is the classes of entries that follow each other.
type rollPart struct {
	first   dealmap.Seq
	classes []uint32
}

func (p rollPart) find(wanted []bool, first, last dealmap.Seq) (found []dealmap.Seq) {
	for i, class := range slices.Backward(p.classes) {
		seq := p.first + dealmap.Seq(i)
		if seq >= first && seq <= last && int(class) < len(wanted) && wanted[class] {
			found = append(found, seq)
		}
	}
	return found
}

func (f *stateFile) rollPart(chunk dealmap.Seq) (p rollPart, err error) {
	p.first = chunk*rollChunk + 1
	err = f.view(func(tx *bolt.Tx) error {
		k := rollKey(uint64(chunk))
		p.classes, err = decodeClasses(k, tx.Bucket([]byte(rollBucket)).Get(k))
		return err
	})
	return p, err
}

func rollKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// checked appends to a value the CRC-32C of its key and itself.
func checked(key, value []byte) []byte {
	return binary.BigEndian.AppendUint32(value, crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value))
}

func unchecked(key, stored []byte) ([]byte, error) {
	if len(stored) < 4 {
		return nil, errStateCheck
	}
	value := stored[:len(stored)-4]
	if !bytes.Equal(checked(key, slices.Clone(value)), stored) {
		return nil, errStateCheck
	}
	return value, nil
}

func decodeClasses(key, stored []byte) ([]uint32, error) {
	value, err := unchecked(key, stored)
	if err != nil || len(value)%4 != 0 {
		return nil, errStateCheck
	}
	list := make([]uint32, len(value)/4)
	for i := range list {
		list[i] = binary.BigEndian.Uint32(value[4*i:])
	}
	return list, nil
}

// writeRoll adds the classes of a delta's entries, and the names of classes that appear in it.
func writeRoll(tx *bolt.Tx, d *delta, m *mark) error {
	names := tx.Bucket([]byte(classesBucket))
	for _, name := range d.names {
		k := rollKey(uint64(m.Classes))
		if err := names.Put(k, checked(k, []byte(name))); err != nil {
			return err
		}
		m.Classes++
	}
	b := tx.Bucket([]byte(rollBucket))
	for at, rest := d.first-1, d.classes; len(rest) > 0; {
		k := rollKey(uint64(at / rollChunk))
		offset := int(at % rollChunk)
		value := make([]byte, 0, 4*rollChunk+4)
		if offset > 0 {
			old, err := unchecked(k, b.Get(k))
			if err != nil || len(old) != 4*offset {
				return errStateCheck
			}
			value = append(value, old...)
		}
		n := min(len(rest), rollChunk-offset)
		for _, class := range rest[:n] {
			value = binary.BigEndian.AppendUint32(value, class)
		}
		if err := b.Put(k, checked(k, value)); err != nil {
			return err
		}
		at, rest = at+dealmap.Seq(n), rest[n:]
	}
	return nil
}

// roll reads the names of classes, and verifies that every entry up to the mark has one.
func (f *stateFile) roll(m mark) (r *roll, err error) {
	var names []string
	err = f.view(func(tx *bolt.Tx) error {
		err := tx.Bucket([]byte(classesBucket)).ForEach(func(k, v []byte) error {
			name, err := unchecked(k, v)
			if err != nil || !bytes.Equal(k, rollKey(uint64(len(names)))) {
				return errStateCheck
			}
			names = append(names, string(name))
			return nil
		})
		if err != nil || len(names) != m.Classes {
			return errStateCheck
		}
		entries := dealmap.Seq(0)
		err = tx.Bucket([]byte(rollBucket)).ForEach(func(k, v []byte) error {
			list, err := decodeClasses(k, v)
			if err != nil || entries%rollChunk != 0 || !bytes.Equal(k, rollKey(uint64(entries/rollChunk))) {
				return errStateCheck
			}
			for _, class := range list {
				if int(class) >= len(names) {
					return errStateCheck
				}
			}
			entries += dealmap.Seq(len(list))
			return nil
		})
		if err != nil || entries != m.Seq {
			return errStateCheck
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newRoll(names), nil
}
