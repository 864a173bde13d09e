package store

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"
)

// load sets the base to what the state on disk says, or to nothing when it cannot be used; catchUp does the rest.
func (s *Store) load(ctx context.Context) error {
	s.base = newState()
	if s.options.Dir == "" {
		s.ledger = newLedger(nil, 0, s.base.time)
		return nil
	}
	if err := os.MkdirAll(s.options.Dir, 0o700); err != nil {
		return fmt.Errorf("load state: %w", err)
	}
	path := filepath.Join(s.options.Dir, StateFile)
	disk, err := openState(path)
	if err == nil {
		s.disk = disk
		var base *state
		if base, err = s.restore(ctx); err == nil {
			s.base = base
			s.ledger = newLedger(disk, base.seq, base.time)
			return nil
		}
	}
	if errors.Is(err, boltfile.ErrLocked) || ctx.Err() != nil {
		return err
	}
	s.log.Warn("state is made anew from the journal", "file", path, "reason", err)
	return s.renew(path)
}

// renew starts from an empty state file.
func (s *Store) renew(path string) error {
	if s.disk != nil {
		if err := s.disk.close(); err != nil {
			return fmt.Errorf("renew state: %w", err)
		}
		s.disk = nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("renew state: %w", err)
	}
	disk, err := openState(path)
	if err != nil {
		return fmt.Errorf("renew state: %w", err)
	}
	s.disk, s.ledger = disk, newLedger(disk, 0, s.base.time)
	return nil
}

// restore reads the state file and verifies that it is whole and belongs to this journal.
func (s *Store) restore(ctx context.Context) (*state, error) {
	m, err := s.disk.mark()
	if err != nil {
		return nil, err
	}
	hash, err := s.journal.HashAt(ctx, m.Seq)
	if dealmap.KindOf(err) == dealmap.KindNotFound {
		return nil, fmt.Errorf("%w: it is at entry %d, which the journal does not have", errStateCheck, m.Seq)
	}
	if err != nil {
		return nil, err
	}
	if hash != m.Hash {
		return nil, fmt.Errorf("%w: entry %d is another in the journal", errStateCheck, m.Seq)
	}
	var lookups errgroup.Group
	lookups.Go(func() error { return s.disk.verifyLookups(m) })
	defer func() { _ = lookups.Wait() }() // it reads a file that the caller closes
	records, got, err := s.disk.places(s.options.Progress, uint64(max(0, m.Places)))
	if err != nil {
		return nil, err
	}
	base := newState()
	grants, err := s.disk.grants(&got)
	if err != nil {
		return nil, err
	}
	if got != m.Sum || len(records) != m.Places || len(grants) != m.Grants {
		return nil, fmt.Errorf("%w: contents are not those written at entry %d", errStateCheck, m.Seq)
	}
	if err := lookups.Wait(); err != nil {
		return nil, err
	}
	base.seq, base.time, base.grants = m.Seq, m.Time, grants
	base.fill(records)
	return base, nil
}

// fill puts places, sorted by id, into an empty state.
func (s *state) fill(records []*record) {
	byReference := slices.Clone(records)
	var g errgroup.Group
	g.Go(func() error {
		slices.SortFunc(byReference, func(a, b *record) int { return cmp.Compare(a.place.Reference, b.place.Reference) })
		for _, r := range byReference {
			s.refs.Load(r.place.Reference, r.place.ID)
		}
		return nil
	})
	for _, r := range records {
		s.places.Load(r)
		s.index.Insert(r.place)
		r.at = s.columns.put(0, r.place)
		if r.place.Synthetic {
			s.synthetic++
		}
	}
	_ = g.Wait() // its function cannot fail
}

const loadChunk = 1024

// places decodes all places, in the order of their ids, with the sum of what it read.
func (f *stateFile) places(progress Progress, total uint64) (all []*record, got sum, err error) {
	type chunk struct {
		keys, values [][]byte
		records      []*record
		sum          sum
	}
	var chunks []*chunk
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	err = f.view(func(tx *bolt.Tx) error {
		c := &chunk{}
		decode := func(c *chunk) {
			chunks = append(chunks, c)
			workers.Go(func() error {
				return boltfile.Guard(func() (err error) {
					c.records, c.sum, err = decodePlaces(c.keys, c.values)
					return err
				})
			})
		}
		err := tx.Bucket([]byte(placesBucket)).ForEach(func(k, v []byte) error {
			c.keys, c.values = append(c.keys, k), append(c.values, v)
			if len(c.keys) == loadChunk {
				decode(c)
				c = &chunk{}
				progress(uint64(len(chunks)*loadChunk), total, "lecture de l’état")
			}
			return nil
		})
		decode(c)
		return errors.Join(err, workers.Wait())
	})
	if err != nil {
		return nil, sum{}, fmt.Errorf("%w: %w", errStateCheck, err)
	}
	for _, c := range chunks {
		all = append(all, c.records...)
		got.add(c.sum)
	}
	return all, got, nil
}

func decodePlaces(keys, values [][]byte) ([]*record, sum, error) {
	records := make([]*record, len(keys))
	var got sum
	for i, k := range keys {
		got.add(sumOf(placesBucket, k, values[i]))
		p, err := decodePlace(values[i])
		if err != nil {
			return nil, got, err
		}
		if !bytes.Equal(p.ID[:], k) {
			return nil, got, errStateCheck
		}
		records[i] = newRecord(p)
	}
	return records, got, nil
}

func (f *stateFile) grants(got *sum) (map[dealmap.ID]*dealmap.Grant, error) {
	all := map[dealmap.ID]*dealmap.Grant{}
	err := f.view(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(grantsBucket)).ForEach(func(k, v []byte) error {
			got.add(sumOf(grantsBucket, k, v))
			var g dealmap.Grant
			if err := decoder.Unmarshal(v, &g); err != nil {
				return err
			}
			if !bytes.Equal(g.ID[:], k) {
				return errStateCheck
			}
			all[g.ID] = &g
			return nil
		})
	})
	if err != nil {
		return nil, fmt.Errorf("%w: grants: %w", errStateCheck, err)
	}
	return all, nil
}
