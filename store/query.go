package store

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/mesure5/dealmap"
)

// JournalQuery asks who changed what. Empty fields do not narrow.
type JournalQuery struct {
	// From and To bound the time of the entry; To itself is outside.
	From, To time.Time
	// Subject is the author's.
	Subject    string
	Kinds      []dealmap.EventKind
	Operations []dealmap.Operation
	// Place is the record that entries concern.
	Place dealmap.ID
	// Before is the entry before which the answer begins: the last of the page before; 0 begins with the newest.
	Before dealmap.Seq
	// Limit bounds the answer; 0 or more than MostJournalEntries: that many.
	Limit int
}

// MostJournalEntries is how many entries one answer of Entries holds at most.
const MostJournalEntries = 1000

// JournalEntry is what an auditor may know of an entry: who, when, why, what kind and which record, never what it says.
type JournalEntry struct {
	Seq     dealmap.Seq
	Time    time.Time
	Author  dealmap.Author
	Motive  string
	Case    string
	Kind    dealmap.EventKind
	Subject dealmap.ID
	// Erased: what it said is gone.
	Erased bool
}

// Entries returns the journal entries that a query asks for, the newest first. It must be asked on behalf of an auditor:
// it knows no scope.
func (s *Store) Entries(ctx context.Context, q JournalQuery) ([]JournalEntry, error) {
	if q.Limit <= 0 || q.Limit > MostJournalEntries {
		q.Limit = MostJournalEntries
	}
	first, last, err := s.span(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("query journal: %w", err)
	}
	var found []JournalEntry
	for e, err := range picked(ctx, s.journal, s.candidates(q, first, last)) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, fmt.Errorf("query journal: %w", err)
		}
		if !q.matches(&e) {
			continue
		}
		found = append(found, JournalEntry{
			Seq: e.Seq, Time: e.Time, Author: e.Author, Motive: e.Motive, Case: e.Case, Kind: e.Kind, Subject: e.Subject, Erased: e.Body == nil,
		})
		if len(found) == q.Limit {
			break
		}
	}
	return found, nil
}

// span returns the first and the last entry that can match by time and place in the journal; first is after last when none can.
func (s *Store) span(ctx context.Context, q JournalQuery) (first, last dealmap.Seq, err error) {
	first, last = 1, s.Snapshot().Seq()
	if !q.From.IsZero() {
		before, err := s.seqAt(ctx, last, q.From.Add(-time.Nanosecond))
		if err != nil {
			return 0, 0, err
		}
		first = before + 1
	}
	if !q.To.IsZero() {
		if last, err = s.seqAt(ctx, last, q.To.Add(-time.Nanosecond)); err != nil {
			return 0, 0, err
		}
	}
	if q.Before != 0 && q.Before <= last {
		last = q.Before - 1
	}
	return first, last, nil
}

func (q *JournalQuery) matches(e *dealmap.Event) bool {
	return (q.Subject == "" || q.Subject == e.Author.Subject) && q.matchesKind(e.Kind) && (q.Place.IsZero() || q.Place == e.Subject)
}

func (q *JournalQuery) matchesKind(kind dealmap.EventKind) bool {
	return (len(q.Kinds) == 0 || slices.Contains(q.Kinds, kind)) &&
		(len(q.Operations) == 0 || slices.Contains(q.Operations, kind.Operation()))
}

// candidates yields the entries between two that may match, the newest first.
func (s *Store) candidates(q JournalQuery, first, last dealmap.Seq) iter.Seq2[dealmap.Seq, error] {
	if q.Place.IsZero() {
		return s.ledger.classes(&q, first, last)
	}
	return func(yield func(dealmap.Seq, error) bool) {
		seqs, err := s.ledger.subject(q.Place)
		if err != nil {
			yield(0, err)
			return
		}
		for _, seq := range slices.Backward(seqs) {
			if seq >= first && seq <= last && !yield(seq, nil) {
				return
			}
		}
	}
}
