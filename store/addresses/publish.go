package addresses

import (
	"context"
	"database/sql"
	"time"
)

// publish makes what was imported visible in the place of what it replaces, in one transaction.
func (w *writer) publish(ctx context.Context, now time.Time) ([]Replaced, error) {
	tx, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	for _, p := range w.parts {
		if _, err := tx.ExecContext(ctx, `UPDATE parts SET addresses = ?, streets = ?, places = ?, imported = ? WHERE id = ?`,
			p.addresses, p.streets, p.places, now.Unix(), p.id); err != nil {
			return nil, err
		}
	}
	old := `SELECT id FROM parts WHERE live AND layer = ?1 AND commune IN (SELECT commune FROM parts WHERE batch = ?2)`
	if w.layout.whole {
		old = `SELECT id FROM parts WHERE live AND layer = ?1 AND departement IN (SELECT departement FROM parts WHERE batch = ?2)`
	}
	replaced, err := w.compare(ctx, tx, old)
	if err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE parts SET live = 0 WHERE id IN (`+old+`)`, string(w.layout.layer), w.batch); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE parts SET live = 1 WHERE batch = ?`, w.batch); err != nil {
		return nil, err
	}
	return replaced, tx.Commit()
}

func (w *writer) compare(ctx context.Context, tx *sql.Tx, old string) ([]Replaced, error) {
	rows, err := tx.QueryContext(ctx, `SELECT departement, sum(batch = ?2), sum(iif(batch = ?2, 0, addresses + places)), sum(iif(batch = ?2, addresses + places, 0))
		FROM parts WHERE batch = ?2 OR id IN (`+old+`) GROUP BY departement ORDER BY departement`, string(w.layout.layer), w.batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Replaced
	for rows.Next() {
		var r Replaced
		if err := rows.Scan(&r.Departement, &r.Communes, &r.Before, &r.After); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// sweepStep is how many parts are deleted in one transaction.
const sweepStep = 50

// sweep deletes what nobody sees: what was replaced, and what an interrupted import left. It is called under the lock.
func (w *writer) sweep(ctx context.Context) error {
	for {
		tx, err := w.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		const dead = `(SELECT id FROM parts WHERE NOT live ORDER BY id LIMIT ?)`
		for _, query := range []string{
			`DELETE FROM words WHERE rowid IN (SELECT id FROM streets WHERE part IN ` + dead + `)`,
			`DELETE FROM streets WHERE part IN ` + dead,
		} {
			if _, err := tx.ExecContext(ctx, query, sweepStep); err != nil {
				tx.Rollback()
				return err
			}
		}
		done, err := tx.ExecContext(ctx, `DELETE FROM parts WHERE id IN `+dead, sweepStep)
		if err != nil {
			tx.Rollback()
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n < sweepStep {
			return err
		}
	}
}

// mergePages is how much of the index is merged in one transaction, which bounds the write-ahead log.
const mergePages = 2000

// tidy deletes what was replaced and joins the pieces of the index, which makes look-ups faster. What is imported is visible already.
func (w *writer) tidy(ctx context.Context) error {
	if err := w.sweep(ctx); err != nil {
		return err
	}
	pages := -mergePages // the first call joins all pieces, the ones that follow go on with it
	for {
		var before, after int64
		if err := w.db.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&before); err != nil {
			return err
		}
		if _, err := w.db.ExecContext(ctx, `INSERT INTO words (words, rank) VALUES ('merge', ?)`, pages); err != nil {
			return err
		}
		if err := w.db.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&after); err != nil {
			return err
		}
		if after-before < 2 {
			break
		}
		pages = mergePages
	}
	if _, err := w.db.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return err
	}
	return nil
}
