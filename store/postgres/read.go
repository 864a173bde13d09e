package postgres

import (
	"context"
	"fmt"
	"iter"
	"runtime"

	"github.com/jackc/pgx/v5"
	"github.com/mesure5/dealmap"
	"golang.org/x/sync/errgroup"
)

const (
	// firstRead and mostRead bound the entries of one query: the first ones soon, the many of a replay at once.
	firstRead = 16
	mostRead  = 8192
	// manyRead is of how many on the server may take its time.
	manyRead = 1024
	// alone is how many entries one processor opens before it is worth asking another.
	alone = 256
)

// stored is an entry as it lies in its table.
type stored struct {
	tail
	header, salt, body []byte
	erased             bool
}

// Read yields the entries after the given one in order, each verified against the chain, up to the last at the time that it gets there.
// The first error ends it; it wraps ErrRewritten when the entry that was read last is no longer there.
func (j *Journal) Read(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Event, error] {
	return func(yield func(dealmap.Event, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(dealmap.Event{}, err)
			return
		}
		if rows, base, ok := j.own(after); ok {
			events, err := open(base, rows)
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
				after = e.Seq
			}
			if err == nil {
				j.saw(rows[len(rows)-1].tail)
				if t, fresh, _ := j.db.watch.known(); fresh && t.seq == after {
					return
				}
			} else {
				yield(dealmap.Event{}, fmt.Errorf("read journal after entry %d: %w", after, err))
				return
			}
		}
		if err := j.follow(ctx, after, yield); err != nil {
			yield(dealmap.Event{}, err)
		}
	}
}

// batch is what one query brought.
type batch struct {
	events []dealmap.Event
	end    tail
	last   bool
	err    error
}

// follow reads from the engine: the next query runs while the entries of the one before are folded.
func (j *Journal) follow(ctx context.Context, after dealmap.Seq, yield func(dealmap.Event, error) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	batches := make(chan batch, 1)
	finished := make(chan struct{})
	defer func() {
		cancel()
		<-finished
	}()
	go func() {
		defer close(finished)
		defer close(batches)
		at := after
		for size := firstRead; ; size = min(8*size, mostRead) {
			b := j.load(ctx, at, size)
			select {
			case batches <- b:
			case <-ctx.Done():
				return
			}
			if b.err != nil || b.last {
				return
			}
			at = b.end.seq
		}
	}()
	for b := range batches {
		for _, e := range b.events {
			if !yield(e, nil) {
				return nil
			}
			after = e.Seq
		}
		if b.err != nil {
			return fmt.Errorf("read journal after entry %d: %w", after, b.err)
		}
		j.saw(b.end)
	}
	return ctx.Err()
}

// load reads up to size entries after the given one, together with that one, by which it is known whether the past is still the same.
func (j *Journal) load(ctx context.Context, after dealmap.Seq, size int) (b batch) {
	if after > mostSeq {
		return batch{err: dealmap.NotFound()}
	}
	rows, err := j.rows(ctx, after, size)
	if err != nil {
		return batch{err: explain(err)}
	}
	base := tail{}
	if after > 0 {
		if len(rows) == 0 || rows[0].seq != after {
			return batch{err: j.gone(after)}
		}
		base, rows = rows[0].tail, rows[1:]
		if err := j.replaced(base); err != nil {
			return batch{err: err}
		}
	}
	b.events, b.err = open(base, rows)
	b.end, b.last = base, len(rows) < size
	if len(rows) > 0 {
		b.end = rows[len(rows)-1].tail
	}
	return b
}

func (j *Journal) rows(ctx context.Context, from dealmap.Seq, size int) (list []stored, err error) {
	timeout := answerTimeout // a server that is frozen is given up soon by who only looks what is new
	if size > manyRead {
		timeout = chunkTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	rows, err := j.db.own.Query(ctx, "SELECT seq, hash, header, salt, body, erased FROM dealmap_entry WHERE seq >= $1 ORDER BY seq LIMIT $2",
		int64(from), size+1)
	if err != nil {
		return nil, err
	}
	list = make([]stored, 0, min(size+1, 1024))
	var seq int64
	var hash, header, salt, body []byte
	var erased bool
	_, err = pgx.ForEachRow(rows, []any{&seq, &hash, &header, &salt, &body, &erased}, func() error {
		list = append(list, stored{tail: tail{dealmap.Seq(seq), hashOf(hash)}, header: header, salt: salt, body: body, erased: erased})
		return nil
	})
	if from == 0 && len(list) > size {
		list = list[:size]
	}
	return list, err
}

// open verifies and decodes rows that should follow an entry, on all processors when they are many. Each is held against the hash that the
// row before it is stored with, and its own header against its own. It returns those before the first that is wrong.
func open(base tail, rows []stored) ([]dealmap.Event, error) {
	events, errs := make([]dealmap.Event, len(rows)), make([]error, len(rows))
	part := func(from, to int) {
		before := base
		if from > 0 {
			before = rows[from-1].tail
		}
		for i := from; i < to; i++ {
			if events[i], errs[i] = rows[i].open(before); errs[i] != nil {
				return
			}
			before = rows[i].tail
		}
	}
	if len(rows) < alone {
		part(0, len(rows))
	} else {
		var parts errgroup.Group
		share := (len(rows) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
		for from := 0; from < len(rows); from += share {
			parts.Go(func() error {
				part(from, min(from+share, len(rows)))
				return nil
			})
		}
		_ = parts.Wait() // errors are by row
	}
	for i, err := range errs {
		if err != nil {
			return events[:i], err
		}
	}
	return events, nil
}

// open verifies the entry that should follow another.
func (s *stored) open(before tail) (dealmap.Event, error) {
	if s.seq != before.seq+1 {
		return dealmap.Event{}, fmt.Errorf("%w: entry %d is missing", dealmap.ErrTampered, before.seq+1)
	}
	if (s.body == nil) != s.erased || len(s.salt) != dealmap.SaltSize && !s.erased {
		return dealmap.Event{}, fmt.Errorf("%w: entry %d: its body is missing", dealmap.ErrTampered, s.seq)
	}
	e, hash, err := dealmap.Unseal(before.hash, s.header, s.salt, s.body)
	switch {
	case err != nil:
	case hash != s.hash:
		err = fmt.Errorf("%w: entry %d: header", dealmap.ErrTampered, s.seq)
	case e.Seq != s.seq:
		err = fmt.Errorf("%w: entry %d lies in the place of %d", dealmap.ErrTampered, e.Seq, s.seq)
	}
	return e, err
}

// own returns the entries of the last own append when they are what comes after the given one.
func (j *Journal) own(after dealmap.Seq) (rows []stored, base tail, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.recent) == 0 || j.recent[0].seq != after+1 || j.seen.seq != after {
		return nil, base, false
	}
	return j.recent, j.seen, true
}

// saw remembers how far the journal was read.
func (j *Journal) saw(t tail) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if t.seq > j.seen.seq {
		j.seen = t
	}
	if len(j.recent) > 0 && j.recent[len(j.recent)-1].seq <= j.seen.seq {
		j.recent = nil
	}
}

// standing is how far the journal was read here.
func (j *Journal) standing() tail {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.seen
}

// after holds the end of the journal against how far it had been read when that was asked for.
func (t tail) after(seen tail) error {
	if t.seq < seen.seq || t.seq == seen.seq && t.hash != seen.hash {
		return rewritten(seen.seq)
	}
	return nil
}

// replaced reports that an entry is another than the one that was read last.
func (j *Journal) replaced(t tail) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if t.seq != j.seen.seq || t.hash == j.seen.hash {
		return nil
	}
	return rewritten(t.seq)
}

// gone is the error of an entry that is not there.
func (j *Journal) gone(seq dealmap.Seq) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if seq <= j.seen.seq {
		return rewritten(seq)
	}
	return fmt.Errorf("journal entry %d: %w", seq, dealmap.NotFound())
}

func rewritten(seq dealmap.Seq) error {
	return fmt.Errorf("entry %d: %w: %w", seq, ErrRewritten, dealmap.ErrTampered)
}
