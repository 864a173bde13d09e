package sessions

import "sync"

// lately keeps what was found in the file, and what was not, because every request looks for a session and for the epoch of its account. Only
// this process writes to the file as long as it is open, so that what is kept is forgotten when it is written anew.
type lately struct {
	mu      sync.RWMutex
	written uint64 // how often anything was
	values  map[string][]byte
}

// mostKept bounds the memory; a session takes some 500 bytes.
const mostKept = 4096

// get returns the value of a token, nil when there is none, and whether that is known. When it is not, keep wants to be told as of when.
func (l *lately) get(token string) (value []byte, known bool, asOf uint64) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	value, known = l.values[token]
	return value, known, l.written
}

// keep remembers what was read as of a moment. When anything was written since, it may have been this.
func (l *lately) keep(token string, value []byte, asOf uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.written != asOf {
		return
	}
	if l.values == nil || len(l.values) >= mostKept {
		l.values = map[string][]byte{}
	}
	l.values[token] = value
}

// forget is called when a token has been written.
func (l *lately) forget(token string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written++
	delete(l.values, token)
}
