package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/store/proof"
	"golang.org/x/mod/sumdb/tlog"
)

// Inclusion proves that a log of a size holds a line. tlog.CheckRecord(Hashes, Size, Root, Line-1, Leaf) checks it.
type Inclusion struct {
	Log        string
	Line, Size int64 // lines from 1
	Leaf, Root tlog.Hash
	Hashes     tlog.RecordProof
}

// Consistency proves that a log of a size begins with the log of an older size. tlog.CheckTree(Hashes, Size, Root, Old,
// OldRoot) checks it.
type Consistency struct {
	Log           string
	Old, Size     int64
	OldRoot, Root tlog.Hash
	Hashes        tlog.TreeProof
}

// Latest returns the last checkpoint of a log ("journal", "consultations"), an error of KindNotFound when there is none.
func (k *Keeper) Latest(log string) (Signed, error) {
	if s, ok := k.last(log); ok {
		return s, nil
	}
	return Signed{}, fmt.Errorf("latest checkpoint of %q: %w", log, dealmap.NotFound())
}

// Inclusion proves a line in the log of a size, that of the last checkpoint when 0. The error is of KindInvalid when there
// is no such line or size.
func (k *Keeper) Inclusion(ctx context.Context, log string, line, size int64) (p Inclusion, err error) {
	l, size, err := k.reach(ctx, log, size)
	if err != nil {
		return p, err
	}
	p = Inclusion{Log: log, Line: line, Size: size}
	if p.Hashes, err = l.Inclusion(size, line-1); err != nil {
		return p, refused("line", err)
	}
	if p.Leaf, err = l.Leaf(line); err == nil {
		p.Root, err = l.RootAt(size)
	}
	return p, refused("line", err)
}

// Consistency proves that the log of a size, that of the last checkpoint when 0, begins with the log of size old, at least
// 1. The error is of KindInvalid when there are no such sizes.
func (k *Keeper) Consistency(ctx context.Context, log string, old, size int64) (p Consistency, err error) {
	l, size, err := k.reach(ctx, log, size)
	if err != nil {
		return p, err
	}
	p = Consistency{Log: log, Old: old, Size: size}
	if p.Hashes, err = l.Consistency(old, size); err != nil {
		return p, refused("old", err)
	}
	if p.OldRoot, err = l.RootAt(old); err == nil {
		p.Root, err = l.RootAt(size)
	}
	return p, refused("old", err)
}

// reach finds the log and the size asked for, and has the journal's tree grow to it.
func (k *Keeper) reach(ctx context.Context, log string, size int64) (Log, int64, error) {
	if _, known := titles[log]; !known {
		return nil, 0, dealmap.Invalid("log", "journal ou consultations")
	}
	l := k.log(log)
	if size == 0 {
		s, err := k.Latest(log)
		return l, s.Size, err
	}
	if log == JournalLog && size > l.Size() {
		k.turn.Lock()
		defer k.turn.Unlock()
		if err := k.tree.catchUp(ctx); err != nil {
			return nil, 0, fmt.Errorf("tree of the journal: %w", err)
		}
	}
	if size < 0 || size > l.Size() {
		return nil, 0, dealmap.Invalid("size", fmt.Sprintf("de 1 à %d", l.Size()))
	}
	return l, size, nil
}

// refused tells what was asked for too much from what failed.
func refused(field string, err error) error {
	if errors.Is(err, proof.ErrBeyond) {
		return fmt.Errorf("%w: %w", dealmap.Invalid(field, "pas de cette taille du journal"), err)
	}
	return err
}
