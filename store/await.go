package store

import (
	"context"

	"github.com/mesure5/dealmap"
)

// Await returns once Snapshot holds an entry of the journal and all before it: at once where it does already. Otherwise it has the
// journal read now and not when it next tells of itself. The error is ErrClosed or the context's.
func (s *Store) Await(ctx context.Context, seq dealmap.Seq) error {
	if s.Snapshot().Seq() >= seq {
		return nil
	}
	s.nudge()
	for {
		more := s.ring.more() // taken before looking, so that nothing falls between
		if s.Snapshot().Seq() >= seq {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.quit:
			return ErrClosed
		}
	}
}
