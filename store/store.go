package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/boltjournal"
)

// ErrClosed is given by a store that has been closed.
var ErrClosed = errors.New("store: closed")

// Names of the files in a data folder.
const (
	JournalFile = "journal.db"
	StateFile   = "state.db"
)

// Progress is told how far a long task has come; what is a French word or two for the person who waits.
type Progress func(done, total uint64, what string)

// Options says where the map is kept and what deciding needs.
type Options struct {
	// Dir is the data folder; it is made when absent. Empty: nothing is kept on disk, which wants an Engine.
	Dir string
	// Territories is the gazetteer that commands are judged by, usually a *geo.Territories.
	Territories dealmap.Gazetteer
	// Engine is the journal; nil: a bbolt file in Dir. The store closes it.
	Engine Engine
	// Logger may be nil.
	Logger *slog.Logger
	// Progress may be nil.
	Progress Progress
	// Whole is how many places are kept whole in memory at most besides those that changed lately, others only packed; 0: 131,072.
	Whole int
	// Clock gives the time in the zone by whose days embargoes and dates count; nil: the machine's, in Paris.
	Clock func() time.Time
}

// Store keeps one map. Its methods may be called from any goroutine.
type Store struct {
	journal Engine
	disk    *stateFile // nil without Dir
	ledger  *ledger
	vault   *vault // nil without Dir
	ring    *ring
	options Options
	log     *slog.Logger

	// base is the state as the journal has it; it belongs to the loop (to Open before that).
	base *state
	// unerased are entries that erase places, the bodies of whose entries could not be erased yet; it belongs to the loop.
	unerased []dealmap.Seq
	// said is why the journal could not be followed at the last try, empty when it could; it belongs to the loop.
	said string

	current atomic.Pointer[Snapshot]
	failure atomic.Pointer[error]
	pasts   *pasts
	grants  *bell

	checkpointing sync.Mutex // one checkpoint at a time

	jobs     chan *job
	poke     chan struct{} // the journal has more
	flush    chan struct{} // a checkpoint is due
	quit     chan struct{}
	work     sync.WaitGroup
	cancel   context.CancelFunc
	closing  sync.Once
	closeErr error
}

// Open opens or makes the map in a data folder, and brings it up to what the journal says. A state on disk that is of
// another version, fails its check or does not belong to the journal is made anew.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = func(uint64, uint64, string) {}
	}
	if o.Clock == nil {
		o.Clock = ParisClock()
	}
	engine := o.Engine
	if engine == nil {
		if o.Dir == "" {
			return nil, errors.New("store: neither a folder nor an engine")
		}
		journal, err := boltjournal.Open(filepath.Join(o.Dir, JournalFile), boltjournal.Options{})
		if err != nil {
			return nil, fmt.Errorf("open store: %w", err)
		}
		engine = journal
	}
	s := &Store{
		journal: engine, options: o, log: o.Logger, pasts: newPasts(engine), grants: newBell(),
		jobs: make(chan *job), poke: make(chan struct{}, 1), flush: make(chan struct{}, 1), quit: make(chan struct{}),
	}
	if err := s.start(ctx); err != nil {
		err = errors.Join(fmt.Errorf("open store: %w", err), engine.Close())
		if s.disk != nil {
			err = errors.Join(err, s.disk.close())
		}
		return nil, err
	}
	return s, nil
}

// ParisClock is the machine's clock, in Paris.
func ParisClock() func() time.Time {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		zone = time.Local
	}
	return func() time.Time { return time.Now().In(zone) }
}

func (s *Store) start(ctx context.Context) error {
	if err := s.load(ctx); err != nil {
		return err
	}
	if err := s.catchUp(ctx); err != nil {
		return err
	}
	if s.current.Load() == nil {
		s.current.Store(s.base.snapshot())
	}
	s.ring = newRing(s.base.seq)
	running, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.work.Add(2)
	go s.run(running)
	go s.follow(running)
	if s.disk != nil {
		s.work.Add(1)
		go s.checkpoints(running)
	}
	return nil
}

// Snapshot returns the map as it is now.
func (s *Store) Snapshot() *Snapshot { return s.current.Load() }

// Now is the store's clock, in the zone by whose days dates count.
func (s *Store) Now() time.Time { return s.options.Clock() }

// Err returns why the store no longer takes writes, nil as long as it does.
func (s *Store) Err() error {
	if err := s.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Close ends the loop, writes the last checkpoint and closes the files.
func (s *Store) Close() error {
	s.closing.Do(func() {
		close(s.quit)
		s.cancel()
		s.work.Wait()
		if s.disk != nil {
			s.closeErr = errors.Join(s.checkpoint(), s.disk.close())
		}
		s.closeErr = errors.Join(s.closeErr, s.journal.Close())
	})
	return s.closeErr
}
