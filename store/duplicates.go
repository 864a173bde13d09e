package store

import (
	"bytes"

	"github.com/mesure5/dealmap"
)

// mostAlike bounds how many places are compared with one record in the search for pairs.
const mostAlike = 12

// Duplicates finds pairs of places that a scope sees both of, that look like one, and on which nobody has decided. Every pair
// comes once. It is found anew each time, so that it follows every change; what the scope does not see makes no difference
// to it, not even to where a part ends.
func (s *Snapshot) Duplicates(scope dealmap.Scope, q dealmap.DuplicateQuery) (found dealmap.PossibleDuplicates) {
	among := func(sight dealmap.Sight) bool {
		if !q.Import.IsZero() {
			return sight.Import() == q.Import
		}
		if len(q.Territories) == 0 {
			return true
		}
		for _, code := range q.Territories {
			if sight.Within(code) {
				return true
			}
		}
		return false
	}
	look := func(r *record) bool {
		sight, ok := scope.See(r.glance())
		if !ok || sight.Detail() < dealmap.Shown || !among(sight) {
			return true
		}
		if found.Looked == q.Look || len(found.Pairs) >= q.Limit {
			found.More = true
			return false
		}
		found.Looked++
		found.Last = r.id
		description := dealmap.DescribeSight(sight)
		for _, match := range s.Matches(scope, &description, q.Least, mostAlike, r.id) {
			other := match.Sight.ID()
			twice := among(match.Sight) && bytes.Compare(other[:], r.id[:]) < 0
			if twice || match.Sight.Detail() < dealmap.Shown || s.settled(&scope, r.id, other) {
				continue
			}
			found.Pairs = append(found.Pairs, dealmap.PossibleDuplicate{A: sight, B: match.Sight, Likeness: match.Likeness})
		}
		return true
	}
	if !q.Import.IsZero() {
		s.ties.imports.Ascend(lead{q.Import, q.After}, func(l lead) bool {
			if l.from != q.Import {
				return false
			}
			r := getRecord(s.places, l.to)
			return l.to == q.After || r == nil || look(r)
		})
		return found
	}
	s.places.Ascend(&record{id: q.After}, func(r *record) bool { return r.id == q.After || look(r) })
	return found
}

// settled reports whether somebody decided that two places are two, or that records are which were merged into them: as far as the
// scope sees those.
func (s *Snapshot) settled(scope *dealmap.Scope, a, b dealmap.ID) bool {
	others := s.withMembers(scope, b)
	for _, one := range s.withMembers(scope, a) {
		for _, other := range others {
			if s.pairs.get(dealmap.PairID(one, other)).Settled() {
				return true
			}
		}
	}
	return false
}

func (s *Snapshot) withMembers(scope *dealmap.Scope, id dealmap.ID) []dealmap.ID {
	list := []dealmap.ID{id}
	for member := range s.MergedInto(*scope, id) {
		list = append(list, member)
	}
	return list
}
