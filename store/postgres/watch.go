package postgres

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap"
)

// Channels on which nodes tell each other what they wrote.
const (
	channelJournal = "dealmap_journal"
	channelShared  = "dealmap_shared"
)

const (
	// pollEvery is the net under the notifications, and how soon it shows that the engine is away.
	pollEvery = time.Second
	// pollTimeout is how long the server may take to answer a poll.
	pollTimeout = 3 * time.Second
	// againAfter is the pause before the next try to connect.
	againAfter = 300 * time.Millisecond
	// leastSkew is a difference between clocks that does not matter.
	leastSkew = 20 * time.Millisecond
)

// Reach tells how a node stands with its engine.
type Reach struct {
	// Last is the last entry of the journal that the node knows of.
	Last dealmap.Seq
	// Heard is when the engine last answered; Away since when it does not, zero when it does.
	Heard, Away time.Time
	// Err is why it does not.
	Err error
	// Skew is how far the engine's clock is ahead of this machine's; zero where the difference is less than can be told.
	Skew time.Duration
}

// tail is the end of the journal.
type tail struct {
	seq  dealmap.Seq
	hash dealmap.Hash
}

// watch hears of what is written, by a connection of its own.
type watch struct {
	db     *DB
	cancel context.CancelFunc
	done   chan struct{}
	began  chan struct{} // closed when it listens for the first time, or cannot
	start  sync.Once

	mu      sync.Mutex
	tail    tail
	reach   Reach
	changed chan struct{} // closed when the tail grows
	shared  chan struct{} // closed when something shared may have changed, and at every poll
}

func newWatch(d *DB, end tail) *watch {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watch{db: d, cancel: cancel, done: make(chan struct{}), began: make(chan struct{}), tail: end, changed: make(chan struct{}), shared: make(chan struct{})}
	w.reach.Heard = time.Now()
	go w.run(ctx)
	return w
}

func (w *watch) close() {
	w.cancel()
	<-w.done
}

func (w *watch) run(ctx context.Context) {
	defer close(w.done)
	for ctx.Err() == nil {
		err := w.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		w.lose(err)
		w.start.Do(func() { close(w.began) })
		select {
		case <-ctx.Done():
		case <-time.After(againAfter):
		}
	}
}

// listen hears and polls until something fails.
func (w *watch) listen(ctx context.Context) error {
	connecting, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(connecting, w.db.config.Copy())
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), pollTimeout)
		defer cancel()
		letGo(closing, conn)
	}()
	if _, err := conn.Exec(connecting, "LISTEN "+channelJournal+"; LISTEN "+channelShared); err != nil {
		return err
	}
	if err := w.db.share(connecting, conn); err != nil {
		return err
	}
	for {
		if err := w.poll(ctx, conn); err != nil {
			return err
		}
		w.start.Do(func() { close(w.began) })
		if err := w.hear(ctx, conn); err != nil {
			return err
		}
	}
}

// hear takes notifications until the next poll is due.
func (w *watch) hear(ctx context.Context, conn *pgx.Conn) error {
	until, cancel := context.WithTimeout(ctx, pollEvery)
	defer cancel()
	for {
		n, err := conn.WaitForNotification(until)
		if err != nil {
			if until.Err() != nil && ctx.Err() == nil && !conn.IsClosed() {
				return nil
			}
			return err
		}
		switch n.Channel {
		case channelJournal:
			// Whoever may connect may notify: what is told is a reason to look. Of several that wait, one look answers all.
			if t, ok := parseTail(n.Payload); ok && w.beyond(t) {
				if err := w.look(ctx, conn); err != nil {
					return err
				}
			}
		case channelShared:
			w.ringShared()
		}
	}
}

// poll looks, and has those who follow what is shared look too.
func (w *watch) poll(ctx context.Context, conn *pgx.Conn) error {
	if err := w.look(ctx, conn); err != nil {
		return err
	}
	w.ringShared()
	return nil
}

// look asks where the journal stands, of a server that still takes writes.
func (w *watch) look(ctx context.Context, conn *pgx.Conn) error {
	// Not cancelled halfway, so that the connection can be closed in good order.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pollTimeout)
	defer cancel()
	var readOnly bool
	var seq *int64
	var hash []byte
	var clock time.Time
	before, _, _ := w.known()
	asked := time.Now()
	err := conn.QueryRow(ctx, `SELECT current_setting('transaction_read_only') = 'on', clock_timestamp(), e.seq, e.hash
		FROM (VALUES (1)) AS one LEFT JOIN (SELECT seq, hash FROM dealmap_entry ORDER BY seq DESC LIMIT 1) AS e ON true`).Scan(&readOnly, &clock, &seq, &hash)
	if err != nil {
		return err
	}
	if readOnly {
		return fmt.Errorf("%w: the server became a standby", ErrAway)
	}
	t := tail{}
	if seq != nil {
		t.seq, t.hash = dealmap.Seq(*seq), hashOf(hash)
	}
	w.found(skew(asked, time.Now(), clock))
	w.take(before, t)
	return nil
}

// skew is how far a clock is ahead that was read between two moments here.
func skew(asked, answered, clock time.Time) time.Duration {
	half := answered.Sub(asked) / 2
	ahead := clock.Sub(asked.Add(half))
	if ahead.Abs() <= half+leastSkew {
		return 0
	}
	return ahead
}

func (w *watch) found(skew time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.reach.Away.IsZero() {
		w.db.log.Info("the engine answers again", "away", time.Since(w.reach.Away).Round(time.Millisecond))
	}
	if (skew - w.reach.Skew).Abs() > time.Second {
		w.db.log.Warn("this machine's clock is not that of the engine, by which the map's entries are dated", "ahead", -skew)
	}
	w.reach.Heard, w.reach.Away, w.reach.Err, w.reach.Skew = time.Now(), time.Time{}, nil, skew
}

func (w *watch) lose(err error) {
	// Connections to a server that is gone or frozen would each wait for their own time-out.
	w.db.own.Reset()
	w.db.pool.Reset()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.reach.Away.IsZero() {
		w.reach.Away = time.Now()
		w.db.log.Warn("the engine is out of reach", "error", err)
	}
	w.reach.Err = explain(err)
}

// beyond reports whether an end of the journal is behind the one that is known.
func (w *watch) beyond(t tail) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return t.seq > w.tail.seq
}

// advance takes in that the journal has grown.
func (w *watch) advance(t tail) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t.seq > w.tail.seq {
		w.set(t)
	}
}

// take takes in what the engine answered. That may be before what was known when it was asked: another server took over that never had
// the rest. What this node wrote while it was asked is not in the answer.
func (w *watch) take(before, t tail) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if t != w.tail && (t.seq > w.tail.seq || w.tail == before) {
		w.set(t)
	}
}

// set is for who holds the lock.
func (w *watch) set(t tail) {
	w.tail = t
	close(w.changed)
	w.changed = make(chan struct{})
}

func (w *watch) ringShared() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.shared)
	w.shared = make(chan struct{})
}

// known returns the end of the journal as last heard of, and whether that is of the last moments.
func (w *watch) known() (t tail, fresh bool, changed <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.tail, w.reach.Away.IsZero() && time.Since(w.reach.Heard) < 2*pollEvery, w.changed
}

// Reach tells how the node stands with the engine.
func (d *DB) Reach() Reach {
	d.watch.mu.Lock()
	defer d.watch.mu.Unlock()
	r := d.watch.reach
	r.Last = d.watch.tail.seq
	return r
}

// SharedChanged returns a channel that is closed when what nodes share beside the journal may have changed, at the latest with the next
// poll.
func (d *DB) SharedChanged() <-chan struct{} {
	d.watch.mu.Lock()
	defer d.watch.mu.Unlock()
	return d.watch.shared
}

func (t tail) payload() string { return strconv.FormatUint(uint64(t.seq), 10) + " " + t.hash.String() }

func parseTail(text string) (t tail, ok bool) {
	number, hash, _ := strings.Cut(text, " ")
	seq, err := strconv.ParseUint(number, 10, 63)
	t.seq = dealmap.Seq(seq)
	return t, errors.Join(err, t.hash.UnmarshalText([]byte(hash))) == nil
}
