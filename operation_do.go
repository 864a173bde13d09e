package dealmap

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// RecordOperation records an operation that has taken place.
type RecordOperation struct {
	ID    ID // drawn by the caller
	Facts OperationFacts
	// Draw is random and shown to nobody; the reference comes from it. Zero derives the reference from the id.
	Draw [16]byte `json:"-"`
}

// Decide implements Command.
func (c RecordOperation) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !v.May(ActionOperate) {
		return nil, v.allow(ActionOperate, nil)
	}
	var errs fieldErrors
	if c.ID.IsZero() || s.Operation(c.ID) != nil {
		errs.add("id", "manque ou est déjà pris")
	}
	facts := c.Facts
	chain := facts.check(&errs, v, env)
	facts.checkPlaces(&errs, s, NewScope(v, env.Today()))
	if err := errs.err(); err != nil {
		return nil, err
	}
	if err := v.allow(ActionOperate, chain); err != nil {
		return nil, err
	}
	if err := operationStaysInSight(v, env, facts, chain); err != nil {
		return nil, err
	}
	reference := freeReference(OperationPrefix+operationGround(chain), cmp.Or[[16]byte](c.Draw, c.ID), s.Taken)
	return []Event{env.event(v, c.ID, OperationRecorded{Reference: reference, Facts: facts, Territories: chain})}, nil
}

// ChangeOperation changes what an operation says.
type ChangeOperation struct {
	ID       ID
	Revision int // 0 accepts any
	// Patch is a JSON merge patch (RFC 7396) of OperationFacts. Places that the author does not see stay whatever it says.
	Patch json.RawMessage
}

// Decide implements Command.
func (c ChangeOperation) Decide(s State, v Viewer, env Env) ([]Event, error) {
	o, err := operationTarget(s, v, env, c.ID, c.Revision)
	if err != nil {
		return nil, err
	}
	facts, err := patchRecord(o.Facts, c.Patch)
	if err != nil {
		return nil, err
	}
	if err := embargoStands(o.Facts.Handling, facts.Handling, env.Today()); err != nil {
		return nil, err
	}
	var errs fieldErrors
	chain := facts.check(&errs, v, env)
	if named := slices.Contains(patchedFields(c.Patch), "places"); named || facts.Territory != o.Facts.Territory {
		facts.choosePlaces(&errs, s, NewScope(v, env.Today()), o.Facts.Places, named)
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	if err := v.allow(ActionOperate, chain); err != nil {
		return nil, err
	}
	if err := operationStaysInSight(v, env, facts, chain); err != nil {
		return nil, err
	}
	patch, err := diffPatch(o.Facts, facts)
	if err != nil || string(patch) == "{}" {
		return nil, err
	}
	changed := OperationChanged{Patch: patch}
	if facts.Territory != o.Facts.Territory {
		changed.Territories = chain
	}
	return []Event{env.event(v, o.ID, changed)}, nil
}

// choosePlaces judges the places that the author names, or those of before when they name none, and keeps those of before that
// they do not see, and so cannot have meant to take out.
func (f *OperationFacts) choosePlaces(errs *fieldErrors, s State, scope Scope, before []ID, named bool) {
	var seen, unseen []ID
	for _, id := range before {
		if sight, ok := scope.See(whereItWent(s, scope, id)); ok && sight.Detail() >= Shown {
			seen = append(seen, sight.ID())
		} else {
			unseen = append(unseen, id)
		}
	}
	if !named {
		f.Places = seen
	}
	f.checkPlaces(errs, s, scope)
	f.Places = append(f.Places, unseen...)
}

// whereItWent returns the place that a record is, or went into, nil when there is none: who may not see the record as it was is not
// led anywhere.
func whereItWent(s State, scope Scope, id ID) *Place {
	p := s.Place(id)
	for p != nil && !p.Into().IsZero() {
		if was, ok := scope.SeeSource(p); !ok || !was.Showable() {
			return nil
		}
		p = s.Place(p.Into())
	}
	return p
}

// RemoveOperation takes an operation away that was recorded in error.
type RemoveOperation struct {
	ID       ID
	Revision int // 0 accepts any
}

// Decide implements Command.
func (c RemoveOperation) Decide(s State, v Viewer, env Env) ([]Event, error) {
	o, err := operationTarget(s, v, env, c.ID, c.Revision)
	if err != nil {
		return nil, err
	}
	return []Event{env.event(v, o.ID, OperationChanged{Removed: true})}, nil
}

// operationTarget finds the operation that a command is about, like target.
func operationTarget(s State, v Viewer, env Env, id ID, revision int) (*FieldOperation, error) {
	o := s.Operation(id)
	scope := NewScope(v, env.Today())
	if _, ok := scope.SeeOperation(o); !ok {
		return nil, NotFound()
	}
	if err := v.allow(ActionOperate, o.Territories); err != nil {
		return nil, err
	}
	if err := checkRevision("cette opération", o.Revision, revision); err != nil {
		return nil, err
	}
	return o, nil
}

// operationStaysInSight refuses facts that would hide the operation from the very author of the change.
func operationStaysInSight(v Viewer, env Env, facts OperationFacts, chain []TerritoryCode) error {
	scope := NewScope(v, env.Today())
	if sight, ok := scope.SeeOperation(&FieldOperation{Facts: facts, Territories: chain}); ok && sight.Told() {
		return nil
	}
	return hidesFromAuthor("l’opération", facts.Owner)
}

// FoldOperation returns an operation after an event that concerns it, nil when what opened it has been erased.
func FoldOperation(before *FieldOperation, e Event) (*FieldOperation, error) {
	switch body := e.Body.(type) {
	case nil:
		return before, nil
	case OperationRecorded:
		if before != nil {
			return nil, fmt.Errorf("fold entry %d: operation %s exists already", e.Seq, e.Subject)
		}
		return &FieldOperation{
			ID: e.Subject, Reference: body.Reference, Revision: 1, Facts: body.Facts, Territories: body.Territories, By: e.Author,
			Recorded: e.Time, Changed: e.Time,
		}, nil
	case OperationChanged:
		if before == nil {
			return nil, nil
		}
		after := *before
		after.Revision++
		after.Changed, after.Removed = e.Time, body.Removed
		facts, err := foldFacts(before.Facts, body.Patch, e)
		if err != nil {
			return nil, err
		}
		after.Facts = facts
		if body.Territories != nil {
			after.Territories = body.Territories
		}
		return &after, nil
	}
	return nil, fmt.Errorf("fold entry %d: %s does not concern an operation", e.Seq, e.Kind)
}
