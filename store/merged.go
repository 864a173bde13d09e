package store

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
)

// longestChain bounds how many merges lead from a record to the place that stands for it.
const longestChain = 100

// Resolve returns what a scope sees of the place that an id stands for: the place itself, or the one that the record was
// merged into, in which case moved is true. Who may not see the record as it was is not led anywhere.
func (s *Snapshot) Resolve(scope dealmap.Scope, id dealmap.ID) (sight dealmap.Sight, moved, ok bool) {
	for range longestChain {
		r := getRecord(s.places, id)
		if r == nil {
			return dealmap.Sight{}, false, false
		}
		into := r.place().Into()
		if into.IsZero() {
			sight, ok = s.Place(scope, id)
			return sight, moved, ok
		}
		if was, ok := scope.SeeSource(r.place()); !ok || !was.Showable() {
			return dealmap.Sight{}, false, false
		}
		id, moved = into, true
	}
	return dealmap.Sight{}, false, false
}

// ResolveReference is Resolve for the reference of a place in its stored form.
func (s *Snapshot) ResolveReference(scope dealmap.Scope, reference string) (sight dealmap.Sight, moved, ok bool) {
	r := s.refs.get(reference)
	if r == nil {
		return dealmap.Sight{}, false, false
	}
	if source, ok := scope.SeeSource(r.place()); !ok || source.Reference() != reference {
		return dealmap.Sight{}, false, false
	}
	return s.Resolve(scope, r.id)
}

// Source returns what a scope sees of a record that is a place, or that was merged into one which it sees too; false when
// there is nothing to see.
func (s *Snapshot) Source(scope dealmap.Scope, id dealmap.ID) (dealmap.Sight, bool) {
	if _, _, ok := s.Resolve(scope, id); !ok {
		return dealmap.Sight{}, false
	}
	return scope.SeeSource(s.record(id))
}

// MergedInto yields the ids of all records that are merged into a place that a scope sees, those that came with another record
// too, as far as it sees them.
func (s *Snapshot) MergedInto(scope dealmap.Scope, id dealmap.ID) iter.Seq[dealmap.ID] {
	return func(yield func(dealmap.ID) bool) {
		r := getRecord(s.places, id)
		if r == nil {
			return
		}
		left := r.place().Members()
		for range longestChain * longestChain {
			if len(left) == 0 {
				return
			}
			next := left[0]
			left = left[1:]
			record := s.record(next)
			if record == nil {
				continue
			}
			if _, ok := scope.SeeSource(record); ok && !yield(next) {
				return
			}
			left = append(left, record.Members()...)
		}
	}
}

// Sources returns what a scope sees of the records that are merged into a place that it sees, in the order in which they
// came.
func (s *Snapshot) Sources(scope dealmap.Scope, id dealmap.ID) []dealmap.Source {
	r := getRecord(s.places, id)
	if r == nil {
		return nil
	}
	return scope.Sources(r.place(), s.record)
}

// Neighbours returns what a scope sees of the places that somebody found to be beside this one, not the same, in the order of
// their ids.
func (s *Snapshot) Neighbours(scope dealmap.Scope, id dealmap.ID) (list []dealmap.Sight) {
	if _, ok := s.Place(scope, id); !ok {
		return nil
	}
	for _, verdict := range leads(s.ties.verdicts, id) {
		pair := s.pairs.get(verdict)
		if pair == nil || pair.Verdict != dealmap.VerdictNeighbours {
			continue
		}
		other := pair.A
		if other == id {
			other = pair.B
		}
		if sight, _, ok := s.Resolve(scope, other); ok && sight.ID() != id {
			list = append(list, sight)
		}
	}
	return list
}

// Verdict returns what was decided of two places that a scope sees, VerdictOpen when nothing was.
func (s *Snapshot) Verdict(scope dealmap.Scope, a, b dealmap.ID) dealmap.Verdict {
	pair := s.pairs.get(dealmap.PairID(a, b))
	if !pair.Settled() {
		return dealmap.VerdictOpen
	}
	for _, id := range []dealmap.ID{a, b} {
		if _, ok := s.Place(scope, id); !ok {
			return dealmap.VerdictOpen
		}
	}
	return pair.Verdict
}

// Import returns an import that a scope may know of.
func (s *Snapshot) Import(scope dealmap.Scope, id dealmap.ID) (*dealmap.Import, bool) {
	i := s.imports.get(id)
	return i, scope.SeeImport(i)
}

// Imports returns the imports that a scope may know of, the latest first.
func (s *Snapshot) Imports(scope dealmap.Scope) (list []*dealmap.Import) {
	for _, i := range s.imports.all() {
		if scope.SeeImport(i) {
			list = append(list, i)
		}
	}
	return list
}

// Imported returns the ids of the records that an import brought and that were not withdrawn, when the scope may know of
// the import.
func (s *Snapshot) Imported(scope dealmap.Scope, id dealmap.ID) (list []dealmap.ID) {
	if _, ok := s.Import(scope, id); !ok {
		return nil
	}
	for _, place := range leads(s.ties.imports, id) {
		if r := getRecord(s.places, place); r != nil && !isWithdrawn(r.place()) {
			list = append(list, place)
		}
	}
	return list
}

// Filed returns the place that a record was merged into, the zero ID when it stands for itself, and false when there is no such
// record. It tells whoever brought the record what became of it, and is asked for no other.
func (s *Snapshot) Filed(id dealmap.ID) (into dealmap.ID, there bool) {
	if p := s.record(id); p != nil {
		return p.Into(), true
	}
	return dealmap.ID{}, false
}

// Withdrawn returns the record of a reference in its stored form that was withdrawn with its import, for who would see it: it can be
// erased, and nothing else.
func (s *Snapshot) Withdrawn(scope dealmap.Scope, reference string) (dealmap.ID, bool) {
	r := s.refs.get(reference)
	if r == nil {
		return dealmap.ID{}, false
	}
	sight, ok := scope.SeeWithdrawn(r.place())
	return r.id, ok && sight.Reference() == reference
}

// Known returns the record that a row of the viewer's own lists became.
func (s *Snapshot) Known(row dealmap.RowHash) (dealmap.ID, bool) { return s.ties.row(row) }

// Notices returns what others did since a moment to records that belong to the viewer's unit: merged them with others, or
// parted them. The latest comes first.
func (s *Snapshot) Notices(scope dealmap.Scope, since time.Time, limit int) (list []dealmap.Notice) {
	s.ties.clusters.Scan(func(l lead) bool {
		if r := getRecord(s.places, l.to); r != nil {
			list = append(list, scope.Notices(r.place(), s.record, since)...)
		}
		return true
	})
	slices.SortFunc(list, func(a, b dealmap.Notice) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Place.Reference(), b.Place.Reference()))
	})
	return list[:min(limit, len(list))]
}

func (s *Snapshot) record(id dealmap.ID) *dealmap.Place {
	if r := getRecord(s.places, id); r != nil {
		return r.place()
	}
	return nil
}
