package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap"
)

// Pick returns entries by their sequences, each verified against the one before it, in the order asked for: one round trip, wherever they
// lie. One that is not there is an error of KindNotFound.
func (j *Journal) Pick(ctx context.Context, seqs []dealmap.Seq) ([]dealmap.Event, error) {
	asked := make([]int64, len(seqs))
	for i, seq := range seqs {
		if seq == 0 || seq > mostSeq {
			return nil, fmt.Errorf("journal entry %d: %w", seq, dealmap.NotFound())
		}
		asked[i] = int64(seq)
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	select {
	case j.db.picking <- struct{}{}:
		defer func() { <-j.db.picking }()
	case <-ctx.Done():
		return nil, fmt.Errorf("entries of the journal: %w", ctx.Err())
	}
	rows, err := j.db.pool.Query(ctx, `SELECT e.seq, e.hash, e.header, e.salt, e.body, e.erased, before.hash
		FROM dealmap_entry AS e LEFT JOIN dealmap_entry AS before ON before.seq = e.seq - 1 WHERE e.seq = ANY($1)`, asked)
	if err != nil {
		return nil, fmt.Errorf("entries of the journal: %w", explain(err))
	}
	found := make(map[dealmap.Seq]dealmap.Event, len(seqs))
	var seq int64
	var s stored
	var hash, before []byte
	_, err = pgx.ForEachRow(rows, []any{&seq, &hash, &s.header, &s.salt, &s.body, &s.erased, &before}, func() error {
		s.tail = tail{dealmap.Seq(seq), hashOf(hash)}
		base := tail{seq: s.seq - 1}
		if seq > 1 {
			if before == nil {
				return fmt.Errorf("%w: entry %d is missing", dealmap.ErrTampered, base.seq)
			}
			base.hash = hashOf(before)
		}
		e, err := s.open(base)
		found[e.Seq] = e
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("entries of the journal: %w", explain(err))
	}
	events := make([]dealmap.Event, len(seqs))
	for i, seq := range seqs {
		e, ok := found[seq]
		if !ok {
			return nil, fmt.Errorf("journal entry %d: %w", seq, dealmap.NotFound())
		}
		events[i] = e
	}
	return events, nil
}
