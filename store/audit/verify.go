package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/mesure5/dealmap/store/boltjournal"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/internal/boltfile"
	"github.com/mesure5/dealmap/store/proof"
)

// JournalName is the journal's file in a data folder.
const JournalName = "journal.db"

// Progress is told how many lines of a log are verified. It is called often, from one goroutine.
type Progress func(log string, done, total int64)

func (p Progress) of(log string) func(done, total int64) {
	if p == nil {
		return nil
	}
	return func(done, total int64) { p(log, done, total) }
}

// Report is what verifying a folder found.
type Report struct {
	Journal, Consultations proof.Finding
	// Notes are the files of notes that were read: checkpoints.txt, certificates.txt and those given.
	Notes []NoteFinding
	// Title is the journal as people know it.
	Title string
}

// OK reports whether nothing was found.
func (r *Report) OK() bool {
	for i := range r.Notes {
		if len(r.Notes[i].Problems) > 0 {
			return false
		}
	}
	return r.Journal.OK() && r.Consultations.OK()
}

// Problems returns all sentences, each with the file or log that it is about.
func (r *Report) Problems() (list []string) {
	for _, f := range []*proof.Finding{&r.Journal, &r.Consultations} {
		title := titles[f.Log]
		if f == &r.Journal && r.Title != "" {
			title = r.Title
		}
		for _, p := range f.Problems {
			list = append(list, title+" : "+p)
		}
		if f.More > 0 {
			list = append(list, fmt.Sprintf("%s : et %d autres constats", title, f.More))
		}
	}
	for i := range r.Notes {
		for _, p := range r.Notes[i].Problems {
			list = append(list, r.Notes[i].Path+" : "+p)
		}
		if more := r.Notes[i].More; more > 0 {
			list = append(list, fmt.Sprintf("%s : et %d autres constats", r.Notes[i].Path, more))
		}
	}
	return list
}

// Verify verifies a data folder that no process has open, and changes nothing in it: every line of both logs, both trees, and
// every checkpoint of checkpoints.txt and of the other files given, such as the second one, against what the lines make.
// journal is the engine where it does not lie in the folder (journal.db), nil where it does; other nodes may use it meanwhile. vkeys are the
// keys that notes may be signed by (Key.Verifier), at least one.
//
// What is wrong is in the report; the error says that it could not be verified: a file is in use or cannot be read, or the
// context has ended.
func Verify(ctx context.Context, dir string, journal Journal, vkeys, extra []string, progress Progress) (Report, error) {
	if len(vkeys) == 0 {
		return Report{}, fmt.Errorf("verify %s: no key", dir)
	}
	engine, ok := journal.(verifiableJournal)
	if journal != nil && !ok {
		return Report{}, fmt.Errorf("verify %s: %w", dir, ErrNotVerifiable)
	}
	stored, attested, close, treeProblem, err := storedTree(filepath.Join(dir, TreeName))
	if err != nil {
		return Report{}, fmt.Errorf("verify %s: %w", dir, err)
	}
	defer close()
	v := verification{
		dir: dir, vkeys: vkeys, extra: extra, attested: attested, report: Report{Title: titleOf(JournalLog, journal)},
		journal: func(against []proof.Checkpoint) (proof.Finding, error) {
			verify := func() (proof.Finding, error) {
				return boltjournal.Verify(ctx, filepath.Join(dir, JournalName), stored, against, progress.of(JournalLog))
			}
			if engine != nil {
				verify = func() (proof.Finding, error) { return engine.Verify(ctx, stored, against, progress.of(JournalLog)) }
			}
			f, err := verify()
			if err == nil && treeProblem != nil {
				f.Problem(0, "arbre du journal : %v", treeProblem)
			}
			return f, err
		},
		consultations: func(against []proof.Checkpoint) (proof.Finding, error) {
			path := filepath.Join(dir, consultations.FileName)
			if info, err := os.Stat(path); errors.Is(err, os.ErrNotExist) || (err == nil && info.Size() == 0) {
				return lost(ConsultationLog, against, fmt.Errorf("%s : fichier absent ou vide", path)), nil
			}
			if err := boltfile.CheckPages(path); errors.Is(err, boltfile.ErrDamaged) {
				return lost(ConsultationLog, against, err), nil
			}
			return consultations.Verify(ctx, path, against, progress.of(ConsultationLog))
		},
	}
	return v.run(ctx)
}

// lost is the finding about a log of which nothing can be read.
func lost(log string, against []proof.Checkpoint, why error) proof.Finding {
	x := proof.NewExaminer(log, 0, nil, against)
	x.Problem(0, "%v", why)
	return x.Done()
}

// storedTree opens the journal's tree for reading. An absent one is an empty tree: it is derived.
func storedTree(path string) (s proof.Stored, attested map[string][]byte, close func() error, problem, err error) {
	none := func() error { return nil }
	options := treeOptions
	options.ReadOnly = true
	db, err := boltfile.Open(path, options)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return s, nil, none, nil, nil
	case errors.Is(err, boltfile.ErrDamaged):
		return s, nil, none, err, nil
	case err != nil:
		return s, nil, none, nil, err
	}
	t := &journalTree{db: db}
	attested, problem = t.attested()
	return proof.Stored{Size: t.Size(), Block: t.block}, attested, db.Close, problem, nil
}

// verifiable is a log that can be verified while it is open.
type (
	verifiableJournal interface {
		Verify(ctx context.Context, tree proof.Stored, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error)
	}
	verifiableLog interface {
		Verify(ctx context.Context, against []proof.Checkpoint, progress func(done, total int64)) (proof.Finding, error)
	}
)

// ErrNotVerifiable is given for logs of an engine that cannot be verified while it is open.
var ErrNotVerifiable = errors.New("this engine cannot be verified while it is open")

// Verify verifies the folder like the function of this name, while it is in use; reading and writing go on meanwhile.
func (k *Keeper) Verify(ctx context.Context, extra []string, progress Progress) (Report, error) {
	journal, ok := k.tree.journal.(verifiableJournal)
	log, too := k.consultation.(verifiableLog)
	if !ok || !too {
		return Report{}, fmt.Errorf("verify %s: %w", k.dir, ErrNotVerifiable)
	}
	k.turn.Lock() // what is attested and what is in checkpoints.txt agree between two checkpoints
	attested, err := k.tree.attested()
	limits := map[string]int64{k.file.path: k.file.size()}
	stored := proof.Stored{Size: k.tree.Size(), Block: k.tree.block}
	k.turn.Unlock()
	if err != nil {
		return Report{}, fmt.Errorf("verify %s: %w", k.dir, err)
	}
	if k.o.Second != "" && len(attested) > 0 {
		if path, size, due := k.second.size(); due {
			limits[path], extra = size, append([]string{path}, extra...)
		}
	}
	v := verification{
		dir: k.dir, vkeys: []string{k.Verifier()}, extra: extra, attested: attested, limits: limits, report: Report{Title: k.title(JournalLog)},
		journal: func(against []proof.Checkpoint) (proof.Finding, error) {
			return journal.Verify(ctx, stored, against, progress.of(JournalLog))
		},
		consultations: func(against []proof.Checkpoint) (proof.Finding, error) {
			return log.Verify(ctx, against, progress.of(ConsultationLog))
		},
	}
	return v.run(ctx)
}
