package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/raw"
	"github.com/mesure5/dealmap/store/proof"
)

// chunkTimeout is how long the server may take to answer with a batch of rows.
const chunkTimeout = time.Minute

// Verify verifies the journal as it is at the time of the call (raw.Verify), also against what this node has followed of it. Nodes write on
// meanwhile.
func (j *Journal) Verify(ctx context.Context, tree proof.Stored, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error) {
	j.mu.Lock()
	head := raw.Tail{Seq: j.seen.seq, Hash: j.seen.hash}
	j.mu.Unlock()
	v := raw.Journal{Open: true, Load: j.loadChunk}
	if head.Seq > 0 {
		v.Head, v.HeadIn = head, "ce nœud"
	}
	asking, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	var last, foreign int64
	err := j.db.pool.QueryRow(asking, "SELECT coalesce(max(seq), 0), (SELECT count(*) FROM dealmap_entry WHERE seq < 1) FROM dealmap_entry").Scan(&last, &foreign)
	if err != nil {
		return proof.Finding{Log: "journal"}, fmt.Errorf("verify journal: %w", explain(err))
	}
	if v.Last = dealmap.Seq(max(last, 0)); foreign > 0 {
		v.Problems = append(v.Problems, fmt.Sprintf("journal : %d écritures d’avant la n° 1, étrangères au journal", foreign))
	}
	return raw.Verify(ctx, v, tree, against, progress)
}

// loadChunk reads a chunk in one query. What only the table's constraints rule out is looked for too: whoever changes rows may drop them.
func (j *Journal) loadChunk(ctx context.Context, c *raw.Chunk) error {
	ctx, cancel := context.WithTimeout(ctx, chunkTimeout)
	defer cancel()
	rows, err := j.db.pool.Query(ctx, `SELECT seq, coalesce(hash, ''), header, salt, body, coalesce(erased, false)
		FROM dealmap_entry WHERE seq >= $1 AND seq < $2 ORDER BY seq`, int64(c.From), int64(min(c.End, mostSeq)))
	if err == nil {
		var seq int64
		var e raw.Entry
		var hash, header, salt, body pgtype.DriverBytes
		_, err = pgx.ForEachRow(rows, []any{&seq, &hash, &header, &salt, &body, &e.Erased}, func() error {
			if dealmap.Seq(seq) == e.Seq {
				c.Problem(e.Seq, "écriture n° %d : présente plusieurs fois", e.Seq)
			}
			e.Seq, e.Hash, e.Header, e.Salt, e.Body = dealmap.Seq(seq), hash, header, salt, body
			c.Check(&e)
			return nil
		})
	}
	if damaged(err) {
		c.Unreadable(err)
		return nil
	}
	return explain(err)
}

// damaged reports whether the server found its own files damaged.
func damaged(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (strings.HasPrefix(e.Code, "XX") || e.Code == "58030")
}
