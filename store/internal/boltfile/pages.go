package boltfile

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
)

// CheckPages follows the pages of a file from its newest root, without bbolt: each must be where it says it is, of a kind that
// is known, and be reached once, and hold keys that ascend and lie where one looks for them. bbolt itself trusts them: a page
// that leads back to itself would make it read, and take memory, for ever, and one key in the wrong place hides others, which
// reading all one after the other does not show. That takes about 2 µs a page. What lies under the keys is not looked at.
func CheckPages(path string) error {
	if err := inspect(path); err != nil {
		return fmt.Errorf("%s : %w", path, err)
	}
	if err := checkPages(path); err != nil {
		return fmt.Errorf("%s : %w", path, err)
	}
	return nil
}

func checkPages(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := pageWalk{file: f}
	return w.begin()
}

type pageWalk struct {
	file  *os.File
	size  int64  // of a page, in bytes
	pages uint64 // high water mark
	seen  []uint64
	rooms [][]byte // by depth
}

func (w *pageWalk) begin() error {
	var root, newest uint64
	for _, at := range []int64{0, metaRoom} {
		meta := make([]byte, metaSize)
		if _, err := w.file.ReadAt(meta, at+pageHeader); err != nil {
			continue // inspect found one that is whole
		}
		sum := fnv.New64a()
		sum.Write(meta[:offSum])
		ok := binary.LittleEndian.Uint32(meta) == boltMagic && sum.Sum64() == binary.LittleEndian.Uint64(meta[offSum:])
		if tx := binary.LittleEndian.Uint64(meta[offTx:]); ok && tx >= newest {
			newest = tx
			w.size = int64(binary.LittleEndian.Uint32(meta[offPageSize:]))
			w.pages = binary.LittleEndian.Uint64(meta[offPages:])
			root = binary.LittleEndian.Uint64(meta[offRoot:])
		}
	}
	if w.size < metaRoom {
		return fmt.Errorf("%w : pages de %d octets", ErrDamaged, w.size)
	}
	w.seen = make([]uint64, w.pages/64+1)
	return w.follow(root, 0, true, nil, nil)
}

// follow follows a page whose keys are from one, and before another; nil is no bound. top says whether it belongs to the root
// bucket, whose leaves lead to the other buckets.
func (w *pageWalk) follow(id uint64, depth int, top bool, from, before []byte) error {
	if id < 2 || id >= w.pages || depth > mostDepth {
		return fmt.Errorf("%w : page n° %d, hors de l’arbre", ErrDamaged, id)
	}
	if w.seen[id/64]&(1<<(id%64)) != 0 {
		return fmt.Errorf("%w : la page n° %d est atteinte deux fois", ErrDamaged, id)
	}
	w.seen[id/64] |= 1 << (id % 64)
	start := int64(id) * w.size
	p := w.room(depth, w.size) // most pages are no longer
	if _, err := w.file.ReadAt(p, start); err != nil {
		return err
	}
	room := (number(p[12:]) + 1) * w.size
	if binary.LittleEndian.Uint64(p) != id || start+room > int64(w.pages)*w.size {
		return fmt.Errorf("%w : page n° %d", ErrDamaged, id)
	}
	if room > w.size {
		p = w.room(depth, room)
		if _, err := w.file.ReadAt(p, start); err != nil {
			return err
		}
	}
	if err := p.check(from, before); err != nil {
		return fmt.Errorf("%w : page n° %d", err, id)
	}
	if p.kind() == leafPage && !top {
		return nil
	}
	for i := range p.count() {
		next, err := p.next(i)
		if err != nil {
			return fmt.Errorf("%w : page n° %d", err, id)
		}
		if next == 0 {
			continue
		}
		var first, end []byte
		if p.kind() == branchPage {
			first, _ = p.key(i)
			if end = before; i+1 < p.count() {
				end, _ = p.key(i + 1)
			}
		}
		if err := w.follow(next, depth+1, top && p.kind() == branchPage, first, end); err != nil {
			return err
		}
	}
	return nil
}

// room returns room for a page: those above it are still being read.
func (w *pageWalk) room(depth int, size int64) page {
	for len(w.rooms) <= depth {
		w.rooms = append(w.rooms, nil)
	}
	w.rooms[depth] = slices.Grow(w.rooms[depth][:0], int(size))[:size]
	return w.rooms[depth]
}
