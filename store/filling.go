package store

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/tidwall/btree"
	"golang.org/x/sync/errgroup"
)

// filling puts places into an empty state, quicker than one by one.
type filling struct {
	*state
	records   []*record
	plots     []plot
	positions []orb.Point // by slot, from 1
	named     []referenced
	members   map[string][]dealmap.ID // by code of a network
	// The classes of what places were read to share.
	grounds map[*ground]uint32
	terms   map[*dealmap.Held]uint32
	traits  map[*looks]uint32
}

// referenced is a record with the first eight bytes of its reference as a number of the same order: of most references, all of them.
type referenced struct {
	first     uint64
	reference string
	*record
}

func newFilling(s *state, places int) *filling {
	return &filling{
		s, make([]*record, 0, places), make([]plot, 0, places), make([]orb.Point, 0, places), make([]referenced, 0, places), map[string][]dealmap.ID{},
		map[*ground]uint32{}, map[*dealmap.Held]uint32{}, map[*looks]uint32{},
	}
}

// add takes in a place, which comes after those before in the order of ids, with its record. Of the place only texts and what it shares with
// others are kept.
func (f *filling) add(r *record, p *dealmap.Place) {
	f.columns.write(r, p, f.classesOf(r.packed.Load(), p))
	f.records, f.positions = append(f.records, r), append(f.positions, p.Position())
	if drawn, ok := newPlot(f.columns, r.at, p); ok {
		f.plots = append(f.plots, drawn)
	}
	var first [8]byte
	copy(first[:], p.Reference)
	f.named = append(f.named, referenced{binary.BigEndian.Uint64(first[:]), p.Reference, r})
	if p.Synthetic {
		f.synthetic++
	}
	f.ties.replace(nil, p)
	for _, code := range p.Facts.Networks {
		f.members[code] = append(f.members[code], p.ID)
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

// end brings what was taken in into its orders.
func (f *filling) end() {
	var g errgroup.Group
	g.Go(func() error {
		slices.SortFunc(f.named, func(a, b referenced) int {
			if a.first != b.first {
				return cmp.Compare(a.first, b.first)
			}
			return strings.Compare(a.reference, b.reference)
		})
		f.refs.recordTree = fillTree(f.refs.recordTree, len(f.named), func(i int) *record { return f.named[i].record })
		f.state.places = fillTree(f.state.places, len(f.records), func(i int) *record { return f.records[i] })
		inCommunes := byCommune(f.records)
		f.communes = fillTree(f.communes, len(inCommunes), func(i int) *record { return inCommunes[i] })
		return nil
	})
	for _, code := range slices.Sorted(maps.Keys(f.members)) {
		for _, id := range f.members[code] {
			f.webbing.members.Load(member{code, id})
		}
	}
	slices.SortFunc(f.plots, comparePlots)
	g.Go(func() error {
		// Those that come one after the other lie near in the index, the nodes of which some make and all others fill.
		const some, of = 5, 9
		for _, rest := range []bool{false, true} {
			for i := range f.plots {
				if (i%of >= some) == rest {
					at := f.plots[i].at
					r, _ := f.columns.at(at)
					f.index.InsertAt(f.positions[at-1], r)
				}
			}
		}
		return nil
	})
	f.state.plots.fill(f.plots)
	_ = g.Wait() // its functions cannot fail
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
