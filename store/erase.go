package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/mesure5/dealmap"
)

// What erasing a place leaves and does not leave:
//
//   - the journal keeps the headers of its entries (who, when, what kind, which id) and the entry that erases it, so that
//     the chain and every proof stay valid; their bodies go;
//   - state, searches, maps of the past and histories know nothing of it, as if it had never been; a state made anew from
//     the journal is the same;
//   - its reference is free again: keeping it would keep a part of what was erased. Logs name places by id, which is
//     random and never drawn twice, so that a later place with the same reference is not mistaken for it there;
//   - pages of files that held it are overwritten where the engine can (see scrubber, and boltfile.Scrub for state.db);
//     what a file system or a disk keeps of pages that were overwritten, and backups, are beyond this program.
//
// It is done before the map without the place is shown. Where it fails, or the process dies, it is done again: the state
// on disk keeps which entries are still to be carried out (mark.Unerased), and what is not in it yet is folded again.

// scrubber is an engine that can overwrite what erased bodies left in its files.
type scrubber interface {
	Scrub(context.Context) error
}

// noteErasures lists the entries that ask for bodies to be erased.
func (s *Store) noteErasures(batch []folded) {
	for _, f := range batch {
		if _, ok := f.event.Body.(dealmap.Erasing); ok && !slices.Contains(s.unerased, f.event.Seq) {
			s.unerased = append(s.unerased, f.event.Seq)
		}
	}
}

// carryOut erases the bodies that are to be erased, and lets go of maps of the past that may hold them. What fails stays
// on the list.
func (s *Store) carryOut(ctx context.Context) error {
	if len(s.unerased) == 0 {
		return nil
	}
	erased := 0
	var failed error
	for len(s.unerased) > 0 && failed == nil {
		var n int
		n, failed = s.eraseBodies(ctx, s.unerased[0])
		erased += n
		if failed == nil {
			s.unerased = s.unerased[1:]
		}
	}
	s.pasts.forget()
	if engine, ok := s.journal.(scrubber); ok && erased > 0 {
		if err := engine.Scrub(ctx); err != nil {
			s.log.Error("erased bodies could not be overwritten in the journal's file", "error", err)
		}
	}
	if failed != nil {
		return fmt.Errorf("erase bodies: %w", failed)
	}
	return nil
}

// eraseBodies erases the bodies that one entry asks to be erased, unless that has been done, and returns how many. It
// erases nothing that does not belong to the record.
func (s *Store) eraseBodies(ctx context.Context, seq dealmap.Seq) (n int, err error) {
	decision, err := readOne(ctx, s.journal, seq)
	if err != nil {
		return 0, err
	}
	body, ok := decision.Body.(dealmap.Erasing)
	if !ok {
		return 0, nil
	}
	for _, at := range body.Erases() {
		if at == 0 || at >= seq {
			continue
		}
		e, err := readOne(ctx, s.journal, at)
		if err != nil {
			return n, err
		}
		if e.Body == nil || e.Subject != decision.Subject {
			continue
		}
		if err := s.journal.Erase(ctx, at); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
