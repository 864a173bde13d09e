// Package sessions keeps sessions for scs in a bbolt file of its own.
//
// Its file, sessions.db, has these buckets:
//
//	sessions  token as scs gives it (hashed, when the session manager is told so) → expiry (Unix nanoseconds, 8 bytes, big endian) ‖ data
//	ended     token of a session that ended before its time → that time, Unix nanoseconds (8 bytes): it does not come back to life (shared stores only)
//	outbox    token → what other nodes do not know yet (outbox.go; shared stores only)
//	dealmap   format and version
//
// It may be deleted: everyone then signs in again. On several nodes sessions are shared (share.go).
//
// What is kept under a key with a space is no session but a mark, which has no end that anyone could give it but its expiry: package web keeps
// the epoch of each account's sessions so, and a session of another epoch is not alive.
package sessions

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// FileName is the sessions' file in a data folder.
const FileName = "sessions.db"

const sweepEvery = time.Minute

var bucketSessions = []byte("sessions")

var (
	_ scs.Store         = (*Store)(nil)
	_ scs.IterableStore = (*Store)(nil)
)

// Store is an open file of sessions. Its methods may be called from any goroutine.
type Store struct {
	db      *bolt.DB
	lately  lately
	now     func() time.Time
	common  atomic.Pointer[common] // nil when nothing is shared
	ends    atomic.Uint64
	quit    chan struct{}
	done    chan struct{}
	closing sync.Once
	err     error
}

// Open opens or makes the file at path, and removes ended sessions from it from time to time.
func Open(path string) (*Store, error) { return openAt(path, time.Now) }

func openAt(path string, now func() time.Time) (*Store, error) {
	db, err := boltfile.Open(path, boltfile.Options{Format: "sessions", Version: 1, Buckets: []string{string(bucketSessions)}})
	if err != nil {
		return nil, fmt.Errorf("open sessions: %w", err)
	}
	s := &Store{db: db, now: now, quit: make(chan struct{}), done: make(chan struct{})}
	go s.sweeps()
	return s, nil
}

// Find returns a session's data, which must not be changed; an ended session is not found.
func (s *Store) Find(token string) (data []byte, found bool, err error) {
	value, known, at := s.lately.get(token)
	if !known {
		if value, err = s.look(token); err != nil {
			return nil, false, fmt.Errorf("find session: %w", err)
		}
		if c := s.common.Load(); c != nil && value == nil && c.elsewhere(token) {
			_, _, at = s.lately.get(token)
			if value, err = s.look(token); err != nil {
				return nil, false, fmt.Errorf("find session: %w", err)
			}
		}
		s.lately.keep(token, value, at)
	}
	if !s.alive(value) {
		return nil, false, nil
	}
	return value[8:len(value):len(value)], true, nil
}

// look reads a session from the file.
func (s *Store) look(token string) (value []byte, err error) {
	err = s.view(func(b *bolt.Bucket) error {
		value = bytes.Clone(b.Get([]byte(token)))
		return nil
	})
	return value, err
}

// Commit writes a session with the moment at which it ends. A shared one that has ended before its time stays so.
func (s *Store) Commit(token string, data []byte, expiry time.Time) error {
	value := append(binary.BigEndian.AppendUint64(nil, uint64(expiry.UnixNano())), data...)
	if c := s.common.Load(); c != nil {
		if err := c.commit(token, value); err != nil {
			return fmt.Errorf("commit session: %w", err)
		}
		return nil
	}
	defer s.lately.forget(token)
	if err := s.update(func(b *bolt.Bucket) error {
		return errors.Join(postLater(b, token, opCommit), b.Put([]byte(token), value))
	}); err != nil {
		return fmt.Errorf("commit session: %w", err)
	}
	return nil
}

// Delete ends a session; one that is not there is no error.
func (s *Store) Delete(token string) error {
	if c := s.common.Load(); c != nil {
		if err := c.remove(token); err != nil {
			return fmt.Errorf("delete session: %w", err)
		}
		return nil
	}
	defer s.lately.forget(token)
	if err := s.update(func(b *bolt.Bucket) error { return errors.Join(postLater(b, token, opDelete), b.Delete([]byte(token))) }); err != nil {
		return fmt.Errorf("delete session: %w", err)
	}
	return nil
}

// All returns the data of all sessions that have not ended, by token.
func (s *Store) All() (map[string][]byte, error) {
	all := map[string][]byte{}
	err := s.view(func(b *bolt.Bucket) error {
		return b.ForEach(func(k, v []byte) error {
			if s.alive(v) {
				all[string(k)] = bytes.Clone(v[8:])
			}
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return all, nil
}

// Ended goes up whenever another node may have ended sessions that are here.
func (s *Store) Ended() uint64 { return s.ends.Load() }

// Close sends what other nodes do not know yet, if they can be reached, and closes the file.
func (s *Store) Close() error {
	s.closing.Do(func() {
		close(s.quit)
		<-s.done
		if c := s.common.Load(); c != nil {
			c.close()
		}
		s.err = s.db.Close()
	})
	return s.err
}

func (s *Store) alive(value []byte) bool {
	return len(value) >= 8 && s.now().UnixNano() < int64(binary.BigEndian.Uint64(value))
}

func (s *Store) view(f func(*bolt.Bucket) error) error {
	return boltfile.Guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error { return f(tx.Bucket(bucketSessions)) })
	})
}

func (s *Store) update(f func(*bolt.Bucket) error) error {
	return boltfile.Guard(func() error {
		return s.db.Update(func(tx *bolt.Tx) error { return f(tx.Bucket(bucketSessions)) })
	})
}

func (s *Store) sweeps() {
	defer close(s.done)
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			// What a sweep cannot remove is still not found, and the next sweep comes along.
			_, _ = s.sweep()
		case <-s.quit:
			return
		}
	}
}

// sweep removes the sessions that have ended and returns how many; it writes only when there are any.
func (s *Store) sweep() (int, error) {
	var ended [][]byte
	collect := func(b *bolt.Bucket) error {
		ended = ended[:0]
		return b.ForEach(func(k, v []byte) error {
			if !s.alive(v) {
				ended = append(ended, bytes.Clone(k))
			}
			return nil
		})
	}
	err := s.view(collect)
	if err == nil && len(ended) > 0 {
		err = s.update(func(b *bolt.Bucket) error {
			// Anew: a session may have been prolonged in between.
			err := collect(b)
			for _, k := range ended {
				err = errors.Join(err, b.Delete(k))
			}
			return err
		})
	}
	if c := s.common.Load(); c != nil && err == nil {
		err = c.swept(ended)
	}
	return len(ended), err
}
