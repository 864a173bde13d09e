package store

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
)

// ListBox yields the sights that are drawn as points in a box, its border included, and that a filter lets through, in the order of ids,
// strictly after one, until yield returns false. How many the caller is likely to take tells how they are best looked for.
func (s *Snapshot) ListBox(scope dealmap.Scope, filter *dealmap.Filter, box orb.Bound, after dealmap.ID, likely int, yield func(dealmap.Sight) bool) {
	fixed := fixedOf(box)
	l := boxList{judge: newJudge(s.columns.classes, &scope, filter), snapshot: s, box: box, outer: fixed.outer(), inner: fixed.inner()}
	l.outlooks = s.columns.classes.outlooks.all()
	room := listRooms.Get().(*[]listed)
	defer func() { leaveRoom(room, l.found) }()
	l.found = (*room)[:0]
	most := skimmed * max(likely, 1)
	if !l.find(after, most) {
		goOn := true
		if after, goOn = l.skim(after, most, yield); !goOn {
			return
		}
		l.find(after, math.MaxInt)
	}
	slices.SortFunc(l.found, listed.compare)
	l.give(yield)
}

// skimmed is how many places for each that is likely taken are looked at in the order of ids, and how many a box must hold before that is tried.
const skimmed = 8

// boxList looks for what lies in a box, without reading the places themselves but for those on its border: at a million, most are packed.
type boxList struct {
	*judge
	snapshot *Snapshot
	box      orb.Bound
	// outer holds the box and perhaps what is on its border, inner what is certainly in it.
	outer, inner fixedBox
	outlooks     []*outlooks
	found        []listed
}

// listed is a place with its id, as numbers that are quick to compare.
type listed struct {
	high, low uint64
	at        slot
}

func listedAs(id dealmap.ID, at slot) listed {
	return listed{binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:]), at}
}

func (l listed) compare(o listed) int {
	return cmp.Or(cmp.Compare(l.high, o.high), cmp.Compare(l.low, o.low))
}

// mostListed is the longest list whose room is kept for others.
const mostListed = 1 << 14

var listRooms = sync.Pool{New: func() any { return new([]listed) }}

func leaveRoom(room *[]listed, used []listed) {
	if cap(used) <= mostListed {
		*room = used
		listRooms.Put(room)
	}
}

// holds reports whether a place is listed. Who lies on the border is told by the position itself.
func (l *boxList) holds(r *record, e *entry, x, y uint32) bool {
	if !l.outer.holds(x, y) {
		return false
	}
	d := l.shown(r, e.ground, e.terms, e.traits, e.seen)
	return d != dealmap.Nothing && l.outlooks[e.terms][d].Draws() && (l.inner.holds(x, y) || l.box.Contains(r.glance().Position()))
}

// find collects the places after an id, in no order, and reports whether they are no more than so many.
func (l *boxList) find(after dealmap.ID, most int) bool {
	from := listedAs(after, 0)
	l.found = l.found[:0]
	var slots [together]struct {
		at   slot
		x, y uint32
	}
	n := 0
	take := func() bool {
		// The records lie anywhere in memory. The processor fetches many at once when nothing else is done between them.
		var records [together]*record
		var ids [together]listed
		for i, one := range slots[:n] {
			records[i], _ = l.snapshot.columns.at(one.at)
		}
		for i, one := range slots[:n] {
			ids[i] = listedAs(records[i].id, one.at)
		}
		for i, one := range slots[:n] {
			_, e := l.snapshot.columns.at(one.at)
			if ids[i].compare(from) > 0 && l.holds(records[i], e, one.x, one.y) {
				l.found = append(l.found, ids[i])
			}
		}
		n = 0
		return len(l.found) <= most
	}
	goOn := l.snapshot.spots().over(l.box, func(at slot, x, y uint32) bool {
		slots[n].at, slots[n].x, slots[n].y = at, x, y
		n++
		return n < len(slots) || take()
	})
	return goOn && take()
}

// skim walks the places in the order of ids for a while: when the box holds a good part of them, which is what a map of the country asks
// for, the caller has enough long before the index has yielded the whole box. It returns how far it came.
func (l *boxList) skim(after dealmap.ID, most int, yield func(dealmap.Sight) bool) (last dealmap.ID, goOn bool) {
	last, goOn = after, true
	l.snapshot.places.Ascend(&record{id: after}, func(r *record) bool {
		if r.id == after {
			return true
		}
		_, e := l.snapshot.columns.at(r.at)
		if e.there && l.holds(r, e, e.x, e.y) {
			goOn = yield(l.sight(r, e.ground, e.terms))
		}
		last = r.id
		most--
		return goOn && most > 0
	})
	return last, goOn
}

// give yields what was found.
func (l *boxList) give(yield func(dealmap.Sight) bool) {
	var slots [together]slot
	for some := range slices.Chunk(l.found, together) {
		for i, one := range some {
			slots[i] = one.at
		}
		l.snapshot.fetch(slots[:len(some)])
		for _, one := range some {
			r, e := l.snapshot.columns.at(one.at)
			if !yield(l.sight(r, e.ground, e.terms)) {
				return
			}
		}
	}
}
