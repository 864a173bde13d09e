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
	lines []*dealmap.Consultation
}

// mostFresh bounds the memory to some 10 MB; the index comes by four times a second.
const mostFresh = 1 << 14

// put takes over the last lines of a log that has so many.
func (f *fresh) put(size int64, batch []line) {
	f.mu.Lock()
	defer f.mu.Unlock()
	first := size - int64(len(batch)) + 1
	if len(f.lines) == 0 || f.first+int64(len(f.lines)) != first || len(f.lines)+len(batch) > mostFresh {
		f.first, f.lines = first, nil
	}
	for i := range batch {
		f.lines = append(f.lines, batch[i].told)
	}
}

// take returns a line and lets go of those before it; nil when it is not there.
func (f *fresh) take(n int64) *dealmap.Consultation {
	f.mu.Lock()
	defer f.mu.Unlock()
	if n < f.first || n >= f.first+int64(len(f.lines)) {
		return nil
	}
	told := f.lines[n-f.first]
	clear(f.lines[:n-f.first+1])
	f.first, f.lines = n+1, f.lines[n-f.first+1:]
	return told
}

// clear lets go of all lines, for some of them were erased.
func (f *fresh) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lines = nil
}

// asDecoded reports whether a line says the same once it has been written and read: what is no text in UTF-8 is written with a sign in its
// place.
func asDecoded(data []byte) bool { return !bytes.Contains(data, []byte(`\ufffd`)) }
