package addresses

import (
	"context"
	"database/sql"
	"fmt"
)

const (
	// applicationID marks the file as ours ("DMAD"): any other SQLite file is refused.
	applicationID = 0x444d4144
	// schemaVersion changes with the tables and with how names are brought to words, which the index depends on.
	schemaVersion = 1
)

// schema: a part is what one import brought for one commune; only live parts are seen, so that an import of any length becomes
// visible, and what it replaces disappears, in one short transaction. The tables names, postcodes and typos are a vocabulary: they only
// grow, because an entry too many finds no street.
const schema = `
CREATE TABLE parts (
	id          INTEGER PRIMARY KEY,
	batch       INTEGER NOT NULL,
	departement TEXT NOT NULL,
	commune     TEXT NOT NULL,
	layer       TEXT NOT NULL,
	live        INTEGER NOT NULL DEFAULT 0,
	addresses   INTEGER NOT NULL DEFAULT 0,
	streets     INTEGER NOT NULL DEFAULT 0,
	places      INTEGER NOT NULL DEFAULT 0,
	imported    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX parts_departement ON parts (departement, layer);
CREATE INDEX parts_commune ON parts (commune, layer);

CREATE TABLE streets (
	id          INTEGER PRIMARY KEY,
	part        INTEGER NOT NULL,
	hash        INTEGER NOT NULL,
	place       INTEGER NOT NULL,
	name        TEXT NOT NULL,
	alias       TEXT NOT NULL,
	key         TEXT NOT NULL,
	postcode    TEXT NOT NULL,
	city        TEXT NOT NULL,
	points      BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX streets_part ON streets (part, hash);
CREATE INDEX streets_key ON streets (key);

CREATE VIRTUAL TABLE words USING fts5 (name, place, content = '', contentless_delete = 1, detail = column, tokenize = 'ascii');

CREATE TABLE names (name TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (name, place)) STRICT, WITHOUT ROWID;
CREATE TABLE postcodes (postcode TEXT NOT NULL, commune TEXT NOT NULL, PRIMARY KEY (postcode, commune)) STRICT, WITHOUT ROWID;
CREATE INDEX postcodes_commune ON postcodes (commune);
CREATE TABLE typos (short TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (short, word)) STRICT, WITHOUT ROWID;
`

// prepare makes the tables in an empty file and refuses what is not a gazetteer of this version.
func prepare(ctx context.Context, db *sql.DB) error {
	var application, version, tables int64
	for pragma, into := range map[string]*int64{"application_id": &application, "user_version": &version} {
		if err := db.QueryRowContext(ctx, "PRAGMA "+pragma).Scan(into); err != nil {
			return err
		}
	}
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	switch {
	case application == applicationID && version == schemaVersion:
		return nil
	case application == applicationID:
		return fmt.Errorf("%w : il est de la version %d, ce programme lit la version %d", ErrUnusable, version, schemaVersion)
	case application != 0 || tables != 0:
		return fmt.Errorf("%w : ce n’est pas un répertoire d’adresses", ErrUnusable)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version == schemaVersion { // another process was first
		return nil
	}
	if _, err := tx.ExecContext(ctx, schema+fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, schemaVersion)); err != nil {
		return err
	}
	return tx.Commit()
}
