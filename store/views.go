package store

import (
	"sync"

	"github.com/mesure5/dealmap"
)

// leafView is in what detail a scope sees each plot of a leaf, whatever the filter.
type leafView struct {
	same  dealmap.Detail // when there are no masks
	masks *sifted
}

// views keeps how one scope sees leaves, by their serials: what a leaf holds never changes under one.
type views struct {
	mu     sync.RWMutex
	byLeaf map[uint64]leafView
}

// mostGone is how many leaves that are no longer there may be kept beside those that are.
const mostGone = 1024

// of returns the views of some leaves of a map of so many, made where they are not known.
func (v *views) of(some []*leaf, all int, see func(*leaf) leafView) []leafView {
	found := make([]leafView, len(some))
	var missing []int
	v.mu.RLock()
	for i, l := range some {
		var known bool
		if found[i], known = v.byLeaf[l.serial]; !known {
			missing = append(missing, i)
		}
	}
	v.mu.RUnlock()
	if len(missing) == 0 {
		return found
	}
	for _, i := range missing {
		found[i] = see(some[i])
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.byLeaf == nil || len(v.byLeaf)+len(missing) > 2*all+mostGone {
		v.byLeaf = map[uint64]leafView{}
	}
	for _, i := range missing {
		v.byLeaf[some[i].serial] = found[i]
	}
	return found
}

// forget lets go of all.
func (v *views) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.byLeaf = nil
}
