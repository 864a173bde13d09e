package store

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/mesure5/dealmap"
)

// mostWhole is how many places that are packed are also kept whole unless Options say otherwise: about 100 MB of them.
const mostWhole = 1 << 17

// vault packs places, and keeps some of them whole: those unpacked last.
type vault struct {
	classes *classes

	mu     sync.Mutex
	reader *placeReader

	whole []atomic.Pointer[record]
	next  atomic.Uint64 // in whole, which is a ring
	// erased has the ids of places that were erased since the start: whoever still looks at a map from before may ask for one, and a checkpoint pack it.
	erased sync.Map
}

func newVault(c *classes, whole int) *vault {
	if whole <= 0 {
		whole = mostWhole
	}
	v := &vault{classes: c, whole: make([]atomic.Pointer[record], whole)}
	v.reader = newPlaceReader(v)
	return v
}

// packAll packs records by what was written of their places. One that cannot be read from it stays whole.
func (v *vault) packAll(forms map[*record][]byte) error {
	var failed []error
	for r, data := range forms {
		if err := v.pack(r, data); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// pack keeps the record of a place in its stored form, too.
func (v *vault) pack(r *record, data []byte) error {
	v.mu.Lock()
	form, err := v.reader.take(data)
	v.mu.Unlock()
	if err != nil {
		return err
	}
	if err := form.place(r.id, &dealmap.Place{}); err != nil {
		return err
	}
	if !r.packed.CompareAndSwap(nil, &form) {
		return nil
	}
	v.keep(r)
	return nil
}

// admits reports whether one more place is kept whole. Who goes through the whole map gets only the room that nobody uses.
func (v *vault) admits(asked bool) bool { return asked || v.next.Load() < uint64(len(v.whole)) }

// keep keeps the place of a record whole until as many others were.
func (v *vault) keep(r *record) {
	n := (v.next.Add(1) - 1) % uint64(len(v.whole))
	if last := v.whole[n].Swap(r); last != nil {
		last.whole.Store(nil)
	}
	// Whoever forgets says so first and looks then: it is found there, or this sees here that it is too late.
	if _, gone := v.erased.Load(r.id); gone {
		v.whole[n].CompareAndSwap(r, nil)
	}
}

// forget lets go of a place that was erased, for good: only those who look at a map from before hold it.
func (v *vault) forget(id dealmap.ID) {
	if v == nil {
		return
	}
	v.erased.Store(id, nil)
	for i := range v.whole {
		if r := v.whole[i].Load(); r != nil && r.id == id {
			v.whole[i].CompareAndSwap(r, nil)
		}
	}
}
