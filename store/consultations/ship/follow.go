package ship

import (
	"context"
	"errors"
	"fmt"

	"github.com/mesure5/dealmap/store/audit"
	"github.com/mesure5/dealmap/store/consultations"
	"github.com/mesure5/dealmap/store/proof"
)

// follow takes what is new of the log from the engine. What is wrong with what is held there is a *LineError.
func (c *Copy) follow(ctx context.Context, engine Engine, held Held) error {
	wrong := c.compare(held)
	if wrong == nil {
		wrong = c.take(ctx, engine, held)
	}
	var line *LineError
	if wrong != nil && !errors.As(wrong, &line) {
		return wrong
	}
	if err := c.hold(ctx, engine); err != nil && (wrong == nil || !errors.As(err, &line)) {
		return err
	}
	return wrong
}

// compare holds the copy against what the engine says that it holds.
func (c *Copy) compare(held Held) error {
	size := c.log.Size()
	if held.Last < size {
		return &LineError{c.node, held.Last + 1, fmt.Errorf("%w au moteur, alors que cette copie en tient %d : il a été remplacé par une copie "+
			"plus ancienne, ou des lignes en ont été retirées ; le nœud les y remettra s’il est là", ErrMissing, size)}
	}
	if held.Last > size || size == 0 {
		return nil
	}
	leaf, err := c.log.Leaf(size)
	if err == nil && leaf != held.Leaf {
		err = &LineError{c.node, size, ErrChanged}
	}
	return err
}

// take appends the lines that are new and erases those that the node has erased.
func (c *Copy) take(ctx context.Context, engine Engine, held Held) error {
	for c.log.Size() < held.Last {
		after := c.log.Size()
		lines, wrong := engine.Get(ctx, c.node, after)
		if len(lines) == 0 {
			return wrong
		}
		if lines[0].Data == nil && c.log.Erased() < after {
			// They were erased before they got here: so must be all before them.
			if err := c.erase(ctx, engine, after, held); err != nil {
				return err
			}
		}
		if err := c.log.Append(ctx, after, lines); err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
	}
	return c.erase(ctx, engine, held.Erased, held)
}

// erase erases the lines up to a number, if the node's log accounts for that.
func (c *Copy) erase(ctx context.Context, engine Engine, through int64, held Held) error {
	if through <= c.log.Erased() {
		return c.log.Forget(ctx, 0) // goes on with what a crash interrupted
	}
	accounted, err := c.log.Accounted(ctx, "")
	if err == nil && accounted < through {
		var others int64
		others, err = c.elsewhere(ctx, c.node)
		accounted = max(accounted, others)
	}
	if err != nil {
		return err
	}
	// The line that accounts for it may not have come here yet.
	for after := max(through, c.log.Size()); accounted < through && after < held.Last; {
		lines, err := engine.Get(ctx, c.node, after)
		if err != nil {
			return err
		}
		if len(lines) == 0 {
			break
		}
		for i := range lines {
			if lines[i].Data != nil {
				accounted = max(accounted, consultations.ErasureIn(lines[i].Data))
			}
		}
		after += int64(len(lines))
	}
	if accounted < through {
		return &LineError{c.node, accounted + 1, fmt.Errorf("effacée du moteur sans qu’aucune ligne de ce journal en rende compte : %w ; "+
			"cette copie la garde", ErrChanged)}
	}
	return c.log.Forget(ctx, through)
}

// hold holds the copy against the checkpoints that the node signed since, as far as it has grown, and keeps those.
func (c *Copy) hold(ctx context.Context, engine Engine) error {
	for {
		latest, _ := c.notes.Latest()
		if latest.Size == c.log.Size() {
			return nil
		}
		list, err := engine.Attestations(ctx, c.node, audit.ConsultationLog, latest.Size)
		if err != nil {
			return err
		}
		var good []audit.Signed
		wrong := error(nil)
		for _, a := range list {
			var s audit.Signed
			if a.Size > c.log.Size() {
				break
			}
			if s, wrong = c.check(a); wrong != nil {
				break
			}
			good = append(good, s)
		}
		if err := c.notes.Add(good...); err != nil {
			return fmt.Errorf("keep the checkpoints of %s: %w", c.node, err)
		}
		if wrong != nil || len(good) == 0 {
			return wrong
		}
	}
}

// check opens a checkpoint and holds the copy against it.
func (c *Copy) check(a Attestation) (audit.Signed, error) {
	checkpoint, err := proof.Open(a.Note, c.vkeys...)
	if err != nil {
		return audit.Signed{}, &LineError{c.node, a.Size, fmt.Errorf("attestation : %w", err)}
	}
	if checkpoint.Origin != proof.OriginConsultations || checkpoint.Size != a.Size {
		return audit.Signed{}, &LineError{c.node, a.Size, fmt.Errorf("attestation d’autre chose (%s, %d lignes) : %w", checkpoint.Origin, checkpoint.Size, ErrChanged)}
	}
	root, err := c.log.RootAt(a.Size)
	if err == nil && root != checkpoint.Root {
		err = &LineError{c.node, a.Size, fmt.Errorf("jusqu’à elle, les lignes ne sont pas celles que le nœud a attestées le %s : %w", checkpoint.When(), ErrChanged)}
	}
	return audit.Signed{Checkpoint: checkpoint, Note: a.Note}, err
}
