package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/mesure5/dealmap"
)

// History returns what a scope may see of the entries that concern a place, or a record that was merged into one, oldest first;
// not found when it is absent or hidden.
func (s *Store) History(ctx context.Context, scope dealmap.Scope, id dealmap.ID) ([]dealmap.HistoryEntry, error) {
	sight, ok := s.Snapshot().Source(scope, id)
	if !ok {
		return nil, dealmap.NotFound()
	}
	if sight.Detail() < dealmap.Shown {
		return nil, nil
	}
	events, err := s.events(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", id, err)
	}
	if _, ok := s.Snapshot().Source(scope, id); !ok {
		return nil, dealmap.NotFound() // erased, or hidden, while it was read
	}
	entries, err := dealmap.SeeHistory(&scope, events)
	for i, e := range entries {
		if !e.Member.IsZero() && s.Snapshot().record(e.Member) == nil {
			entries[i].Fields, entries[i].Closing = nil, nil // the words of a record that was erased since
		}
	}
	return slices.DeleteFunc(entries, func(e dealmap.HistoryEntry) bool {
		if e.Into.IsZero() {
			return false
		}
		_, seen := s.Snapshot().Source(scope, e.Into)
		return !seen
	}), err
}

// Versions returns how a place stood after each entry that concerns it, oldest first, as the journal tells today: a place
// that was erased since never stood. There are none for an id that is no place's.
func (s *Store) Versions(ctx context.Context, id dealmap.ID) ([]dealmap.Version, error) {
	events, err := s.events(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("versions of %s: %w", id, err)
	}
	var all []dealmap.Version
	var p *dealmap.Place
	for _, e := range events {
		if e.Kind.Concerns() != dealmap.ConcernsPlace {
			return nil, nil
		}
		if p, err = dealmap.Fold(p, e); err != nil {
			return nil, fmt.Errorf("versions of %s: %w", id, err)
		}
		all = append(all, dealmap.NewVersion(e.Seq, p))
	}
	return all, nil
}

// events returns the entries that concern a record, in order.
func (s *Store) events(ctx context.Context, id dealmap.ID) ([]dealmap.Event, error) {
	seqs, err := s.ledger.subject(id)
	if err != nil {
		return nil, err
	}
	return pick(ctx, s.journal, seqs)
}

func readOne(ctx context.Context, j Journal, seq dealmap.Seq) (dealmap.Event, error) {
	for e, err := range j.Read(ctx, seq-1) {
		return e, err
	}
	return dealmap.Event{}, fmt.Errorf("journal entry %d: %w", seq, dealmap.NotFound())
}
