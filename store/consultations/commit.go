package consultations

import (
	"fmt"
	"sync"
	"time"

	"github.com/mesure5/dealmap/store/internal/boltfile"
	bolt "go.etcd.io/bbolt"
)

// retryAfter is how often what could not be done is tried again.
const retryAfter = time.Second

// rests is the longest that lines which are on the disk already wait for their transaction, since it costs nearly as much for one line as for
// many. Whoever reads the log does not wait for it (drain).
const rests = 100 * time.Millisecond

// backlog is what was taken from the queue and is in no transaction that has ended well, in order.
type backlog struct {
	begun chan struct{} // told when there is something
	due   chan struct{} // told when it must not rest
	ended chan struct{} // closed when nothing more will come

	mu      sync.Mutex
	next    []line        // of the next transaction
	under   []line        // of the one that is under way, or has failed
	bare    bool          // some lines are not written ahead
	settled chan struct{} // closed when a transaction has ended, well or not
	ahead   *ahead
}

func newBacklog(a *ahead) *backlog {
	return &backlog{begun: make(chan struct{}, 1), due: make(chan struct{}, 1), ended: make(chan struct{}), settled: make(chan struct{}), ahead: a}
}

// enlist takes lines over for the next transaction; l.mu is held.
func (l *Log) enlist(batch []line) {
	l.next = append(l.next, batch...)
	l.accepted.Add(int64(len(batch)))
}

// commits is the one that writes transactions of lines.
func (l *Log) commits() {
	defer close(l.done)
	retry := time.NewTicker(l.retry)
	defer retry.Stop()
	for {
		select {
		case <-l.ended:
			l.commit()
			return
		case <-l.due:
		case <-l.begun:
			rest := time.NewTimer(rests)
			select {
			case <-l.due:
			case <-l.ended:
			case <-rest.C:
			}
			rest.Stop()
		case <-retry.C:
			if l.Err() == nil {
				continue
			}
		}
		l.commit()
	}
}

// commit writes what there is in one transaction, and answers those who wait for it. Of a transaction that failed it keeps the lines of what was
// served already, for the next one; without any lines it tries whether the disk takes writes again.
func (l *Log) commit() {
	l.mu.Lock()
	if len(l.under) > 0 && l.landed() {
		l.under = nil
	}
	l.under, l.next = append(l.under, l.next...), nil
	batch := l.under
	if len(batch) == 0 && l.Err() == nil {
		l.mu.Unlock()
		return
	}
	l.ahead.turn()
	l.mu.Unlock()

	size, err := l.write(batch)

	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil {
		l.fresh.put(size, batch)
		l.size.Store(size)
		l.under, l.bare = nil, l.bare && len(l.next) > 0
		l.failure.Store(nil)
		answer(batch, nil)
	} else {
		err = unavailable(err)
		l.failure.Store(&err)
		l.under = answer(batch, err)
	}
	l.accepted.Store(l.size.Load() + int64(len(l.under)+len(l.next)))
	close(l.settled)
	l.settled = make(chan struct{})
	l.index.poke()
}

// landed reports whether the transaction that failed took effect all the same: the disk may fail at the very last step. Its
// lines must not be written twice then.
func (l *Log) landed() bool {
	n := int64(0)
	err := l.look(func(tx *bolt.Tx) error {
		n = int64(tx.Bucket(bucketLines).Sequence())
		return nil
	})
	if err != nil || n <= l.size.Load() {
		return false
	}
	l.size.Store(n)
	return true
}

// drain waits until the lines that were put on the disk before it are in the log's file, or cannot be written there.
func (l *Log) drain() {
	upTo := l.accepted.Load()
	waits := func() bool { return l.size.Load() < min(upTo, l.accepted.Load()) && l.Err() == nil }
	for waits() {
		l.mu.Lock()
		settled, still := l.settled, waits()
		l.mu.Unlock()
		if still {
			tell(l.due)
			<-settled
		}
	}
}

// wipeAhead overwrites what was written ahead of transactions that have ended.
func (l *Log) wipeAhead() error {
	l.drain()
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.under) > 0 && l.Err() == nil { // lines of the half that is not written to are in a transaction
		settled := l.settled
		l.mu.Unlock()
		<-settled
		l.mu.Lock()
	}
	if err := l.Err(); err != nil {
		return err
	}
	return l.ahead.wipe()
}

// write appends lines and their leaves in one transaction, and returns how many lines there are then.
func (l *Log) write(batch []line) (size int64, err error) {
	err = boltfile.Guard(func() error {
		return l.update(l.db, func(tx *bolt.Tx) (err error) {
			size, err = appendLines(tx, batch)
			return err
		})
	})
	return size, err
}

func appendLines(tx *bolt.Tx, batch []line) (size int64, err error) {
	b := tx.Bucket(bucketLines)
	b.FillPercent = 1 // keys only grow
	n := int64(b.Sequence())
	records := make([][]byte, len(batch))
	for i, entry := range batch {
		n++
		records[i] = entry.data
		if err := b.Put(key(n), entry.data); err != nil {
			return 0, err
		}
		if entry.also != nil {
			if err := entry.also(tx, n); err != nil {
				return 0, err
			}
		}
	}
	if err := b.SetSequence(uint64(n)); err != nil {
		return 0, err
	}
	size, err = tree.Append(tx, records...)
	if err == nil && size != n {
		err = fmt.Errorf("%w : %d lignes, mais un arbre de %d", boltfile.ErrDamaged, n, size)
	}
	return size, err
}
