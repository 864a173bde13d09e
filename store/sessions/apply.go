package sessions

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/mesure5/dealmap/store/shared"
)

// keptEnded is how long it is kept that a session ended before its time when that is not known: longer than any session lasts.
const keptEnded = 30 * 24 * time.Hour

// mostOver bounds what is kept in memory of sessions that have ended by themselves; the rest is found again after a start.
const mostOver = 1 << 16

// Apply implements shared.Copy.
func (c *common) Apply(changes []shared.Change) error {
	var news []shared.Change
	err := c.view(func(b buckets) error {
		news = news[:0]
		for _, change := range changes {
			if c.isNews(b, change) {
				news = append(news, change)
			}
		}
		return nil
	})
	if err != nil || len(news) == 0 {
		return err
	}
	ends := false
	err = c.update(func(b buckets) error {
		for _, change := range news {
			if !c.isNews(b, change) {
				continue // not any more: the session may have ended here just now
			}
			over, err := c.apply(b, change)
			if err != nil {
				return err
			}
			ends = ends || over
		}
		return nil
	})
	for _, change := range news {
		c.store.lately.forget(string(change.Key))
	}
	if ends {
		c.store.ends.Add(1)
	}
	return err
}

// isNews reports whether a change changes anything here.
func (c *common) isNews(b buckets, change shared.Change) bool {
	switch {
	case change.Key == nil:
		return false
	case change.Deleted && change.Kind == kindMark:
		return false // no node does that, and it would bring sessions back to life
	case change.Deleted && len(change.Value) == 8 && !c.store.alive(change.Value):
		c.overByItself(change.Kind, change.Key)
		return false
	case change.Deleted:
		return b.ended.Get(change.Key) == nil
	case b.ended.Get(change.Key) != nil:
		return false
	case !c.store.alive(change.Value):
		c.overByItself(change.Kind, change.Key)
		return false
	}
	return !bytes.Equal(b.sessions.Get(change.Key), change.Value) || posted(b.outbox, change.Key) == opCommit
}

// apply takes in one change, and reports whether sessions may have ended by it.
func (c *common) apply(b buckets, change shared.Change) (ends bool, err error) {
	if change.Deleted {
		return true, b.end(change.Key, change.Value, c.store.now())
	}
	here := b.sessions.Get(change.Key)
	same := bytes.Equal(here, change.Value)
	waits := posted(b.outbox, change.Key) == opCommit
	switch {
	case same:
		return false, b.outbox.Delete(change.Key) // the others know
	case waits && change.Kind == kindSession, knew(b.outbox, change.Key, change.Value):
		return false, nil // what is here is newer, and is told to the others yet
	case waits:
		return true, c.clash(b, change.Key, here, change.Value)
	}
	return change.Kind == kindMark, b.sessions.Put(change.Key, change.Value)
}

// clash is for two marks that two nodes made without knowing of each other. Either ends sessions that the other would let live: a third one
// ends them all.
func (c *common) clash(b buckets, key, here, there []byte) error {
	later := here[:8]
	if bytes.Compare(there[:8], later) > 0 {
		later = there[:8]
	}
	value := append(bytes.Clone(later), rand.Text()...)
	c.urgent.Store(true)
	return errors.Join(b.outbox.Delete(key), post(b.outbox, string(key), opCommit, there), b.sessions.Put(key, value))
}

// Keys implements shared.Copy.
func (c *common) Keys(kind string) (keys [][]byte, err error) {
	err = c.view(func(b buckets) error {
		return b.sessions.ForEach(func(k, _ []byte) error {
			if kindOf(string(k)) == kind {
				keys = append(keys, bytes.Clone(k))
			}
			return nil
		})
	})
	return keys, err
}

// Whole implements shared.Copy. Sessions that are nowhere else have ended, unless the others were not told of them yet; marks stay until
// they end by themselves.
func (c *common) Whole(_ context.Context, w *shared.Whole) error {
	var extra [][]byte
	err := c.view(func(b buckets) error {
		return b.sessions.ForEach(func(k, v []byte) error {
			if kindOf(string(k)) == kindSession && !w.Has(kindSession, k) && posted(b.outbox, k) != opCommit && c.store.alive(v) {
				extra = append(extra, bytes.Clone(k))
			}
			return nil
		})
	})
	if err != nil || len(extra) == 0 {
		return err
	}
	c.log.Warn("sessions of this node that other nodes do not have are ended", "count", len(extra))
	changes := make([]shared.Change, len(extra))
	for i, key := range extra {
		changes[i] = shared.Change{Kind: kindSession, Key: key, Deleted: true}
	}
	return c.Apply(changes)
}

// overByItself notes that a session or a mark in the table has reached its end.
func (c *common) overByItself(kind string, key []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.over) < mostOver {
		c.over[kind+"\x00"+string(key)] = true
	}
}

// swept takes in what has ended by itself and is gone from the file, and forgets what would have ended by now anyway.
func (c *common) swept(tokens [][]byte) error {
	for _, token := range tokens {
		c.overByItself(kindOf(string(token)), token)
	}
	var old [][]byte
	err := c.view(func(b buckets) error {
		return b.ended.ForEach(func(k, v []byte) error {
			if !c.store.alive(v) {
				old = append(old, bytes.Clone(k))
			}
			return nil
		})
	})
	if err != nil || len(old) == 0 {
		return err
	}
	return c.update(func(b buckets) error {
		for _, k := range old {
			c.overByItself(kindSession, k)
			if err := b.ended.Delete(k); err != nil {
				return err
			}
		}
		return nil
	})
}

// hourly removes from the table what has ended by itself.
func (c *common) hourly(ctx context.Context) {
	c.mu.Lock()
	over := c.over
	c.over = map[string]bool{}
	c.mu.Unlock()
	keys := map[string][][]byte{}
	for id := range over {
		kind, key, _ := bytes.Cut([]byte(id), []byte{0})
		keys[string(kind)] = append(keys[string(kind)], key)
	}
	for kind, keys := range keys {
		if err := c.table.Forget(ctx, c.follower.Place().Revision, kind, keys); err != nil {
			c.log.Warn("sessions that have ended cannot be removed from what nodes share", "kind", kind, "error", err)
		}
	}
}
