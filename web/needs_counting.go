package web

import "github.com/mesure5/dealmap"

// Counting is what web needs of a map that is counted: numbers made of all that a scope may count.
type Counting interface {
	Tally(scope dealmap.Scope, c *dealmap.Census, q dealmap.TallyQuestion) *dealmap.Tally
	Cells(scope dealmap.Scope, c *dealmap.Census, level int, rule dealmap.CountingRule) *dealmap.CellTally
}
