package web

import "github.com/mesure5/dealmap"

// Field is what web needs of a map that knows of operations and of the meetings that decide on them.
type Field interface {
	// Operation returns an operation that the scope may know of, Operations those that are asked for, the latest first.
	Operation(dealmap.Scope, dealmap.ID) (dealmap.OperationSight, bool)
	Operations(dealmap.Scope, dealmap.OperationQuery, func(dealmap.OperationSight) bool)
	// Countable returns what may be counted of the place that an id stands for.
	Countable(dealmap.Scope, dealmap.ID) (dealmap.Sight, bool)
	// Meeting returns a meeting that the scope may know of, Meetings those of a territory's own CLCT, the latest first.
	Meeting(dealmap.Scope, dealmap.ID) (dealmap.MeetingSight, bool)
	Meetings(dealmap.Scope, dealmap.TerritoryCode) []dealmap.MeetingSight
}
