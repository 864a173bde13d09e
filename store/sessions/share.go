package sessions

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/shared"
	bolt "go.etcd.io/bbolt"
)

// What is shared: sessions, which end once and for all, and marks, of which the last one counts.
const (
	kindSession = "session"
	kindMark    = "mark"
)

const (
	// tellTimeout is how long a sign-in or a sign-out waits for the other nodes to be told; they are told later then.
	tellTimeout = 3 * time.Second
	// askTimeout is how long is looked elsewhere for a session that is not here.
	askTimeout = time.Second
	// refreshEvery is how often other nodes are told of sessions that are in use, at most.
	refreshEvery = time.Minute
	// tokenLength is that of scs's tokens, hashed or not.
	tokenLength = 43
)

var (
	bucketEnded  = []byte("ended")
	bucketOutbox = []byte("outbox")
)

// Options of Share.
type Options struct {
	// Logger may be nil.
	Logger *slog.Logger
	// Refreshes reports whether a session's data only says of it, beyond what it was, that it is in use: other nodes are told within a
	// minute. nil: it never does, and they are told at once of everything.
	Refreshes func(before, after []byte) bool
	// RefreshEvery is how often they are told of that, a minute by default.
	RefreshEvery time.Duration
}

// common is what is shared, as the file has it.
type common struct {
	store     *Store
	table     shared.Table
	follower  *shared.Follower
	log       *slog.Logger
	refreshes func(before, after []byte) bool
	every     time.Duration

	urgent    atomic.Bool // the outbox may hold more than refreshes
	refreshed time.Time   // when they were sent; of the follower

	mu   sync.Mutex
	over map[string]bool // ended by themselves, with the kind first; to be removed from the table
}

// Share has sessions and marks in common with other nodes from now on. It returns when the file holds what they have; while they cannot be
// reached the store goes on with what it has, and tells them later. Whoever ends a session on one node has ended it on all of them: at once
// where this node hears of it, and for good, whatever other nodes still write of it. What is here when it is shared for the first time is
// told to the others.
func (s *Store) Share(ctx context.Context, table shared.Table, o Options) error {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Refreshes == nil {
		o.Refreshes = func([]byte, []byte) bool { return false }
	}
	if o.RefreshEvery == 0 {
		o.RefreshEvery = refreshEvery
	}
	c := &common{
		store: s, table: table, log: o.Logger, refreshes: o.Refreshes, every: o.RefreshEvery, over: map[string]bool{}, refreshed: time.Now(),
	}
	if err := c.prepare(); err != nil {
		return err
	}
	c.urgent.Store(true)
	c.follower = shared.Follow(table, c, shared.Options{
		Kinds: []string{kindSession, kindMark}, Logger: o.Logger, Followed: c.followed, Hourly: c.hourly,
	})
	if !s.common.CompareAndSwap(nil, c) {
		c.follower.Close()
		return errors.New("sessions are shared already")
	}
	if err := c.follower.CatchUp(ctx); err != nil {
		o.Logger.Warn("sessions are those of this node until what nodes share can be read", "error", err)
	}
	return nil
}

// prepare makes the buckets of a store that was not shared before, and puts what it holds into its outbox.
func (c *common) prepare() error {
	return boltfile.Guard(func() error {
		return c.store.db.Update(func(tx *bolt.Tx) error {
			if tx.Bucket(bucketOutbox) != nil {
				return nil
			}
			outbox, err := tx.CreateBucket(bucketOutbox)
			if err != nil {
				return err
			}
			if _, err := tx.CreateBucketIfNotExists(bucketEnded); err != nil {
				return err
			}
			return tx.Bucket(bucketSessions).ForEach(func(k, v []byte) error {
				if !c.store.alive(v) {
					return nil
				}
				return post(outbox, string(k), opCommit, nil)
			})
		})
	})
}

func kindOf(token string) string {
	if strings.Contains(token, " ") {
		return kindMark
	}
	return kindSession
}

// elsewhere reports whether a session that is not here may have come here meanwhile: another node may have opened it a moment ago.
func (c *common) elsewhere(token string) bool {
	if len(token) != tokenLength || kindOf(token) != kindSession {
		return false
	}
	over := false
	err := c.view(func(b buckets) error {
		over = b.ended.Get([]byte(token)) != nil
		return nil
	})
	if over || err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout)
	defer cancel()
	return c.follower.CatchUp(ctx) == nil
}

// buckets are those of a transaction.
type buckets struct{ sessions, ended, outbox *bolt.Bucket }

func (c *common) in(f func(buckets) error) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		return f(buckets{tx.Bucket(bucketSessions), tx.Bucket(bucketEnded), tx.Bucket(bucketOutbox)})
	}
}

func (c *common) view(f func(buckets) error) error {
	return boltfile.Guard(func() error { return c.store.db.View(c.in(f)) })
}

func (c *common) update(f func(buckets) error) error {
	return boltfile.Guard(func() error { return c.store.db.Update(c.in(f)) })
}

// end ends a session before its time. That is kept until then: as told, as the session says, or for long enough.
func (b buckets) end(token, told []byte, now time.Time) error {
	until := told
	if here := b.sessions.Get(token); len(until) != 8 && len(here) >= 8 {
		until = bytes.Clone(here[:8])
	} else if len(until) != 8 {
		until = binary.BigEndian.AppendUint64(nil, uint64(now.Add(keptEnded).UnixNano()))
	}
	return errors.Join(b.sessions.Delete(token), b.outbox.Delete(token), b.ended.Put(token, until))
}

// commit writes a session or a mark.
func (c *common) commit(token string, value []byte) error {
	var before, waits []byte
	var over bool
	err := c.view(func(b buckets) error {
		before, waits = bytes.Clone(b.sessions.Get([]byte(token))), bytes.Clone(b.outbox.Get([]byte(token)))
		over = b.ended.Get([]byte(token)) != nil
		return nil
	})
	if err != nil || over {
		return err
	}
	kind := kindOf(token)
	if kind == kindSession && c.store.alive(before) && c.refreshes(before[8:], value[8:]) {
		return c.keep(token, value, opRefresh)
	}
	w := shared.Write{Items: []shared.Item{{Kind: kind, Key: []byte(token), Value: value}}}
	if kind == kindSession {
		w.Rule = shared.UnlessDeleted
	}
	ctx, cancel := context.WithTimeout(context.Background(), tellTimeout)
	defer cancel()
	written, err := c.table.Write(ctx, w)
	if err != nil {
		c.log.Warn("other nodes are told of a session later", "error", err)
		return c.keep(token, value, opCommit)
	}
	if written.Count == 0 {
		return c.endHere(token)
	}
	if waits != nil {
		// Of what was written before this, nobody need be told.
		if err := c.delivered(map[string][]byte{token: waits}); err != nil {
			return err
		}
	}
	defer c.store.lately.forget(token)
	return c.follower.Own(written, w.Items...)
}

// keep writes a session into the file, and that other nodes do not know of it.
func (c *common) keep(token string, value []byte, op byte) error {
	defer c.store.lately.forget(token)
	err := c.update(func(b buckets) error {
		if b.ended.Get([]byte(token)) != nil {
			return nil
		}
		return errors.Join(post(b.outbox, token, op, b.sessions.Get([]byte(token))), b.sessions.Put([]byte(token), value))
	})
	if op != opRefresh {
		c.urgent.Store(true)
	}
	return err
}

// endHere ends a session of which the table says that it has ended.
func (c *common) endHere(token string) error {
	defer c.store.lately.forget(token)
	c.store.ends.Add(1)
	return c.update(func(b buckets) error { return b.end([]byte(token), nil, c.store.now()) })
}

var errMark = errors.New("a mark ends by itself only")

// remove ends a session: here first, so that it is over whatever becomes of the rest.
func (c *common) remove(token string) error {
	if kindOf(token) == kindMark {
		return errMark
	}
	var posted, until []byte
	err := c.update(func(b buckets) error {
		err := errors.Join(b.end([]byte(token), nil, c.store.now()), post(b.outbox, token, opDelete, nil))
		posted, until = bytes.Clone(b.outbox.Get([]byte(token))), bytes.Clone(b.ended.Get([]byte(token)))
		return err
	})
	c.store.lately.forget(token)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), tellTimeout)
	defer cancel()
	if _, err := c.table.Write(ctx, shared.Write{Items: []shared.Item{{Kind: kindOf(token), Key: []byte(token), Value: until, Deleted: true}}}); err != nil {
		c.log.Warn("other nodes are told later that a session has ended", "error", err)
		c.urgent.Store(true)
		return nil
	}
	return c.delivered(map[string][]byte{token: posted})
}
