package store

import (
	"bytes"
	"slices"
)

// filled makes a map of places at once.
func filled(records []*record) *state {
	slices.SortFunc(records, func(x, y *record) int { return bytes.Compare(x.id[:], y.id[:]) })
	s := newState()
	f := newFilling(s, len(records))
	for _, r := range records {
		f.add(r, r.place())
	}
	f.end()()
	return s
}
