package ship

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	// every is the time between two looks at what is new.
	every = time.Second
	// mostPause is the longest time between two tries while the engine is away.
	mostPause = 5 * time.Second
	// askAgain is how often the engine is asked how it stands although nothing failed: another server may have taken over that lacks the last lines.
	askAgain = time.Minute
	// batchLines and batchBytes bound what is sent at once.
	batchLines = 2048
	batchBytes = 1 << 20
	// lastWords is how long Close may take to send what is left.
	lastWords = 5 * time.Second
)

// ErrStopped is wrapped by the error of a node that sends its log no more.
var ErrStopped = errors.New("ce nœud n’envoie plus son journal des consultations au moteur")

// Notes has the checkpoints that this node signs; *audit.Keeper does.
type Notes interface {
	Latest(log string) (audit.Signed, error)
}

// Options tunes Start and Follow.
type Options struct {
	// Every is the time between two looks at what is new, a second when 0.
	Every time.Duration
	// Logger may be nil.
	Logger *slog.Logger
}

func (o Options) filled() Options {
	if o.Every == 0 {
		o.Every = every
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Shipper sends the consultation log of this node to the engine. Its methods may be called from any goroutine.
type Shipper struct {
	node   string
	log    *consultations.Log
	notes  Notes
	engine Engine
	o      Options
	worker

	// What follows is the worker's own.
	known    bool      // whether at, leaf and erased are how the engine stands
	asked    time.Time // when it was last asked for that
	at       int64
	leaf     tlog.Hash
	erased   int64
	attested map[string]int64

	mu      sync.Mutex
	sent    int64
	stopped error
	failure error
}

// Start starts sending. Close it before the log and the engine; notes may be nil.
func Start(node string, log *consultations.Log, notes Notes, engine Engine, o Options) (*Shipper, error) {
	if err := CheckNode(node); err != nil {
		return nil, err
	}
	s := &Shipper{node: node, log: log, notes: notes, engine: engine, o: o.filled(), attested: map[string]int64{}}
	s.work(s.o.Every, s.round)
	return s, nil
}

// round sends what is new. It reports whether there is a next one.
func (s *Shipper) round(ctx context.Context) (goOn bool, err error) {
	err = s.send(ctx)
	var other *LineError
	stop := errors.As(err, &other)
	s.mu.Lock()
	before := s.failure
	s.failure = err
	if stop {
		s.stopped = fmt.Errorf("%w : %w", ErrStopped, err)
	}
	s.mu.Unlock()
	switch {
	case stop:
		s.o.Logger.Error("the consultation log of this node is sent no more: the engine holds another one under its name", "node", s.node, "error", err)
	case err != nil && before == nil && ctx.Err() == nil:
		s.o.Logger.Warn("the consultation log cannot be sent; it waits", "node", s.node, "error", err)
	case err == nil && before != nil:
		s.o.Logger.Info("the consultation log is sent again", "node", s.node, "line", s.at)
	}
	return !stop, err
}

func (s *Shipper) send(ctx context.Context) error {
	// In this order: the line that tells of an erasure is then among those that are sent before it is done.
	erased := s.log.Erased()
	size := s.log.Size()
	if err := s.compare(ctx, size); err != nil {
		return err
	}
	for s.at < size {
		if err := s.sendSome(ctx); err != nil {
			return err
		}
	}
	if s.erased < erased {
		if err := s.engine.Erase(ctx, s.node, erased); err != nil {
			return err
		}
		s.erased = erased
	}
	return s.attest(ctx)
}

// compare asks how the engine stands, and holds that against the log.
func (s *Shipper) compare(ctx context.Context, size int64) error {
	if s.known && time.Since(s.asked) < askAgain {
		return nil
	}
	held, err := s.engine.Held(ctx, s.node)
	if err != nil {
		return err
	}
	if held.Last > size {
		return &LineError{s.node, size + 1, fmt.Errorf("%w : le moteur en tient %d, ce nœud n’en a écrit que %d. Son dossier vient d’une "+
			"sauvegarde plus ancienne, ou un autre nœud porte le même nom : donnez-lui un autre nom (--node)", ErrOther, held.Last, size)}
	}
	if held.Last > 0 {
		leaf, err := s.log.Leaf(held.Last)
		if err != nil {
			return err
		}
		if leaf != held.Leaf {
			return &LineError{s.node, held.Last, fmt.Errorf("%w : le moteur en tient une autre. Un autre nœud porte le même nom (--node), ou le "+
				"moteur a été modifié", ErrOther)}
		}
	}
	s.known, s.asked = true, time.Now()
	s.at, s.leaf, s.erased = held.Last, held.Leaf, held.Erased
	s.tell()
	return nil
}

// sendSome sends the next batch.
func (s *Shipper) sendSome(ctx context.Context) error {
	lines, err := s.log.Copies(s.at+1, batchLines, batchBytes)
	if err != nil || len(lines) == 0 {
		return err
	}
	for i := range lines {
		if err := lines[i].Check(); err != nil {
			return fmt.Errorf("consultations.db de ce nœud, ligne %d : %w ; « dealmap audit verify » dit ce qui diffère", s.at+int64(i)+1, err)
		}
	}
	if err := s.engine.Put(ctx, s.node, s.at, s.leaf, lines); err != nil {
		s.known = false // what was sent may be there, and what was there may be gone
		return err
	}
	s.at += int64(len(lines))
	s.leaf = lines[len(lines)-1].Leaf
	s.tell()
	return nil
}

// attest sends the checkpoints that were signed since.
func (s *Shipper) attest(ctx context.Context) error {
	if s.notes == nil {
		return nil
	}
	for _, log := range []string{audit.JournalLog, audit.ConsultationLog} {
		latest, err := s.notes.Latest(log)
		if dealmap.KindOf(err) == dealmap.KindNotFound {
			continue
		}
		if err != nil {
			return err
		}
		if latest.Size == s.attested[log] {
			continue
		}
		if err := s.engine.Attest(ctx, s.node, log, Attestation{latest.Size, latest.Note}); err != nil {
			return err
		}
		s.attested[log] = latest.Size
	}
	return nil
}

func (s *Shipper) tell() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = s.at
}

// Err returns why this node sends its log no more, nil while it does or waits for the engine.
func (s *Shipper) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped
}

// Waiting returns how many lines have not been sent yet, and why the last try failed.
func (s *Shipper) Waiting() (lines int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return max(0, s.log.Accepted()-s.sent), s.failure
}

// Close sends what is left, unless that takes too long, and ends.
func (s *Shipper) Close() error {
	s.end(func(ctx context.Context) {
		if s.Err() == nil {
			_, _ = s.round(ctx) // what is not sent now is sent after the next start
		}
	})
	return nil
}
