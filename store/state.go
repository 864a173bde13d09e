package store

import (
	"bytes"
	"fmt"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/geo"
	"github.com/paulmach/orb"
	"github.com/tidwall/btree"
)

// record is a place with what is computed from it once.
type record struct {
	id    dealmap.ID
	place *dealmap.Place
	// key is the search key of all that the place could show; a sight that shows less is looked at again.
	key string
	// at is where the columns have it.
	at slot
}

func newRecord(p *dealmap.Place) *record { return &record{id: p.ID, place: p, key: searchKey(p)} }

func searchKey(p *dealmap.Place) string {
	f := &p.Facts
	return dealmap.SearchKey(f.Name + " " + f.Address + " " + p.Reference + " " + f.Commune)
}

type recordTree = btree.BTreeG[*record]

// state is the map after some entry. Its trees are persistent: copy is cheap, and a copy shares all that does not change.
// It has one owner; what is published is a copy.
type state struct {
	seq       dealmap.Seq
	time      time.Time // of the last entry
	places    *recordTree
	refs      *btree.Map[string, dealmap.ID]
	index     *geo.Index
	columns   *columns                      // nil in a tentative state
	grants    map[dealmap.ID]*dealmap.Grant // replaced, never changed
	granted   dealmap.Seq                   // the last entry about grants or tokens since the state was loaded
	tokens    map[dealmap.ID]*dealmap.Token // replaced, never changed
	synthetic int
}

func newState() *state {
	return &state{
		places: btree.NewBTreeGOptions(func(a, b *record) bool {
			return bytes.Compare(a.id[:], b.id[:]) < 0
		}, btree.Options{NoLocks: true}),
		refs:  &btree.Map[string, dealmap.ID]{},
		index: geo.NewIndex(nil), columns: newColumns(),
		grants: map[dealmap.ID]*dealmap.Grant{}, tokens: map[dealmap.ID]*dealmap.Token{},
	}
}

func (s *state) copy() *state {
	c := *s
	c.places, c.refs, c.index = s.places.Copy(), s.refs.Copy(), s.index.Copy()
	c.columns = s.columns.copy()
	return &c
}

// try returns a copy that decisions are tried on: nobody searches it or counts it.
func (s *state) try() *state {
	c := *s
	c.places, c.refs, c.index = s.places.Copy(), s.refs.Copy(), s.index.Copy()
	c.columns = nil
	return &c
}

func getRecord(tree *recordTree, id dealmap.ID) *record {
	r, ok := tree.Get(&record{id: id})
	if !ok {
		return nil
	}
	return r
}

// Place implements dealmap.State.
func (s *state) Place(id dealmap.ID) *dealmap.Place {
	if r := getRecord(s.places, id); r != nil {
		return r.place
	}
	return nil
}

// Taken implements dealmap.State.
func (s *state) Taken(reference string) bool {
	_, taken := s.refs.Get(reference)
	return taken
}

// Near implements dealmap.State.
func (s *state) Near(at orb.Point, metres float64, yield func(*dealmap.Place, float64) bool) {
	s.index.Radius(at, metres, yield)
}

// Grant implements dealmap.State.
func (s *state) Grant(id dealmap.ID) *dealmap.Grant { return s.grants[id] }

// GrantsOf implements dealmap.State.
func (s *state) GrantsOf(subject string) (list []*dealmap.Grant) {
	for _, g := range s.grants {
		if g.Subject == subject {
			list = append(list, g)
		}
	}
	return list
}

// Token implements dealmap.State.
func (s *state) Token(id dealmap.ID) *dealmap.Token { return s.tokens[id] }

// TokensOf implements dealmap.State.
func (s *state) TokensOf(subject string) (list []*dealmap.Token) {
	for _, t := range s.tokens {
		if t.Subject == subject {
			list = append(list, t)
		}
	}
	return list
}

// ByReference implements dealmap.State.
func (s *state) ByReference(reference string) *dealmap.Place {
	id, ok := s.refs.Get(reference)
	if !ok {
		return nil
	}
	return s.Place(id)
}

// Report implements dealmap.State.
func (s *state) Report(dealmap.ID) *dealmap.Report { return nil }

// EntriesOf implements dealmap.State.
func (s *state) EntriesOf(dealmap.ID) []dealmap.Seq { return nil }

// fold takes in one entry and returns the place that it concerns before and after.
func (s *state) fold(e dealmap.Event) (before, after *dealmap.Place, err error) {
	if e.Seq != s.seq+1 {
		return nil, nil, fmt.Errorf("fold entry %d: the state is at %d", e.Seq, s.seq)
	}
	switch e.Kind.Concerns() {
	case dealmap.ConcernsGrant:
		s.grants, s.granted = dealmap.FoldGrants(s.grants, e), e.Seq
	case dealmap.ConcernsToken:
		s.tokens, s.granted = dealmap.FoldTokens(s.tokens, e), e.Seq
	case dealmap.ConcernsReport:
	default:
		before = s.Place(e.Subject)
		if after, err = dealmap.Fold(before, e); err != nil {
			return nil, nil, err
		}
		s.put(before, after)
	}
	s.seq = e.Seq
	if e.Time.After(s.time) {
		s.time = e.Time
	}
	return before, after, nil
}

func (s *state) put(before, after *dealmap.Place) {
	if before == after {
		return
	}
	if before != nil {
		if after == nil || after.Reference != before.Reference {
			s.refs.Delete(before.Reference)
		}
		if before.Synthetic {
			s.synthetic--
		}
	}
	if after == nil {
		if old, ok := s.places.Delete(&record{id: before.ID}); ok && s.columns != nil {
			s.columns.remove(old.at)
		}
	} else {
		s.set(before, after)
		if before == nil || before.Reference != after.Reference {
			s.refs.Set(after.Reference, after.ID)
		}
		if after.Synthetic {
			s.synthetic++
		}
	}
	s.index.Replace(before, after)
}

func (s *state) set(before, after *dealmap.Place) {
	r := &record{id: after.ID, place: after}
	if s.columns != nil {
		if before != nil {
			r.at = getRecord(s.places, after.ID).at
		}
		r.key, r.at = searchKey(after), s.columns.put(r.at, after)
	}
	s.places.Set(r)
}
