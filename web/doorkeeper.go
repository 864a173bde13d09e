package web

import "sync/atomic"

// doorkeeper remembers, about, what was asked for lately, so that what is asked for once does not put out what is asked for again and again
// (the doorkeeper of Einziger, Friedman and Manes, TinyLFU, 2017: a set of bits that is emptied when it gets full). Nobody waits for it.
type doorkeeper struct {
	bits []atomic.Uint64
	set  atomic.Int64
}

// newDoorkeeper remembers a number of things, a power of two, in a byte each.
func newDoorkeeper(most int) *doorkeeper {
	return &doorkeeper{bits: make([]atomic.Uint64, max(1, most/8))}
}

// again reports whether a slot (Sight.Slot) was asked for lately already, or another that looks like it, which one in eight does.
func (d *doorkeeper) again(slot uint64) bool {
	n := slot >> 16 & uint64(64*len(d.bits)-1)
	bit := uint64(1) << (n % 64)
	if d.bits[n/64].Or(bit)&bit != 0 {
		return true
	}
	if d.set.Add(1) >= int64(8*len(d.bits)) {
		d.set.Store(0)
		for i := range d.bits {
			d.bits[i].Store(0)
		}
	}
	return false
}
