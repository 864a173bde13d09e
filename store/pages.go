package store

import "iter"

// pages is a list of chunks that is persistent like the trees: a copy shares what does not change. It has two levels, so that a write copies
// little however long the list is: one chunk, the pointers of one page, and those to the pages.
type pages[T any] struct {
	list   []*page[T]
	chunks int
	shared bool // list is also that of a copy
	owner  *byte
}

// page is some chunks in a row, with the owner who may write to it. One that has been published is only ever changed in a copy of another owner.
type page[T any] struct {
	owner  *byte
	chunks [pageSize]*owned[T]
}

type owned[T any] struct {
	owner *byte
	chunk T
}

// slot is where something lies in chunks, from 1.
type slot uint32

const (
	chunkSize = 64 // slots of a chunk
	pageSize  = 64 // chunks of a page
	onPage    = chunkSize * pageSize
)

func newPages[T any]() pages[T] { return pages[T]{owner: new(byte)} }

// copy returns a list that holds the same; changing either leaves the other as it is.
func (p *pages[T]) copy() pages[T] {
	p.owner, p.shared = new(byte), true
	return pages[T]{p.list, p.chunks, true, new(byte)}
}

// find returns the chunk of a slot, which must not be changed, and where the slot is in it.
func (p *pages[T]) find(at slot) (*T, uint32) {
	n := uint32(at - 1)
	return &p.list[n/onPage].chunks[n/chunkSize%pageSize].chunk, n % chunkSize
}

// writable is find of a chunk that may be changed: it is copied when others may read it. A new slot comes after all others.
func (p *pages[T]) writable(at slot) (*T, uint32) {
	n := uint32(at - 1)
	number := n / chunkSize
	if p.shared {
		p.list, p.shared = append(make([]*page[T], 0, len(p.list)+1), p.list...), false
	}
	if int(number) == p.chunks {
		p.chunks++
		if number%pageSize == 0 {
			p.list = append(p.list, &page[T]{owner: p.owner})
		}
	}
	one := &p.list[number/pageSize]
	if (*one).owner != p.owner {
		*one = &page[T]{p.owner, (*one).chunks}
	}
	part := &(*one).chunks[number%pageSize]
	if *part == nil {
		*part = &owned[T]{owner: p.owner}
	} else if (*part).owner != p.owner {
		*part = &owned[T]{p.owner, (*part).chunk}
	}
	return &(*part).chunk, n % chunkSize
}

// share yields the chunks of one of some equal shares of the list, from 0, in their order.
func (p *pages[T]) share(n, of int) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for at, end := n*p.chunks/of, (n+1)*p.chunks/of; at < end; at++ {
			if !yield(&p.list[at/pageSize].chunks[at%pageSize].chunk) {
				return
			}
		}
	}
}
