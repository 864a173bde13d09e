package store

import (
	"context"
	"fmt"

	"github.com/mesure5/dealmap"
)

// History returns what a scope may see of the entries that concern a place, oldest first; not found when the place is
// absent or hidden.
func (s *Store) History(ctx context.Context, scope dealmap.Scope, id dealmap.ID) ([]dealmap.HistoryEntry, error) {
	sight, ok := s.Snapshot().Place(scope, id)
	if !ok {
		return nil, dealmap.NotFound()
	}
	if sight.Detail() < dealmap.Shown {
		return nil, nil
	}
	seqs, err := s.ledger.subject(id)
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", id, err)
	}
	events := make([]dealmap.Event, 0, len(seqs))
	for _, seq := range seqs {
		e, err := readOne(ctx, s.journal, seq)
		if err != nil {
			return nil, fmt.Errorf("history of %s: %w", id, err)
		}
		events = append(events, e)
	}
	return dealmap.SeeHistory(&scope, events)
}

func readOne(ctx context.Context, j Journal, seq dealmap.Seq) (dealmap.Event, error) {
	for e, err := range j.Read(ctx, seq-1) {
		return e, err
	}
	return dealmap.Event{}, fmt.Errorf("journal entry %d: %w", seq, dealmap.NotFound())
}
