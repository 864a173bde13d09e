package shared

import (
	"context"
	"slices"
)

// Rule says where a write takes place.
type Rule int

// The rules.
const (
	// Always overwrites whatever there is.
	Always Rule = iota
	// UnlessDeleted lets what was deleted stay so.
	UnlessDeleted
	// IfThere changes what is there and was not deleted.
	IfThere
	// UnlessNewer overwrites what is not newer than Write.Seen.
	UnlessNewer
)

// Item is a value to be written, or a key to be deleted; the value is then what is to be known of that.
type Item struct {
	Kind       string
	Key, Value []byte
	Deleted    bool
}

// Write is what is to be written together, each key once.
type Write struct {
	Rule  Rule
	Seen  int64 // a revision, for UnlessNewer
	Items []Item
}

// Written is what became of a write.
type Written struct {
	// Revision is that of the last item, Server the server that gave it.
	Revision int64
	Server   string
	// Count is how many of the items the rule let be written.
	Count int
}

// Change is what became of a key.
type Change struct {
	Kind     string
	Key      []byte // nil when it cannot be read
	Value    []byte
	Deleted  bool
	Revision int64
	// Name is under what the table keeps the key.
	Name []byte
	// Refused: what the table holds is not what a node wrote. It counts as deleted.
	Refused bool
}

// Place is how far a table was read. The zero Place is before everything.
type Place struct {
	Revision int64
	// Server is the server that said so: another one may have lost what this one showed.
	Server string
	// Anew: everything is being read, and the end is not reached.
	Anew bool
}

// Page is a part of what changed after a place, in the order of revisions.
type Page struct {
	Changes []Change
	Next    Place
	// Anew: the page is the first of everything; what changed since the place asked for cannot be told.
	Anew bool
	// More: there are more.
	More bool
}

// Table is what nodes share. An error of its methods is one of kind dealmap.KindUnavailable when the engine is away, and then a write may
// have been done or not.
type Table interface {
	// Write writes all items or none.
	Write(ctx context.Context, w Write) (Written, error)
	// Since returns what changed in some kinds after a place.
	Since(ctx context.Context, after Place, kinds ...string) (Page, error)
	// Forget removes what every node knows by itself to be over, deleted or not, unless it was written after a revision. Nobody is told.
	Forget(ctx context.Context, seen int64, kind string, keys [][]byte) error
	// Purge removes what was deleted long ago.
	Purge(ctx context.Context) error
	// Name is under what the table keeps a key.
	Name(kind string, key []byte) []byte
	// Changed returns a channel that is closed when something may have changed, at the latest after a second or so while the engine is there.
	Changed() <-chan struct{}
}

// Whole is what a table holds.
type Whole struct {
	// Rows counts what the table knows of, deleted or not.
	Rows int
	has  map[string]bool
}

// Has reports whether the table has a key.
func (w *Whole) Has(kind string, key []byte) bool { return w.has[id(kind, key)] }

func (w *Whole) add(changes []Change) {
	w.Rows += len(changes)
	for _, c := range changes {
		if c.Key != nil {
			w.has[id(c.Kind, c.Key)] = !c.Deleted
		}
	}
}

// id names a key of a kind; kinds hold no zero byte.
func id(kind string, key []byte) string { return kind + "\x00" + string(key) }

// change is an item as it will come back.
func (i Item) change(revision int64) Change {
	return Change{Kind: i.Kind, Key: slices.Clone(i.Key), Value: slices.Clone(i.Value), Deleted: i.Deleted, Revision: revision}
}
