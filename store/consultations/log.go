package consultations

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/proof"
	bolt "go.etcd.io/bbolt"
)

// FileName is the log's file in a data folder, IndexName that of its index.
const (
	FileName  = "consultations.db"
	IndexName = "consultations.index.db"
)

const (
	format  = "consultations"
	version = 2
)

// ErrClosed is given by a log that has been closed.
var ErrClosed = errors.New("consultations: closed")

var (
	bucketLines        = []byte("lines")
	bucketTree         = []byte("tree")
	bucketErasure      = []byte("erasure")
	bucketCertificates = []byte("certificates")
)

var tree = proof.NewTree(string(bucketTree))

// Log is an open consultation log. Its methods may be called from any goroutine.
type Log struct {
	db    *bolt.DB
	queue *queue
	*backlog
	done chan struct{} // closed when the last transaction has ended
	once sync.Once
	err  error // of Close

	failure atomic.Pointer[error]
	// size is the number of lines in the file, accepted that of those as well that wait for their transaction.
	size, accepted atomic.Int64
	through        atomic.Int64                        // lines up to this one are erased
	ways           struct{ ahead, bare atomic.Uint64 } // see Written

	index  *index
	fresh  fresh
	upkeep chan struct{} // holds one while nobody erases or verifies
	ctx    context.Context
	stop   context.CancelFunc
	chores sync.WaitGroup

	options
}

// options are what tests replace.
type options struct {
	// update is the transaction that writes lines.
	update func(db *bolt.DB, f func(*bolt.Tx) error) error
	// writeAhead puts bytes into the file of what is written ahead.
	writeAhead func(f *os.File, data []byte, at int64) error
	now        func() time.Time
	noSync     bool
	// retry is how often a log that could not be written tries again.
	retry time.Duration
	// perSegment is the number of lines of a segment of the index.
	perSegment   int64
	upgradeBatch int
}

// Open opens or makes the log at path, and its index beside it. A file of version 1 is upgraded.
func Open(path string) (*Log, error) {
	return open(path, options{update: (*bolt.DB).Update, writeAhead: writeAt, now: time.Now, retry: retryAfter, perSegment: perSegment, upgradeBatch: upgradeBatch})
}

func open(path string, o options) (*Log, error) {
	if err := upgrade(path, o); err != nil {
		return nil, fmt.Errorf("open consultation log: %w", err)
	}
	db, err := boltfile.Open(path, boltfile.Options{Format: format, Version: version, Buckets: buckets(), NoSync: o.noSync})
	if err != nil {
		return nil, fmt.Errorf("open consultation log: %w", err)
	}
	l := &Log{db: db, queue: newQueue(), backlog: newBacklog(&ahead{path: aheadPath(path), noSync: o.noSync, write: o.writeAhead}),
		done: make(chan struct{}), upkeep: make(chan struct{}, 1), options: o}
	l.ctx, l.stop = context.WithCancel(context.Background())
	plan, err := l.load()
	if err == nil {
		err = l.catchUp()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open consultation log: %s : %w", path, err), db.Close())
	}
	l.index = openIndex(l, indexPath(path))
	l.upkeep <- struct{}{}
	l.chores.Go(l.index.run)
	if plan != nil {
		l.chores.Go(l.resume)
	}
	go l.run()
	go l.commits()
	return l, nil
}

func buckets() []string {
	return []string{string(bucketLines), string(bucketTree), string(bucketErasure), string(bucketCertificates)}
}

func indexPath(path string) string { return strings.TrimSuffix(path, ".db") + ".index.db" }

func aheadPath(path string) string { return strings.TrimSuffix(path, ".db") + ".ahead" }

// load reads how far the log is, and refuses one whose parts do not fit together. It returns the erasure that was
// interrupted, nil when none was.
func (l *Log) load() (pending *Certificate, err error) {
	err = l.view(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketLines)
		size, through := int64(b.Sequence()), readThrough(tx)
		last, _ := b.Cursor().Last()
		switch {
		case tree.Size(tx) != size:
			return fmt.Errorf("%w : %d lignes, mais un arbre de %d", boltfile.ErrDamaged, size, tree.Size(tx))
		case through > size, last == nil && through != size, last != nil && !isKey(last, size):
			return fmt.Errorf("%w : la dernière ligne n’est pas la ligne %d", boltfile.ErrDamaged, size)
		}
		l.size.Store(size)
		l.through.Store(through)
		pending, err = readPending(tx)
		return err
	})
	return pending, err
}

func key(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

func numberOf(k []byte) int64 { return int64(binary.BigEndian.Uint64(k)) }

func isKey(k []byte, n int64) bool { return len(k) == 8 && numberOf(k) == n }

// catchUp takes the lines into the log that a process which was killed had written ahead. Where the file cannot be written, that is the state of
// a log whose transaction has failed.
func (l *Log) catchUp() error {
	lines, err := l.ahead.recover(l.size.Load())
	if err != nil {
		return err
	}
	if len(lines) > 0 {
		size, err := l.write(lines)
		if err != nil {
			err = unavailable(err)
			l.failure.Store(&err)
			l.under, l.bare = lines, true
			l.accepted.Store(l.size.Load() + int64(len(lines)))
			return nil
		}
		l.size.Store(size)
	}
	l.accepted.Store(l.size.Load())
	return l.ahead.close(false)
}

// view reads the log with all lines that are on the disk. It must be short: while it lasts the file cannot be mapped anew, and writing may have
// to wait for it.
func (l *Log) view(f func(*bolt.Tx) error) error {
	l.drain()
	return l.look(f)
}

// look is view without the lines that wait for their transaction.
func (l *Log) look(f func(*bolt.Tx) error) error {
	return boltfile.Guard(func() error { return l.db.View(f) })
}

// Err returns why lines cannot be written at present, nil when they can.
func (l *Log) Err() error {
	if err := l.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Close writes what was handed over and closes the files. Lines that cannot be written into the log stay where they were written ahead, for the
// next Open. An erasure that is under way goes on after the next Open.
func (l *Log) Close() error {
	l.once.Do(func() {
		l.queue.close()
		l.stop()
		l.chores.Wait()
		<-l.done
		l.mu.Lock()
		ahead := l.ahead.close(len(l.under) > 0)
		l.mu.Unlock()
		l.err = errors.Join(l.Err(), l.index.close(), ahead, l.db.Close())
	})
	return l.err
}

// unavailable is the error of a log that cannot be written.
func unavailable(err error) error {
	return fmt.Errorf("%w: write consultation log: %w", &dealmap.Error{Kind: dealmap.KindUnavailable,
		Message: "le journal des consultations ne peut pas être écrit : rien n’est affiché"}, err)
}
