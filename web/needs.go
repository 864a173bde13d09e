package web

import (
	"context"
	"iter"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/tiles"
	"github.com/paulmach/orb"
)

// Map is what web needs of the map that is kept.
type Map interface {
	// Do fulfils a command for a viewer and returns when it is durable and visible in Snapshot. key is the request's
	// Idempotency-Key, empty when it has none.
	Do(ctx context.Context, viewer dealmap.Viewer, cmd dealmap.Command, key string) (dealmap.Result, error)
	// Snapshot returns the map as it stands.
	Snapshot() Snapshot
	// SnapshotAt returns the map as it stood at a moment of the past.
	SnapshotAt(ctx context.Context, at time.Time) (Snapshot, error)
	// Changes yields what happened to places after an entry, in order, and waits for more until ctx ends.
	Changes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Change, error]
	// History returns what a scope may see of a place's past, oldest first, empty when it may see nothing.
	History(ctx context.Context, scope dealmap.Scope, id dealmap.ID) ([]dealmap.HistoryEntry, error)
}

// Snapshot is the map at one moment. It never changes; everything that it shows has gone through the scope.
type Snapshot interface {
	// Seq is the last journal entry in it.
	Seq() dealmap.Seq
	Place(dealmap.Scope, dealmap.ID) (dealmap.Sight, bool)
	ByReference(dealmap.Scope, string) (dealmap.Sight, bool)
	// Each yields the places after an id, in the order of ids, until yield returns false.
	Each(scope dealmap.Scope, after dealmap.ID, yield func(dealmap.Sight) bool)
	// Box, Radius and Within yield places with a position, in no order; Nearest yields them nearest first. Distances are
	// metres.
	Box(dealmap.Scope, orb.Bound, func(dealmap.Sight) bool)
	Radius(scope dealmap.Scope, centre orb.Point, metres float64, yield func(dealmap.Sight, float64) bool)
	Nearest(scope dealmap.Scope, centre orb.Point, yield func(dealmap.Sight, float64) bool)
	Within(dealmap.Scope, orb.MultiPolygon, func(dealmap.Sight) bool)
	// Anchors yields what the scope may count with the position where it counts (Sight.Anchor), in no order.
	Anchors(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight, orb.Point) bool)
	// Search finds places by words of name, address or reference, best first.
	Search(scope dealmap.Scope, text string, limit int) []dealmap.Sight
	// Viewer returns the person that a subject is by the grants in force at a moment.
	Viewer(subject string, at time.Time) (dealmap.Viewer, bool)
	// Synthetic reports whether the map is a demonstration.
	Synthetic() bool
}

// Accounts checks the passwords of local accounts.
type Accounts interface {
	// Verify returns the subject of an account. A refusal is a domain error (forbidden or not found); the caller makes
	// no difference between an unknown name and a wrong password.
	Verify(ctx context.Context, username, password string) (subject string, err error)
}

// Drawer draws tiles; package tiles has the implementation.
type Drawer interface {
	Draw(ctx context.Context, from tiles.Source, request tiles.Request) ([]byte, error)
	TileJSON(baseURL string) tiles.TileJSONDocument
}

var _ Drawer = (*tiles.Drawer)(nil)

// Consultations keeps who saw what.
type Consultations interface {
	// Record returns when the line is kept. Nothing is served when it fails.
	Record(ctx context.Context, line dealmap.Consultation) error
}
