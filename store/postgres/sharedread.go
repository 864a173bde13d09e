package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap/store/shared"
)

// sinceShared reads what changed, and whether that can be told: not when another server answers than the one that showed the place, since it
// may never have had what that one lost, nor when tombstones after the place are gone. It is then everything.
const sinceShared = `WITH state AS (
	SELECT extract(epoch FROM pg_postmaster_start_time())::text AS server,
		(SELECT value::bigint FROM dealmap_meta WHERE key = '` + metaShared + `') AS counter,
		(SELECT value::bigint FROM dealmap_meta WHERE key = '` + metaSharedPurged + `') AS purged
), since AS (
	SELECT server, counter,
		CASE WHEN server = $1::text AND $2::bigint <= counter AND ($2::bigint >= purged OR $3::bool) THEN $2::bigint ELSE -1 END AS after
	FROM state
)
SELECT server, counter, after, kind, key, value, revision
FROM since LEFT JOIN LATERAL (
	SELECT kind, key, value, revision FROM dealmap_shared
	WHERE revision > since.after AND kind = ANY ($4::text[]) ORDER BY revision LIMIT $5::int
) AS changed ON true
ORDER BY revision`

// Since implements shared.Table.
func (s *Shared) Since(ctx context.Context, after shared.Place, kinds ...string) (shared.Page, error) {
	if err := s.away(); err != nil {
		return shared.Page{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, sharedTimeout)
	defer cancel()
	page, err := s.since(ctx, after, kinds)
	if err != nil {
		return shared.Page{}, unavailable(err)
	}
	return page, nil
}

func (s *Shared) since(ctx context.Context, after shared.Place, kinds []string) (page shared.Page, err error) {
	rows, err := s.db.pool.Query(ctx, sinceShared, after.Server, after.Revision, after.Anew, kinds, sharedPage)
	if err != nil {
		return page, err
	}
	var counter, from int64
	read := 0
	var kind *string
	var name, value []byte
	var revision *int64
	_, err = pgx.ForEachRow(rows, []any{&page.Next.Server, &counter, &from, &kind, &name, &value, &revision}, func() error {
		if read++; kind == nil {
			read--
			return nil
		}
		page.Next.Revision = *revision
		page.Changes = append(page.Changes, s.change(*kind, name, value, *revision))
		return nil
	})
	if err != nil {
		return page, err
	}
	if page.Next.Server == "" {
		return page, ErrForeign
	}
	s.see(counter)
	page.Anew, page.More = from < 0, read == sharedPage
	if page.More {
		page.Next.Anew = page.Anew || after.Anew
	} else {
		page.Next.Revision = counter
	}
	return page, nil
}

func (s *Shared) change(kind string, name, value []byte, revision int64) shared.Change {
	c := shared.Change{Kind: kind, Name: append([]byte(nil), name...), Revision: revision}
	var err error
	if c.Key, c.Value, c.Deleted, err = s.seal.open(kind, name, value); err != nil {
		c.Key, c.Value, c.Refused = nil, nil, true
	}
	return c
}

// noteGone notes up to where tombstones are gone, so that who has not come as far reads everything anew.
const noteGone = `UPDATE dealmap_meta SET value = greatest(value::bigint, (SELECT max(revision) FROM gone WHERE tombstone))::text
	WHERE key = '` + metaSharedPurged + `' AND EXISTS (SELECT FROM gone WHERE tombstone)`

const forgetShared = `WITH gone AS (
	DELETE FROM dealmap_shared WHERE kind = $1 AND key = ANY ($2::bytea[]) AND revision <= $3
	RETURNING revision, substring(value FROM 1 FOR 1) = '\x01'::bytea AS tombstone
)
` + noteGone

// Forget implements shared.Table.
func (s *Shared) Forget(ctx context.Context, seen int64, kind string, keys [][]byte) error {
	names := make([][]byte, len(keys))
	for i, key := range keys {
		names[i] = s.seal.name(kind, key)
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	_, err := s.db.pool.Exec(ctx, forgetShared, kind, names, seen)
	if err != nil {
		return unavailable(err)
	}
	return nil
}

// purgeShared removes old tombstones.
const purgeShared = `WITH old AS (
	SELECT kind, key FROM dealmap_shared
	WHERE substring(value FROM 1 FOR 1) = '\x01'::bytea AND changed < now() - $1::text::interval
	ORDER BY revision LIMIT $2::int FOR UPDATE SKIP LOCKED
), gone AS (
	DELETE FROM dealmap_shared USING old WHERE dealmap_shared.kind = old.kind AND dealmap_shared.key = old.key RETURNING revision, true AS tombstone
), noted AS (
	` + noteGone + `
)
SELECT count(*) FROM gone`

// Purge implements shared.Table.
func (s *Shared) Purge(ctx context.Context) error {
	for {
		count, err := s.purge(ctx, keptTombstones)
		if err != nil {
			return unavailable(err)
		}
		if count < purgeBatch {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(settlePause):
		}
	}
}

func (s *Shared) purge(ctx context.Context, kept string) (count int, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	err = s.db.pool.QueryRow(ctx, purgeShared, kept, purgeBatch).Scan(&count)
	return count, err
}
