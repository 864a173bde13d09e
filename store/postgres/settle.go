package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap"
)

// settlePause is the time between two tries to learn what became of an append.
const settlePause = 200 * time.Millisecond

// settle finds out what became of rows whose answer was lost, or was a warning. The same rows are sent again, at the same places: a server
// that still works on the first statement has the second one wait for its outcome, so that there is no moment at which both could go in
// and none at which a late first one could follow.
func (j *Journal) settle(ctx context.Context, p planned, lost error) error {
	j.db.log.Warn("what became of an append is looked for", "after", p.base.seq, "entries", len(p.rows), "error", lost)
	deadline := time.Now().Add(j.db.options.SettleFor)
	for {
		there, err := j.settleOnce(ctx, p)
		switch {
		case err == nil && there:
			return nil
		case err == nil:
			return errMoved
		case !time.Now().Before(deadline):
			return fmt.Errorf("outcome unknown: %w", errors.Join(explain(err), lost))
		}
		select {
		case <-j.quit:
			return fmt.Errorf("outcome unknown: %w", errors.Join(errClosed, lost))
		case <-time.After(settlePause):
		}
	}
}

// settleOnce sends the rows again. It reports whether they are there and confirmed, or that they are not and never will be: another entry
// has the place of their first, or the one before it is gone.
func (j *Journal) settleOnce(ctx context.Context, p planned) (there bool, err error) {
	warned := j.db.warned.Load()
	switch err = j.insert(ctx, p); {
	case err == nil && j.db.warned.Load() == warned:
		return true, nil
	case errors.Is(err, errMoved):
		return false, nil
	case err != nil && !taken(err):
		return false, err
	}
	reading, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	hash, err := j.db.hashAt(reading, p.rows[0].seq)
	if dealmap.KindOf(err) == dealmap.KindNotFound {
		return false, errors.New("the entry is neither there nor can it be written")
	}
	if err != nil || hash != p.rows[0].hash {
		return false, err
	}
	// It may be there without its standby: what is committed after it is confirmed after it.
	if err := j.db.fence(reading); err != nil {
		return false, err
	}
	return true, nil
}

// fence commits something and returns when the engine has confirmed it, and so all that was committed before.
func (d *DB) fence(ctx context.Context) error {
	warned := d.warned.Load()
	err := pgx.BeginFunc(ctx, d.own, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE dealmap_meta SET value = value WHERE key = $1", metaFence)
		return err
	})
	if err == nil && d.warned.Load() != warned {
		err = errors.New("the server warned instead of confirming")
	}
	return err
}
