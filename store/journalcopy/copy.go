// Package journalcopy takes a journal from one engine to another, byte for byte: hashes, and all that was attested of them, stay what they
// are.
//
// A copy that was interrupted is gone on with by the next [Copy]: what the target holds is compared with the source first. Until it has come
// to its end, and the target's entries make the same Merkle root as the source's, the target is closed to everyone else. The source is only
// read.
package journalcopy

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/raw"
	"golang.org/x/mod/sumdb/tlog"
)

// Source is what is needed of the journal that is copied. Nobody else may write to it meanwhile.
type Source interface {
	Last(ctx context.Context) (dealmap.Seq, dealmap.Hash, error)
	HashAt(ctx context.Context, seq dealmap.Seq) (dealmap.Hash, error)
	Hashes(ctx context.Context, after dealmap.Seq) iter.Seq2[dealmap.Hash, error]
	Raw(ctx context.Context, after dealmap.Seq) iter.Seq2[raw.Entry, error]
}

// Target is what is needed of the journal that is copied to. Nobody else may have it.
type Target interface {
	Source
	AppendRaw(ctx context.Context, after raw.Tail, entries []raw.Entry) error
	Erase(ctx context.Context, seq dealmap.Seq) error
	// Copying notes that a copy has begun, or has come to its end.
	Copying(ctx context.Context, begun bool) error
}

// ErrOther is wrapped when the target holds something else than the beginning of the source.
var ErrOther = errors.New("la cible contient autre chose que le début de la source ; rien n’a été copié")

// Progress is told how many entries are done; what is a French word or two.
type Progress func(done, total uint64, what string)

// Result is what came of a copy.
type Result struct {
	// Entries are in both journals, Erased of them without their body; Copied of them were written now.
	Entries, Erased, Copied uint64
	// Root is that of the Merkle tree over the entries' hashes, as audit keeps it.
	Root tlog.Hash
}

// Copy copies what the target does not have yet, and verifies the whole.
func Copy(ctx context.Context, from Source, to Target, progress Progress) (Result, error) {
	if progress == nil {
		progress = func(uint64, uint64, string) {}
	}
	c := copying{from: from, to: to, progress: progress}
	last, hash, err := from.Last(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("source : %w", err)
	}
	if last == 0 {
		return Result{}, errors.New("source : ce journal est vide, il n’y a rien à copier")
	}
	c.end = raw.Tail{Seq: last, Hash: hash}
	begun, err := c.fit(ctx)
	if err != nil {
		return Result{}, err
	}
	if err := to.Copying(ctx, true); err != nil {
		return Result{}, fmt.Errorf("cible : %w", err)
	}
	if err := c.erase(ctx); err != nil {
		return Result{}, fmt.Errorf("cible : %w", err)
	}
	if err := c.write(ctx, begun); err != nil {
		return Result{}, err
	}
	r, err := c.verify(ctx)
	if err != nil {
		return Result{}, fmt.Errorf("vérification de la copie : %w", err)
	}
	if err := to.Copying(ctx, false); err != nil {
		return Result{}, fmt.Errorf("cible : %w", err)
	}
	r.Copied = uint64(c.end.Seq - begun.Seq)
	return r, nil
}

type copying struct {
	from     Source
	to       Target
	progress Progress
	end      raw.Tail      // of the source
	late     []dealmap.Seq // entries that were erased in the source since they were copied
}

// erase erases in the target what was erased in the source after it was copied.
func (c *copying) erase(ctx context.Context) error {
	for _, seq := range c.late {
		if err := c.to.Erase(ctx, seq); err != nil {
			return err
		}
	}
	scrubber, ok := c.to.(interface{ Scrub(context.Context) error })
	if !ok || len(c.late) == 0 {
		return nil
	}
	return scrubber.Scrub(ctx)
}

// write copies what follows an entry. Each entry is verified before it is written.
func (c *copying) write(ctx context.Context, begun raw.Tail) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	chain := raw.NewChain(begun)
	for b := range batches(ctx, c.from.Raw(ctx, begun.Seq)) {
		if b.err != nil {
			return fmt.Errorf("source : %w", b.err)
		}
		after := chain.Tail
		for i := range b.entries {
			if err := chain.Next(&b.entries[i]); err != nil {
				return fmt.Errorf("source : %w : « dealmap audit verify » dit tout ce qui y est abîmé ; la source n’a pas été modifiée", err)
			}
		}
		if err := c.to.AppendRaw(ctx, after, b.entries); err != nil {
			return fmt.Errorf("cible : %w", err)
		}
		c.progress(uint64(chain.Seq), uint64(c.end.Seq), "copie du journal")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if chain.Tail != c.end {
		return fmt.Errorf("source : elle finissait à l’écriture n° %d, elle finit à la n° %d : quelqu’un d’autre y écrit", c.end.Seq, chain.Seq)
	}
	return nil
}
