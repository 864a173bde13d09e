package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

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
	if err := os.MkdirAll(s.options.Dir, 0o700); err != nil {
		return fmt.Errorf("load state: %w", err)
	}
	path := filepath.Join(s.options.Dir, StateFile)
	disk, err := openState(path)
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
	disk, err := openState(path)
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
	kept, err := s.disk.records(s.options.Progress, uint64(max(0, m.Places)))
	if err != nil {
		return err
	}
	if !kept.fits(m) {
		return fmt.Errorf("%w: contents are not those written at entry %d", errStateCheck, m.Seq)
	}
	if err := lookups.Wait(); err != nil {
		return err
	}
	base := newState()
	base.seq, base.time, base.granted = m.Seq, m.Time, m.Granted
	base.fill(kept.places)
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
	for id, l := range kept.links {
		base.links.set(id, l)
		base.webbing.link(nil, l)
		base.strand(id, l)
	}
	for id, n := range kept.networks {
		base.networks.set(id, n)
	}
	if err := s.disk.scrub(); err != nil {
		return err
	}
	s.base, s.unerased = base, m.Unerased
	s.ledger = newLedger(s.disk, base.seq, base.time, names)
	return nil
}

// fill puts places, sorted by id, into an empty state.
func (s *state) fill(records []*record) {
	var g errgroup.Group
	g.Go(func() error {
		for _, r := range byReference(records) {
			s.refs.Load(r.place.Reference, r.place.ID)
		}
		return nil
	})
	// What the columns change of a place that it shares with others is not asked here.
	g.Go(func() error {
		for _, r := range records {
			s.ties.replace(nil, r.place)
			s.webbing.place(nil, r.place)
		}
		return nil
	})
	list := make([]plot, 0, len(records))
	for _, r := range records {
		s.places.Load(r)
		r.at = s.columns.put(0, r.place)
		if drawn, ok := newPlot(s.columns, r.at); ok {
			list = append(list, drawn)
		}
		if r.place.Synthetic {
			s.synthetic++
		}
	}
	slices.SortFunc(list, comparePlots)
	// Only now: the columns let places hold what others hold too, and those that come one after the other lie near in the index.
	g.Go(func() error {
		for i := range list {
			place, _ := s.columns.at(list[i].at)
			s.index.Insert(place)
		}
		return nil
	})
	s.plots.fill(list)
	fillCommunes(s.communes, records)
	_ = g.Wait() // its functions cannot fail
}

// referenced is a record with the first eight bytes of its reference as a number of the same order: of most references, all of them.
type referenced struct {
	first uint64
	*record
}

func byReference(records []*record) []referenced {
	list := make([]referenced, len(records))
	for i, r := range records {
		var first [8]byte
		copy(first[:], r.place.Reference)
		list[i] = referenced{binary.BigEndian.Uint64(first[:]), r}
	}
	slices.SortFunc(list, func(a, b referenced) int {
		if a.first != b.first {
			return cmp.Compare(a.first, b.first)
		}
		return strings.Compare(a.place.Reference, b.place.Reference)
	})
	return list
}

// records is all that the state on disk holds of records, with the sum of what was read.
type records struct {
	places     []*record
	grants     map[dealmap.ID]*dealmap.Grant
	tokens     map[dealmap.ID]*dealmap.Token
	reports    map[dealmap.ID]*dealmap.Report
	pairs      map[dealmap.ID]*dealmap.Pair
	imports    map[dealmap.ID]*dealmap.Import
	operations map[dealmap.ID]*dealmap.FieldOperation
	meetings   map[dealmap.ID]*dealmap.Meeting
	links      map[dealmap.ID]*dealmap.Link
	networks   map[dealmap.ID]*dealmap.Network
	sum        sum
}

func (r *records) fits(m mark) bool {
	return r.sum == m.Sum && len(r.places) == m.Places && len(r.grants) == m.Grants && len(r.tokens) == m.Tokens && len(r.reports) == m.Reports &&
		len(r.pairs) == m.Pairs && len(r.imports) == m.Imports && len(r.operations) == m.Operations && len(r.meetings) == m.Meetings &&
		len(r.links) == m.Links && len(r.networks) == m.Networks
}

func (f *stateFile) records(progress Progress, total uint64) (r records, err error) {
	if r.places, r.sum, err = f.places(progress, total); err != nil {
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
		if r.links, err = readRecords(tx, linksBucket, func(l *dealmap.Link) dealmap.ID { return l.ID }, &r.sum); err != nil {
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
	readers := sync.Pool{New: func() any { return newPlaceReader() }}
	err = f.view(func(tx *bolt.Tx) error {
		c := &chunk{}
		decode := func(c *chunk) {
			chunks = append(chunks, c)
			workers.Go(func() error {
				return boltfile.Guard(func() (err error) {
					reader := readers.Get().(*placeReader)
					defer readers.Put(reader)
					c.records, c.sum, err = decodePlaces(reader, c.keys, c.values)
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

func decodePlaces(reader *placeReader, keys, values [][]byte) ([]*record, sum, error) {
	records := make([]*record, len(keys))
	var got sum
	for i, k := range keys {
		got.add(sumOf(placesBucket, k, values[i]))
		p, err := reader.place(k, values[i])
		if err != nil {
			return nil, got, err
		}
		records[i] = newRecord(p)
	}
	return records, got, nil
}
