package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// Files in a data folder.
const (
	CheckpointsName  = "checkpoints.txt"
	CertificatesName = "certificates.txt"
	TreeName         = "journal.tree.db"
)

// The logs.
const (
	JournalLog      = "journal"
	ConsultationLog = "consultations"
)

// logs are the logs in the order in which they are told of.
var logs = []string{JournalLog, ConsultationLog}

func originOf(log string) string { return "dealmap/" + log }

// DefaultEvery is the time between two checkpoints of a log that grows. A checkpoint takes about 200 bytes: a year of them, of both
// logs, about 200 MB.
const DefaultEvery = time.Minute

// ErrAttested is wrapped when a log is not what was attested: shorter, or another.
var ErrAttested = errors.New("le journal ne correspond plus à ce qui a été attesté")

// Journal is what is needed of the journal; every engine has it.
type Journal interface {
	Last(context.Context) (dealmap.Seq, dealmap.Hash, error)
	HashAt(context.Context, dealmap.Seq) (dealmap.Hash, error)
	Hashes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Hash, error]
}

// Log is what is needed of the consultation log: a log that keeps its own tree. Sizes and proofs are of what is on the disk.
type Log interface {
	Size() int64
	RootAt(size int64) (tlog.Hash, error)
	Leaf(line int64) (tlog.Hash, error) // from 1
	Inclusion(size, n int64) (tlog.RecordProof, error)
	Consistency(old, size int64) (tlog.TreeProof, error)
}

// Options tunes a Keeper.
type Options struct {
	Key proof.Key
	// Second is the file, or the folder for one named checkpoints.txt, that another service keeps; empty when there is none.
	Second string
	// Every is the time between checkpoints, DefaultEvery when 0; negative: only on demand and at Close.
	Every  time.Duration
	Logger *slog.Logger
	Now    func() time.Time
}

// Signed is a checkpoint with its note.
type Signed struct {
	proof.Checkpoint
	Note []byte
}

// Keeper keeps checkpoints of both logs of a data folder and proves from them. Its methods may be called from any goroutine.
type Keeper struct {
	dir          string
	o            Options
	tree         *journalTree
	consultation Log
	file         noteFile
	second       *mirror

	turn   sync.Mutex // one checkpoint at a time
	mu     sync.Mutex // the fields below
	latest map[string]Signed
	err    error

	certifying sync.Mutex
	stop       context.CancelFunc
	done       chan struct{}
	closing    sync.Once
	closeErr   error
}

// Open checks both logs against the last checkpoints of the folder and of the second file, in O(log n), and starts keeping.
// A log that is shorter than attested, or another, gives an error that wraps ErrAttested and says which, when and how much.
// Close the Keeper before the logs.
//
// A tree of the journal that is absent or damaged is made anew from the journal (about 1 µs an entry) and must then agree
// with the checkpoints too.
func Open(ctx context.Context, dir string, journal Journal, consultations Log, o Options) (*Keeper, error) {
	if o.Every == 0 {
		o.Every = DefaultEvery
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	k := &Keeper{
		dir: dir, o: o, consultation: consultations, file: noteFile{filepath.Join(dir, CheckpointsName)},
		latest: map[string]Signed{}, done: make(chan struct{}),
	}
	if err := k.start(ctx, journal); err != nil {
		if k.tree != nil {
			err = errors.Join(err, k.tree.db.Close())
		}
		return nil, fmt.Errorf("open audit of %s: %w", dir, err)
	}
	running, stop := context.WithCancel(context.Background())
	k.stop = stop
	go k.run(running)
	return k, nil
}

func (k *Keeper) run(ctx context.Context) {
	defer close(k.done)
	if k.o.Every < 0 {
		return
	}
	ticker := time.NewTicker(k.o.Every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		before := k.failure()
		if err := k.Checkpoint(ctx); err != nil && ctx.Err() == nil && (before == nil || before.Error() != err.Error()) {
			k.o.Logger.Error("checkpoint could not be made", "error", err)
		}
	}
}

// Checkpoint signs a checkpoint of each log that has grown since its last one, and returns when they are in checkpoints.txt
// on the disk. The second file is written in the background.
func (k *Keeper) Checkpoint(ctx context.Context) error {
	k.turn.Lock()
	defer k.turn.Unlock()
	err := k.checkpoint(ctx)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.err = err
	return err
}

func (k *Keeper) checkpoint(ctx context.Context) error {
	err := k.tree.catchUp(ctx)
	if errors.Is(err, errMisfit) {
		return fmt.Errorf("checkpoint of the journal: %w : %w", ErrAttested, err)
	}
	if err != nil {
		err = fmt.Errorf("checkpoint of the journal: %w", err)
	}
	// A journal that is out of reach keeps nothing from attesting what is here.
	return errors.Join(err, k.attest())
}

// attest signs what the logs hold.
func (k *Keeper) attest() error {
	fresh, notes := map[string]Signed{}, map[string][]byte{}
	for _, log := range logs {
		next, err := k.next(log)
		if err != nil {
			return fmt.Errorf("checkpoint of %s: %w", log, err)
		}
		if next.Note != nil {
			fresh[log], notes[originOf(log)] = next, next.Note
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := k.tree.attest(notes); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	var list [][]byte
	for _, log := range logs {
		if note := notes[originOf(log)]; note != nil {
			list = append(list, note)
		}
	}
	if err := k.file.append(list...); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	k.second.add(list...)
	k.mu.Lock()
	defer k.mu.Unlock()
	for log, s := range fresh {
		k.latest[log] = s
	}
	return nil
}

// next signs the next checkpoint of a log, unless it has not grown. What was attested before must still hold.
func (k *Keeper) next(log string) (s Signed, err error) {
	l := k.log(log)
	before, known := k.last(log)
	if known {
		if err := check(k.title(log), l, before.Checkpoint, CheckpointsName); err != nil {
			return s, err
		}
	}
	s.Checkpoint = proof.Checkpoint{Origin: originOf(log), Size: l.Size(), Time: k.o.Now().UTC().Truncate(time.Second)}
	if s.Size == before.Size {
		return Signed{}, nil
	}
	if s.Root, err = l.RootAt(s.Size); err == nil {
		s.Note, err = k.o.Key.Sign(s.Checkpoint)
	}
	return s, err
}

func (k *Keeper) log(name string) Log {
	if name == JournalLog {
		return k.tree
	}
	return k.consultation
}

func (k *Keeper) last(log string) (Signed, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, ok := k.latest[log]
	return s, ok
}

func (k *Keeper) failure() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.err
}

// Err returns why checkpoints are not made or do not reach the second file at present, nil when all is well.
func (k *Keeper) Err() error { return errors.Join(k.failure(), k.second.failure()) }

// Close makes a last checkpoint and closes the files. The second file is given a few seconds.
func (k *Keeper) Close() error {
	k.closing.Do(func() {
		k.stop()
		<-k.done
		err := k.Checkpoint(context.Background())
		k.second.close()
		k.closeErr = errors.Join(err, k.tree.db.Close())
	})
	return k.closeErr
}

// Verifier returns the key that checks the notes, as text.
func (k *Keeper) Verifier() string { return k.o.Key.Verifier() }
