package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/mesure5/dealmap/store/proof"
)

// patience is how long the second file may take to answer at start and at the end: it may lie on another machine.
const patience = 5 * time.Second

// titles are the logs as people know them.
var titles = map[string]string{
	JournalLog:      "journal des modifications (journal.db)",
	ConsultationLog: "journal des consultations (consultations.db)",
}

// titleOf names a log to people, and where it lies. An engine that several nodes share tells itself.
func titleOf(log string, journal Journal) string {
	if engine, ok := journal.(interface{ Where() string }); ok && log == JournalLog {
		return "journal des modifications (" + engine.Where() + ")"
	}
	return titles[log]
}

func (k *Keeper) title(log string) string { return titleOf(log, k.tree.journal) }

// claim is a checkpoint and who makes it.
type claim struct {
	Signed
	source string
}

// start opens the tree, gathers what was attested, and holds both logs against it.
func (k *Keeper) start(ctx context.Context, journal Journal) error {
	path := filepath.Join(k.dir, TreeName)
	t, anew, err := openTree(path, journal)
	if err != nil {
		return err
	}
	k.tree = t
	attested, err := t.attested()
	if err != nil {
		attested = nil // derived, and damaged: the other two tell
	}
	ours, err := k.file.tail(originOf(JournalLog), originOf(ConsultationLog))
	if err != nil {
		return err
	}
	k.second = newMirror(k.o.Second, k.o.Logger)
	if k.second.path != "" && sameFile(k.second.file().path, k.file.path) {
		return fmt.Errorf("%s : le second fichier des attestations doit être un autre que le premier", k.o.Second)
	}
	theirs := k.second.tail(originOf(JournalLog), originOf(ConsultationLog))

	var missing [][]byte
	for _, log := range logs {
		claims, err := k.claims(log, ours.notes, attested, theirs.notes)
		if err != nil {
			return err
		}
		if log == JournalLog {
			if err := k.holdJournal(ctx, claims, anew); err != nil {
				return err
			}
		}
		if lines := k.log(log).Size(); len(claims) == 0 && lines > 0 {
			k.o.Logger.Warn("nothing attests what a log holds: checkpoints.txt and what goes with it are missing, or it was never attested",
				"log", log, "lines", lines)
		}
		if err := k.hold(ctx, log, claims); err != nil {
			return err
		}
		for _, c := range claims {
			if c.Size >= k.latest[log].Size {
				k.latest[log] = c.Signed
			}
		}
		newest, known := k.latest[log]
		if known && sizeOf(claims, CheckpointsName) < newest.Size {
			missing = append(missing, newest.Note)
		}
		if known && sizeOf(claims, k.o.Second) < newest.Size {
			k.second.add(newest.Note)
		}
	}
	if len(missing) > 0 || ours.torn >= 0 {
		k.o.Logger.Warn("checkpoints.txt lacks what was attested last; completed", "notes", len(missing), "torn", ours.torn >= 0)
		if err := k.file.append(missing...); err != nil {
			return err
		}
	}
	k.second.start()
	return nil
}

func sameFile(a, b string) bool {
	if x, err := filepath.Abs(a); err == nil {
		if y, err := filepath.Abs(b); err == nil && x == y {
			return true
		}
	}
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

func sizeOf(claims []claim, source string) int64 {
	size := int64(-1)
	for _, c := range claims {
		if c.source == source {
			size = max(size, c.Size)
		}
	}
	return size
}

// claims reads the last checkpoint of a log in each place.
func (k *Keeper) claims(log string, ours, attested, theirs map[string][]byte) (list []claim, err error) {
	for _, place := range []struct {
		name  string
		notes map[string][]byte
	}{{CheckpointsName, ours}, {TreeName, attested}, {k.o.Second, theirs}} {
		note := place.notes[originOf(log)]
		if note == nil {
			continue
		}
		c, err := proof.Open(note, k.Verifier())
		if err != nil {
			return nil, fmt.Errorf("%s : la dernière attestation du %s : %w", place.name, k.title(log), err)
		}
		list = append(list, claim{Signed{c, note}, place.name})
	}
	return list, nil
}

// holdJournal brings the tree up to date. A tree that is not that of the journal is made anew: what was attested then
// decides.
func (k *Keeper) holdJournal(ctx context.Context, claims []claim, anew bool) error {
	last, _, err := k.tree.journal.Last(ctx)
	if err != nil {
		return err
	}
	for _, c := range claims {
		if c.Size > int64(last) {
			return shorter(k.title(JournalLog), int64(last), c.Checkpoint, c.source)
		}
	}
	if anew && last > 0 {
		k.o.Logger.Info("the journal's tree is made from its entries", "entries", last)
	}
	err = k.tree.catchUp(ctx)
	if !errors.Is(err, errMisfit) {
		return err
	}
	return k.renewTree(ctx, err)
}

// renewTree puts the tree aside, as what it may show, and makes it anew from the journal.
func (k *Keeper) renewTree(ctx context.Context, why error) error {
	k.o.Logger.Warn("the journal's tree is not what it should be; it is put aside and made anew", "error", why)
	path := filepath.Join(k.dir, TreeName)
	t, err := setAside(path, k.tree.db, k.tree.journal)
	if err != nil {
		return err
	}
	k.tree = t
	return t.catchUp(ctx)
}

// hold holds a log against its claims. The journal's tree is derived: before it accuses the journal it is made anew.
func (k *Keeper) hold(ctx context.Context, log string, claims []claim) error {
	against := func() error {
		for _, c := range claims {
			if err := check(k.title(log), k.log(log), c.Checkpoint, c.source); err != nil {
				return err
			}
		}
		return nil
	}
	err := against()
	if err == nil || log != JournalLog {
		return err
	}
	if err := k.renewTree(ctx, err); err != nil {
		return err
	}
	return against()
}

// check holds a log against a checkpoint.
func check(title string, l Log, c proof.Checkpoint, source string) error {
	if size := l.Size(); c.Size > size {
		return shorter(title, size, c, source)
	}
	root, err := l.RootAt(c.Size)
	if err != nil {
		return fmt.Errorf("%s : %w", title, err)
	}
	if root != c.Root {
		return fmt.Errorf("%s : ses %d premières lignes ne sont plus celles qui ont été attestées le %s (%s). Il a été modifié, réécrit ou "+
			"remplacé ; « dealmap audit verify » dit ce qui diffère : %w", title, c.Size, c.When(), source, ErrAttested)
	}
	return nil
}

func shorter(title string, size int64, c proof.Checkpoint, source string) error {
	return fmt.Errorf("%s : %d lignes, alors que %d ont été attestées le %s (%s). La fin est perdue, ou le fichier a été remplacé par un "+
		"fichier neuf ou une copie plus ancienne : %w", title, size, c.Size, c.When(), source, ErrAttested)
}
