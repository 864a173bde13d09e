package store

import "github.com/mesure5/dealmap"

// Operation returns what a scope may see of an operation, and false when that is nothing.
func (s *Snapshot) Operation(scope dealmap.Scope, id dealmap.ID) (dealmap.OperationSight, bool) {
	return scope.SeeOperation(s.operations.get(id))
}

// Operations yields the operations that a scope may see and a query asks for, the latest first, until yield returns false.
func (s *Snapshot) Operations(scope dealmap.Scope, q dealmap.OperationQuery, yield func(dealmap.OperationSight) bool) {
	s.operations.ordered.Scan(func(o *dealmap.FieldOperation) bool {
		sight, ok := scope.SeeOperation(o)
		return !ok || !q.Match(sight) || yield(sight)
	})
}

// Countable returns what a scope may count of the place that an id stands for, itself or the one that the record was merged into.
// Whoever sees aggregates only is led to it too: what they get of it is a number.
func (s *Snapshot) Countable(scope dealmap.Scope, id dealmap.ID) (dealmap.Sight, bool) {
	for range longestChain {
		r := getRecord(s.places, id)
		if r == nil {
			return dealmap.Sight{}, false
		}
		into := r.place().Into()
		if into.IsZero() {
			return scope.See(r.place())
		}
		if _, ok := scope.SeeSource(r.place()); !ok {
			return dealmap.Sight{}, false
		}
		id = into
	}
	return dealmap.Sight{}, false
}

// Meeting returns what a scope may see of a meeting, and false when that is nothing.
func (s *Snapshot) Meeting(scope dealmap.Scope, id dealmap.ID) (dealmap.MeetingSight, bool) {
	return scope.SeeMeeting(s.meetings.get(id))
}

// Meetings returns the meetings of a territory's own CLCT that a scope may see, the latest first.
func (s *Snapshot) Meetings(scope dealmap.Scope, territory dealmap.TerritoryCode) (list []dealmap.MeetingSight) {
	s.meetings.ordered.Scan(func(m *dealmap.Meeting) bool {
		if sight, ok := scope.SeeMeeting(m); ok && sight.Territory() == territory {
			list = append(list, sight)
		}
		return true
	})
	return list
}
