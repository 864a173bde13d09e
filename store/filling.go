package store

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/tidwall/btree"
)

// filling puts places into an empty state, quicker than one by one.
type filling struct {
	*state
	records []*record
	plots   []plot
	named   []rank     // by references
	drawn   []rank     // plots by position
	members [][]member // by number of a network's code
	// The classes of what places were read to share.
	grounds map[*ground]uint32
	terms   map[*dealmap.Held]uint32
	traits  map[*looks]uint32
}

// rank is where a record or a plot comes among others, by numbers: sorting them moves nothing that the garbage collector must be told of.
type rank struct {
	first, second uint64
	item          uint32 // its number in the order of ids
}

// rankOf ranks by the first 16 bytes of a text: of references, all of them.
func rankOf(text string, item int) rank {
	var start [16]byte
	copy(start[:], text)
	return rank{binary.BigEndian.Uint64(start[:]), binary.BigEndian.Uint64(start[8:]), uint32(item)}
}

func sortRanks(ranks []rank, tie func(a, b uint32) int) {
	slices.SortFunc(ranks, func(a, b rank) int {
		switch {
		case a.first != b.first:
			return cmp.Compare(a.first, b.first)
		case a.second != b.second:
			return cmp.Compare(a.second, b.second)
		}
		return tie(a.item, b.item)
	})
}

func newFilling(s *state, places int) *filling {
	return &filling{
		s, make([]*record, 0, places), make([]plot, 0, places), make([]rank, 0, places), make([]rank, 0, places), nil,
		map[*ground]uint32{}, map[*dealmap.Held]uint32{}, map[*looks]uint32{},
	}
}

// add takes in a place, which comes after those before in the order of ids, with its record. Of the place only texts and what it shares with
// others are kept.
func (f *filling) add(r *record, p *dealmap.Place) {
	f.columns.write(r, p, f.classesOf(r.packed.Load(), p))
	f.records = append(f.records, r)
	if drawn, ok := newPlot(f.columns, r.at, p); ok {
		f.drawn = append(f.drawn, rank{drawn.z, drawn.number, uint32(len(f.plots))})
		f.plots = append(f.plots, drawn)
	}
	f.named = append(f.named, rankOf(p.Reference, len(f.named)))
	if p.Synthetic {
		f.synthetic++
	}
	f.ties.replace(nil, p)
	for _, code := range p.Facts.Networks {
		n := f.webbing.number(code)
		if int(n) > len(f.members) {
			f.members = append(f.members, nil)
		}
		f.members[n-1] = append(f.members[n-1], member{n, p.ID})
	}
}

// classesOf asks once for what many places share.
func (f *filling) classesOf(form *packed, p *dealmap.Place) membership {
	if form == nil {
		return f.columns.classes.of(p)
	}
	ground, knownGround := f.grounds[form.ground]
	terms, knownTerms := f.terms[form.terms]
	traits, knownTraits := f.traits[form.looks]
	if knownGround && knownTerms && knownTraits && len(p.Past) == 0 {
		return membership{ground, terms, traits}
	}
	of := f.columns.classes.of(p)
	f.grounds[form.ground], f.terms[form.terms], f.traits[form.looks] = of.ground, of.terms, of.traits
	return of
}

// end brings what was taken in into its orders. Records are found by their ids when it returns; what it returns waits for all else.
func (f *filling) end() (wait func()) {
	f.state.places = fillTree(f.state.places, len(f.records), func(i int) *record { return f.records[i] })
	members := slices.Concat(f.members...)
	f.webbing.members = fillTree(f.webbing.members, len(members), func(i int) member { return members[i] })
	var rest sync.WaitGroup
	rest.Go(func() {
		sortRanks(f.named, func(a, b uint32) int { return strings.Compare(f.records[a].reference(), f.records[b].reference()) })
		f.refs = fillReferences(len(f.named), func(i int) *record { return f.records[f.named[i].item] })
		inCommunes := byCommune(f.records)
		f.communes = fillTree(f.communes, len(inCommunes), func(i int) *record { return inCommunes[i] })
	})
	rest.Go(func() {
		sortRanks(f.drawn, cmp.Compare[uint32])
		f.state.plots.fill(len(f.drawn), func(i int) *plot { return &f.plots[f.drawn[i].item] })
	})
	return rest.Wait
}

// fillTree puts items, given by their places in its order, into an empty tree, which it returns with nothing to spare: the tree's own way
// leaves nodes half full, in arrays of which the other half is never used, and copies of nodes have no more room than they use.
func fillTree[T any](tree *btree.BTreeG[T], n int, item func(int) T) *btree.BTreeG[T] {
	for i := range n {
		tree.Load(item(i))
	}
	tight := tree.Copy()
	tight.ScanMut(func(T) bool { return true })
	return tight
}
