package store

import (
	"bytes"
	"cmp"
	"iter"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/tidwall/btree"
)

// shelf holds records of one kind by id and in an order. Like the trees of places it is persistent: a copy is cheap. What it
// holds is replaced, never changed.
type shelf[T any] struct {
	byID    *btree.Map[string, *T]
	ordered *btree.BTreeG[*T]
}

func newShelf[T any](compare func(a, b *T) int) shelf[T] {
	less := func(a, b *T) bool { return compare(a, b) < 0 }
	return shelf[T]{&btree.Map[string, *T]{}, btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})}
}

func (s shelf[T]) copy() shelf[T] { return shelf[T]{s.byID.Copy(), s.ordered.Copy()} }

func (s shelf[T]) len() int { return s.byID.Len() }

func (s shelf[T]) get(id dealmap.ID) *T {
	record, _ := s.byID.Get(string(id[:]))
	return record
}

// set puts a record; nil takes out what is there.
func (s shelf[T]) set(id dealmap.ID, record *T) {
	if record == nil {
		if before, there := s.byID.Delete(string(id[:])); there {
			s.ordered.Delete(before)
		}
		return
	}
	if before, there := s.byID.Set(string(id[:]), record); there {
		s.ordered.Delete(before)
	}
	s.ordered.Set(record)
}

// all returns the records in order.
func (s shelf[T]) all() []*T { return s.ordered.Items() }

// from yields the records that follow pivot, itself included, as long as they belong to the same.
func (s shelf[T]) from(pivot *T, same func(*T) bool) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		s.ordered.Ascend(pivot, func(record *T) bool { return same(record) && yield(record) })
	}
}

// shelves are those of all kinds of record besides places.
type shelves struct {
	grants     shelf[dealmap.Grant]
	tokens     shelf[dealmap.Token]
	reports    shelf[dealmap.Report]
	pairs      shelf[dealmap.Pair]
	imports    shelf[dealmap.Import]
	operations shelf[dealmap.FieldOperation]
	meetings   shelf[dealmap.Meeting]
	links      shelf[dealmap.Link]
	networks   shelf[dealmap.Network]
}

func newShelves() shelves {
	return shelves{
		newGrants(), newTokens(), newReports(), newPairs(), newImports(), newOperations(), newMeetings(), newLinks(), newNetworks(),
	}
}

func (s *shelves) copy() shelves {
	return shelves{
		s.grants.copy(), s.tokens.copy(), s.reports.copy(), s.pairs.copy(), s.imports.copy(), s.operations.copy(), s.meetings.copy(), s.links.copy(),
		s.networks.copy(),
	}
}

// show returns copies that are not to be changed: the same as the last time when nothing but places changed since.
func (s *state) show() shelves {
	if s.shown == nil {
		all := s.shelves.copy()
		s.shown = &all
	}
	return *s.shown
}

// byPerson orders what persons hold: by person, then the latest first.
func byPerson(subjectA, subjectB string, fromA, fromB time.Time, a, b *dealmap.ID) int {
	return cmp.Or(cmp.Compare(subjectA, subjectB), fromB.Compare(fromA), bytes.Compare(a[:], b[:]))
}

// endOfTime is later than any moment that a record may name.
var endOfTime = time.Unix(1<<40, 0)

func newGrants() shelf[dealmap.Grant] {
	return newShelf(func(a, b *dealmap.Grant) int { return byPerson(a.Subject, b.Subject, a.From, b.From, &a.ID, &b.ID) })
}

func grantsOf(s shelf[dealmap.Grant], subject string) iter.Seq[*dealmap.Grant] {
	return s.from(&dealmap.Grant{Subject: subject, From: endOfTime}, func(g *dealmap.Grant) bool { return g.Subject == subject })
}

func newTokens() shelf[dealmap.Token] {
	return newShelf(func(a, b *dealmap.Token) int { return byPerson(a.Subject, b.Subject, a.From, b.From, &a.ID, &b.ID) })
}

func tokensOf(s shelf[dealmap.Token], subject string) iter.Seq[*dealmap.Token] {
	return s.from(&dealmap.Token{Subject: subject, From: endOfTime}, func(t *dealmap.Token) bool { return t.Subject == subject })
}

// newReports orders reports by when they came, the newest first.
func newReports() shelf[dealmap.Report] {
	return newShelf(func(a, b *dealmap.Report) int {
		return cmp.Or(b.Received.Compare(a.Received), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

// newPairs orders verdicts by id.
func newPairs() shelf[dealmap.Pair] {
	return newShelf(func(a, b *dealmap.Pair) int { return bytes.Compare(a.ID[:], b.ID[:]) })
}

// newImports orders imports by when they began, the latest first.
func newImports() shelf[dealmap.Import] {
	return newShelf(func(a, b *dealmap.Import) int {
		return cmp.Or(b.Opened.Compare(a.Opened), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

// newOperations orders operations by their first day, the latest first.
func newOperations() shelf[dealmap.FieldOperation] {
	return newShelf(func(a, b *dealmap.FieldOperation) int {
		return cmp.Or(cmp.Compare(b.Facts.From.Number(), a.Facts.From.Number()), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

// newMeetings orders meetings by their day, the latest first.
func newMeetings() shelf[dealmap.Meeting] {
	return newShelf(func(a, b *dealmap.Meeting) int {
		return cmp.Or(cmp.Compare(b.Date.Number(), a.Date.Number()), bytes.Compare(a.ID[:], b.ID[:]))
	})
}

// foldOne folds an event into the one record that it concerns.
func foldOne[T any](before *T, e dealmap.Event, fold func(map[dealmap.ID]*T, dealmap.Event) map[dealmap.ID]*T) *T {
	known := map[dealmap.ID]*T{}
	if before != nil {
		known[e.Subject] = before
	}
	return fold(known, e)[e.Subject]
}
