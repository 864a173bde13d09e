package postgres

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/shared"
)

// ErrOtherKey says that the installation key of a node is not that of the nodes that are there.
var ErrOtherKey = errors.New("la clé d’installation de ce nœud n’est pas celle des autres nœuds de cette carte : sur l’un d’eux, écrivez-la dans " +
	"un fichier (dealmap node key --out FICHIER), apportez ce fichier ici et donnez-le (--join FICHIER) à un dossier de données neuf")

const (
	// sharedTimeout bounds one try to write or read; people wait for it when they sign in.
	sharedTimeout = 3 * time.Second
	// sharedPage is how many changes are read at a time.
	sharedPage = 1000
	// purgeBatch is how many tombstones are removed at a time, keptTombstones how long they stay.
	purgeBatch     = 1000
	keptTombstones = "30 days"
)

// Shared is the table of what nodes have in common beside the journal. The database can neither read nor forge what it holds: keys are kept
// as keyed hashes, values are sealed (sealed.go). It can keep what it was given to itself, and give it out again later.
type Shared struct {
	db   *DB
	seal sealer
	// known is the highest revision that was seen.
	known atomic.Int64
}

var _ shared.Table = (*Shared)(nil)

// Shared returns the table as a node with a key has it: 32 bytes that all nodes of an installation derive from its key.
func (d *DB) Shared(key []byte) *Shared { return &Shared{db: d, seal: newSealer(key)} }

// Founded reports whether a node was there before, so that a new one must bring the installation key from there.
func (d *DB) Founded(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	there, err := d.meta(ctx, d.pool, metaSharedKey)
	if err != nil {
		return false, fmt.Errorf("installation key: %w", unavailable(err))
	}
	return there != "", nil
}

// Check finds out whether the other nodes have the same key, and gives ErrOtherKey when they do not. The first node sets it.
func (s *Shared) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	var there string
	err := pgx.BeginFunc(ctx, s.db.pool, func(tx pgx.Tx) (err error) {
		if _, err := tx.Exec(ctx, "INSERT INTO dealmap_meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
			metaSharedKey, hex.EncodeToString(s.seal.check)); err != nil {
			return err
		}
		there, err = s.db.meta(ctx, tx, metaSharedKey)
		return err
	})
	if err != nil {
		return fmt.Errorf("installation key: %w", unavailable(err))
	}
	check, err := hex.DecodeString(there)
	if err != nil || !hmac.Equal(check, s.seal.check) {
		return ErrOtherKey
	}
	return nil
}

// Name implements shared.Table.
func (s *Shared) Name(kind string, key []byte) []byte { return s.seal.name(kind, key) }

// Changed implements shared.Table.
func (s *Shared) Changed() <-chan struct{} { return s.db.SharedChanged() }

// Put writes one value, whatever there is, and returns its revision.
func (s *Shared) Put(ctx context.Context, kind string, key, value []byte) (int64, error) {
	w, err := s.Write(ctx, shared.Write{Items: []shared.Item{{Kind: kind, Key: key, Value: value}}})
	return w.Revision, err
}

// Delete leaves a tombstone in the place of a value, and returns its revision.
func (s *Shared) Delete(ctx context.Context, kind string, key []byte) (int64, error) {
	w, err := s.Write(ctx, shared.Write{Items: []shared.Item{{Kind: kind, Key: key, Deleted: true}}})
	return w.Revision, err
}

// see notes a revision.
func (s *Shared) see(revision int64) {
	for {
		known := s.known.Load()
		if revision <= known || s.known.CompareAndSwap(known, revision) {
			return
		}
	}
}

// away returns an error when the engine is known to be out of reach, so that nobody waits for nothing.
func (s *Shared) away() error {
	if r := s.db.Reach(); !r.Away.IsZero() {
		return unavailable(r.Err)
	}
	return nil
}

// unavailable says that what is shared cannot be had.
func unavailable(err error) error {
	return fmt.Errorf("%w (%w)", &dealmap.Error{
		Kind:    dealmap.KindUnavailable,
		Message: "le moteur PostgreSQL ne répond pas : ce que les nœuds partagent ne peut pas être changé, réessayez dans un instant",
	}, explain(err))
}
