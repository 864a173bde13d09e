package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/tidwall/btree"
)

// newLinks orders links by id.
func newLinks() shelf[dealmap.Link] {
	return newShelf(func(a, b *dealmap.Link) int { return bytes.Compare(a.ID[:], b.ID[:]) })
}

// newNetworks orders networks by code.
func newNetworks() shelf[dealmap.Network] {
	return newShelf(func(a, b *dealmap.Network) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

func networksCoded(s shelf[dealmap.Network], code string) iter.Seq[*dealmap.Network] {
	return s.from(&dealmap.Network{Code: code}, func(n *dealmap.Network) bool { return n.Code == code })
}

// webbing finds links by their ends, and places by the networks whose codes they carry. It follows from the records, and like the other
// trees it is persistent.
type webbing struct {
	// ends leads from a record to the links that were stated of it, by the record at the other end.
	ends *btree.BTreeG[end]
	// members has, for each code, the records that carry it.
	members *btree.BTreeG[member]
	// codes numbers the codes that records carry or carried, from 1.
	codes *btree.Map[string, uint32]
}

type member struct {
	code uint32
	id   dealmap.ID
}

type end struct{ at, other, link dealmap.ID }

func (a *end) compare(b *end) int {
	return cmp.Or(bytes.Compare(a.at[:], b.at[:]), bytes.Compare(a.other[:], b.other[:]), bytes.Compare(a.link[:], b.link[:]))
}

func newWebbing() webbing {
	ends := btree.NewBTreeGOptions(func(a, b end) bool { return a.compare(&b) < 0 }, btree.Options{NoLocks: true})
	return webbing{ends, btree.NewBTreeGOptions(func(a, b member) bool {
		return a.code < b.code || a.code == b.code && bytes.Compare(a.id[:], b.id[:]) < 0
	}, btree.Options{NoLocks: true}), &btree.Map[string, uint32]{}}
}

func (w webbing) copy() webbing { return webbing{w.ends.Copy(), w.members.Copy(), w.codes.Copy()} }

// number is that of a code; one that has none gets the next.
func (w webbing) number(code string) uint32 {
	n, known := w.codes.Get(code)
	if !known {
		n = uint32(w.codes.Len() + 1)
		w.codes.Set(one(code), n) // of its own: that of a place is a part of all its texts in memory, which would stay as long
	}
	return n
}

// link follows a link from what it was to what it is; either may be nil.
func (w webbing) link(before, after *dealmap.Link) {
	switch {
	case after != nil:
		w.ends.Set(end{after.Facts.From, after.Facts.To, after.ID})
		w.ends.Set(end{after.Facts.To, after.Facts.From, after.ID})
	case before != nil:
		w.ends.Delete(end{before.Facts.From, before.Facts.To, before.ID})
		w.ends.Delete(end{before.Facts.To, before.Facts.From, before.ID})
	}
}

// place follows a record from what it was to what it is; either may be nil.
func (w webbing) place(before, after *dealmap.Place) {
	if before != nil && after != nil && slices.Equal(before.Facts.Networks, after.Facts.Networks) {
		return
	}
	if before != nil {
		for _, code := range before.Facts.Networks {
			w.members.Delete(member{w.number(code), before.ID})
		}
	}
	if after != nil {
		for _, code := range after.Facts.Networks {
			w.members.Set(member{w.number(code), after.ID})
		}
	}
}

// carried returns the records that carry a code, until yield returns false.
func (w webbing) carried(code string, yield func(dealmap.ID) bool) {
	if n, known := w.codes.Get(code); known {
		w.members.Ascend(member{code: n}, func(m member) bool { return m.code == n && yield(m.id) })
	}
}

// Link implements dealmap.State.
func (s *state) Link(id dealmap.ID) *dealmap.Link { return s.links.get(id) }

// Network implements dealmap.State.
func (s *state) Network(id dealmap.ID) *dealmap.Network { return s.networks.get(id) }

// NetworksCoded implements dealmap.State.
func (s *state) NetworksCoded(code string) []*dealmap.Network {
	return slices.Collect(networksCoded(s.networks, code))
}

// LinksOf implements dealmap.State.
func (s *state) LinksOf(place dealmap.ID) []*dealmap.Link { return linksOf(s.webbing, s.links, place) }

func linksOf(w webbing, links shelf[dealmap.Link], place dealmap.ID) (list []*dealmap.Link) {
	w.ends.Ascend(end{at: place}, func(e end) bool {
		if e.at == place {
			list = append(list, links.get(e.link))
		}
		return e.at == place
	})
	slices.SortFunc(list, func(a, b *dealmap.Link) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return list
}

// LinksBetween implements dealmap.State.
func (s *state) LinksBetween(a, b dealmap.ID) (list []*dealmap.Link) {
	s.webbing.ends.Ascend(end{at: a, other: b}, func(e end) bool {
		if e.at == a && e.other == b {
			list = append(list, s.links.get(e.link))
		}
		return e.at == a && e.other == b
	})
	return list
}

// codeTaken reports whether a network has a code, or a place carries it.
func (s *state) codeTaken(code string) bool {
	taken := false
	for range networksCoded(s.networks, code) {
		taken = true
	}
	s.found().webbing.carried(code, func(dealmap.ID) bool {
		taken = true
		return false
	})
	return taken
}

// endsOf are the places that the ends of a link stand for, nil where there is none.
func (s *state) endsOf(l *dealmap.Link) (ends [2]*dealmap.Place) {
	if l == nil {
		return ends
	}
	for i, id := range []dealmap.ID{l.Facts.From, l.Facts.To} {
		ends[i] = s.Place(id)
		for n := 0; n < longestChain && ends[i] != nil && !ends[i].Into().IsZero(); n++ {
			ends[i] = s.Place(ends[i].Into())
		}
	}
	return ends
}

// end returns what a scope sees of the place that a record is now, the zero Sight when it sees none; those that it only counts are
// led to, too.
func (s *Snapshot) end(scope *dealmap.Scope, id dealmap.ID) dealmap.Sight {
	r := getRecord(s.places, id)
	if r == nil {
		return dealmap.Sight{}
	}
	if r.place().Into().IsZero() {
		sight, _ := scope.See(r.place())
		return sight
	}
	sight, _ := s.Countable(*scope, id)
	return sight
}

func (s *Snapshot) seeLink(scope *dealmap.Scope, l *dealmap.Link) (dealmap.LinkSight, bool) {
	if l == nil || l.Removed {
		return dealmap.LinkSight{}, false
	}
	from := s.end(scope, l.Facts.From)
	if from.IsZero() {
		return dealmap.LinkSight{}, false
	}
	return scope.SeeLink(l, from, s.end(scope, l.Facts.To))
}

// Link returns what a scope sees of a link, and false when that is nothing, or no more than that there is one.
func (s *Snapshot) Link(scope dealmap.Scope, id dealmap.ID) (dealmap.LinkSight, bool) {
	sight, ok := s.seeLink(&scope, s.links.get(id))
	return sight, ok && sight.Told()
}

// LinkChange returns what a scope sees of a link before and after a change of it, by what it sees of the ends today.
func (s *Snapshot) LinkChange(scope dealmap.Scope, c dealmap.Change) (before, after dealmap.LinkSight) {
	return c.SeeLink(&scope, func(id dealmap.ID) dealmap.Sight { return s.end(&scope, id) })
}

// Links yields the links strictly after an id (the zero ID: from the first) that a scope sees and a filter lets through, those that
// it only counts included, in the order of ids, until yield returns false.
func (s *Snapshot) Links(scope dealmap.Scope, f *dealmap.LinkFilter, after dealmap.ID, yield func(dealmap.LinkSight) bool) {
	s.links.ordered.Ascend(&dealmap.Link{ID: after}, func(l *dealmap.Link) bool {
		if l.ID == after {
			return true
		}
		sight, ok := s.seeLink(&scope, l)
		return !ok || !f.Match(sight) || yield(sight)
	})
}

// LinksOf returns the links of a place that a scope sees, those of the records that were merged into it included, in the order of
// ids.
func (s *Snapshot) LinksOf(scope dealmap.Scope, place dealmap.ID) (list []dealmap.LinkSight) {
	if _, ok := s.Place(scope, place); !ok {
		return nil
	}
	records := []dealmap.ID{place}
	for id := range s.MergedInto(scope, place) {
		records = append(records, id)
	}
	for _, id := range records {
		for _, l := range linksOf(s.webbing, s.links, id) {
			if sight, ok := s.seeLink(&scope, l); ok && sight.Told() {
				list = append(list, sight)
			}
		}
	}
	slices.SortFunc(list, func(a, b dealmap.LinkSight) int {
		x, y := a.ID(), b.ID()
		return bytes.Compare(x[:], y[:])
	})
	return slices.CompactFunc(list, func(a, b dealmap.LinkSight) bool { return a.ID() == b.ID() })
}

// Network returns what a scope sees of the record of a network, and false when that is nothing.
func (s *Snapshot) Network(scope dealmap.Scope, id dealmap.ID) (dealmap.NetworkSight, bool) {
	return scope.SeeNetwork(s.networks.get(id))
}

// NetworksCoded returns the records of networks that a scope sees under a code.
func (s *Snapshot) NetworksCoded(scope dealmap.Scope, code string) (list []dealmap.NetworkSight) {
	for n := range networksCoded(s.networks, code) {
		if sight, ok := scope.SeeNetwork(n); ok {
			list = append(list, sight)
		}
	}
	return list
}

// Networks yields the records of networks that a scope sees, by code, until yield returns false.
func (s *Snapshot) Networks(scope dealmap.Scope, yield func(dealmap.NetworkSight) bool) {
	s.networks.ordered.Scan(func(n *dealmap.Network) bool {
		sight, ok := scope.SeeNetwork(n)
		return !ok || yield(sight)
	})
}

// Members yields the places that a scope sees as belonging to a network, in the order of ids, until yield returns false.
func (s *Snapshot) Members(scope dealmap.Scope, code string, yield func(dealmap.Sight) bool) {
	s.webbing.carried(code, func(id dealmap.ID) bool {
		sight, ok := s.Place(scope, id)
		return !ok || !slices.Contains(sight.Networks(), code) || yield(sight)
	})
}

// Codes yields the codes of networks that places carry which a scope sees, in order, each once.
func (s *Snapshot) Codes(scope dealmap.Scope, yield func(string) bool) {
	s.webbing.codes.Scan(func(code string, _ uint32) bool {
		carried := false
		s.Members(scope, code, func(dealmap.Sight) bool {
			carried = true
			return false
		})
		return !carried || yield(code)
	})
}

// LinkHistory returns what a scope may see of the entries that concern a link, oldest first; not found when it is absent or hidden.
func (s *Store) LinkHistory(ctx context.Context, scope dealmap.Scope, id dealmap.ID) ([]dealmap.HistoryEntry, error) {
	sight, ok := s.Snapshot().Link(scope, id)
	if !ok {
		return nil, dealmap.NotFound()
	}
	events, err := s.events(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("history of link %s: %w", id, err)
	}
	return dealmap.SeeLinkHistory(&scope, sight.From(), sight.To(), events)
}

// NetworkHistory returns what a scope may see of the entries that concern the record of a network, oldest first; not found when it
// is absent or hidden.
func (s *Store) NetworkHistory(ctx context.Context, scope dealmap.Scope, id dealmap.ID) ([]dealmap.HistoryEntry, error) {
	if _, ok := s.Snapshot().Network(scope, id); !ok {
		return nil, dealmap.NotFound()
	}
	events, err := s.events(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("history of network %s: %w", id, err)
	}
	return dealmap.SeeNetworkHistory(&scope, events)
}
