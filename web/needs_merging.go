package web

import (
	"iter"
	"time"

	"github.com/mesure5/dealmap"
)

// Merged is what web needs of a map whose records merge and part.
type Merged interface {
	// Resolve returns the place that an id stands for, which is another one (moved) when the record was merged into it;
	// ResolveReference does so for a reference.
	Resolve(dealmap.Scope, dealmap.ID) (sight dealmap.Sight, moved, ok bool)
	ResolveReference(dealmap.Scope, string) (sight dealmap.Sight, moved, ok bool)
	// Source returns a record that is a place or was merged into one, MergedInto the ids of all that were merged into a place.
	Source(dealmap.Scope, dealmap.ID) (dealmap.Sight, bool)
	MergedInto(dealmap.Scope, dealmap.ID) iter.Seq[dealmap.ID]
	// Sources returns the records merged into a place, Neighbours the places found to be beside it.
	Sources(dealmap.Scope, dealmap.ID) []dealmap.Source
	Neighbours(dealmap.Scope, dealmap.ID) []dealmap.Sight
	// Duplicates finds pairs that look like one place, Matches places that look like what is described.
	Duplicates(dealmap.Scope, dealmap.DuplicateQuery) dealmap.PossibleDuplicates
	Matches(scope dealmap.Scope, d *dealmap.Description, least float64, limit int, except dealmap.ID) []dealmap.Match
	Notices(scope dealmap.Scope, since time.Time, limit int) []dealmap.Notice
	// Import returns an import that the scope may know of, Imports all of them, the latest first.
	Import(dealmap.Scope, dealmap.ID) (*dealmap.Import, bool)
	Imports(dealmap.Scope) []*dealmap.Import
}
