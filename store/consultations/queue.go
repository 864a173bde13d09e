package consultations

import (
	"context"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	bolt "go.etcd.io/bbolt"
)

// queueLength is the number of lines that may wait for the writer; who comes later waits for room.
const queueLength = 4096

// line is what is handed to the writer.
type line struct {
	data []byte
	told *dealmap.Consultation // what data says, nil when that may differ
	done chan error            // nil: nobody waits
	// also is written in the transaction of the line, whose number it is given.
	also func(tx *bolt.Tx, n int64) error
}

// queue is what is handed over and not taken yet. It is no channel: waking the writer for every line would cost whoever
// hands one over more than all the rest.
type queue struct {
	begun chan struct{} // told when there is something
	hurry chan struct{} // told when it must not wait for the window

	mu      sync.Mutex
	lines   []line
	awaited int           // lines that somebody waits for
	since   time.Time     // when the first came
	room    chan struct{} // closed when the lines are taken
	closed  bool

	crowd int // how many lines taken last were awaited; only whoever gathers looks at it
}

func newQueue() *queue {
	return &queue{begun: make(chan struct{}, 1), hurry: make(chan struct{}, 1), room: make(chan struct{})}
}

func tell(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// hand hands a line over, in order.
func (q *queue) hand(ctx context.Context, entry line) error {
	for {
		q.mu.Lock()
		if q.closed {
			q.mu.Unlock()
			return ErrClosed
		}
		n, room := len(q.lines), q.room
		if n < queueLength {
			if n == 0 {
				q.since = time.Now()
			}
			q.lines = append(q.lines, entry)
			if entry.done != nil {
				q.awaited++
			}
		}
		q.mu.Unlock()
		if n == 0 {
			tell(q.begun)
		}
		if entry.done != nil || n+1 >= queueLength {
			tell(q.hurry)
		}
		if n < queueLength {
			return nil
		}
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// gather waits until the window is over, somebody waits for a line, or the queue is full or closed, and takes all lines.
// A hurry that was told for lines taken before only makes it quicker.
func (q *queue) gather() (lines []line, open bool) {
	q.mu.Lock()
	left := Window - time.Since(q.since)
	q.mu.Unlock()
	window := time.NewTimer(left)
	defer window.Stop()
	select {
	case <-window.C:
	case <-q.hurry:
		q.expect()
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.crowd, q.awaited = q.awaited, 0
	lines, q.lines = q.lines, nil
	close(q.room)
	q.room = make(chan struct{})
	return lines, !q.closed
}

// expect waits for as many lines to be awaited as the last time, where that was more than one: those who were answered together often ask again
// together, and syncing the disk costs as much for one line as for many. It is PostgreSQL's commit_delay with commit_siblings.
func (q *queue) expect() {
	if q.crowd < 2 {
		return
	}
	patience := time.NewTimer(Patience)
	defer patience.Stop()
	for {
		q.mu.Lock()
		enough := q.awaited >= q.crowd || len(q.lines) >= queueLength || q.closed
		q.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-q.hurry:
		case <-patience.C:
			return
		}
	}
}

// close refuses further lines.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	tell(q.begun)
	tell(q.hurry)
}
