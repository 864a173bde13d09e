package journalcopy

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/internal/raw"
	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// fit tells up to which entry the target holds the source, and refuses one that holds anything else.
func (c *copying) fit(ctx context.Context) (begun raw.Tail, err error) {
	begun.Seq, begun.Hash, err = c.to.Last(ctx)
	if err != nil {
		return begun, fmt.Errorf("cible : %w", err)
	}
	common := min(begun.Seq, c.end.Seq)
	ours, err := c.from.HashAt(ctx, common)
	if err != nil {
		return begun, fmt.Errorf("source : %w", err)
	}
	theirs, err := c.to.HashAt(ctx, common)
	if err != nil && dealmap.KindOf(err) != dealmap.KindNotFound {
		return begun, fmt.Errorf("cible : %w", err)
	}
	if err != nil || ours != theirs {
		at, err := c.firstDifference(ctx)
		if err != nil {
			return begun, err
		}
		return begun, fmt.Errorf("%w : elle en a %d écritures, la source %d, et elles diffèrent dès la n° %d", ErrOther, begun.Seq, c.end.Seq, at)
	}
	if begun.Seq > c.end.Seq {
		return begun, fmt.Errorf("%w : elle va jusqu’à l’écriture n° %d, la source seulement jusqu’à la n° %d, qui est la même des deux côtés ; "+
			"c’est la cible qui est à jour", ErrOther, begun.Seq, c.end.Seq)
	}
	return begun, c.compareBegun(ctx, begun.Seq)
}

// firstDifference finds the first entry that is not the same on both sides.
func (c *copying) firstDifference(ctx context.Context) (dealmap.Seq, error) {
	next, stop := iter.Pull2(c.to.Hashes(ctx, 0))
	defer stop()
	seq := dealmap.Seq(0)
	for ours, err := range c.from.Hashes(ctx, 0) {
		if err != nil {
			return 0, fmt.Errorf("source : %w", err)
		}
		theirs, err, ok := next()
		if ok && err != nil {
			return 0, fmt.Errorf("cible : %w", err)
		}
		if seq++; !ok || ours != theirs {
			return seq, nil
		}
	}
	return seq + 1, nil
}

// compareBegun compares what the target holds of the source. Bodies that were erased in the source since are noted.
func (c *copying) compareBegun(ctx context.Context, begun dealmap.Seq) error {
	if begun == 0 {
		return nil
	}
	for pair, err := range c.pairs(ctx, begun) {
		if err != nil {
			return err
		}
		if !pair.ours.Same(pair.theirs) {
			whole := *pair.theirs
			whole.Salt, whole.Body, whole.Erased = nil, nil, true
			if !pair.ours.Same(&whole) {
				return fmt.Errorf("%w : l’écriture n° %d n’y est pas gardée comme dans la source%s", ErrOther, pair.ours.Seq, unlike(pair.ours, pair.theirs))
			}
			c.late = append(c.late, pair.ours.Seq)
		}
		if pair.ours.Seq%mostEntries == 0 || pair.ours.Seq == begun {
			c.progress(uint64(pair.ours.Seq), uint64(begun), "comparaison de ce qui est copié")
		}
	}
	return nil
}

func unlike(ours, theirs *raw.Entry) string {
	if theirs.Erased && !ours.Erased {
		return " (son contenu y est effacé, et ne l’est pas dans la source)"
	}
	return ""
}

// pair is one entry on both sides.
type pair struct{ ours, theirs *raw.Entry }

// pairs yields the entries of both sides up to one.
func (c *copying) pairs(ctx context.Context, last dealmap.Seq) iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		next, stop := iter.Pull2(each(ctx, c.to.Raw(ctx, 0)))
		defer stop()
		at := dealmap.Seq(0)
		for ours, err := range each(ctx, c.from.Raw(ctx, 0)) {
			if err != nil {
				yield(pair{}, fmt.Errorf("source : %w", err))
				return
			}
			theirs, err, ok := next()
			if at++; err != nil {
				yield(pair{}, fmt.Errorf("cible : %w", err))
				return
			}
			if !ok || theirs.Seq != at || ours.Seq != at {
				yield(pair{}, fmt.Errorf("l’écriture n° %d est absente d’un côté (%w)", at, dealmap.ErrTampered))
				return
			}
			if !yield(pair{ours, theirs}, nil) || at == last {
				return
			}
		}
		yield(pair{}, fmt.Errorf("source : elle finit à l’écriture n° %d, et non à la n° %d (%w)", at, last, dealmap.ErrTampered))
	}
}

// verify compares both journals entry by entry, goes along the target's chain, and compares the roots that the two make: the source's of its
// headers, the target's of the hashes that it keeps.
func (c *copying) verify(ctx context.Context) (r Result, err error) {
	if last, hash, err := c.to.Last(ctx); err != nil || (raw.Tail{Seq: last, Hash: hash}) != c.end {
		return r, fmt.Errorf("la cible finit à l’écriture n° %d, et non à la n° %d de la source : %w", last, c.end.Seq, orTampered(err))
	}
	chain := raw.NewChain(raw.Tail{})
	var ours, theirs proof.Frontier
	for pair, err := range c.pairs(ctx, c.end.Seq) {
		if err != nil {
			return r, err
		}
		if err := chain.Next(pair.theirs); err != nil {
			return r, fmt.Errorf("cible : %w", err)
		}
		if !pair.ours.Same(pair.theirs) {
			return r, fmt.Errorf("l’écriture n° %d n’est pas gardée de même des deux côtés%s (%w)", pair.ours.Seq, unlike(pair.ours, pair.theirs), dealmap.ErrTampered)
		}
		source := sha256.Sum256(pair.ours.Header)
		target := pair.theirs.Hash
		if target == nil {
			target = chain.Hash[:]
		}
		ours.Add(tlog.RecordHash(source[:]))
		theirs.Add(tlog.RecordHash(target))
		if r.Entries++; pair.theirs.Erased {
			r.Erased++
		}
		if chain.Seq%mostEntries == 0 || chain.Seq == c.end.Seq {
			c.progress(uint64(chain.Seq), uint64(c.end.Seq), "vérification de la copie")
		}
	}
	if r.Root = ours.Root(); theirs.Root() != r.Root {
		return r, fmt.Errorf("la racine de la cible (%s) n’est pas celle de la source (%s) : %w", theirs.Root(), r.Root, dealmap.ErrTampered)
	}
	return r, nil
}

func orTampered(err error) error {
	if err == nil {
		return dealmap.ErrTampered
	}
	return err
}
