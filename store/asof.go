package store

import (
	"context"
	"fmt"
	"sort"
	"time"

	"github.com/mesure5/dealmap"
)

// mostPasts is the number of past maps kept at hand.
const mostPasts = 4

// pasts makes and keeps maps of the past. One is made at a time.
type pasts struct {
	journal Engine
	turn    chan struct{} // holds one token
	kept    []*past       // the latest used first
}

type past struct {
	state    *state
	snapshot *Snapshot
}

func newPasts(journal Engine) *pasts {
	p := &pasts{journal: journal, turn: make(chan struct{}, 1)}
	p.turn <- struct{}{}
	return p
}

// SnapshotAt returns the map as it was known at a moment: after the last entry made by then. It is folded from the
// journal, from the nearest earlier map at hand; a body erased since is missing from it.
func (s *Store) SnapshotAt(ctx context.Context, at time.Time) (*Snapshot, error) {
	now := s.Snapshot()
	seq, err := s.seqAt(ctx, now.Seq(), at)
	if err != nil {
		return nil, fmt.Errorf("map as of %s: %w", at.Format(time.RFC3339), err)
	}
	if seq == now.Seq() {
		return now, nil
	}
	snapshot, err := s.pasts.at(ctx, seq)
	if err != nil {
		return nil, fmt.Errorf("map as of %s: %w", at.Format(time.RFC3339), err)
	}
	return snapshot, nil
}

// seqAt returns the last entry up to last that was made at a moment or before. Entries never go back in time.
func (s *Store) seqAt(ctx context.Context, last dealmap.Seq, at time.Time) (dealmap.Seq, error) {
	var failed error
	later := sort.Search(int(last), func(i int) bool {
		if failed != nil {
			return true
		}
		e, err := readOne(ctx, s.journal, dealmap.Seq(i)+1)
		if err != nil {
			failed = err
			return true
		}
		return e.Time.After(at)
	})
	return dealmap.Seq(later), failed
}

func (p *pasts) at(ctx context.Context, seq dealmap.Seq) (*Snapshot, error) {
	select {
	case <-p.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { p.turn <- struct{}{} }()
	var nearest *past
	for _, old := range p.kept {
		if old.state.seq <= seq && (nearest == nil || old.state.seq > nearest.state.seq) {
			nearest = old
		}
	}
	if nearest != nil && nearest.state.seq == seq {
		p.keep(nearest)
		return nearest.snapshot, nil
	}
	base := newState()
	if nearest != nil {
		base = nearest.state.copy()
	}
	if base.seq < seq {
		for e, err := range p.journal.Read(ctx, base.seq) {
			if err == nil {
				_, _, err = base.fold(e)
			}
			if err != nil {
				return nil, err
			}
			if e.Seq == seq {
				break
			}
		}
	}
	made := &past{state: base, snapshot: base.snapshot(nil)}
	p.keep(made)
	return made.snapshot, nil
}

func (p *pasts) keep(latest *past) {
	kept := []*past{latest}
	for _, old := range p.kept {
		if old != latest && len(kept) < mostPasts {
			kept = append(kept, old)
		}
	}
	p.kept = kept
}
