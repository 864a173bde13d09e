package store

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/paulmach/orb"
	"github.com/tidwall/btree"
)

// communeOrder orders records by commune, those without a position first, then by id. At 1,000,000 places the tree adds about
// 15 MB: it holds pointers only.
func communeOrder(a, b *record) int {
	return cmp.Or(strings.Compare(a.commune(), b.commune()), cmp.Compare(a.part(), b.part()), bytes.Compare(a.id[:], b.id[:]))
}

// part is in which part of its commune a record comes: 0 without a position, 1 with one.
func (r *record) part() int {
	if r.hints&placed != 0 {
		return 1
	}
	return 0
}

func newCommunes() *recordTree {
	return btree.NewBTreeGOptions(func(a, b *record) bool { return communeOrder(a, b) < 0 }, btree.Options{NoLocks: true})
}

// byCommune returns records, sorted by id, in the order of communes: sorted into them rather than by comparing a million records.
func byCommune(records []*record) []*record {
	communes := map[string]*[2][]*record{}
	for _, r := range records {
		code := r.commune()
		commune := communes[code]
		if commune == nil {
			commune = &[2][]*record{}
			communes[code] = commune
		}
		commune[r.part()] = append(commune[r.part()], r)
	}
	all := make([]*record, 0, len(records))
	for _, code := range slices.Sorted(maps.Keys(communes)) {
		all = append(append(all, communes[code][0]...), communes[code][1]...)
	}
	return all
}

// ofCommune yields the records of a commune, those without a position first, until yield returns false.
func ofCommune(tree *recordTree, commune string, yield func(*record) bool) {
	if commune == "" {
		return
	}
	first := newRecord(&dealmap.Place{Facts: dealmap.Facts{Commune: commune}})
	tree.Ascend(first, func(r *record) bool { return r.commune() == commune && yield(r) })
}

// finder finds places in the trees of a state or of a snapshot.
type finder struct {
	near     func(at orb.Point, metres float64, yield func(*dealmap.Place, float64) bool)
	communes *recordTree
}

// Near implements dealmap.Finder.
func (f finder) Near(at orb.Point, metres float64, yield func(*dealmap.Place, float64) bool) {
	f.near(at, metres, yield)
}

// InCommune implements dealmap.Finder.
func (f finder) InCommune(commune string, words []string, yield func(*dealmap.Place) bool) {
	var key []byte
	ofCommune(f.communes, commune, func(r *record) bool {
		key = r.appendKey(key[:0])
		return !holdsAny(key, words) || yield(r.place())
	})
}

// Unplaced implements dealmap.Finder.
func (f finder) Unplaced(commune string, yield func(*dealmap.Place) bool) {
	ofCommune(f.communes, commune, func(r *record) bool { return r.hints&placed == 0 && yield(r.place()) })
}

func holdsAny(key []byte, words []string) bool {
	for _, word := range words {
		if bytes.Contains(key, []byte(word)) {
			return true
		}
	}
	return len(words) == 0
}

func (s *state) finder() finder {
	s.found()
	if s.trial != nil {
		return finder{s.trial.radius, s.communes}
	}
	return finder{spots{s.plots, s.columns}.radius, s.communes}
}

// InCommune implements dealmap.State.
func (s *state) InCommune(commune string, words []string, yield func(*dealmap.Place) bool) {
	s.finder().InCommune(commune, words, yield)
}

// Unplaced implements dealmap.State.
func (s *state) Unplaced(commune string, yield func(*dealmap.Place) bool) {
	s.finder().Unplaced(commune, yield)
}

// Matches returns what a scope may see of the places that are likely to be the one described, the best first
// (dealmap.Matches).
func (s *Snapshot) Matches(scope dealmap.Scope, d *dealmap.Description, least float64, limit int, except dealmap.ID) []dealmap.Match {
	return dealmap.Matches(finder{s.spots().radius, s.communes}, &scope, d, least, limit, except)
}
