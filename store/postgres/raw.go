package postgres

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/raw"
)

// mostRaw bounds the rows of one query.
const mostRaw = 4096

// Raw yields the entries after the given one in order as they are stored, up to the last at the time that it gets there. Nothing is
// verified. The first error ends it.
func (j *Journal) Raw(ctx context.Context, after dealmap.Seq) iter.Seq2[raw.Entry, error] {
	return func(yield func(raw.Entry, error) bool) {
		for {
			batch, err := j.rawRows(ctx, after)
			for _, e := range batch {
				if !yield(e, nil) {
					return
				}
				after = e.Seq
			}
			if err != nil {
				yield(raw.Entry{}, fmt.Errorf("entries of the journal after entry %d: %w", after, explain(err)))
				return
			}
			if len(batch) < mostRaw {
				return
			}
		}
	}
}

func (j *Journal) rawRows(ctx context.Context, after dealmap.Seq) (batch []raw.Entry, err error) {
	ctx, cancel := context.WithTimeout(ctx, chunkTimeout)
	defer cancel()
	rows, err := j.db.pool.Query(ctx, "SELECT seq, hash, header, salt, body, erased FROM dealmap_entry WHERE seq > $1 ORDER BY seq LIMIT $2",
		int64(min(after, mostSeq)), mostRaw)
	if err != nil {
		return nil, err
	}
	var seq int64
	var e raw.Entry
	_, err = pgx.ForEachRow(rows, []any{&seq, &e.Hash, &e.Header, &e.Salt, &e.Body, &e.Erased}, func() error {
		e.Seq = dealmap.Seq(seq)
		batch = append(batch, e)
		e.Hash, e.Header, e.Salt, e.Body = nil, nil, nil, nil
		return nil
	})
	return batch, err
}

// AppendRaw writes entries as another engine keeps them after the given one, all or none. Whoever calls it has verified that they follow
// each other. The connection is one that keeps nodes away (Options.Alone).
func (j *Journal) AppendRaw(ctx context.Context, after raw.Tail, entries []raw.Entry) error {
	end := tail{after.Seq, after.Hash}
	err := j.db.asOnly(ctx, func(tx pgx.Tx) error {
		last, err := tailOf(ctx, tx)
		if err != nil {
			return err
		}
		if last != end {
			return conflict(after.Seq, last.seq)
		}
		_, err = tx.CopyFrom(ctx, pgx.Identifier{"dealmap_entry"}, []string{"seq", "hash", "header", "salt", "body", "erased"},
			pgx.CopyFromSlice(len(entries), func(i int) ([]any, error) {
				e := &entries[i]
				end = tail{e.Seq, sha256.Sum256(e.Header)}
				return []any{int64(e.Seq), end.hash[:], e.Header, e.Salt, e.Body, e.Erased}, nil
			}))
		return err
	})
	if err != nil {
		return fmt.Errorf("copy entries after entry %d: %w", after.Seq, explain(err))
	}
	j.db.watch.advance(end)
	return nil
}
