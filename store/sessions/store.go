// Package sessions keeps sessions for scs in a bbolt file of its own.
//
// Its file, sessions.db, has the bucket "sessions": token as scs gives it (hashed, when the session manager is told so)
// → expiry (Unix nanoseconds, 8 bytes, big endian) ‖ data, and "dealmap" with format and version. It may be deleted:
// everyone then signs in again.
package sessions

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
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
		err = s.view(func(b *bolt.Bucket) error {
			value = bytes.Clone(b.Get([]byte(token)))
			return nil
		})
		if err != nil {
			return nil, false, fmt.Errorf("find session: %w", err)
		}
		s.lately.keep(token, value, at)
	}
	if !s.alive(value) {
		return nil, false, nil
	}
	return value[8:len(value):len(value)], true, nil
}

// Commit writes a session with the moment at which it ends.
func (s *Store) Commit(token string, data []byte, expiry time.Time) error {
	value := append(binary.BigEndian.AppendUint64(nil, uint64(expiry.UnixNano())), data...)
	defer s.lately.forget(token)
	if err := s.update(func(b *bolt.Bucket) error { return b.Put([]byte(token), value) }); err != nil {
		return fmt.Errorf("commit session: %w", err)
	}
	return nil
}

// Delete ends a session; one that is not there is no error.
func (s *Store) Delete(token string) error {
	defer s.lately.forget(token)
	if err := s.update(func(b *bolt.Bucket) error { return b.Delete([]byte(token)) }); err != nil {
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

// Close closes the file.
func (s *Store) Close() error {
	s.closing.Do(func() {
		close(s.quit)
		<-s.done
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
	if err := s.view(collect); err != nil || len(ended) == 0 {
		return 0, err
	}
	err := s.update(func(b *bolt.Bucket) error {
		// Anew: a session may have been prolonged in between.
		err := collect(b)
		for _, k := range ended {
			err = errors.Join(err, b.Delete(k))
		}
		return err
	})
	return len(ended), err
}
