package dealmap

import (
	"slices"
	"time"
)

// OperationSight is what one viewer may see of an operation. Only Scope.SeeOperation makes one that holds an operation.
type OperationSight struct {
	operation *FieldOperation
	detail    Detail
}

// SeeOperation returns what this scope may see of an operation, by the tables that decide of places: all of it, or its numbers
// (CLCT: type, days, territory, results), or nothing. There is no blurred operation.
func (s *Scope) SeeOperation(o *FieldOperation) (OperationSight, bool) {
	if o == nil || o.Removed {
		return OperationSight{}, false
	}
	a := o.audience()
	d, _ := detail(s, &a)
	if d == Nothing || d == Blurred {
		return OperationSight{}, false
	}
	return OperationSight{operation: o, detail: d}, true
}

// Detail tells how much is seen: Tallied, Shown or Whole.
func (s OperationSight) Detail() Detail { return s.detail }

// Told reports whether more than the numbers is seen: the places, the note, the unit.
func (s OperationSight) Told() bool { return s.detail >= Shown }

// ID is the operation's id.
func (s OperationSight) ID() ID { return s.operation.ID }

// Reference is the reference for people.
func (s OperationSight) Reference() string { return s.operation.Reference }

// Revision counts its changes; 0 when only its numbers are seen.
func (s OperationSight) Revision() int {
	return told(s, func(o *FieldOperation) int { return o.Revision })
}

// Type is the kind of operation.
func (s OperationSight) Type() OperationType { return s.operation.Facts.Type }

// From is its first day.
func (s OperationSight) From() Date { return s.operation.Facts.From }

// Until is its last day.
func (s OperationSight) Until() Date { return s.operation.Facts.Until }

// Territory is where it took place.
func (s OperationSight) Territory() TerritoryCode { return s.operation.Facts.Territory }

// Territories is the chain of the territory, itself first; the caller must not change the slice.
func (s OperationSight) Territories() []TerritoryCode { return s.operation.Territories }

// Within reports whether it took place in a territory.
func (s OperationSight) Within(code TerritoryCode) bool {
	return chainHolds(s.operation.Territories, code)
}

// Results are what it brought.
func (s OperationSight) Results() Results { return s.operation.Facts.Results }

// Places are the ids of the places that it concerned, whoever may see them: each must go through the scope before its id leaves.
// The caller must not change the slice.
func (s OperationSight) Places() []ID { return s.operation.Facts.Places }

// Note is free text; empty where the handling keeps it back.
func (s OperationSight) Note() string {
	if withheld(s.detail, s.operation.Facts.Handling.Code)&fieldNote != 0 {
		return ""
	}
	return s.operation.Facts.Note
}

// Withheld returns the API's names of what is kept back, nil when that is nothing.
func (s OperationSight) Withheld() (names []string) {
	if !s.Told() {
		return []string{"places", "note", "owner", "handling"}
	}
	kept := withheld(s.detail, s.operation.Facts.Handling.Code)
	if kept&fieldNote != 0 {
		names = append(names, "note")
	}
	if kept&fieldGroups != 0 {
		names = append(names, "handling.groups")
	}
	return names
}

// Owner is the service and unit that recorded it.
func (s OperationSight) Owner() Owner {
	return told(s, func(o *FieldOperation) Owner { return o.Facts.Owner })
}

// Handling says who may know of it.
func (s OperationSight) Handling() Handling {
	h := told(s, func(o *FieldOperation) Handling { return o.Facts.Handling })
	if withheld(s.detail, h.Code)&fieldGroups != 0 {
		h.Groups = nil
	}
	return h
}

// Recorded is when it was recorded.
func (s OperationSight) Recorded() time.Time {
	return told(s, func(o *FieldOperation) time.Time { return o.Recorded })
}

// Changed is when it was last changed.
func (s OperationSight) Changed() time.Time {
	return told(s, func(o *FieldOperation) time.Time { return o.Changed })
}

func told[T any](s OperationSight, get func(*FieldOperation) T) T {
	if !s.Told() {
		var zero T
		return zero
	}
	return get(s.operation)
}

// OperationQuery is what is asked for of operations; zero fields let everything through.
type OperationQuery struct {
	Types     []OperationType
	Territory TerritoryCode
	// From and To are days, both included: operations that were under way on one of them.
	From, To Date
}

// Match reports whether an operation is asked for.
func (q *OperationQuery) Match(s OperationSight) bool {
	return (len(q.Types) == 0 || slices.Contains(q.Types, s.Type())) && (q.Territory == "" || s.Within(q.Territory)) &&
		(q.From.IsZero() || !s.Until().Before(q.From)) && (q.To.IsZero() || !q.To.Before(s.From()))
}
