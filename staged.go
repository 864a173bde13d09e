package dealmap

import (
	"encoding/json"
	"time"

	"github.com/paulmach/orb"
)

// ImportStage is where a list stands on its way onto the map.
type ImportStage string

// The stages. Until it is committed nothing of a list is on the map.
const (
	StageUploaded   ImportStage = "uploaded" // read, waits for a mapping
	StageStaging    ImportStage = "staging"  // rows are being mapped, located and matched
	StageStaged     ImportStage = "staged"
	StageCommitting ImportStage = "committing"
	StageCommitted  ImportStage = "committed"
	StageUndoing    ImportStage = "undoing"
	StageUndone     ImportStage = "undone"
	StageFailed     ImportStage = "failed"
)

// RowState is what becomes of a row as things stand.
type RowState string

// The states of a row.
const (
	RowQuarantined RowState = "quarantined" // set aside
	RowSkipped     RowState = "skipped"     // left out by the mapping or by a person
	RowKnown       RowState = "known"       // brought before
	RowNew         RowState = "new"         // looks like no place that its author sees
	RowReview      RowState = "review"      // looks like one, not surely
	RowMerge       RowState = "merge"       // surely one
	RowDone        RowState = "done"        // on the map
)

// RowStates returns the states in the order in which they are counted.
func RowStates() []RowState {
	return []RowState{RowQuarantined, RowSkipped, RowKnown, RowNew, RowReview, RowMerge, RowDone}
}

// Progress says how far a long task has come.
type Progress struct {
	What        string // in French
	Done, Total int64
}

// StagedList is a list on its way onto the map, or that has come there. What describes its reading and its mapping is JSON in
// the form of the contract.
type StagedList struct {
	ID      ID
	Name    string
	Size    int64
	Stage   ImportStage
	Created time.Time
	// ByName is who handed it in, By their unit.
	ByName   string
	By       Owner
	Progress *Progress // nil when nothing is under way
	Error    string    // in French
	Reading  json.RawMessage
	Header   []string
	Sample   []SampleRow
	// Suggestion is what the columns seem to mean, Mapping what somebody said they mean.
	Suggestion, Mapping json.RawMessage
	Counts              map[RowState]int
	Rows                int
	ByAddress           int
	CommuneOnly         int
	Bounds              *orb.Bound
	// Import is the domain's record of a list that was committed, nil before.
	Import *Import
	// Waiting are records of it that still look like others.
	Waiting int
}

// SampleRow is a row of a list as it stands in the file.
type SampleRow struct {
	Line  int
	Cells []string
}

// StagedRow is one row of a list with what is known of it.
type StagedRow struct {
	Line   int
	State  RowState
	Cells  []string
	Mended bool
	// Problems are why it is set aside.
	Problems []RowProblem
	// Add is the wish that it stands for, nil when it is set aside.
	Add        *AddPlace
	LocatedBy  LocatedBy
	LocatedWhy string // in French, for an address
	// Alike are places that its author saw and that may be the same, the surest first.
	Alike    []AlikePlace
	Decision *RowDecision
}

// LocatedBy says what a row's position comes from.
type LocatedBy string

// What a position may come from.
const (
	ByCoordinates LocatedBy = "coordinates"
	ByAddress     LocatedBy = "address"
	ByCommune     LocatedBy = "commune"
)

// AlikePlace is a place that may be the one that a row describes. It is shown through a scope only.
type AlikePlace struct {
	ID       ID
	Revision int
	Likeness
}

// RowProblem is why a row is set aside. Start and End delimit the offending span of Value in bytes where End is greater.
type RowProblem struct {
	Field, Column, Value, Reason string
	Start, End                   int
}

// RowAction is what a person decided to do with a row.
type RowAction string

// The decisions.
const (
	RowActionAdd   RowAction = "add"
	RowActionMerge RowAction = "merge"
	RowActionSkip  RowAction = "skip"
)

// RowDecision is a person's decision on a row; Into goes with merging.
type RowDecision struct {
	Action RowAction
	Into   ID
}

// RowChange is what a person does to a row.
type RowChange struct {
	// Cells holds new texts by the header of their column.
	Cells map[string]string
	// Decide says that Decision is to be set, nil taking an earlier one back.
	Decide   bool
	Decision *RowDecision
}

// ListField is something that a column of a list can mean.
type ListField struct {
	Name, Label, Help string // Label and Help in French
	// Terms are the values of a field that has a vocabulary, nil for the others.
	Terms []Term
	// Settable: it may have one value for all rows.
	Settable bool
}
