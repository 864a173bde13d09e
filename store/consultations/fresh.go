package consultations

import (
	"bytes"
	"sync"

	"github.com/mesure5/dealmap"
)

// fresh keeps the last lines that were written as they were handed over, for the index, which would otherwise read and decode each of them
// again a moment later. Whoever finds a line missing reads it from the file.
type fresh struct {
	mu    sync.Mutex
	first int64 // number of the first
	lines []freshLine
	bytes int // of all lines as they are written
}

type freshLine struct {
	told  *dealmap.Consultation // nil when it must be read
	bytes int
}

// mostFresh bounds the lines by their bytes, of which they take some twice as many in memory: a second and more of tiles, while the index comes
// by four times a second.
const mostFresh = 6 << 20

// put takes over the last lines of a log that has so many.
func (f *fresh) put(size int64, batch []line) {
	f.mu.Lock()
	defer f.mu.Unlock()
	first, more := size-int64(len(batch))+1, 0
	for i := range batch {
		more += len(batch[i].data)
	}
	if len(f.lines) == 0 || f.first+int64(len(f.lines)) != first || f.bytes+more > mostFresh {
		f.first, f.lines, f.bytes = first, nil, 0
	}
	if more > mostFresh {
		return
	}
	for i := range batch {
		f.lines = append(f.lines, freshLine{batch[i].told, len(batch[i].data)})
	}
	f.bytes += more
}

// take returns a line and lets go of those before it; nil when it is not there.
func (f *fresh) take(n int64) *dealmap.Consultation {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n < f.first || n >= f.first+int64(len(f.lines)) {
		return nil
	}
	gone := f.lines[:n-f.first+1]
	told := gone[n-f.first].told
	for i := range gone {
		f.bytes -= gone[i].bytes
	}
	clear(gone)
	f.first, f.lines = n+1, f.lines[len(gone):]
	return told
}

// clear lets go of all lines, for some of them were erased.
func (f *fresh) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines, f.bytes = nil, 0
}

// asDecoded reports whether a line says the same once it has been written and read: what is no text in UTF-8 is written with a sign in its
// place.
func asDecoded(data []byte) bool { return !bytes.Contains(data, []byte(`\ufffd`)) }
