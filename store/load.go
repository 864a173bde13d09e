package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"
)

// load sets the base to what the state on disk says, or to nothing when it cannot be used; catchUp does the rest.
func (s *Store) load(ctx context.Context) error {
	s.base = newState()
	if s.options.Dir == "" {
		s.ledger = newLedger(nil, 0, s.base.time, newRoll(nil))
		return nil
	}
	s.vault = newVault(s.base.columns.classes, s.options.Whole)
	s.base.vault = s.vault
	if err := os.MkdirAll(s.options.Dir, 0o700); err != nil {
		return fmt.Errorf("load state: %w", err)
	}
	path := filepath.Join(s.options.Dir, StateFile)
	disk, err := openState(path, true)
	if err == nil {
		s.disk = disk
		if err = s.restore(ctx); err == nil {
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
	disk, err := openState(path, false)
	if err != nil {
		return fmt.Errorf("renew state: %w", err)
	}
	s.disk, s.ledger = disk, newLedger(disk, 0, s.base.time, newRoll(nil))
	return nil
}

// restore reads the state file and verifies that it is whole and belongs to this journal.
func (s *Store) restore(ctx context.Context) error {
	m, err := s.disk.mark()
	if err != nil {
		return err
	}
	if most, err := s.disk.mostPlaces(); err != nil || m.Places < 0 || m.Places > most {
		return fmt.Errorf("%w: it says that it holds %d places", errors.Join(errStateCheck, err), m.Places)
	}
	hash, err := s.journal.HashAt(ctx, m.Seq)
	if dealmap.KindOf(err) == dealmap.KindNotFound {
		return fmt.Errorf("%w: it is at entry %d, which the journal does not have", errStateCheck, m.Seq)
	}
	if err != nil {
		return err
	}
	if hash != m.Hash {
		return fmt.Errorf("%w: entry %d is another in the journal", errStateCheck, m.Seq)
	}
	var lookups errgroup.Group
	var names *roll
	lookups.Go(func() error { return s.disk.verifyLookups(m) })
	lookups.Go(func() (err error) {
		names, err = s.disk.roll(m)
		return err
	})
	defer func() { _ = lookups.Wait() }() // it reads a file that the caller closes
	base := newState()
	base.vault = newVault(base.columns.classes, s.options.Whole)
	filling := newFilling(base, m.Places)
	kept, err := s.disk.records(s.options.Progress, uint64(m.Places), base.vault, filling.add)
	if err != nil {
		return err
	}
	if !kept.fits(m) {
		return fmt.Errorf("%w: contents are not those written at entry %d", errStateCheck, m.Seq)
	}
	if err := lookups.Wait(); err != nil {
		return err
	}
	base.seq, base.time, base.granted = m.Seq, m.Time, m.Granted
	filled := filling.end()
	for id, g := range kept.grants {
		base.grants.set(id, g)
	}
	for id, t := range kept.tokens {
		base.tokens.set(id, t)
	}
	for id, r := range kept.reports {
		base.reports.set(id, r)
	}
	for id, p := range kept.pairs {
		base.pairs.set(id, p)
		base.ties.pair(p)
	}
	for id, i := range kept.imports {
		base.imports.set(id, i)
	}
	for id, o := range kept.operations {
		base.operations.set(id, o)
	}
	for id, m := range kept.meetings {
		base.meetings.set(id, m)
	}
	filling.takeLinks(kept.links)
	for id, n := range kept.networks {
		base.networks.set(id, n)
	}
	filled()
	if err := s.disk.scrub(); err != nil {
		return err
	}
	if err := s.disk.reopen(); err != nil {
		return err
	}
	s.base, s.vault, s.unerased = base, base.vault, m.Unerased
	s.ledger = newLedger(s.disk, base.seq, base.time, names)
	return nil
}

// records is all that the state on disk holds of records, places by their number only, with the sum of what was read.
type records struct {
	places     int
	grants     map[dealmap.ID]*dealmap.Grant
	tokens     map[dealmap.ID]*dealmap.Token
	reports    map[dealmap.ID]*dealmap.Report
	pairs      map[dealmap.ID]*dealmap.Pair
	imports    map[dealmap.ID]*dealmap.Import
	operations map[dealmap.ID]*dealmap.FieldOperation
	meetings   map[dealmap.ID]*dealmap.Meeting
	links      []*dealmap.Link // in the order of their ids
	networks   map[dealmap.ID]*dealmap.Network
	sum        sum
}

func (r *records) fits(m mark) bool {
	return r.sum == m.Sum && r.places == m.Places && len(r.grants) == m.Grants && len(r.tokens) == m.Tokens && len(r.reports) == m.Reports &&
		len(r.pairs) == m.Pairs && len(r.imports) == m.Imports && len(r.operations) == m.Operations && len(r.meetings) == m.Meetings &&
		len(r.links) == m.Links && len(r.networks) == m.Networks
}

// records reads all records. Places it hands out one after the other (places).
func (f *stateFile) records(progress Progress, total uint64, v *vault, take func(*record, *dealmap.Place)) (r records, err error) {
	if r.places, r.sum, err = f.places(progress, total, v, take); err != nil {
		return r, err
	}
	err = f.view(func(tx *bolt.Tx) (err error) {
		if r.grants, err = readRecords(tx, grantsBucket, func(g *dealmap.Grant) dealmap.ID { return g.ID }, &r.sum); err != nil {
			return err
		}
		if r.tokens, err = readRecords(tx, tokensBucket, func(t *dealmap.Token) dealmap.ID { return t.ID }, &r.sum); err != nil {
			return err
		}
		if r.reports, err = readRecords(tx, reportsBucket, func(r *dealmap.Report) dealmap.ID { return r.ID }, &r.sum); err != nil {
			return err
		}
		if r.pairs, err = readRecords(tx, pairsBucket, func(p *dealmap.Pair) dealmap.ID { return p.ID }, &r.sum); err != nil {
			return err
		}
		if r.imports, err = readRecords(tx, importsBucket, func(i *dealmap.Import) dealmap.ID { return i.ID }, &r.sum); err != nil {
			return err
		}
		if r.operations, err = readRecords(tx, operationsBucket, func(o *dealmap.FieldOperation) dealmap.ID { return o.ID }, &r.sum); err != nil {
			return err
		}
		if r.meetings, err = readRecords(tx, meetingsBucket, func(m *dealmap.Meeting) dealmap.ID { return m.ID }, &r.sum); err != nil {
			return err
		}
		if r.links, err = readLinks(tx, &r.sum); err != nil {
			return err
		}
		r.networks, err = readRecords(tx, networksBucket, func(n *dealmap.Network) dealmap.ID { return n.ID }, &r.sum)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("%w: %w", errStateCheck, err)
	}
	return r, nil
}

func readRecords[T any](tx *bolt.Tx, bucket string, idOf func(*T) dealmap.ID, got *sum) (map[dealmap.ID]*T, error) {
	all := map[dealmap.ID]*T{}
	err := tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error {
		got.add(sumOf(bucket, k, v))
		r, err := decode[T](v)
		if err != nil {
			return fmt.Errorf("%s: %w", bucket, err)
		}
		id := idOf(r)
		if !bytes.Equal(id[:], k) {
			return errStateCheck
		}
		all[id] = r
		return nil
	})
	return all, err
}
