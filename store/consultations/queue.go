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

	mu     sync.Mutex
	lines  []line
	since  time.Time     // when the first came
	room   chan struct{} // closed when the lines are taken
	closed bool
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
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	lines, q.lines = q.lines, nil
	close(q.room)
	q.room = make(chan struct{})
	return lines, !q.closed
}

// close refuses further lines.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	tell(q.begun)
	tell(q.hurry)
}
