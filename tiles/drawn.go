package tiles

import (
	"bytes"
	"sync"
	"sync/atomic"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
)

// Tile is the bytes of a tile for one caller, and what is made of them, each made once when it is first asked for.
type Tile struct {
	Data []byte

	made *drawn // nil once it was given back
	held bool   // whether GiveBack is of any use
}

// GiveBack lets the bytes of a tile be used for another once nobody else has it. The caller may read neither the tile any more nor what was made of it,
// so that a tile which may still be on its way to somebody must not be given back. One that is not given back is left to the garbage collector.
func (t *Tile) GiveBack() {
	made := t.made
	t.Data, t.made = nil, nil // who reads it all the same fails, and gets nobody else's
	if made != nil && t.held {
		made.letGo()
	}
}

// Zipped returns the bytes as zip appends them, in its own way, to some room; it must be the same function every time.
func (t *Tile) Zipped(zip func(room, data []byte) []byte) []byte {
	m := t.made
	m.zip.Do(func() {
		b := newBuffer()
		m.zipped, m.zipRoom = zip(b.bytes, m.data), b
		if m.kept {
			m.zipped, m.zipRoom = fitted(m.zipped, b)
		}
	})
	return m.zipped
}

// Tagged returns the tag that a function makes of the bytes; it must be the same function every time.
func (t *Tile) Tagged(tag func([]byte) string) string {
	m := t.made
	m.tag.Do(func() { m.tagged = tag(m.data) })
	return m.tagged
}

// drawn is a tile that is right as long as nothing around it was touched. Who makes it holds it.
type drawn struct {
	data    []byte
	room    *buffer // what data lies in, nil where it is not to be used again
	around  geo.Squares
	touched dealmap.Seq
	err     error

	zip, tag sync.Once
	zipped   []byte
	zipRoom  *buffer
	tagged   string

	kept bool         // or meant to be, and not lent to one caller
	more atomic.Int32 // those who hold it beside the first
}

// bytes counts the room that may be left and what may yet be made of the tile, whatever room it was given.
func (t *drawn) bytes() int { return 128 + 2*len(t.data) }

func (t *drawn) hold() { t.more.Add(1) }

func (t *drawn) letGo() {
	switch left := t.more.Add(-1); {
	case left >= 0:
		return
	case left < -1:
		panic("tiles: a tile was given back once too often") // its bytes may be somebody else's by now
	}
	if t.room != nil {
		t.room.release(t.data)
	}
	if t.zipRoom != nil {
		t.zipRoom.release(t.zipped)
	}
}

// handle is the tile for a caller who holds it, or who need not let go of it.
func (t *drawn) handle(held bool) *Tile { return &Tile{Data: t.data, made: t, held: held} }

// fitted returns bytes that were appended to a buffer as they are kept for long: where they lie, when that is not much larger, with the buffer
// to use again, if it is of a size to be used again.
func fitted(data []byte, b *buffer) ([]byte, *buffer) {
	switch {
	case cap(data) > len(data)+len(data)/2:
		defer b.release(data)
		return bytes.Clone(data), nil
	case cap(data) > largestPooled:
		return data, nil
	}
	b.bytes = nil // what was outgrown is not kept
	return data, b
}
