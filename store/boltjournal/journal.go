// Package boltjournal keeps the journal on one machine, in a bbolt file.
//
// The file has these buckets, all with the entry's sequence as key (8 bytes, big endian):
//
//	headers   the entry's header, canonical JSON (dealmap.Seal); its SHA-256 is the entry's hash
//	bodies    salt (16 bytes) ‖ body (JSON); the word "erased" once erased, so that a body which is missing is noticed
//	dealmap   "format" = "journal", "version" = "1"
//
// Beside it lies a small file, the head, with the last sequence and its hash (head.go): a journal that lost its tail or was
// replaced by an older copy is noticed when it is opened.
//
// [Verify] verifies a file (verify.go; what is the same for every engine is in package raw): chain, bodies, erasures, and the Merkle tree
// that package audit keeps of the entries' hashes, against checkpoints.
//
// One goroutine collects the writers that wait into one transaction, so that they share one sync of the disk. Every
// Append that returned nil is on the disk.
package boltjournal

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

var (
	bucketHeaders = []byte("headers")
	bucketBodies  = []byte("bodies")
	erased        = []byte("erased")
)

// ErrTailLost is wrapped when the journal holds less than was acknowledged, or another history.
var ErrTailLost = errors.New("le journal ne contient plus ce qui avait été enregistré : fin perdue, ou copie plus ancienne ou étrangère")

// Journal is the engine. Its methods may be called from any goroutine.
type Journal struct {
	db   *bolt.DB
	head *headFile

	requests chan *request
	quit     chan struct{}
	done     chan struct{}
	closing  sync.Once
	closeErr error
	broken   error // set and read by the writer
	readOnly bool

	mu      sync.Mutex
	last    dealmap.Seq
	hash    dealmap.Hash
	changed chan struct{} // closed when last grows
}

func fileOptions(readOnly bool) boltfile.Options {
	return boltfile.Options{Format: "journal", Version: 1, Buckets: []string{"headers", "bodies"}, ReadOnly: readOnly}
}

// Options tunes Open.
type Options struct {
	// RepairHead makes the head file anew from the journal when it is absent or unreadable. It never covers up that the
	// journal holds less than the head file says.
	RepairHead bool
	// ReadOnly changes nothing in either file, and refuses what would. No process may have the journal open for writing.
	ReadOnly bool
	// Copy is for copies of a journal to this one (AppendRaw): it admits what an interrupted copy left, and makes a journal anew where one
	// was retired.
	Copy bool
}

// Open opens or makes the journal at path, with its head file beside it (path with ".head" added).
func Open(path string, o Options) (*Journal, error) {
	_, statErr := os.Stat(path)
	absent := errors.Is(statErr, os.ErrNotExist)
	headPath := path + ".head"
	if absent && !o.Copy {
		if err := mustNotBeRetired(path); err != nil {
			return nil, err
		}
	}
	if absent && !o.ReadOnly {
		// The head comes first: a journal without a head is then never the trace of a start that was interrupted.
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, fmt.Errorf("open journal: %w", err)
		}
		if err := headMustBeEmpty(headPath, path); err != nil {
			return nil, err
		}
	}
	db, err := boltfile.Open(path, fileOptions(o.ReadOnly))
	if err != nil {
		return nil, err
	}
	j := &Journal{
		db: db, requests: make(chan *request), quit: make(chan struct{}), done: make(chan struct{}),
		changed: make(chan struct{}), readOnly: o.ReadOnly,
	}
	if err := j.start(path, headPath, o); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	go j.run()
	return j, nil
}

func (j *Journal) start(path, headPath string, o Options) error {
	incomplete, err := j.incomplete()
	if err == nil && incomplete && !o.Copy {
		err = ErrIncomplete
	}
	if err != nil {
		return fmt.Errorf("%s : %w", path, err)
	}
	last, hash, err := j.tail()
	if err != nil {
		return fmt.Errorf("%s : %w", path, err)
	}
	head, err := openHead(headPath, o, last, hash)
	if err != nil {
		return err
	}
	if head.seq > last {
		head.close()
		return fmt.Errorf("%s : %w (dernière écriture connue : n° %d, présente : n° %d)", path, ErrTailLost, head.seq, last)
	}
	at, err := j.HashAt(context.Background(), head.seq)
	if err != nil || at != head.hash {
		head.close()
		return fmt.Errorf("%s : %w (l’écriture n° %d n’est pas celle que retient %s)", path, ErrTailLost, head.seq, headPath)
	}
	j.head, j.last, j.hash = head, last, hash
	if j.readOnly {
		return nil
	}
	// A process that was killed may have left entries that the system has not written yet.
	if err := j.db.Sync(); err != nil {
		return errors.Join(fmt.Errorf("%s : %w", path, err), head.close())
	}
	return j.head.record(last, hash)
}

// tail reads the last entry of the file.
func (j *Journal) tail() (last dealmap.Seq, hash dealmap.Hash, err error) {
	err = j.view(func(tx *bolt.Tx) error {
		k, v := tx.Bucket(bucketHeaders).Cursor().Last()
		if k == nil {
			return nil
		}
		if len(k) != 8 {
			return boltfile.ErrDamaged
		}
		last, hash = dealmap.Seq(binary.BigEndian.Uint64(k)), sha256.Sum256(v)
		return nil
	})
	return last, hash, err
}

// Last returns the sequence and the hash of the last entry, 0 when there is none.
func (j *Journal) Last(context.Context) (dealmap.Seq, dealmap.Hash, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.last, j.hash, nil
}

// HashAt returns the hash of an entry, the zero hash for 0.
func (j *Journal) HashAt(_ context.Context, seq dealmap.Seq) (hash dealmap.Hash, err error) {
	if seq == 0 {
		return hash, nil
	}
	err = j.view(func(tx *bolt.Tx) error {
		head := tx.Bucket(bucketHeaders).Get(key(seq))
		if head == nil {
			return fmt.Errorf("journal entry %d: %w", seq, dealmap.NotFound())
		}
		hash = sha256.Sum256(head)
		return nil
	})
	return hash, err
}

// Wait returns when there is an entry after the given one, or with the context's error.
func (j *Journal) Wait(ctx context.Context, after dealmap.Seq) error {
	for {
		j.mu.Lock()
		last, changed := j.last, j.changed
		j.mu.Unlock()
		if last > after {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-j.quit:
			return errClosed
		}
	}
}

// Erase removes an entry's body and salt; its header stays and the chain still verifies.
func (j *Journal) Erase(_ context.Context, seq dealmap.Seq) error {
	if j.readOnly {
		return errReadOnly
	}
	err := boltfile.Guard(func() error {
		return j.db.Update(func(tx *bolt.Tx) error {
			if tx.Bucket(bucketHeaders).Get(key(seq)) == nil {
				return dealmap.NotFound()
			}
			return tx.Bucket(bucketBodies).Put(key(seq), erased)
		})
	})
	if err != nil {
		return fmt.Errorf("erase entry %d: %w", seq, err)
	}
	return nil
}

// Close ends the writer and closes the files. What waits to be written is refused.
func (j *Journal) Close() error {
	j.closing.Do(func() {
		close(j.quit)
		<-j.done
		j.closeErr = errors.Join(j.head.close(), j.db.Close())
	})
	return j.closeErr
}

func (j *Journal) view(f func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return j.db.View(f) })
}

func (j *Journal) advance(last dealmap.Seq, hash dealmap.Hash) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if last != j.last {
		close(j.changed)
		j.changed = make(chan struct{})
	}
	j.last, j.hash = last, hash
}

func key(seq dealmap.Seq) []byte { return binary.BigEndian.AppendUint64(nil, uint64(seq)) }
