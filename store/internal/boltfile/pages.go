package boltfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
)

// Layout of bbolt's other pages.
const (
	offRoot      = 16
	branchPage   = 1
	leafPage     = 2
	branchRecord = 16 // position, key size, page
	bucketFlag   = 1
	mostDepth    = 32
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
	var head [pageHeader]byte
	if _, err := w.file.ReadAt(head[:], int64(id)*w.size); err != nil {
		return err
	}
	kind, count := binary.LittleEndian.Uint16(head[8:]), int(binary.LittleEndian.Uint16(head[10:]))
	room := (int64(binary.LittleEndian.Uint32(head[12:])) + 1) * w.size
	if binary.LittleEndian.Uint64(head[:]) != id || (kind != branchPage && kind != leafPage) ||
		int64(id)*w.size+room > int64(w.pages)*w.size || int64(count)*branchRecord > room-pageHeader {
		return fmt.Errorf("%w : page n° %d", ErrDamaged, id)
	}
	page := w.page(depth, room)
	if _, err := w.file.ReadAt(page, int64(id)*w.size); err != nil {
		return err
	}
	for i := range count {
		key, err := keyOf(page, i, kind)
		order := bytes.Compare(key, from)
		if err != nil || order < 0 || (order == 0 && i > 0) || (before != nil && bytes.Compare(key, before) >= 0) {
			return fmt.Errorf("%w : page n° %d, clé n° %d", ErrDamaged, id, i)
		}
		from = key
	}
	if kind == leafPage && !top {
		return nil
	}
	for i := range count {
		next, isPage, err := w.record(page, i, kind)
		if err != nil {
			return fmt.Errorf("%w : page n° %d", err, id)
		}
		if !isPage {
			continue
		}
		var first, end []byte
		if kind == branchPage {
			first, _ = keyOf(page, i, kind)
			if end = before; i+1 < count {
				end, _ = keyOf(page, i+1, kind)
			}
		}
		if err := w.follow(next, depth+1, top && kind == branchPage, first, end); err != nil {
			return err
		}
	}
	return nil
}

// page returns room for a page: those above it are still being read.
func (w *pageWalk) page(depth int, room int64) []byte {
	for len(w.rooms) <= depth {
		w.rooms = append(w.rooms, nil)
	}
	w.rooms[depth] = slices.Grow(w.rooms[depth][:0], int(room))[:room]
	return w.rooms[depth]
}

// keyOf returns the key of the i-th record of a page.
func keyOf(page []byte, i int, kind uint16) ([]byte, error) {
	at := int64(pageHeader + i*branchRecord)
	where, size := page[at:], page[at+4:]
	if kind == leafPage {
		where, size = page[at+4:], page[at+8:]
	}
	start := at + int64(binary.LittleEndian.Uint32(where))
	end := start + int64(binary.LittleEndian.Uint32(size))
	if end > int64(len(page)) {
		return nil, ErrDamaged
	}
	return page[start:end], nil
}

// record returns the page to which the i-th record of a page leads, if any.
func (w *pageWalk) record(page []byte, i int, kind uint16) (next uint64, isPage bool, err error) {
	at := pageHeader + i*branchRecord
	r := page[at : at+branchRecord]
	if kind == branchPage {
		return binary.LittleEndian.Uint64(r[8:]), true, nil
	}
	if binary.LittleEndian.Uint32(r)&bucketFlag == 0 {
		return 0, false, nil
	}
	value := int64(at) + int64(binary.LittleEndian.Uint32(r[4:])) + int64(binary.LittleEndian.Uint32(r[8:]))
	if value < 0 || value+8 > int64(len(page)) {
		return 0, false, ErrDamaged
	}
	root := binary.LittleEndian.Uint64(page[value:])
	return root, root != 0, nil // 0: a small bucket that lies in the value itself
}
