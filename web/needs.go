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
	Record
	// Do fulfils a command for a viewer and returns when it is durable and visible in Snapshot. key is the request's
	// Idempotency-Key, empty when it has none.
	Do(ctx context.Context, viewer dealmap.Viewer, cmd dealmap.Command, key string) (dealmap.Result, error)
	// Snapshot returns the map as it stands.
	Snapshot() Snapshot
	// Await returns once Snapshot holds an entry of the journal: at once where it does already.
	Await(ctx context.Context, seq dealmap.Seq) error
	// SnapshotAt returns the map as it stood at a moment of the past.
	SnapshotAt(ctx context.Context, at time.Time) (Snapshot, error)
	// Changes yields what happened to places after an entry, in order, and waits for more until ctx ends.
	Changes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Change, error]
	// History returns what a scope may see of a place's past, oldest first, empty when it may see nothing.
	History(ctx context.Context, scope dealmap.Scope, id dealmap.ID) ([]dealmap.HistoryEntry, error)
	TiedPast
	// GrantsChanged returns a channel that is closed when grants or tokens change after the call; Snapshot then has it. One
	// that ends by its own date closes nothing.
	GrantsChanged() <-chan struct{}
}

// Snapshot is the map at one moment. It never changes; everything that it shows has gone through the scope.
type Snapshot interface {
	Register
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
	// ListOf and ListBox yield what a list shows: what may be shown and passes the filter. Places and filter are judged for the whole list
	// at once, as far as many places share what is judged. Both yield the places after an id, in the order of ids, until yield returns
	// false, ListBox those that are drawn as points in a box; how many are likely taken tells it how to look for them.
	ListOf(scope dealmap.Scope, filter *dealmap.Filter, after dealmap.ID, yield func(dealmap.Sight) bool)
	ListBox(scope dealmap.Scope, filter *dealmap.Filter, box orb.Bound, after dealmap.ID, likely int, yield func(dealmap.Sight) bool)
	// Anchors yields what the scope may count with the position where it counts (Sight.Anchor), in no order.
	Anchors(scope dealmap.Scope, box orb.Bound, yield func(dealmap.Sight, orb.Point) bool)
	// Search finds places by words of name, address or reference, best first.
	Search(scope dealmap.Scope, text string, limit int) []dealmap.Sight
	// Viewer returns the person that a subject is by the grants in force at a moment.
	Viewer(subject string, at time.Time) (dealmap.Viewer, bool)
	// Grant returns a grant, ended or not; Grants all of them, by person and then the latest first. They are not changed.
	Grant(dealmap.ID) (*dealmap.Grant, bool)
	Grants() []*dealmap.Grant
	// Token returns an API token, ended or not; Tokens all of them, by owner and then the latest first.
	Token(dealmap.ID) (*dealmap.Token, bool)
	Tokens() []*dealmap.Token
	// GrantsSeq is the last entry about grants or tokens: what was judged by them holds until it changes, or one of them ends by
	// its own date.
	GrantsSeq() dealmap.Seq
	// Erased is the last entry that erased a record for good; what was made of the map before may bear its words.
	Erased() dealmap.Seq
	Merged
	Field
	Tied
	Counting
	// Synthetic reports whether the map is a demonstration.
	Synthetic() bool
}

// Accounts keeps the secrets by which people and programs show who they are. The subject of a local account is its username.
// Refusals are errors of the domain: forbidden for what is wrong, not found for what is not there, invalid for a username or a
// password (fields username, password) that cannot be had.
type Accounts interface {
	// VerifyFrom checks a password, given from an address, and says whether it must be changed before anything else. No
	// difference shows between an unknown name and a wrong password; a *LockedError refuses whoever failed too often.
	VerifyFrom(ctx context.Context, username, password, from string) (mustChange bool, err error)
	// ChangeFrom replaces a password by one of the owner's choice; the old one is verified as by VerifyFrom.
	ChangeFrom(ctx context.Context, username, old, new, from string) error
	// List returns the local accounts by name.
	List(ctx context.Context) ([]LocalAccount, error)
	// SetOnce sets a password that the owner must change at the next sign-in; an account that is not there is made.
	SetOnce(ctx context.Context, username, password string) error
	Delete(ctx context.Context, username string) error
	// Unlock forgets the failed tries of an account.
	Unlock(ctx context.Context, username string) error

	// NewToken draws an API token's id and secret, keeps the secret's hash, and returns the text of both, which nobody can have
	// again.
	NewToken(ctx context.Context) (id dealmap.ID, text string, err error)
	// VerifyToken returns the token that a text is of. Whether the token holds is for the map to say.
	VerifyToken(ctx context.Context, text string) (dealmap.ID, error)
	// DeleteToken forgets a secret; one that is not there is no error.
	DeleteToken(ctx context.Context, id dealmap.ID) error
}

// LocalAccount is an account whose password is kept here.
type LocalAccount struct {
	Username    string
	MustChange  bool
	LockedUntil time.Time // zero, or past: not locked
}

// LockedError refuses an account that failed too often.
type LockedError struct{ Until time.Time }

func (e *LockedError) Error() string {
	return "account locked until " + e.Until.UTC().Format(time.RFC3339)
}

// Drawer draws tiles; package tiles has the implementation.
type Drawer interface {
	Retracer
	Tile(ctx context.Context, from tiles.Source, request tiles.Request) (*tiles.Tile, error)
	Kept() tiles.Kept
	TileJSON(baseURL string) tiles.TileJSONDocument
}

var _ Drawer = (*tiles.Drawer)(nil)

// Consultations keeps who saw what.
type Consultations interface {
	// Record returns when the line is kept. Nothing is served when it fails.
	Record(ctx context.Context, line dealmap.Consultation) error
}
