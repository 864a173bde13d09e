package store

import (
	"slices"

	"github.com/mesure5/dealmap"
)

// alike says which plots of a leaf have the same in common, so that a filter judges what there is once and sets of plots are put together.
type alike struct {
	statuses, kinds, products []valued
	grounds, terms            coded
	oldest, newest            int32  // days on which plots were last confirmed
	last                      uint64 // position, of the last plot
}

// valued is which plots have one value of an attribute, by its number.
type valued struct {
	number uint32
	mask   mask
}

// coded is what the plots of a leaf have of a class: its numbers, and which of them each has.
type coded struct {
	numbers []uint32
	code    [leafSize]uint8
}

func newCoded(of []uint32) (c coded) {
	known := make(map[uint32]uint8, 32)
	last, at := uint32(0), uint8(0)
	for i, number := range of {
		if i == 0 || number != last {
			var ok bool
			if at, ok = known[number]; !ok {
				at = uint8(len(c.numbers))
				known[number] = at
				c.numbers = append(c.numbers, number)
			}
			last = number
		}
		c.code[i] = at
	}
	return c
}

// masked returns the mask of those whose number a test lets through.
func (c *coded) masked(n int, test func(number uint32) bool) (m mask) {
	var passes [leafSize]uint64
	all, none := true, true
	for k, number := range c.numbers {
		if test(number) {
			passes[k], none = 1, false
		} else {
			all = false
		}
	}
	switch {
	case all:
		return between(0, n)
	case none:
		return m
	}
	for i := range n {
		m[i/64] |= passes[c.code[i]] << (i % 64)
	}
	return m
}

func marked(list []valued, number uint32, i uint8) []valued {
	for k := range list {
		if list[k].number == number {
			list[k].mask.set(i)
			return list
		}
	}
	list = append(list, valued{number: number})
	list[len(list)-1].mask.set(i)
	return list
}

// likeness returns what the plots of a leaf have in common.
func (l *leaf) likeness(c *classes) *alike {
	if known := l.alike.Load(); known != nil {
		return known
	}
	a := &alike{grounds: newCoded(l.ground[:l.n]), terms: newCoded(l.terms[:l.n]), oldest: l.seen[0], newest: l.seen[0], last: l.z[l.n-1]}
	attributes := c.attributes.all()
	for i := range l.n {
		is := &attributes[l.traits[i]]
		a.statuses, a.kinds = marked(a.statuses, is.status, uint8(i)), marked(a.kinds, is.kind, uint8(i))
		for _, product := range is.products {
			a.products = marked(a.products, product, uint8(i))
		}
		a.oldest, a.newest = min(a.oldest, l.seen[i]), max(a.newest, l.seen[i])
	}
	// What is read together lies together.
	all := slices.Concat(a.statuses, a.kinds, a.products)
	n, m := len(a.statuses), len(a.statuses)+len(a.kinds)
	a.statuses, a.kinds, a.products = all[:n:n], all[n:m:m], all[m:]
	l.alike.Store(a)
	return a
}

// attributes are the numbers of what traits name.
type attributes struct {
	status, kind uint32
	products     []uint32
	look         *dealmap.Shared[dealmap.Look]
}

// number returns that of a value, from 0 in the order in which they were first met.
func number[K ~string](c *class[K, K], value K) uint32 {
	c.keep(value, func(uint32) K { return one(value) })
	return c.numbers[value]
}

// attributesOf numbers what features name. The lock is held.
func (c *classes) attributesOf(f dealmap.Features) attributes {
	look := f.Look()
	is := attributes{status: number(&c.statuses, f.Status), kind: number(&c.kinds, f.Kind), look: c.looks.keep(look, func(n uint32) *dealmap.Shared[dealmap.Look] {
		return &dealmap.Shared[dealmap.Look]{Value: dealmap.Look{Status: one(look.Status), Kind: one(look.Kind), Product: one(look.Product)}, Number: n}
	})}
	for _, p := range f.Products {
		is.products = append(is.products, number(&c.products, p))
	}
	return is
}
