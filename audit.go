package dealmap

import (
	"fmt"
	"time"
)

// The logs that are Merkle trees: a leaf for each entry of the journal and for each line of the consultation log.
const (
	LogJournal       = "journal"
	LogConsultations = "consultations"
)

// ConsultationQuery asks the consultation log. Zero fields ask for anything.
type ConsultationQuery struct {
	From, To   time.Time // To is excluded
	Subject    string
	Whats      []string
	Operations []Operation
	// Place and Tiles ask for the lines that may have disclosed a place: those that name it, pages of the list around its id,
	// exports, and tiles of single places among Tiles. Each must still be looked at (Version).
	Place ID
	Tiles []TileAddress
	// Node asks for the lines of one node's log only; empty: of all.
	Node string
	// Before pages in the log of one node: only lines with a smaller number; 0 asks from the newest.
	Before uint64
	// Positions page over the logs of several nodes: of each only lines with a smaller number, of one that is not named none. nil asks from the
	// newest.
	Positions map[string]uint64
}

// LineName names a line of the consultation logs: its number, from 1, in the log of a node.
type LineName struct {
	Node string // empty where there is one log only
	Line uint64
}

func (n LineName) String() string {
	if n.Node == "" {
		return fmt.Sprint(n.Line)
	}
	return fmt.Sprintf("%s/%d", n.Node, n.Line)
}

// NodeLog is a node with the number of lines of its consultation log, erased ones included.
type NodeLog struct {
	Node  string
	Lines uint64
}

// ConsultationSummary counts lines of the consultation log.
type ConsultationSummary struct {
	Lines       int64
	ByOperation map[Operation]int64
	ByWhat      map[string]int64
	ByService   map[Service]int64
	ByDay       map[Date]int64 // days in Paris
	Subjects    int            // different people
}

// JournalQuery asks the journal who changed what. Zero fields ask for anything.
type JournalQuery struct {
	From, To   time.Time // To is excluded
	Subject    string    // the author
	Kinds      []EventKind
	Operations []Operation
	Place      ID  // or another record
	Before     Seq // pages: only earlier entries; 0 asks from the newest
	Limit      int
}

// JournalEntry is an entry of the journal without what it says: that somebody wrote it, when and why.
type JournalEntry struct {
	Seq     Seq
	Time    time.Time
	Author  Author
	Motive  string
	Case    string
	Kind    EventKind
	Subject ID
	Erased  bool
}

// Finding is what verifying one log found.
type Finding struct {
	Log string
	// Node is whose consultation log it is, empty where there is one only.
	Node  string
	Lines int64
	// Erased lines have no content any more; their leaves are still proven.
	Erased int64
	Root   Hash
	// Checkpoints is the number of signed checkpoints that the log was held against.
	Checkpoints int
	// FirstBad is the number, from 1, of the first line that differs, 0 when there is none or only a range is known.
	FirstBad int64
	// After and UpTo bound where the first difference lies when only checkpoints tell: after the line After, up to the line UpTo.
	After, UpTo int64
	// Problems are sentences in French; none when all is well.
	Problems []string
}

// OK reports whether nothing is wrong.
func (f *Finding) OK() bool { return len(f.Problems) == 0 }
