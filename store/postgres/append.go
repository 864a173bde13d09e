package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mesure5/dealmap"
)

var errClosed = errors.New("journal is closed")

// mostEvents bounds what one statement writes, so that a long import does not keep the others waiting.
const mostEvents = 4096

type request struct {
	after  dealmap.Seq
	events []dealmap.Event
	err    error
	done   chan struct{}
}

// Append writes events after the given entry, all or none, and returns when the engine has confirmed them, its standbys included where it
// is set up so. It is a conflict when after is not the last entry. The context is heeded until the writer takes the events, never halfway.
// When the answer is lost, the outcome is looked for as long as Options.SettleFor; an error other than a conflict is ambiguous: the events
// may be there, read them back.
func (j *Journal) Append(ctx context.Context, after dealmap.Seq, events []dealmap.Event) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{after: after, events: events, done: make(chan struct{})}
	select {
	case j.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-j.quit:
		return errClosed
	}
	<-r.done
	return r.err
}

// Confirm returns when everything that can be read of the journal is with the standbys that the engine waits for.
func (j *Journal) Confirm(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	if err := j.Reachable(); err != nil {
		return fmt.Errorf("confirm the journal: %w", err)
	}
	if err := j.db.fence(ctx); err != nil {
		return fmt.Errorf("confirm the journal: %w", explain(err))
	}
	return nil
}

// run is the one writer of this node.
func (j *Journal) run() {
	defer close(j.done)
	for {
		select {
		case first := <-j.requests:
			group := j.collect(first)
			j.commit(group)
			for _, r := range group {
				close(r.done)
			}
		case <-j.quit:
			return
		}
	}
}

// collect takes the requests that wait, in the order in which they follow each other.
func (j *Journal) collect(first *request) []*request {
	group, events := []*request{first}, len(first.events)
	runtime.Gosched() // lets those who were just answered come back with their next
	for events < mostEvents {
		select {
		case r := <-j.requests:
			group = append(group, r)
			events += len(r.events)
			continue
		default:
		}
		break
	}
	slices.SortStableFunc(group, func(a, b *request) int { return cmp.Compare(a.after, b.after) })
	return group
}

// commit writes a group in one statement. What the node knows of the journal's end may be of before another node wrote: then all are
// compared with where it stands now.
func (j *Journal) commit(group []*request) {
	// An append is not cancelled halfway, whoever asked for it.
	ctx := context.Background()
	base, fresh, _ := j.db.watch.known()
	if err := j.Reachable(); err != nil {
		refuse(group, fmt.Errorf("append: %w", err)) // at once: people wait
		return
	}
	for try := 0; ; try++ {
		if try > 0 || !fresh || !slices.ContainsFunc(group, func(r *request) bool { return r.after == base.seq }) {
			seen := j.standing()
			asked, err := j.db.tail(ctx)
			if err == nil {
				err = asked.after(seen)
			}
			if err != nil {
				refuse(group, fmt.Errorf("append: %w", explain(err)))
				return
			}
			base = asked
			j.db.watch.advance(base)
		}
		p := plan(group, base)
		if len(p.rows) == 0 {
			return
		}
		switch end, err := j.put(ctx, p); {
		case err == nil:
			j.wrote(p, end)
			return
		case errors.Is(err, errMoved) && try < 2:
			// As it stands now, each of them follows the end, or is told that it does not.
		default:
			if errors.Is(err, errMoved) {
				err = conflict(p.base.seq, p.base.seq)
			}
			refuse(p.requests, fmt.Errorf("append after entry %d: %w", p.base.seq, err))
			return
		}
	}
}

// planned is a group as it is to be written after an entry.
type planned struct {
	base     tail
	rows     []stored
	requests []*request // whose events they are
}

// plan seals what follows an entry, and refuses what does not.
func plan(group []*request, base tail) planned {
	p := planned{base: base}
	end := base
	for _, r := range group {
		if r.err = nil; r.after != end.seq {
			r.err = conflict(r.after, end.seq)
			continue
		}
		rows, err := seal(end, r.events)
		if err != nil {
			r.err = err
			continue
		}
		if len(rows) == 0 {
			continue
		}
		p.rows, p.requests = append(p.rows, rows...), append(p.requests, r)
		end = rows[len(rows)-1].tail
	}
	return p
}

// seal makes the stored form of events after an entry.
func seal(after tail, events []dealmap.Event) ([]stored, error) {
	salts := make([]byte, dealmap.SaltSize*len(events))
	if _, err := rand.Read(salts); err != nil {
		return nil, err
	}
	rows := make([]stored, len(events))
	for i, e := range events {
		e.Seq = after.seq + 1
		salt := salts[i*dealmap.SaltSize : (i+1)*dealmap.SaltSize : (i+1)*dealmap.SaltSize]
		s, err := dealmap.Seal(after.hash, e, salt)
		if err != nil {
			return nil, err
		}
		after = tail{e.Seq, s.Hash}
		rows[i] = stored{tail: after, header: s.Header, salt: salt, body: s.Body}
	}
	return rows, nil
}

// errMoved says that the entry after which something was to be written is not the last one, or another.
var errMoved = errors.New("the journal moved on")

const insert = `WITH put AS (
	INSERT INTO dealmap_entry (seq, hash, header, salt, body)
	SELECT * FROM unnest($3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
	WHERE $1::bigint = 0 OR EXISTS (SELECT 1 FROM dealmap_entry WHERE seq = $1 AND hash = $2)
	RETURNING seq)
SELECT count(*), pg_notify('` + channelJournal + `', $8) FROM put`

// insert writes the rows in one statement, which is its own transaction.
func (j *Journal) insert(ctx context.Context, p planned) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	seqs, hashes := make([]int64, len(p.rows)), make([][]byte, len(p.rows))
	headers, salts, bodies := make([][]byte, len(p.rows)), make([][]byte, len(p.rows)), make([][]byte, len(p.rows))
	for i, r := range p.rows {
		seqs[i], hashes[i], headers[i], salts[i], bodies[i] = int64(r.seq), r.hash[:], r.header, r.salt, r.body
	}
	end := p.rows[len(p.rows)-1].tail
	var count int
	err := j.db.own.QueryRow(ctx, insert, int64(p.base.seq), p.base.hash[:], seqs, hashes, headers, salts, bodies, end.payload()).
		Scan(&count, nil)
	if err == nil && count != len(p.rows) {
		err = errMoved
	}
	return err
}

// put writes the rows and finds out what became of them when the answer is lost.
func (j *Journal) put(ctx context.Context, p planned) (end tail, err error) {
	end = p.rows[len(p.rows)-1].tail
	warned := j.db.warned.Load()
	err = j.insert(ctx, p)
	switch {
	case err == nil && j.db.warned.Load() == warned, errors.Is(err, errMoved):
		return end, err
	case taken(err):
		return end, errMoved // at the first try others can only be there before
	case definite(err):
		return end, explain(err)
	}
	return end, j.settle(ctx, p, err)
}

// taken reports whether another entry holds a place.
func taken(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505"
}

// ambiguous are the classes of errors, and the one error, after which a commit may have taken place: of connections (a pooler says so of the
// server behind it), statement completion unknown, operator intervention, system error, internal error.
var ambiguous = []string{"08", "40003", "57", "58", "XX"}

// definite reports whether an error says that nothing was written: nothing was sent, or the server refused the statement and goes on
// serving the connection.
func definite(err error) bool {
	if err == nil {
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.SeverityUnlocalized == "ERROR" && !slices.ContainsFunc(ambiguous, func(class string) bool { return strings.HasPrefix(e.Code, class) })
	}
	return pgconn.SafeToRetry(err)
}

// wrote makes known what this node wrote.
func (j *Journal) wrote(p planned, end tail) {
	j.mu.Lock()
	j.recent = p.rows
	j.mu.Unlock()
	j.db.watch.advance(end)
}

func refuse(group []*request, err error) {
	for _, r := range group {
		if r.err == nil {
			r.err = err
		}
	}
}

func conflict(after, last dealmap.Seq) error {
	return fmt.Errorf("append after entry %d, last is %d: %w", after, last,
		&dealmap.Error{Kind: dealmap.KindConflict, Message: "le journal a avancé entre-temps"})
}
