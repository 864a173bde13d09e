package web

import (
	"context"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/tiles"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// Audit is what web needs of the logs' keeper: the consultation logs, one for each node, and the proofs of them and of the journal.
type Audit interface {
	// Nodes returns the nodes whose consultation logs can be asked, the one that answers first, with how many lines each has. Where there is one
	// machine it is one, and its name may be empty.
	Nodes() []dealmap.NodeLog
	// Find yields the lines that a query asks for, newest first within each log and as far as possible over all, until yield returns false; for a
	// place, the lines that may have disclosed it. Recipients, Detail and, but for pages of the list and tiles, Places may be missing: Line has
	// them.
	Find(ctx context.Context, query dealmap.ConsultationQuery, yield func(at dealmap.LineName, c dealmap.Consultation) bool) error
	// Line returns a line; the error is of KindNotFound when there is none. Here and below, an empty node is the one that answers.
	Line(at dealmap.LineName) (c dealmap.Consultation, erased bool, err error)
	// Summary counts the lines of a time in all logs; zero: no bound.
	Summary(ctx context.Context, from, to time.Time) (dealmap.ConsultationSummary, error)
	// Checkpoint returns the latest signed checkpoint of a log, made anew when something was written since and it is this node's. The error is of
	// KindNotFound when there is none.
	Checkpoint(ctx context.Context, node, log string) (note []byte, err error)
	// Key is the text of the key that verifies checkpoints.
	Key() string
	// Inclusion proves that a line, from 1, is in the log of a size; Consistency that the log of a size begins with that of
	// an older one.
	Inclusion(ctx context.Context, node, log string, size, line int64) (leaf, root dealmap.Hash, proof []dealmap.Hash, err error)
	Consistency(ctx context.Context, node, log string, old, size int64) (oldRoot, root dealmap.Hash, proof []dealmap.Hash, err error)
	// Verify reads the journal and all consultation logs whole.
	Verify(ctx context.Context, progress func(done, total int64)) ([]dealmap.Finding, error)
}

// Record is what the audit needs of the map's past.
type Record interface {
	// SnapshotAfter returns the map as it stood after an entry, as the journal tells it today.
	SnapshotAfter(ctx context.Context, seq dealmap.Seq) (Snapshot, error)
	// Versions returns how a place stood after each of its entries, oldest first, as the journal tells today.
	Versions(ctx context.Context, id dealmap.ID) ([]dealmap.Version, error)
	// Entries returns entries of the journal, newest first, without what they say.
	Entries(ctx context.Context, query dealmap.JournalQuery) ([]dealmap.JournalEntry, error)
}

// Register is what the audit and the reports need of a snapshot.
type Register interface {
	// Grant returns a grant, ended or not; Grants all of them, by person and then the latest first. They are not changed.
	Grant(dealmap.ID) (*dealmap.Grant, bool)
	Grants() []*dealmap.Grant
	// Token returns an API token, ended or not.
	Token(dealmap.ID) (*dealmap.Token, bool)
	// Reports yields the reports that a scope may see, newest first; Report is one of them.
	Reports(scope dealmap.Scope, yield func(dealmap.ReportSight) bool)
	Report(scope dealmap.Scope, id dealmap.ID) (dealmap.ReportSight, bool)
}

// Retracer says what tiles disclosed without drawing them again; package tiles has the implementation.
type Retracer interface {
	// DrawsPlaces reports whether a request draws places one by one at all.
	DrawsPlaces(request tiles.Request) bool
	// Drawn returns the places that a tile shows one by one, Around the tiles that show a place at a position.
	Drawn(ctx context.Context, from tiles.Source, request tiles.Request) ([]dealmap.Sight, error)
	Around(position orb.Point) []maptile.Tile
}
