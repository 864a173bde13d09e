package store

import (
	"cmp"
	"math"
	"sync/atomic"

	"github.com/mesure5/dealmap"
)

const leafSize = dealmap.PlotsTogether

// leaf is some plots that follow each other, in columns: reading what many of them have in one passes over all else.
type leaf struct {
	leafColumns
	owner *byte // who may write to it
	// serial tells it, once it is published and no longer changes, from any other leaf of the map, those that are gone included.
	serial uint64
	// alike and coarse are made when they are first asked for, which is after that.
	alike  atomic.Pointer[alike]
	coarse atomic.Pointer[coarse]
}

type leafColumns struct {
	n int
	// z is where they are (geo.ZOrder), ascending.
	z  [leafSize]uint64
	at [leafSize]slot
	// ground, terms, traits and seen are as in the columns.
	ground, terms, traits [leafSize]uint32
	seen                  [leafSize]int32
	drawn                 dealmap.PlotColumns
}

// plot is a place of the map with a position.
type plot struct {
	dealmap.Plot
	plotKey
	// ground, terms, traits and seen are as in the columns.
	ground, terms, traits uint32
	seen                  int32
}

// plotKey is what plots are ordered by: position, then what says nothing of when a record was made.
type plotKey struct {
	z, number uint64 // geo.ZOrder, and the number of the id
	at        slot
}

func compareKeys(a, b plotKey) int {
	return cmp.Or(cmp.Compare(a.z, b.z), cmp.Compare(a.number, b.number), cmp.Compare(a.at, b.at))
}

// fill sets an empty leaf to some plots.
func (l *leaf) fill(some []*plot) {
	words := make([]*dealmap.Plot, len(some))
	for i, p := range some {
		words[i] = &p.Plot
		l.put(i, p)
	}
	l.drawn.Fill(words)
	l.n = len(some)
}

// put sets the columns of one, its words excepted.
func (l *leaf) put(i int, p *plot) {
	l.z[i], l.at[i], l.ground[i], l.terms[i], l.traits[i], l.seen[i] = p.z, p.plotKey.at, p.ground, p.terms, p.traits, p.seen
}

// plot returns one.
func (l *leaf) plot(i int) plot {
	return plot{l.drawn.At(uint8(i)), l.key(i), l.ground[i], l.terms[i], l.traits[i], l.seen[i]}
}

func (l *leaf) key(i int) plotKey { return plotKey{l.z[i], l.drawn.Number(uint8(i)), l.at[i]} }

// search returns where a plot is, or where it would be.
func (l *leaf) search(key plotKey) (i int, found bool) {
	from, to := 0, l.n
	for from < to {
		middle := (from + to) / 2
		if compareKeys(l.key(middle), key) < 0 {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from, from < l.n && l.key(from) == key
}

// after returns the first of those from one on that lies behind a position.
func (l *leaf) after(from int, z uint64) int {
	if z == math.MaxUint64 {
		return l.n
	}
	return l.first(from, z+1)
}

// first returns the first of those from one on that lies at a position or behind it. What is near is found soonest.
func (l *leaf) first(from int, z uint64) int {
	if from == l.n || l.z[l.n-1] < z {
		return l.n
	}
	step := 1
	for from+step <= l.n && l.z[from+step-1] < z {
		from += step
		step *= 2
	}
	to := min(from+step, l.n)
	for from < to {
		middle := (from + to) / 2
		if l.z[middle] < z {
			from = middle + 1
		} else {
			to = middle
		}
	}
	return from
}

// cut yields from which plot up to which other lie in some ranges of positions, both in their order, until yield returns false, and returns the
// ranges that the leaf behind this one may lie in.
func (l *leaf) cut(ranges [][2]uint64, yield func(from, to int) bool) (left [][2]uint64, goOn bool) {
	for from := 0; from < l.n && len(ranges) > 0; {
		if ranges[0][1] < l.z[from] {
			ranges = ranges[1:]
			continue
		}
		begin := l.first(from, ranges[0][0])
		from = l.after(begin, ranges[0][1])
		if begin < from && !yield(begin, from) {
			return ranges, false
		}
	}
	return ranges, true
}

// set puts a plot where search found it, or would have it.
func (l *leaf) set(i int, found bool, p *plot) {
	if found {
		l.drawn.Put(i, l.n, &p.Plot)
		l.put(i, p)
		return
	}
	n := l.n
	copy(l.z[i+1:n+1], l.z[i:n])
	copy(l.at[i+1:n+1], l.at[i:n])
	copy(l.ground[i+1:n+1], l.ground[i:n])
	copy(l.terms[i+1:n+1], l.terms[i:n])
	copy(l.traits[i+1:n+1], l.traits[i:n])
	copy(l.seen[i+1:n+1], l.seen[i:n])
	l.drawn.Insert(i, n, &p.Plot)
	l.put(i, p)
	l.n++
}

// remove takes out those from one up to another.
func (l *leaf) remove(from, to int) {
	n := l.n
	copy(l.z[from:], l.z[to:n])
	copy(l.at[from:], l.at[to:n])
	copy(l.ground[from:], l.ground[to:n])
	copy(l.terms[from:], l.terms[to:n])
	copy(l.traits[from:], l.traits[to:n])
	copy(l.seen[from:], l.seen[to:n])
	l.drawn.Delete(from, to, n)
	l.n -= to - from
}
