package ship

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/proof"
)

// Copy is the consultation log of another node, kept here.
type Copy struct {
	node  string
	log   *consultations.Log
	notes *audit.NoteFile
	vkeys []string
	// elsewhere tells up to which line other logs account for the erasure of lines of a node's.
	elsewhere func(ctx context.Context, node string) (int64, error)

	mu  sync.Mutex
	err error
}

// openCopy opens the copy in a folder, or begins one.
func openCopy(dir, node string, vkeys []string) (*Copy, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("copy of the consultation log of %s: %w", node, err)
	}
	log, err := consultations.Open(filepath.Join(dir, consultations.FileName))
	if err != nil {
		return nil, fmt.Errorf("copy of the consultation log of %s: %w", node, err)
	}
	notes, err := audit.OpenNotes(filepath.Join(dir, audit.CheckpointsName), audit.ConsultationLog, vkeys...)
	if err != nil {
		return nil, fmt.Errorf("copy of the consultation log of %s: %w", node, errors.Join(err, log.Close()))
	}
	return &Copy{node: node, log: log, notes: notes, vkeys: vkeys}, nil
}

// Node is the name of the node that wrote the log.
func (c *Copy) Node() string { return c.node }

// Log answers questions about the lines. Nothing may be recorded in it.
func (c *Copy) Log() *consultations.Log { return c.log }

// Latest returns the node's newest checkpoint that the copy agrees with; ok is false when there is none yet.
func (c *Copy) Latest() (s audit.Signed, ok bool) { return c.notes.Latest() }

// Err returns what is wrong with what the engine holds of the log, nil when nothing is.
func (c *Copy) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

func (c *Copy) tell(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
}

// attestedWithin is how old a log's last line may be before some checkpoint must be there: nodes sign one every minute.
const attestedWithin = time.Hour

// Verify reads every line of the copy and holds it against its leaf, the tree, and all checkpoints of the node that were kept.
func (c *Copy) Verify(ctx context.Context, progress func(done, total int64)) (proof.Finding, error) {
	against, bad := c.notes.All()
	if bad != nil && !errors.Is(bad, proof.ErrCheckpoint) && !errors.Is(bad, proof.ErrTorn) {
		return proof.Finding{}, fmt.Errorf("verify the copy of the log of %s: %w", c.node, bad)
	}
	accounted, err := c.elsewhere(ctx, c.node)
	if err != nil {
		return proof.Finding{}, fmt.Errorf("verify the copy of the log of %s: %w", c.node, err)
	}
	f, err := c.log.VerifyCopy(ctx, accounted, against, progress)
	if err != nil {
		return f, fmt.Errorf("verify the copy of the log of %s: %w", c.node, err)
	}
	if bad != nil {
		f.Problem(0, "attestations gardées avec la copie : %v", bad)
	}
	if err := c.Err(); err != nil {
		f.Problem(0, "moteur : %v", err)
	}
	if last, erased, err := c.log.Line(uint64(c.log.Size())); err == nil && !erased && f.Checkpoints == 0 && time.Since(last.Time) > attestedWithin {
		f.Problem(0, "aucune attestation du nœud ne porte sur ses %d lignes : rien ne dit que ce sont celles qui ont été écrites", f.Lines)
	}
	return f, nil
}
