package consultations

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// WhatErasure is dealmap.Consultation.What of the line that tells of an erasure, and EraserSubject its subject: retention
// is nobody's consultation.
const (
	WhatErasure   = "erasure"
	EraserSubject = "dealmap"
)

// eraseBatch is the number of lines that one transaction erases: few, since a line that must be written waits for it.
const eraseBatch = 256

var keyThrough, keyPending = []byte("through"), []byte("pending")

func readThrough(tx *bolt.Tx) int64 {
	if v := tx.Bucket(bucketErasure).Get(keyThrough); len(v) == 8 {
		return int64(binary.BigEndian.Uint64(v))
	}
	return 0
}

// readPending reads the erasure that is under way: it is in the file until it is done, so that it goes on after a crash.
func readPending(tx *bolt.Tx) (*Certificate, error) {
	v := tx.Bucket(bucketErasure).Get(keyPending)
	if v == nil {
		return nil, nil
	}
	e := new(Certificate)
	if err := json.Unmarshal(v, e); err != nil {
		return nil, fmt.Errorf("%w : effacement en cours : %w", boltfile.ErrDamaged, err)
	}
	return e, nil
}

// erasureDetail is the Detail of the line that tells of an erasure: which lines, of which time, never what they held.
func erasureDetail(c Certificate) string {
	moment := func(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
	return fmt.Sprintf("lignes %d à %d effacées (%d), du %s au %s, toutes antérieures au %s",
		c.From, c.To, c.Count, moment(c.First), moment(c.Last), moment(c.Before))
}

func parseErasureDetail(detail string) (from, to int64, err error) {
	_, err = fmt.Sscanf(detail, "lignes %d à %d effacées", &from, &to)
	return from, to, err
}

// Erase erases the content of the lines that are older than a moment, and returns the certificate of it; Count is 0 when
// there was none. Their leaves stay in the tree, so that every proof stays good.
//
// Erased lines are always the first ones: it stops at the first line that is not older. A line of a time that is yet to
// come, written while the clock was wrong, does not stop it. The log gets a line that tells of the erasure, which is on
// the disk before anything is erased. A crash in between is made good by the next Open. Freed parts of the files are
// overwritten, so that nothing of the lines is left in them.
func (l *Log) Erase(ctx context.Context, before time.Time) (Certificate, error) {
	if err := l.hold(ctx); err != nil {
		return Certificate{}, err
	}
	defer l.release()
	ctx, cancel := l.within(ctx)
	defer cancel()
	c, err := l.erase(ctx, before)
	if err != nil {
		return Certificate{}, fmt.Errorf("erase consultations before %s: %w", before.Format(time.RFC3339), err)
	}
	return c, nil
}

func (l *Log) erase(ctx context.Context, before time.Time) (c Certificate, err error) {
	if err := l.finishPending(ctx); err != nil {
		return c, err
	}
	c, err = l.planErasure(ctx, before)
	if err != nil || c.Count == 0 {
		return Certificate{}, err
	}
	c.Time = l.now().UTC()
	told := dealmap.Consultation{
		Time: c.Time, Subject: EraserSubject, Operation: dealmap.OpErasure, What: WhatErasure, Detail: erasureDetail(c),
	}
	err = l.record(ctx, told, true, func(tx *bolt.Tx, n int64) error {
		c.Line, c.Size = n, n
		data, err := json.Marshal(c)
		if err != nil {
			return err
		}
		return tx.Bucket(bucketErasure).Put(keyPending, data)
	})
	if err != nil {
		return c, err
	}
	return l.finish(ctx, c)
}

// planErasure finds the lines that are old enough.
func (l *Log) planErasure(ctx context.Context, before time.Time) (Certificate, error) {
	c := Certificate{From: l.through.Load() + 1, Before: before.UTC()}
	c.To = c.From - 1
	now := l.now()
	err := l.scan(ctx, c.From, l.Size(), func(n int64, data []byte) (bool, error) {
		var line struct{ Time time.Time }
		if err := json.Unmarshal(data, &line); err != nil {
			return false, fmt.Errorf("%w : ligne %d : %w", boltfile.ErrDamaged, n, err)
		}
		switch wrong := line.Time.After(now); {
		case !line.Time.Before(before) && !wrong:
			return false, nil
		case wrong:
			return true, nil // goes with the lines behind it, if those go
		}
		if c.Count == 0 || line.Time.Before(c.First) {
			c.First = line.Time.UTC()
		}
		if c.Count == 0 || line.Time.After(c.Last) {
			c.Last = line.Time.UTC()
		}
		c.To, c.Count = n, n-c.From+1
		return true, nil
	})
	return c, err
}

// resume finishes what a crash interrupted.
func (l *Log) resume() {
	if l.hold(l.ctx) != nil {
		return
	}
	defer l.release()
	for l.finishPending(l.ctx) != nil {
		select {
		case <-l.ctx.Done():
			return
		case <-time.After(retryAfter):
		}
	}
}

func (l *Log) finishPending(ctx context.Context) error {
	var pending *Certificate
	err := l.view(func(tx *bolt.Tx) (err error) {
		pending, err = readPending(tx)
		return err
	})
	if err != nil || pending == nil {
		return err
	}
	_, err = l.finish(ctx, *pending)
	return err
}

// finish does an erasure that the log tells of. It may be begun again at any point.
func (l *Log) finish(ctx context.Context, c Certificate) (Certificate, error) {
	if l.through.Load() < c.To {
		if err := l.eraseLines(ctx, c.To); err != nil {
			return c, err
		}
	}
	if err := l.index.drop(); err != nil {
		return c, err
	}
	if err := l.scrub(ctx); err != nil {
		return c, err
	}
	root, err := l.RootAt(c.Size)
	if err != nil {
		return c, err
	}
	c.Root = root
	data, err := json.Marshal(c)
	if err != nil {
		return c, err
	}
	return c, l.change(func(tx *bolt.Tx) error {
		return errors.Join(tx.Bucket(bucketCertificates).Put(key(c.To), data), tx.Bucket(bucketErasure).Delete(keyPending))
	})
}

// eraseLines erases lines up to one.
func (l *Log) eraseLines(ctx context.Context, to int64) error {
	through := int64(0)
	change := func(f func(*bolt.Tx) error) error {
		err := l.change(f)
		if err == nil {
			l.through.Store(through)
		}
		return err
	}
	return gently(ctx, change, func(tx *bolt.Tx) (more bool, err error) {
		b, from := tx.Bucket(bucketLines), readThrough(tx)+1
		through = min(from+eraseBatch-1, to)
		for n := from; n <= through; n++ {
			if err := b.Delete(key(n)); err != nil {
				return false, err
			}
		}
		return through < to, tx.Bucket(bucketErasure).Put(keyThrough, key(through))
	})
}

// change is a transaction beside those of the writer.
func (l *Log) change(f func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return l.update(l.db, f) })
}

// pause lets others have the disk.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// hold waits until nobody else erases or verifies.
func (l *Log) hold(ctx context.Context) error {
	select {
	case <-l.upkeep:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-l.ctx.Done():
		return ErrClosed
	}
}

func (l *Log) release() { l.upkeep <- struct{}{} }

// within ends with the log as well as with ctx.
func (l *Log) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(l.ctx, func() { cancel(ErrClosed) })
	return ctx, func() { stop(); cancel(nil) }
}
