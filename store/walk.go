package store

import (
	"bytes"
	"slices"
	"sort"
	"sync"

	"github.com/mesure5/dealmap"
)

// walk has the places of a territory in the order of their ids. It names them by their slots, so that it keeps no record in memory, and
// follows the map: parts of the columns that did not change are not looked at again.
type walk struct {
	owners []*byte // of the pages that it was made from, which tell whether they changed
	slots  []slot
}

// walks keeps those of the territories that were asked for.
type walks struct {
	mu          sync.Mutex
	byTerritory map[dealmap.TerritoryCode]*walk
	size        int
}

// mostWalked bounds the memory of walks, in bytes. Those of all communes, départements, régions and zones take 16 for each place.
const mostWalked = 32 << 20

func (w *walk) size() int { return 128 + 8*len(w.owners) + 4*len(w.slots) }

func (w *walks) get(territory dealmap.TerritoryCode) *walk {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.byTerritory[territory]
}

func (w *walks) put(territory dealmap.TerritoryCode, made *walk) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.byTerritory == nil {
		w.byTerritory = map[dealmap.TerritoryCode]*walk{}
	}
	if before := w.byTerritory[territory]; before != nil {
		w.size -= before.size()
	}
	w.byTerritory[territory] = made
	w.size += made.size()
	for other, one := range w.byTerritory { // any of them goes
		if w.size <= mostWalked {
			return
		}
		delete(w.byTerritory, other)
		w.size -= one.size()
	}
}

// walk returns the places of a territory, which must not be changed.
func (c *columns) walk(territory dealmap.TerritoryCode) []slot {
	before := c.classes.walks.get(territory)
	if before != nil && before.fits(c) {
		return before.slots
	}
	made := c.walkAfter(before, territory)
	c.classes.walks.put(territory, made)
	return made.slots
}

// changed reports whether a page is not the one that the walk was made from.
func (w *walk) changed(c *columns, i int) bool {
	return w == nil || i >= len(w.owners) || w.owners[i] != c.list[i].owner
}

func (w *walk) fits(c *columns) bool {
	if len(w.owners) != len(c.list) {
		return false
	}
	for i := range c.list {
		if w.changed(c, i) {
			return false
		}
	}
	return true
}

// walkAfter makes the walk of a territory from an earlier or a later one, nil when there is none.
func (c *columns) walkAfter(before *walk, territory dealmap.TerritoryCode) *walk {
	within := c.within(territory)
	w := &walk{owners: make([]*byte, len(c.list))}
	var fresh []slot
	for n, page := range c.list {
		w.owners[n] = page.owner
		if !before.changed(c, n) {
			continue
		}
		first := slot(n*onPage + 1)
		for at := first; at <= min(c.next, first+onPage-1); at++ {
			if part, i := c.find(at); part.records[i] != nil && within(part.grounds[i]) {
				fresh = append(fresh, at)
			}
		}
	}
	slices.SortFunc(fresh, func(a, b slot) int { return bytes.Compare(c.id(a), c.id(b)) })
	if before == nil {
		w.slots = slices.Clip(fresh)
		return w
	}
	w.slots = make([]slot, 0, len(before.slots)+len(fresh))
	for _, old := range before.slots {
		if n := int(old-1) / onPage; n >= len(c.list) || before.changed(c, n) {
			continue
		}
		for len(fresh) > 0 && bytes.Compare(c.id(fresh[0]), c.id(old)) < 0 {
			w.slots, fresh = append(w.slots, fresh[0]), fresh[1:]
		}
		w.slots = append(w.slots, old)
	}
	w.slots = append(w.slots, fresh...)
	return w
}

// within judges each ground once.
func (c *columns) within(territory dealmap.TerritoryCode) func(ground uint32) bool {
	sieve, grounds := dealmap.NewSieve(&dealmap.Scope{}, &dealmap.Filter{Territory: territory}), c.classes.grounds.all()
	judged := make([]uint8, len(grounds)) // 1 outside, 2 within
	return func(ground uint32) bool {
		if judged[ground] == 0 {
			judged[ground] = 1
			if sieve.Within(grounds[ground].Value) {
				judged[ground] = 2
			}
		}
		return judged[ground] == 2
	}
}

func (c *columns) id(at slot) []byte {
	r, _ := c.at(at)
	return r.id[:]
}

// walkFrom returns the rest of a walk, strictly after an id.
func (c *columns) walkFrom(territory dealmap.TerritoryCode, after dealmap.ID) []slot {
	slots := c.walk(territory)
	return slots[sort.Search(len(slots), func(i int) bool { return bytes.Compare(c.id(slots[i]), after[:]) > 0 }):]
}
