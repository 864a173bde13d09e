package postgres

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap/store/consultations/ship"
	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/mod/sumdb/tlog"
)

// Consultations holds the consultation logs of all nodes. What lines say is sealed (XChaCha20-Poly1305, the node and the number as additional
// data): whoever administers the database can neither read a line nor put one in another's place. Leaves are in clear, by which each log's
// chain is verified.
type Consultations struct {
	db   *DB
	aead cipher.AEAD
}

var _ ship.Engine = (*Consultations)(nil)

// batchTimeout is how long the server may take over a batch of lines.
const batchTimeout = 60 * time.Second

// Consultations opens the logs; key is 32 bytes that only the installation's nodes have.
func (d *DB) Consultations(key []byte) (*Consultations, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("key of the consultation logs: %w", err)
	}
	return &Consultations{d, aead}, nil
}

// about binds what is sealed to its place.
func about(node string, line int64) []byte {
	return binary.BigEndian.AppendUint64([]byte("dealmap consultation\n"+node+"\n"), uint64(line))
}

// seal returns a random nonce and what is sealed with it; nil for nil.
func (c *Consultations) seal(node string, line int64, data []byte) []byte {
	if data == nil {
		return nil
	}
	sealed := make([]byte, c.aead.NonceSize(), c.aead.NonceSize()+len(data)+c.aead.Overhead())
	_, _ = rand.Read(sealed) // never fails
	return c.aead.Seal(sealed, sealed, data, about(node, line))
}

func (c *Consultations) unseal(node string, line int64, sealed []byte) ([]byte, error) {
	n := c.aead.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("too short")
	}
	data, err := c.aead.Open(make([]byte, 0, len(sealed)), sealed[:n], sealed[n:], about(node, line))
	return data, err
}

const held = `SELECT n.node, n.erased, COALESCE(l.line, 0), l.leaf FROM dealmap_consultation_node AS n
	LEFT JOIN LATERAL (SELECT line, leaf FROM dealmap_consultation WHERE node = n.node ORDER BY line DESC LIMIT 1) AS l ON true`

func scanHeld(row pgx.CollectableRow) (h ship.Held, err error) {
	var leaf []byte
	if err = row.Scan(&h.Node, &h.Erased, &h.Last, &leaf); err == nil && leaf != nil {
		h.Leaf = tlog.Hash(hashOf(leaf))
	}
	return h, err
}

// Held implements ship.Engine.
func (c *Consultations) Held(ctx context.Context, node string) (ship.Held, error) {
	list, err := c.held(ctx, held+" WHERE n.node = $1", node)
	if err != nil || len(list) == 0 {
		return ship.Held{Node: node}, err
	}
	return list[0], nil
}

// Nodes implements ship.Engine.
func (c *Consultations) Nodes(ctx context.Context) ([]ship.Held, error) {
	return c.held(ctx, held+" ORDER BY n.node")
}

func (c *Consultations) held(ctx context.Context, query string, args ...any) ([]ship.Held, error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	rows, err := c.db.pool.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("consultation logs of the nodes: %w", explain(err))
	}
	list, err := pgx.CollectRows(rows, scanHeld)
	if err != nil {
		return nil, fmt.Errorf("consultation logs of the nodes: %w", explain(err))
	}
	return list, nil
}

// mostNotes is the number of checkpoints that one query returns.
const mostNotes = 1024

// Attest implements ship.Engine.
func (c *Consultations) Attest(ctx context.Context, node, log string, a ship.Attestation) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	_, err := c.db.pool.Exec(ctx, "INSERT INTO dealmap_attestation (node, log, size, note) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
		node, log, a.Size, string(a.Note))
	if err != nil {
		return fmt.Errorf("attest %s of %s: %w", log, node, explain(err))
	}
	return nil
}

// Attestations implements ship.Engine.
func (c *Consultations) Attestations(ctx context.Context, node, log string, after int64) (list []ship.Attestation, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	rows, err := c.db.pool.Query(ctx, "SELECT size, note FROM dealmap_attestation WHERE node = $1 AND log = $2 AND size > $3 ORDER BY size LIMIT $4",
		node, log, after, mostNotes)
	if err == nil {
		list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (a ship.Attestation, err error) {
			var note string
			err = row.Scan(&a.Size, &note)
			a.Note = []byte(note)
			return a, err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("checkpoints of %s: %w", node, explain(err))
	}
	return list, nil
}
