package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap"
)

// ErrRewritten says that the engine no longer holds an entry that this node has shown. It comes with dealmap.ErrTampered.
var ErrRewritten = errors.New("le journal du moteur n’est plus celui que ce nœud a suivi : il a été remplacé par une copie plus ancienne ou par un autre")

// Journal is the engine of store. Its methods may be called from any goroutine.
type Journal struct {
	db *DB

	requests chan *request
	quit     chan struct{}
	done     chan struct{}
	closing  sync.Once
	closeErr error

	ending    context.Context // ends chores
	end       context.CancelFunc
	chores    sync.WaitGroup
	scrubbing atomic.Bool

	mu sync.Mutex
	// seen is the furthest entry that was read or written here: the past that the node stands on.
	seen tail
	// recent are the entries of the last own append, so that reading them back costs no round trip.
	recent []stored
}

// Journal starts the journal of a connection, which its Close closes too.
func (d *DB) Journal() *Journal {
	j := &Journal{db: d, requests: make(chan *request), quit: make(chan struct{}), done: make(chan struct{})}
	j.ending, j.end = context.WithCancel(context.Background())
	go j.run()
	return j
}

// Where tells people where the journal lies.
func (j *Journal) Where() string { return "PostgreSQL, " + j.db.Address() }

// Last returns the sequence and the hash of the last entry, 0 when there is none. It is as heard from the engine in the last moments where
// that can be told.
func (j *Journal) Last(ctx context.Context) (dealmap.Seq, dealmap.Hash, error) {
	if t, fresh, _ := j.db.watch.known(); fresh {
		return t.seq, t.hash, nil
	}
	t, err := j.db.tail(ctx)
	if err != nil {
		return 0, dealmap.Hash{}, fmt.Errorf("last entry of the journal: %w", explain(err))
	}
	return t.seq, t.hash, nil
}

// tail asks the engine for the end of the journal.
func (d *DB) tail(ctx context.Context) (t tail, err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	return tailOf(ctx, d.own)
}

func tailOf(ctx context.Context, q querier) (t tail, err error) {
	var seq int64
	var hash []byte
	err = q.QueryRow(ctx, "SELECT seq, hash FROM dealmap_entry ORDER BY seq DESC LIMIT 1").Scan(&seq, &hash)
	if errors.Is(err, pgx.ErrNoRows) {
		return tail{}, nil
	}
	if err != nil {
		return t, err
	}
	return tail{dealmap.Seq(seq), hashOf(hash)}, nil
}

// HashAt returns the hash of an entry, the zero hash for 0.
func (j *Journal) HashAt(ctx context.Context, seq dealmap.Seq) (hash dealmap.Hash, err error) {
	if seq == 0 {
		return hash, nil
	}
	j.mu.Lock()
	seen := j.seen
	j.mu.Unlock()
	if seen.seq == seq {
		return seen.hash, nil
	}
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	hash, err = j.db.hashAt(ctx, seq)
	if err != nil {
		return hash, fmt.Errorf("journal entry %d: %w", seq, explain(err))
	}
	return hash, nil
}

func (d *DB) hashAt(ctx context.Context, seq dealmap.Seq) (dealmap.Hash, error) {
	if seq > mostSeq {
		return dealmap.Hash{}, dealmap.NotFound()
	}
	var data []byte
	err := d.own.QueryRow(ctx, "SELECT hash FROM dealmap_entry WHERE seq = $1", int64(seq)).Scan(&data)
	if errors.Is(err, pgx.ErrNoRows) {
		return dealmap.Hash{}, dealmap.NotFound()
	}
	if err != nil {
		return dealmap.Hash{}, err
	}
	return hashOf(data), nil
}

// hashOf is a hash as a row has it. One of another length, which only the table's constraint rules out, is none.
func hashOf(data []byte) (h dealmap.Hash) {
	if len(data) == len(h) {
		copy(h[:], data)
	}
	return h
}

// mostSeq is the last sequence that a bigint holds.
const mostSeq = dealmap.Seq(1<<63 - 1)

// Hashes yields the hashes of the entries after the given one in order, as they are stored, up to the last at the time that it gets there.
func (j *Journal) Hashes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Hash, error] {
	return func(yield func(dealmap.Hash, error) bool) {
		if _, err := j.HashAt(ctx, after); err != nil {
			yield(dealmap.Hash{}, err)
			return
		}
		for {
			batch, err := j.hashes(ctx, after)
			if err != nil {
				yield(dealmap.Hash{}, fmt.Errorf("hashes of the journal after entry %d: %w", after, explain(err)))
				return
			}
			for _, hash := range batch {
				if !yield(hash, nil) {
					return
				}
			}
			if len(batch) < mostHashes {
				return
			}
			after += mostHashes
		}
	}
}

const mostHashes = 16384

func (j *Journal) hashes(ctx context.Context, after dealmap.Seq) (batch []dealmap.Hash, err error) {
	ctx, cancel := context.WithTimeout(ctx, chunkTimeout)
	defer cancel()
	rows, err := j.db.pool.Query(ctx, "SELECT seq, hash FROM dealmap_entry WHERE seq > $1 ORDER BY seq LIMIT $2", int64(after), mostHashes)
	if err != nil {
		return nil, err
	}
	var seq int64
	var hash []byte
	_, err = pgx.ForEachRow(rows, []any{&seq, &hash}, func() error {
		if after++; dealmap.Seq(seq) != after {
			return fmt.Errorf("%w: entry %d is missing", dealmap.ErrTampered, after)
		}
		batch = append(batch, hashOf(hash))
		return nil
	})
	return batch, err
}

// Wait returns when there is an entry after the given one, or with the context's error. It goes on waiting while the engine is away. It
// returns too when the journal's end goes back: another server took over that never had the rest.
func (j *Journal) Wait(ctx context.Context, after dealmap.Seq) error {
	furthest := dealmap.Seq(0)
	for {
		t, _, changed := j.db.watch.known()
		if t.seq > after || t.seq < furthest {
			return nil
		}
		furthest = t.seq
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-j.quit:
			return errClosed
		}
	}
}

// Reachable returns why the engine is out of reach, nil when it answered last.
func (j *Journal) Reachable() error {
	r := j.db.Reach()
	if r.Away.IsZero() {
		return nil
	}
	return cmp.Or(r.Err, ErrAway)
}

// Erase removes an entry's body and salt; its header stays and the chain still verifies.
func (j *Journal) Erase(ctx context.Context, seq dealmap.Seq) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	j.mu.Lock()
	j.recent = nil
	j.mu.Unlock()
	warned := j.db.warned.Load()
	if seq > mostSeq {
		return fmt.Errorf("erase entry %d: %w", seq, dealmap.NotFound())
	}
	tag, err := j.db.own.Exec(ctx, "UPDATE dealmap_entry SET body = NULL, salt = NULL, erased = true WHERE seq = $1", int64(seq))
	if err == nil && tag.RowsAffected() == 0 {
		err = dealmap.NotFound()
	}
	if err == nil && j.db.warned.Load() != warned {
		err = errors.New("the server warned instead of confirming") // a failover may bring the body back
	}
	if err != nil {
		return fmt.Errorf("erase entry %d: %w", seq, explain(err))
	}
	return nil
}

// longestScrub bounds what clearing the table of a large journal takes.
const longestScrub = 30 * time.Minute

// Scrub has the server clear its table of what erased bodies left there, in the background: writers do not wait for it, and one run at a time
// is enough. What a run is kept from, the server's own upkeep does later. Archives of its log and its base backups keep erased bodies until
// they expire (deploy/README.md).
func (j *Journal) Scrub(context.Context) error {
	if !j.scrubbing.CompareAndSwap(false, true) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), longestScrub)
	j.chores.Go(func() {
		defer j.scrubbing.Store(false)
		defer cancel()
		defer context.AfterFunc(j.ending, cancel)()
		if _, err := j.db.pool.Exec(ctx, "VACUUM dealmap_entry"); err != nil && j.ending.Err() == nil {
			j.db.log.Error("erased bodies could not be cleared from the journal's table; the server's own upkeep will", "error", explain(err))
		}
	})
	return nil
}

// Close ends the writer and the connection. What waits to be written is refused.
func (j *Journal) Close() error {
	j.closing.Do(func() {
		close(j.quit)
		<-j.done
		j.end()
		j.chores.Wait()
		j.closeErr = j.db.Close()
	})
	return j.closeErr
}
