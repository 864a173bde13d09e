package addresses

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// FileName is the gazetteer's file in a data folder.
const FileName = "addresses.db"

var (
	// ErrUnusable is a file that is damaged, of another version or not a gazetteer at all: remove it ([Remove]) and import again.
	ErrUnusable = errors.New("le répertoire d’adresses est à importer de nouveau (dealmap gazetteer import)")
	// ErrBusy is an import while another one is under way.
	ErrBusy = errors.New("un autre import d’adresses est en cours")
)

// Gazetteer finds addresses. It is safe for use by many goroutines, and sees what another process imports.
type Gazetteer struct {
	path string
	// pending is the most that an import keeps in memory before it writes, in numbers.
	pending int
	read    *sql.DB
	// The statements of every look-up are kept ready: parsing them would cost more than running them.
	matching, keyed, points, named, near, communes, maybe *sql.Stmt
}

// Open opens the gazetteer in a file, or makes an empty one.
func Open(path string) (*Gazetteer, error) {
	ctx := context.Background()
	g := &Gazetteer{path: path, pending: maxPending}
	if err := g.open(ctx); err != nil {
		return nil, errors.Join(g.explain(err), g.Close())
	}
	return g, nil
}

func (g *Gazetteer) open(ctx context.Context) error {
	write, err := connect(g.path, patience, "journal_mode(WAL)", "synchronous(NORMAL)")
	if err != nil {
		return err
	}
	err = prepare(ctx, write)
	if err = errors.Join(err, write.Close()); err != nil {
		return err
	}
	if g.read, err = connect(g.path, patience, "query_only(1)", "cache_size(-16000)"); err != nil {
		return err
	}
	for _, s := range []struct {
		into  **sql.Stmt
		query string
	}{
		{&g.matching, matchingQuery}, {&g.keyed, keyedQuery}, {&g.points, pointsQuery},
		{&g.named, namedQuery}, {&g.near, nearQuery}, {&g.communes, communesQuery}, {&g.maybe, maybeQuery},
	} {
		if *s.into, err = g.read.PrepareContext(ctx, s.query); err != nil {
			return err
		}
	}
	return nil
}

// patience is how long a connection waits for another one that writes, in milliseconds.
const patience = "busy_timeout(10000)"

// connect opens a pool on a file.
func connect(path string, pragmas ...string) (*sql.DB, error) {
	name := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: url.Values{
		"_pragma": pragmas, "_txlock": {"deferred"},
	}.Encode()}
	return sql.Open("sqlite", name.String())
}

// Close releases the file.
func (g *Gazetteer) Close() error {
	if g.read == nil {
		return nil
	}
	return g.read.Close()
}

// Remove deletes a gazetteer that cannot be used, so that an import makes a new one. A process that has it open keeps the old one until it
// opens it again.
func Remove(path string) error {
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove gazetteer: %w", err)
		}
	}
	return nil
}

// explain names the file, and turns what SQLite says of damage into [ErrUnusable].
func (g *Gazetteer) explain(err error) error {
	if err == nil {
		return nil
	}
	e, ofSQLite := errors.AsType[*sqlite.Error](err)
	if ofSQLite {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT:
			err = fmt.Errorf("%w : il est abîmé : %w", ErrUnusable, err)
		}
	}
	if ofSQLite || errors.Is(err, ErrUnusable) || errors.Is(err, ErrBusy) {
		return fmt.Errorf("%s : %w", g.path, err)
	}
	return err
}
