package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// schemaVersion is that of the tables; upgrades holds how each came from the one before.
const schemaVersion = 1

// schemaLock is the advisory lock under which tables are made and upgraded: nodes start at the same time.
const schemaLock = 0x6465616c6d6170 // "dealmap"

const (
	metaFormat  = "format"
	metaVersion = "version"
	metaMap     = "map"
	metaFence   = "fence"
	// The revision of what nodes share, that up to which tombstones are gone, and a hash of the key.
	metaShared       = "shared"
	metaSharedPurged = "shared_purged"
	metaSharedKey    = "shared_key"
	formatName       = "dealmap"
)

// upgrades lead from version i to i+1, each in one transaction with the version's change.
var upgrades = [schemaVersion]string{`
CREATE TABLE dealmap_meta (
	key   text PRIMARY KEY,
	value text NOT NULL
);
CREATE TABLE dealmap_entry (
	seq    bigint PRIMARY KEY CHECK (seq > 0),
	hash   bytea NOT NULL CHECK (octet_length(hash) = 32),
	header bytea NOT NULL,
	salt   bytea,
	body   bytea,
	erased boolean NOT NULL DEFAULT false,
	CHECK (erased = (body IS NULL) AND erased = (salt IS NULL))
);
CREATE TABLE dealmap_shared (
	kind     text NOT NULL,
	key      bytea NOT NULL,
	value    bytea,
	revision bigint NOT NULL UNIQUE,
	changed  timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (kind, key)
);
CREATE TABLE dealmap_consultation_node (
	node   text PRIMARY KEY CHECK (node ~ '^[a-z0-9-]{1,40}$'),
	erased bigint NOT NULL DEFAULT 0
);
CREATE TABLE dealmap_consultation (
	node text NOT NULL REFERENCES dealmap_consultation_node,
	line bigint NOT NULL CHECK (line > 0),
	leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
	data bytea,
	PRIMARY KEY (node, line)
);
CREATE TABLE dealmap_attestation (
	node text NOT NULL CHECK (node ~ '^[a-z0-9-]{1,40}$'),
	log  text NOT NULL,
	size bigint NOT NULL,
	note text NOT NULL,
	PRIMARY KEY (node, log, size)
);
`}

// prepare makes or upgrades the tables, and returns which map they hold.
func (d *DB) prepare(ctx context.Context) (id string, err error) {
	err = pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(schemaLock)); err != nil {
			return err
		}
		version, err := readVersion(ctx, tx)
		if err != nil {
			return err
		}
		if version > schemaVersion {
			return fmt.Errorf("%w : tables de version %d, ce programme connaît la version %d", ErrNewer, version, schemaVersion)
		}
		for ; version < schemaVersion; version++ {
			if _, err := tx.Exec(ctx, upgrades[version]); err != nil {
				return err
			}
			if version == 0 {
				err = putMeta(ctx, tx, metaFormat, formatName, metaMap, uuid.NewString(), metaFence, "0", metaShared, "0", metaSharedPurged, "0")
			}
			if err = errors.Join(err, putMeta(ctx, tx, metaVersion, strconv.Itoa(version+1))); err != nil {
				return err
			}
		}
		if err := d.admit(ctx, tx); err != nil {
			return err
		}
		id, err = d.meta(ctx, tx, metaMap)
		return err
	})
	return id, err
}

// readVersion is the version of the tables, 0 when there are none.
func readVersion(ctx context.Context, tx pgx.Tx) (int, error) {
	var there bool
	if err := tx.QueryRow(ctx, "SELECT to_regclass('dealmap_meta') IS NOT NULL").Scan(&there); err != nil || !there {
		return 0, err
	}
	var format, version string
	err := tx.QueryRow(ctx, "SELECT (SELECT value FROM dealmap_meta WHERE key = $1), (SELECT value FROM dealmap_meta WHERE key = $2)",
		metaFormat, metaVersion).Scan(&format, &version)
	if err != nil {
		return 0, fmt.Errorf("%w : %w", ErrForeign, err)
	}
	n, err := strconv.Atoi(version)
	if err != nil || n < 1 || format != formatName {
		return 0, fmt.Errorf("%w : format « %s », version « %s »", ErrForeign, format, version)
	}
	return n, nil
}

// putMeta writes pairs of key and value.
func putMeta(ctx context.Context, tx pgx.Tx, pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		_, err := tx.Exec(ctx, "INSERT INTO dealmap_meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
			pairs[i], pairs[i+1])
		if err != nil {
			return err
		}
	}
	return nil
}

type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// meta returns a value, empty when there is none.
func (d *DB) meta(ctx context.Context, q querier, key string) (value string, err error) {
	err = q.QueryRow(ctx, "SELECT value FROM dealmap_meta WHERE key = $1", key).Scan(&value)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	return value, err
}
