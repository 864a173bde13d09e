package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/shared"
)

// writeShared writes items in one statement, which is its own transaction. The row of the counter is locked until that is committed, so that
// the order of revisions is the order of commits. $5 is the rule; $6 bounds the revision of what is overwritten by rule 3.
const writeShared = `WITH new AS (
	SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS n (kind, key, value, at)
), counter AS (
	UPDATE dealmap_meta SET value = (value::bigint + $4::bigint)::text WHERE key = '` + metaShared + `' RETURNING value::bigint - $4::bigint AS before
), put AS (
	INSERT INTO dealmap_shared AS old (kind, key, value, revision)
	SELECT new.kind, new.key, new.value, counter.before + new.at FROM new, counter
	WHERE $5::int <> 2 OR EXISTS (SELECT FROM dealmap_shared AS there WHERE there.kind = new.kind AND there.key = new.key)
	ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, revision = excluded.revision, changed = now()
	WHERE CASE $5::int WHEN 0 THEN true WHEN 3 THEN old.revision <= $6::bigint ELSE substring(old.value FROM 1 FOR 1) = '\x00'::bytea END
	RETURNING 1
)
SELECT counter.before, (SELECT count(*) FROM put), extract(epoch FROM pg_postmaster_start_time())::text, pg_notify('` + channelShared + `', '') FROM counter`

// sealedItems are items as they are sent, again and again until it is known what became of them.
type sealedItems struct {
	kinds         []string
	names, values [][]byte
}

// Write implements shared.Table. A write whose answer is lost is sent again until the context ends; nothing that another node writes in
// between is overwritten by that.
func (s *Shared) Write(ctx context.Context, w shared.Write) (shared.Written, error) {
	if len(w.Items) == 0 {
		return shared.Written{}, nil
	}
	if err := errors.Join(s.away(), ctx.Err()); err != nil {
		return shared.Written{}, err
	}
	var sent sealedItems
	for _, item := range w.Items {
		name, value := s.seal.seal(item)
		sent.kinds, sent.names, sent.values = append(sent.kinds, item.Kind), append(sent.names, name), append(sent.values, value)
	}
	low := s.known.Load()
	written, confirmed, err := s.writeOnce(ctx, sent, w.Rule, w.Seen)
	switch {
	case err == nil && confirmed:
		return written, nil
	case definite(err), unsent(err):
		return shared.Written{}, unavailable(err)
	}
	return s.settle(ctx, sent, w, low, err)
}

// writeOnce sends the items. It is not cancelled halfway: what is cancelled while it waits for a standby is visible without being safe.
// confirmed is false when the server warned of that.
func (s *Shared) writeOnce(ctx context.Context, sent sealedItems, rule shared.Rule, seen int64) (w shared.Written, confirmed bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sharedTimeout)
	defer cancel()
	select {
	case s.db.sharing <- struct{}{}:
		defer func() { <-s.db.sharing }()
	case <-ctx.Done():
		return w, false, errCrowded
	}
	warned := s.db.warned.Load()
	var before int64
	err = s.db.pool.QueryRow(ctx, writeShared, sent.kinds, sent.names, sent.values, len(sent.kinds), int(rule), seen).Scan(&before, &w.Count, &w.Server, nil)
	if errors.Is(err, pgx.ErrNoRows) {
		return w, false, fmt.Errorf("%w : il manque le compteur de dealmap_shared", ErrForeign)
	}
	if err != nil {
		return w, false, err
	}
	w.Revision = before + int64(len(sent.kinds))
	s.see(w.Revision)
	return w, s.db.warned.Load() == warned, nil
}

// errCrowded says that a write did not have its turn.
var errCrowded = errors.New("too many write what nodes share at the same time")

// unsent reports whether an error came before anything could be written.
func unsent(err error) bool {
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	return connecting || errors.Is(err, errCrowded) || errors.Is(err, ErrForeign)
}

// settle sends the same values again until it is known that they are there and confirmed, or that others have overwritten them.
func (s *Shared) settle(ctx context.Context, sent sealedItems, w shared.Write, low int64, lost error) (shared.Written, error) {
	s.db.log.Warn("what became of a write to what nodes share is looked for", "items", len(w.Items), "error", lost)
	rule, seen := w.Rule, w.Seen
	if rule == shared.Always {
		rule, seen = shared.UnlessNewer, low
	}
	for {
		select {
		case <-ctx.Done():
			return shared.Written{}, errors.Join(unavailable(lost), ctx.Err())
		case <-time.After(settlePause):
		}
		written, confirmed, err := s.writeOnce(ctx, sent, rule, seen)
		if err != nil || !confirmed {
			continue
		}
		there, err := s.holds(ctx, sent)
		switch {
		case err != nil:
			continue
		case there > 0 || w.Rule != shared.Always:
			// The statement above was confirmed, and so what was committed before it.
			written.Count = max(there, written.Count)
			return written, nil
		}
		return shared.Written{}, fmt.Errorf("write what nodes share: %w", &dealmap.Error{
			Kind: dealmap.KindConflict, Message: "un autre nœud a changé la même chose au même moment : vérifiez et recommencez"})
	}
}

// holds counts the items that the table holds as they were sent.
func (s *Shared) holds(ctx context.Context, sent sealedItems) (count int, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sharedTimeout)
	defer cancel()
	err = s.db.pool.QueryRow(ctx, `SELECT count(*) FROM unnest($1::text[], $2::bytea[], $3::bytea[]) AS sent (kind, key, value)
		JOIN dealmap_shared AS there USING (kind, key, value)`, sent.kinds, sent.names, sent.values).Scan(&count)
	return count, err
}
