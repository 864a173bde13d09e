package store

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/mesure5/dealmap"
)

const (
	// mostJobs bounds the commands that share one append.
	mostJobs = 512
	// mostTries bounds how often a batch is decided anew because other nodes wrote in between.
	mostTries = 100
	// retryAfter is how long a journal out of reach is left alone.
	retryAfter = time.Second
)

// job is a command on its way.
type job struct {
	ctx     context.Context
	viewer  dealmap.Viewer
	cmd     dealmap.Command
	request dealmap.Request
	result  dealmap.Result
	err     error
	done    chan struct{}
}

// Do carries out a command for a viewer and returns when its outcome is durable and shown by Snapshot. A key that is not
// empty makes the command idempotent: the same author's same command with the same key is carried out once, and every
// retry gets the first outcome, also after a restart; another command with the same key is an error of KindKeyReused.
// Once the command is being decided, the context no longer stops it. When the journal cannot be written the error is of
// KindUnavailable, and the command may be tried again with its key.
func (s *Store) Do(ctx context.Context, viewer dealmap.Viewer, cmd dealmap.Command, key string) (dealmap.Result, error) {
	request, err := newRequest(viewer.Subject, key, cmd)
	if err != nil {
		return dealmap.Result{}, err
	}
	j := &job{ctx: ctx, viewer: viewer, cmd: cmd, request: request, done: make(chan struct{})}
	if err := s.hand(ctx, j); err != nil {
		return dealmap.Result{}, err
	}
	<-j.done
	return j.result, j.err
}

// reacher is an engine that may be out of reach, and knows.
type reacher interface {
	// Reachable returns why the engine is out of reach, nil when it is not.
	Reachable() error
}

// lookAgain is how often somebody who waits for the loop looks whether the engine went out of reach meanwhile.
const lookAgain = time.Second

// hand gives a job to the loop. That may be finding out what became of an append for as long as a failover takes: whoever comes while the
// engine is known to be out of reach is told so at once.
func (s *Store) hand(ctx context.Context, j *job) error {
	far, _ := s.journal.(reacher)
	for {
		var again <-chan time.Time
		if far != nil {
			if err := far.Reachable(); err != nil {
				return fmt.Errorf("%w: %w", unavailable(), err)
			}
			again = time.After(lookAgain)
		}
		select {
		case s.jobs <- j:
			return nil
		case <-again:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.quit:
			return ErrClosed
		}
	}
}

// run is the one goroutine that decides and folds.
func (s *Store) run(ctx context.Context) {
	defer s.work.Done()
	for {
		select {
		case first := <-s.jobs:
			batch := s.collect(first)
			s.process(context.WithoutCancel(ctx), batch)
			for _, j := range batch {
				close(j.done)
			}
		case <-s.poke:
			err := s.catchUp(ctx)
			if s.noteFailure(err); err != nil {
				s.nudgeLater()
			}
		case <-s.quit:
			return
		}
	}
}

// collect takes the commands that wait. It lets other goroutines run as long as more come: those who were just answered
// come back with their next, and the more share one append the better.
func (s *Store) collect(first *job) []*job {
	batch := []*job{first}
	for before := 0; before < len(batch); {
		before = len(batch)
		runtime.Gosched()
		for waiting := true; waiting && len(batch) < mostJobs; {
			select {
			case j := <-s.jobs:
				batch = append(batch, j)
			default:
				waiting = false
			}
		}
	}
	return batch
}

// process decides the jobs in turn and appends their events at once; it sets every job's outcome.
func (s *Store) process(ctx context.Context, batch []*job) {
	for range mostTries {
		after := s.base.seq
		events := s.decide(batch)
		if len(events) == 0 {
			if anyReplayed(batch) {
				if err := s.confirmed(ctx); err != nil {
					fail(batch, fmt.Errorf("%w: %w", unavailable(), err))
				}
			}
			return
		}
		err := s.journal.Append(ctx, after, events)
		moved := dealmap.KindOf(err) == dealmap.KindConflict
		caught := s.catchUp(ctx)
		s.noteFailure(caught)
		switch {
		case moved && caught == nil:
			continue
		case err != nil && !moved && s.landed(ctx, after, events):
			s.log.Warn("append reported an error, yet its entries are in the journal", "after", after, "error", err)
			err = s.confirmed(ctx)
		}
		if err = errors.Join(err, caught); err != nil {
			fail(batch, fmt.Errorf("%w: %w", unavailable(), err))
		}
		return
	}
	fail(batch, fmt.Errorf("%w: append: the journal moved on %d times", unavailable(), mostTries))
}

func unavailable() error {
	return &dealmap.Error{Kind: dealmap.KindUnavailable,
		Message: "l’enregistrement est impossible pour l’instant ; la consultation continue, réessayez"}
}

// fail answers the jobs whose outcome depended on the append.
func fail(batch []*job, err error) {
	for _, j := range batch {
		if j.err == nil && (j.result.Events > 0 || j.result.Replayed) {
			j.result, j.err = dealmap.Result{}, err
		}
	}
}

// landed reports whether the events of an append with an ambiguous error are in the journal.
func (s *Store) landed(ctx context.Context, after dealmap.Seq, events []dealmap.Event) bool {
	at := 0
	for e, err := range s.journal.Read(ctx, after) {
		if err != nil || !sameEvent(e, events[at]) {
			return false
		}
		if at++; at == len(events) {
			return true
		}
	}
	return false
}

func sameEvent(a, b dealmap.Event) bool {
	return a.Kind == b.Kind && a.Subject == b.Subject && a.Request == b.Request && a.Time.Equal(b.Time) &&
		a.Author == b.Author && a.Motive == b.Motive && a.Case == b.Case
}

// decide judges each job on the state that includes what the earlier ones of the batch do. It works on a copy: when the
// append fails, nothing has happened.
func (s *Store) decide(batch []*job) []dealmap.Event {
	tentative := s.base.try(s.entriesOf)
	now := s.options.Clock()
	if now.Before(tentative.time) {
		now = tentative.time.In(now.Location()) // entries never go back in time: SnapshotAt relies on it
	}
	env := dealmap.Env{Now: now, Gazetteer: s.options.Territories}
	var all []dealmap.Event
	requests := map[[16]byte]outcome{}
	for _, j := range batch {
		j.result, j.err = dealmap.Result{}, j.ctx.Err()
		if j.err != nil {
			continue
		}
		if failed := s.Err(); failed != nil {
			j.err = fmt.Errorf("%w: %w", unavailable(), failed)
			continue
		}
		scope := dealmap.NewScope(j.viewer, env.Today())
		if s.replay(j, scope, tentative, requests) {
			continue
		}
		events, err := safely(j.cmd, tentative, j.viewer, env)
		if err == nil {
			if err = tentative.apply(events, j.request); err != nil {
				err = errors.Join(err, tentative.reset(s.base, all))
			}
		}
		if err != nil {
			j.err = err
			continue
		}
		j.result.Subject, j.result.Events = concerns(j.cmd), len(events)
		if len(events) > 0 {
			j.result.Subject = events[0].Subject
			if !j.request.IsZero() {
				requests[j.request.Key] = outcome{digest: j.request.Digest, subject: events[0].Subject, events: uint32(len(events))}
			}
		}
		j.result.Sight, _ = scope.See(tentative.Place(j.result.Subject))
		all = append(all, events...)
	}
	return all
}

// entriesOf returns the entries in the journal that concern a record, none when that cannot be told: who asks refuses then.
func (s *Store) entriesOf(id dealmap.ID) []dealmap.Seq {
	seqs, err := s.ledger.subject(id)
	if err != nil {
		s.log.Error("the entries of a record cannot be told", "record", id, "error", err)
		return nil
	}
	return seqs
}

// replay answers a job whose request was fulfilled before, earlier in the same batch included.
func (s *Store) replay(j *job, scope dealmap.Scope, now *state, inBatch map[[16]byte]outcome) bool {
	if j.request.IsZero() {
		return false
	}
	o, known := inBatch[j.request.Key]
	if !known {
		if o, known, j.err = s.ledger.request(j.request.Key); j.err != nil {
			j.err = fmt.Errorf("%w: %w", unavailable(), j.err)
			return true
		}
	}
	if !known {
		return false
	}
	if j.err = o.answers(j.request); j.err == nil {
		j.result = dealmap.Result{Subject: o.subject, Events: int(o.events), Replayed: true}
		j.result.Sight, _ = scope.See(now.Place(o.subject))
	}
	return true
}

// safely keeps a fault in one command from ending the loop that serves everyone.
func safely(cmd dealmap.Command, s dealmap.State, v dealmap.Viewer, env dealmap.Env) (events []dealmap.Event, err error) {
	defer func() {
		if r := recover(); r != nil {
			events, err = nil, fmt.Errorf("decide %T: panic: %v", cmd, r)
		}
	}()
	return cmd.Decide(s, v, env)
}

// apply folds events that are not in the journal yet into a tentative state, and ties them to their request.
func (s *state) apply(events []dealmap.Event, request dealmap.Request) error {
	for i := range events {
		events[i].Request = request
		e := events[i]
		e.Seq = s.seq + 1
		if _, err := s.fold(e); err != nil {
			return err
		}
	}
	return nil
}

// reset brings a tentative state back to the base with the events decided so far.
func (s *state) reset(base *state, events []dealmap.Event) error {
	*s = *base.try(s.trial.kept)
	for _, e := range events {
		e.Seq = s.seq + 1
		if _, err := s.fold(e); err != nil {
			return err
		}
	}
	return nil
}

// noteFailure stops writes for good when the journal holds what this version cannot fold or does not verify; a journal out
// of reach is no such failure, and is told once.
func (s *Store) noteFailure(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	said := ""
	if err != nil {
		said = err.Error()
	}
	if before := s.said; before == said {
		return
	}
	s.said = said
	if err == nil {
		s.log.Info("the map follows the journal again")
		return
	}
	s.log.Error("the map cannot follow the journal", "error", err)
	if errors.Is(err, dealmap.ErrTampered) {
		s.failure.CompareAndSwap(nil, &err)
	}
}
