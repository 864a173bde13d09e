package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// The state file, state.db, is derived from the journal and may be deleted at any time. Its buckets:
//
//	places    id (16 bytes) → a place (placewrite.go)
//	grants    id → CBOR of a grant
//	tokens    id → CBOR of an API token (never its secret)
//	reports   id → CBOR of a report
//	pairs, imports, operations, meetings, networks   id → CBOR of one
//	links     id → a link (linkcodec.go)
//	requests  idempotency key (16 bytes) → outcome (codec.go), with its own check
//	subjects  id ‖ sequence (8, big endian) → CRC-32C of the key: which entries concern a record
//	classes   number (8, big endian) → kind NUL author, with its own check (roll.go)
//	roll      number of a chunk → the class of each of its entries (4 bytes each), with its own check
//	meta      "at" → CBOR of mark: where the state stands, the numbers, and the checksum of the records
//	dealmap   "format" = "state", "version"
const stateVersion = 8

const (
	placesBucket     = "places"
	grantsBucket     = "grants"
	tokensBucket     = "tokens"
	reportsBucket    = "reports"
	pairsBucket      = "pairs"
	importsBucket    = "imports"
	operationsBucket = "operations"
	meetingsBucket   = "meetings"
	linksBucket      = "links"
	networksBucket   = "networks"
	requestsBucket   = "requests"
	subjectsBucket   = "subjects"
	classesBucket    = "classes"
	rollBucket       = "roll"
	metaBucket       = "meta"
)

const (
	// checkpointEntries is the number of entries after which a checkpoint is written without waiting for checkpointEvery.
	checkpointEntries = 16384
	checkpointEvery   = 5 * time.Second
)

// errStateCheck says that the state on disk is not what was written.
var errStateCheck = errors.New("state file fails its check")

// mark says where the state on disk stands.
type mark struct {
	Seq  dealmap.Seq
	Hash dealmap.Hash
	Time time.Time
	// Granted is the last entry about grants or tokens.
	Granted    dealmap.Seq
	Places     int
	Grants     int
	Tokens     int
	Reports    int
	Pairs      int
	Imports    int
	Operations int
	Meetings   int
	Links      int
	Networks   int
	// Requests are those fulfilled; there is one reference from a record for each entry.
	Requests int
	// Classes is the number of names in the roll.
	Classes int
	Sum     sum
	// Unerased are entries that erase a place, the bodies of whose own entries are still to be erased.
	Unerased []dealmap.Seq
	// Scrub: the file's free pages may hold what was erased.
	Scrub bool
}

var markKey = []byte("at")

type stateFile struct{ db *bolt.DB }

// openState opens the state file, or makes it. Its pages are checked unless that was done just before: that everything in it can be read, and
// is what was written, shows neither that reading ends nor that each record is found by its key.
func openState(path string, check bool) (*stateFile, error) {
	db, err := boltfile.Open(path, boltfile.Options{Format: "state", Version: stateVersion, Check: check,
		Buckets: []string{placesBucket, grantsBucket, tokensBucket, reportsBucket, pairsBucket, importsBucket, operationsBucket, meetingsBucket, linksBucket, networksBucket, requestsBucket,
			subjectsBucket, classesBucket, rollBucket, metaBucket}})
	if err != nil {
		return nil, err
	}
	return &stateFile{db: db}, nil
}

func (f *stateFile) close() error { return f.db.Close() }

// reopen lets go of the memory that reading the whole file took.
func (f *stateFile) reopen() error {
	path := f.db.Path()
	if err := f.close(); err != nil {
		return err
	}
	again, err := openState(path, false)
	if err == nil {
		f.db = again.db
	}
	return err
}

func (f *stateFile) view(read func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return f.db.View(read) })
}

// mark returns where the state stands; the zero mark for a new file.
func (f *stateFile) mark() (m mark, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		m, err = readMark(tx)
		return err
	})
	return m, err
}

func readMark(tx *bolt.Tx) (m mark, err error) {
	data := tx.Bucket([]byte(metaBucket)).Get(markKey)
	if data == nil {
		return m, nil
	}
	if err := decoder.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("%w: mark: %w", errStateCheck, err)
	}
	return m, nil
}

func (f *stateFile) request(key [16]byte) (o outcome, known bool, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		data := tx.Bucket([]byte(requestsBucket)).Get(key[:])
		if known = data != nil; !known {
			return nil
		}
		o, err = decodeOutcome(key, data)
		return err
	})
	return o, known, err
}

func (f *stateFile) subject(id dealmap.ID) (seqs []dealmap.Seq, err error) {
	err = f.view(func(tx *bolt.Tx) error {
		c := tx.Bucket([]byte(subjectsBucket)).Cursor()
		for k, v := c.Seek(id[:]); k != nil && bytes.HasPrefix(k, id[:]); k, v = c.Next() {
			if len(k) != 24 || !bytes.Equal(v, subjectCheck(k)) {
				return errStateCheck
			}
			seqs = append(seqs, dealmap.Seq(binary.BigEndian.Uint64(k[16:])))
		}
		return nil
	})
	return seqs, err
}

// verifyLookups reads all requests and all references from records to entries, each of which has its own check.
func (f *stateFile) verifyLookups(m mark) error {
	return f.view(func(tx *bolt.Tx) error {
		requests, subjects := 0, 0
		err := tx.Bucket([]byte(requestsBucket)).ForEach(func(k, v []byte) error {
			if requests++; len(k) != 16 {
				return errStateCheck
			}
			_, err := decodeOutcome([16]byte(k), v)
			return err
		})
		if err != nil {
			return err
		}
		err = tx.Bucket([]byte(subjectsBucket)).ForEach(func(k, v []byte) error {
			if subjects++; len(k) != 24 || !bytes.Equal(v, subjectCheck(k)) {
				return errStateCheck
			}
			return nil
		})
		if err == nil && (requests != m.Requests || subjects != int(m.Seq)) {
			err = errStateCheck
		}
		return err
	})
}

func subjectCheck(key []byte) []byte {
	return binary.BigEndian.AppendUint32(nil, crc32.Checksum(key, castagnoli))
}

// write brings the file to where the delta ends, in one transaction.
func (f *stateFile) write(d *delta, hash dealmap.Hash, at time.Time) error {
	return boltfile.Guard(func() error {
		return f.db.Update(func(tx *bolt.Tx) error {
			m, err := readMark(tx)
			if err != nil {
				return err
			}
			err = errors.Join(
				writePlaces(tx, d, &m), writeRecords(tx, grantsBucket, d.grants, &m, &m.Grants),
				writeRecords(tx, tokensBucket, d.tokens, &m, &m.Tokens), writeRecords(tx, reportsBucket, d.reports, &m, &m.Reports),
				writeRecords(tx, pairsBucket, d.pairs, &m, &m.Pairs), writeRecords(tx, importsBucket, d.imports, &m, &m.Imports),
				writeRecords(tx, operationsBucket, d.operations, &m, &m.Operations), writeRecords(tx, meetingsBucket, d.meetings, &m, &m.Meetings),
				writeRecords(tx, linksBucket, d.links, &m, &m.Links), writeRecords(tx, networksBucket, d.networks, &m, &m.Networks),
			)
			if err != nil {
				return err
			}
			if err := errors.Join(writeLookups(tx, d, &m), writeRoll(tx, d, &m)); err != nil {
				return err
			}
			m.Seq, m.Hash, m.Time, m.Unerased = d.seq, hash, at, d.unerased
			if d.granted != 0 {
				m.Granted = d.granted
			}
			m.Scrub = m.Scrub || d.erased
			return writeMark(tx, m)
		})
	})
}

func writeMark(tx *bolt.Tx, m mark) error {
	data, err := encoder.Marshal(m)
	if err != nil {
		return fmt.Errorf("encode mark: %w", err)
	}
	return tx.Bucket([]byte(metaBucket)).Put(markKey, data)
}

// scrub overwrites the free pages when they may hold what was erased.
func (f *stateFile) scrub() error {
	m, err := f.mark()
	if err != nil || !m.Scrub {
		return err
	}
	if err := boltfile.Scrub(f.db); err != nil {
		return err
	}
	return boltfile.Guard(func() error {
		return f.db.Update(func(tx *bolt.Tx) error {
			m, err := readMark(tx)
			if err != nil {
				return err
			}
			m.Scrub = false
			return writeMark(tx, m)
		})
	})
}

// writeRecords writes the records of a bucket that changed; nil ones are gone.
func writeRecords[T any](tx *bolt.Tx, bucket string, changed map[dealmap.ID]*T, m *mark, count *int) error {
	for id, record := range changed {
		var data []byte
		if record != nil {
			var err error
			if data, err = encode(record); err != nil {
				return fmt.Errorf("encode %s %s: %w", bucket, id, err)
			}
		}
		if err := replace(tx, bucket, id, data, &m.Sum, count); err != nil {
			return err
		}
	}
	return nil
}

// writePlaces writes the places that changed, and notes in which form.
func writePlaces(tx *bolt.Tx, d *delta, m *mark) error {
	d.forms = make(map[*record][]byte, len(d.places))
	for id, r := range d.places {
		var data []byte
		if r != nil {
			var err error
			if data, err = writePlace(r.place()); err != nil {
				return err
			}
			d.forms[r] = data
		}
		if err := replace(tx, placesBucket, id, data, &m.Sum, &m.Places); err != nil {
			return err
		}
	}
	return nil
}

func replace(tx *bolt.Tx, bucket string, id dealmap.ID, data []byte, s *sum, count *int) error {
	b := tx.Bucket([]byte(bucket))
	if old := b.Get(id[:]); old != nil {
		s.subtract(sumOf(bucket, id[:], old))
		*count--
	}
	if data == nil {
		return b.Delete(id[:])
	}
	s.add(sumOf(bucket, id[:], data))
	*count++
	return b.Put(bytes.Clone(id[:]), data)
}

func writeLookups(tx *bolt.Tx, d *delta, m *mark) error {
	for key, o := range d.requests {
		if tx.Bucket([]byte(requestsBucket)).Get(key[:]) == nil {
			m.Requests++
		}
		if err := tx.Bucket([]byte(requestsBucket)).Put(bytes.Clone(key[:]), encodeOutcome(key, o)); err != nil {
			return err
		}
	}
	for id, seqs := range d.subjects {
		for _, seq := range seqs {
			k := binary.BigEndian.AppendUint64(bytes.Clone(id[:]), uint64(seq))
			if err := tx.Bucket([]byte(subjectsBucket)).Put(k, subjectCheck(k)); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkpoints writes the state to disk from time to time. Being derived, it may lag: the journal has it all.
func (s *Store) checkpoints(ctx context.Context) {
	defer s.work.Done()
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-s.flush:
		}
		if err := s.checkpoint(); err != nil {
			s.log.Error("checkpoint not written; the journal has everything, it will be tried again", "error", err)
		}
	}
}

// checkpoint writes what changed since the last one.
func (s *Store) checkpoint() error {
	s.checkpointing.Lock()
	defer s.checkpointing.Unlock()
	d := s.ledger.take()
	if d == nil {
		return nil
	}
	hash, err := s.journal.HashAt(context.Background(), d.seq)
	if err != nil {
		return fmt.Errorf("checkpoint at entry %d: %w", d.seq, err)
	}
	if err := s.disk.write(d, hash, d.time); err != nil {
		return fmt.Errorf("checkpoint at entry %d: %w", d.seq, err)
	}
	s.ledger.written()
	// Writing it once more would not do: the roll has its entries.
	if err := errors.Join(s.vault.packAll(d.forms), s.disk.scrub()); err != nil {
		return fmt.Errorf("after the checkpoint at entry %d: %w", d.seq, err)
	}
	return nil
}
