package tiles

import "sync"

// buffer is room for the bytes of a tile. Tiles that are not kept would otherwise be most of the garbage there is.
type buffer struct{ bytes []byte }

var buffers = sync.Pool{New: func() any { return &buffer{make([]byte, 0, usualTile)} }}

// usualTile is about how long a tile of a town is.
const usualTile = 64 << 10

// largestPooled is how long the bytes of a buffer may be that is used again: few tiles are longer, and they must not stay in memory.
const largestPooled = 4 << 20

func newBuffer() *buffer { return buffers.Get().(*buffer) }

// release takes the bytes back, as they have become by appending; nil when nothing was drawn. Nobody may read them any more.
func (b *buffer) release(data []byte) {
	if cap(data) > largestPooled {
		return
	}
	if data != nil {
		b.bytes = data[:0]
	}
	buffers.Put(b)
}
