package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

var (
	// ErrInUse says that nodes work on the engine, so that a copy cannot.
	ErrInUse = errors.New("des nœuds dealmap travaillent sur ce moteur : arrêtez-les d’abord")
	// ErrCopying says that the journal is being copied, from the engine or to it.
	ErrCopying = errors.New("le journal de ce moteur est en cours de copie : attendez la fin de « dealmap journal copy »")
	// ErrIncomplete says that a copy to the engine did not come to its end.
	ErrIncomplete = errors.New("une copie du journal vers ce moteur a été interrompue : relancez le même « dealmap journal copy », qui la reprend, " +
		"ou videz le schéma")
	// ErrRetired says that the journal was copied elsewhere, and goes on there.
	ErrRetired = errors.New("ce journal a été porté ailleurs (dealmap journal copy --retire) : il continue là-bas, et ce moteur ne sert plus")
)

// nodesLock is the advisory lock that nodes share as long as they listen, and that a copy holds alone.
const nodesLock = 0x6465616c6e6f64 // "dealnod"

// lockWait is how long others may take to let go of it.
const lockWait = 2 * time.Second

// metaClosed says why nodes may not use the journal; empty: they may.
const (
	metaClosed       = "closed"
	closedIncomplete = "incomplete"
	closedRetired    = "retired"
)

// seizure is the connection that keeps nodes away, and by which a copy writes: when it breaks, neither goes on.
type seizure struct {
	mu   sync.Mutex
	conn *pgx.Conn
}

// seize keeps nodes away until the connection is closed.
func (d *DB) seize(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, d.config.Copy())
	if err != nil {
		return err
	}
	ours, err := tryLock(ctx, conn, "SELECT pg_try_advisory_lock($1)")
	if err == nil && !ours {
		err = ErrInUse
	}
	if err != nil {
		return errors.Join(err, conn.Close(context.WithoutCancel(ctx)))
	}
	d.alone.conn = conn
	return nil
}

// tryLock tries to get the lock for a moment: a server lets go of it a little after its last holder has left.
func tryLock(ctx context.Context, q querier, statement string) (ours bool, err error) {
	for deadline := time.Now().Add(lockWait); ; {
		if err := q.QueryRow(ctx, statement, int64(nodesLock)).Scan(&ours); err != nil || ours || time.Now().After(deadline) {
			return ours, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// share takes a node's part of the lock, for as long as its connection lasts. While a node was cut off, a copy may have taken the journal
// elsewhere.
func (d *DB) share(ctx context.Context, conn *pgx.Conn) error {
	if d.options.Alone {
		return nil
	}
	var ours bool
	err := conn.QueryRow(ctx, "SELECT pg_try_advisory_lock_shared($1)", int64(nodesLock)).Scan(&ours)
	if err == nil && !ours {
		err = ErrCopying
	}
	if err != nil {
		return err
	}
	return d.barred(ctx, conn)
}

// barred gives the reason why nodes may not use the journal, nil when they may.
func (d *DB) barred(ctx context.Context, q querier) error {
	closed, err := d.meta(ctx, q, metaClosed)
	switch {
	case err != nil:
		return err
	case closed == closedIncomplete:
		return ErrIncomplete
	case closed == closedRetired:
		return ErrRetired
	}
	return nil
}

// admit refuses a node while a copy is made, and where one did not come to its end or took the journal elsewhere.
func (d *DB) admit(ctx context.Context, tx pgx.Tx) error {
	if d.options.Alone {
		return nil
	}
	free, err := tryLock(ctx, tx, "SELECT pg_try_advisory_xact_lock_shared($1)")
	if err != nil {
		return err
	}
	if !free {
		return ErrCopying
	}
	return d.barred(ctx, tx)
}

// asOnly runs a transaction on the connection that keeps nodes away.
func (d *DB) asOnly(ctx context.Context, f func(pgx.Tx) error) error {
	d.alone.mu.Lock()
	defer d.alone.mu.Unlock()
	if d.alone.conn == nil {
		return errors.New("the connection does not keep nodes away")
	}
	return pgx.BeginFunc(ctx, d.alone.conn, f)
}

// Copying notes that a copy to the engine has begun, or has come to its end: in between no node may use what is there.
func (j *Journal) Copying(ctx context.Context, begun bool) error {
	why := ""
	if begun {
		why = closedIncomplete
	}
	return j.close(ctx, why)
}

// Retire closes the journal to nodes for good, after it was copied elsewhere. Copying it back to the engine opens it again.
func (j *Journal) Retire(ctx context.Context) error { return j.close(ctx, closedRetired) }

func (j *Journal) close(ctx context.Context, why string) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	warned := j.db.warned.Load()
	err := j.db.asOnly(ctx, func(tx pgx.Tx) error { return putMeta(ctx, tx, metaClosed, why) })
	if err == nil && j.db.warned.Load() != warned {
		err = errors.New("the server warned instead of confirming")
	}
	if err != nil {
		return fmt.Errorf("moteur PostgreSQL (%s) : %w", j.db.Address(), explain(err))
	}
	return nil
}

// release lets nodes come back.
func (d *DB) release() {
	d.alone.mu.Lock()
	defer d.alone.mu.Unlock()
	if d.alone.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), pollTimeout)
	defer cancel()
	letGo(ctx, d.alone.conn)
	d.alone.conn = nil
}

// letGo closes a connection that holds locks. The server lets go of them when it notices that the connection has ended, however that ends;
// where it can be asked to, they are gone by the time that this returns.
func letGo(ctx context.Context, conn *pgx.Conn) {
	if !conn.IsClosed() {
		_, _ = conn.Exec(ctx, "SELECT pg_advisory_unlock_all()")
	}
	_ = conn.Close(ctx)
}
