package store

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
)

// mostPasts is the number of past maps kept at hand. Those made one from the other share what did not change between them.
const mostPasts = 16

// waypoints is how many entries before a map that is asked for others are kept: whoever goes back in time, as an auditor
// does, finds one not far before the next instead of folding everything again.
var waypoints = []dealmap.Seq{1 << 8, 1 << 11, 1 << 14, 1 << 17}

// pasts makes and keeps maps of the past. One is made at a time.
type pasts struct {
	journal Engine
	turn    chan struct{} // holds one token

	mu    sync.Mutex
	kept  []*past // the latest used first
	epoch int     // grows when bodies were erased: what was being made by then may hold them
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

// SnapshotAfter returns the map as it stood after an entry, as the journal tells it today; not found when there is no such
// entry.
func (s *Store) SnapshotAfter(ctx context.Context, seq dealmap.Seq) (*Snapshot, error) {
	now := s.Snapshot()
	if seq == now.Seq() {
		return now, nil
	}
	if seq > now.Seq() {
		return nil, fmt.Errorf("map after entry %d: %w", seq, dealmap.NotFound())
	}
	snapshot, err := s.pasts.at(ctx, seq)
	if err != nil {
		return nil, fmt.Errorf("map after entry %d: %w", seq, err)
	}
	return snapshot, nil
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

func (p *pasts) at(ctx context.Context, seq dealmap.Seq) (*Snapshot, error) {
	select {
	case <-p.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { p.turn <- struct{}{} }()
	for {
		nearest, epoch := p.nearest(seq)
		if nearest != nil && nearest.state.seq == seq {
			if p.keep([]*past{nearest}, epoch) {
				return nearest.snapshot, nil
			}
			continue
		}
		made, err := p.make(ctx, nearest, seq)
		if err != nil {
			return nil, err
		}
		if p.keep(made, epoch) {
			return made[0].snapshot, nil
		}
	}
}

// nearest returns the latest map at hand that is not later than an entry, nil when there is none, and the epoch.
func (p *pasts) nearest(seq dealmap.Seq) (nearest *past, epoch int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, old := range p.kept {
		if old.state.seq <= seq && (nearest == nil || old.state.seq > nearest.state.seq) {
			nearest = old
		}
	}
	return nearest, p.epoch
}

// make folds the map after an entry, from an earlier one; it returns the waypoints on the way after it.
func (p *pasts) make(ctx context.Context, from *past, seq dealmap.Seq) ([]*past, error) {
	base := newState()
	if from != nil {
		base = from.state.copy()
	}
	made := []*past{{state: base}}
	if base.seq < seq {
		for e, err := range p.journal.Read(ctx, base.seq) {
			if err == nil {
				_, err = base.fold(e)
			}
			if err != nil {
				return nil, err
			}
			if e.Seq == seq {
				break
			}
			if slices.Contains(waypoints, seq-e.Seq) {
				made = append(made, &past{state: base.copy()})
			}
		}
	}
	for _, one := range made {
		one.snapshot = one.state.snapshot()
	}
	return made, nil
}

// keep keeps maps at hand, and reports false when bodies were erased since the epoch.
func (p *pasts) keep(latest []*past, epoch int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.epoch != epoch {
		return false
	}
	kept := slices.Clone(latest)
	for _, old := range p.kept {
		if !slices.Contains(latest, old) && len(kept) < mostPasts {
			kept = append(kept, old)
		}
	}
	p.kept = kept
	return true
}

// forget lets go of all maps: bodies that they may hold were erased.
func (p *pasts) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.kept = nil
	p.epoch++
}
