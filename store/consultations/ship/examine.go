package ship

import (
	"context"
	"errors"
	"fmt"

	"github.com/mesure5/dealmap/store/consultations"
)

// Examine reads what the engine holds of a node's log, line by line, and holds it against that log or a copy of it, as far as both go. It returns
// a *LineError for the first line that differs; an error of another kind says that it could not be looked at.
func Examine(ctx context.Context, engine Engine, node string, log *consultations.Log) error {
	held, err := engine.Held(ctx, node)
	if err != nil {
		return fmt.Errorf("examine the engine: %w", err)
	}
	for after, last := int64(0), min(held.Last, log.Size()); after < last; {
		lines, wrong := engine.Get(ctx, node, after)
		for i := range lines {
			n := after + int64(i) + 1
			if n > last {
				break
			}
			leaf, err := log.Leaf(n)
			if err != nil {
				return fmt.Errorf("examine the engine: %w", err)
			}
			if leaf != lines[i].Leaf {
				return &LineError{node, n, ErrChanged}
			}
		}
		after += int64(len(lines))
		var line *LineError
		switch {
		case errors.As(wrong, &line):
			return line
		case wrong != nil:
			return fmt.Errorf("examine the engine: %w", wrong)
		case len(lines) == 0:
			return &LineError{node, after + 1, ErrMissing}
		}
	}
	return nil
}
