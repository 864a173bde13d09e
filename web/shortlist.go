package web

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
)

// found is a place of a list; metres is from the point asked for, meaningful when hasMetres.
type found struct {
	sight     dealmap.Sight
	id        dealmap.ID
	metres    float64
	hasMetres bool
	written   *writtenRecord // nil when it is not kept
}

// shortlist is room for what a page is made of, which another page gets afterwards.
type shortlist struct {
	found []found
	most  int // the longest that found was
	ranks []rank
}

// rank is where an id comes among others, as far as its first bytes tell, and whose it is. It holds no pointer and is quick to move.
type rank struct {
	first uint64
	at    int
}

// mostShortlisted is the longest list whose room is kept for others: that of a page of the most places, and some that were passed over.
const mostShortlisted = 2 * maxLimit

var shortlists = sync.Pool{New: func() any { return new(shortlist) }}

// leave gives the room to others, without the sights: they keep records in memory. Nobody may use the list any more.
func (l *shortlist) leave() {
	if cap(l.found) <= mostShortlisted {
		clear(l.found[:l.most])
		l.found, l.most = l.found[:0], 0
		shortlists.Put(l)
	}
}

func (l *shortlist) add(one found) {
	l.found = append(l.found, one)
	l.most = max(l.most, len(l.found))
}

// sort brings the places after an id into the order of ids, and leaves the others out.
func (l *shortlist) sort(page []found, after dealmap.ID) []found {
	// The ids lie anywhere in memory. The processor fetches many at once when nothing else is done between them.
	for i := range page {
		page[i].id = page[i].sight.ID()
	}
	if !after.IsZero() {
		page = slices.DeleteFunc(page, func(one found) bool { return bytes.Compare(one.id[:], after[:]) <= 0 })
	}
	l.ranks = l.ranks[:0]
	for i := range page {
		l.ranks = append(l.ranks, rank{binary.BigEndian.Uint64(page[i].id[:]), i})
	}
	slices.SortFunc(l.ranks, func(a, b rank) int {
		if a.first != b.first {
			return cmp.Compare(a.first, b.first)
		}
		return bytes.Compare(page[a.at].id[:], page[b.at].id[:])
	})
	// Each cycle of the permutation is followed once.
	for i := range l.ranks {
		first, to := page[i], i
		for l.ranks[to].at != i {
			from := l.ranks[to].at
			page[to], l.ranks[to].at = page[from], to
			to = from
		}
		page[to], l.ranks[to].at = first, to
	}
	return page
}
