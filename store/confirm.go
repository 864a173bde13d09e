package store

import "context"

// confirmer is an engine whose entries may be read before they are safe: on a primary that came back without its standbys, or whose wait
// for them somebody cancelled.
type confirmer interface {
	// Confirm returns when everything that can be read of the journal is safe.
	Confirm(ctx context.Context) error
}

// confirmed makes sure of what was found in the journal before anybody is told that it was done. What an append reports as done needs no
// such proof.
func (s *Store) confirmed(ctx context.Context) error {
	if c, ok := s.journal.(confirmer); ok {
		return c.Confirm(ctx)
	}
	return nil
}

// anyReplayed reports whether jobs are answered by what was done before.
func anyReplayed(batch []*job) bool {
	for _, j := range batch {
		if j.err == nil && j.result.Replayed {
			return true
		}
	}
	return false
}
