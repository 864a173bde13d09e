package web

import (
	"context"
	"encoding/json"
	"io"

	"github.com/mesure5/dealmap"
)

// Imports is what web needs of the desk where lists wait on their way onto the map. Every call is made in a viewer's name, and
// lists of other units are not found. How a file is read and what its columns mean are JSON in the form of the contract
// (ReadingOptions, Mapping).
type Imports interface {
	// Largest is the size in bytes of the largest list that is taken in.
	Largest() int64
	// Add takes a list in, the whole of it or nothing; size is below 0 when it is unknown.
	Add(ctx context.Context, v dealmap.Viewer, name string, size int64, body io.Reader) (dealmap.StagedList, error)
	Lists(dealmap.Viewer) ([]dealmap.StagedList, error)
	Get(dealmap.Viewer, dealmap.ID) (dealmap.StagedList, error)
	Read(ctx context.Context, v dealmap.Viewer, id dealmap.ID, options json.RawMessage) (dealmap.StagedList, error)
	Map(v dealmap.Viewer, id dealmap.ID, mapping json.RawMessage, saveAs string) (dealmap.StagedList, error)
	// Rows returns at most limit rows after a line, of some states (none: of all), and whether there are more.
	Rows(v dealmap.Viewer, id dealmap.ID, states []dealmap.RowState, after, limit int) ([]dealmap.StagedRow, bool, error)
	ChangeRow(ctx context.Context, v dealmap.Viewer, id dealmap.ID, line int, change dealmap.RowChange) (dealmap.StagedRow, error)
	// Quarantine yields a header, then the cells of every row that is set aside with why.
	Quarantine(v dealmap.Viewer, id dealmap.ID, yield func(cells []string) error) error
	Commit(ctx context.Context, v dealmap.Viewer, id dealmap.ID, threshold float64) (dealmap.StagedList, error)
	Undo(ctx context.Context, v dealmap.Viewer, id dealmap.ID, keepEdited bool) (dealmap.StagedList, error)
	Drop(dealmap.Viewer, dealmap.ID) error
	// Waiting counts the records of an import that still look like others, without anybody having decided on them.
	Waiting(dealmap.Viewer, dealmap.ID) (int, error)
	Fields() []dealmap.ListField
	Profiles(dealmap.Viewer) ([]json.RawMessage, error)
	DeleteProfile(v dealmap.Viewer, name string) error
}
