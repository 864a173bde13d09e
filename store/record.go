package store

import (
	"fmt"
	"sync/atomic"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// record is a place of the map with what finding it asks. It never changes, but for how it is kept in memory: whole when it was made or asked
// for lately, packed once the state on disk has it. Whole, a place takes about three times as much.
type record struct {
	id dealmap.ID
	// at is where the columns have it.
	at    slot
	hints hints
	whole atomic.Pointer[dealmap.Place] // nil when only packed
	// packed is nil as long as only whole.
	packed atomic.Pointer[packed]
}

// newRecord is the record of a place that is not known yet.
func newRecord(p *dealmap.Place) *record {
	r := &record{id: p.ID, hints: hintsOf(p)}
	r.whole.Store(p)
	return r
}

// record is the record of a place that is only packed.
func (f *packed) record(p *dealmap.Place) *record {
	both := &struct {
		record
		packed
	}{record{id: p.ID, hints: hintsOf(p)}, *f}
	both.record.packed.Store(&both.packed)
	return &both.record
}

// words are the texts by which a place is found.
type words struct{ reference, name, address, commune string }

func wordsOf(p *dealmap.Place) words {
	return words{p.Reference, p.Facts.Name, p.Facts.Address, p.Facts.Commune}
}

// words returns those of the place, however it is kept.
func (r *record) words() words {
	if p := r.whole.Load(); p != nil {
		return wordsOf(p)
	}
	return r.packed.Load().words()
}

// words reads the first texts of the form (placeWriter.head).
func (f *packed) words() words {
	s := scanner{data: f.own}
	head := scanner{data: s.part()}
	return words{s.next(head.uint()), s.next(head.uint()), s.next(head.uint()), f.ground.commune}
}

// appendKey appends the search key of all that the place could show; a sight that shows less is looked at again.
func (r *record) appendKey(key []byte) []byte { return r.words().appendKey(key) }

func (w words) appendKey(key []byte) []byte {
	key = dealmap.AppendSearchKey(key, w.name)
	key = dealmap.AppendSearchKey(append(key, ' '), w.address)
	key = dealmap.AppendSearchKey(append(key, ' '), w.reference)
	return dealmap.AppendSearchKey(append(key, ' '), w.commune)
}

// commune is an INSEE code, or none.
func (r *record) commune() string {
	if p := r.whole.Load(); p != nil {
		return p.Facts.Commune
	}
	return r.packed.Load().ground.commune
}

func (r *record) reference() string {
	if p := r.whole.Load(); p != nil {
		return p.Reference
	}
	s := scanner{data: r.packed.Load().own}
	head := scanner{data: s.part()}
	return s.next(head.uint())
}

// place returns the place, which must not be changed. As long as it is whole all get the same.
func (r *record) place() *dealmap.Place {
	if p := r.whole.Load(); p != nil {
		return p
	}
	return r.unpack(true)
}

// glance is place for those who go through the whole map: it lets what others ask for stay whole.
func (r *record) glance() *dealmap.Place {
	if p := r.whole.Load(); p != nil {
		return p
	}
	return r.unpack(false)
}

func (r *record) unpack(keep bool) *dealmap.Place {
	form := r.packed.Load()
	fresh := &dealmap.Place{}
	if err := form.place(r.id, fresh); err != nil {
		panic(fmt.Sprintf("store: place %s cannot be read from memory: %v", r.id, err)) // it was read when it was packed
	}
	if len(fresh.Past) > 0 {
		form.ground.vault.classes.of(fresh) // those who fold it on do not change its phases then
	}
	if !form.ground.vault.admits(keep) {
		return fresh
	}
	if !r.whole.CompareAndSwap(nil, fresh) {
		if first := r.whole.Load(); first != nil {
			return first
		}
		return fresh
	}
	form.ground.vault.keep(r)
	return fresh
}

// Spot is where the index finds the place.
func (r *record) Spot() (orb.Point, bool) { return r.place().Spot() }

// Identity is the id of the place.
func (r *record) Identity() dealmap.ID { return r.id }
