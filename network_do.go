package dealmap

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// RecordNetwork opens the record of a network.
type RecordNetwork struct {
	ID    ID // drawn by the caller
	Facts NetworkFacts
	// Code is one that places carry already; empty draws a new one, which is the rule.
	Code string
	// Draw is random and shown to nobody; a new code comes from it. Zero derives the code from the id.
	Draw [16]byte `json:"-"`
}

// Decide implements Command.
func (c RecordNetwork) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !v.May(ActionNetwork) {
		return nil, v.allow(ActionNetwork, nil)
	}
	var errs fieldErrors
	if c.ID.IsZero() || s.Network(c.ID) != nil {
		errs.add("id", "manque ou est déjà pris")
	}
	facts, scope := c.Facts, NewScope(v, env.Today())
	chain := facts.check(&errs, v, env)
	if c.Code != "" && !IsNetworkCode(c.Code) {
		errs.add("code", "« %s » n’est pas un code de réseau (par exemple R-13-7KQ)", clip(c.Code))
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	if err := v.allow(ActionNetwork, chain); err != nil {
		return nil, err
	}
	if err := networkStaysInSight(scope, facts, chain); err != nil {
		return nil, err
	}
	code := c.Code
	if code != "" && len(networksOf(s, scope, code)) > 0 {
		return nil, &Error{Kind: KindConflict, Message: "le réseau " + code + " a déjà une fiche"}
	}
	if code == "" {
		code = freeReference(NetworkPrefix+chainAt(chain, LevelDepartement).ID(), cmp.Or[[16]byte](c.Draw, c.ID), s.Taken)
	}
	return []Event{env.event(v, c.ID, NetworkRecorded{Code: code, Facts: facts, Territories: chain})}, nil
}

func networkStaysInSight(scope Scope, facts NetworkFacts, chain []TerritoryCode) error {
	if _, ok := scope.SeeNetwork(&Network{Facts: facts, Territories: chain}); ok {
		return nil
	}
	return hidesFromAuthor("le réseau", facts.Owner)
}

// ChangeNetwork changes what the record of a network says. Its code stays.
type ChangeNetwork struct {
	ID       ID
	Revision int // 0 accepts any
	// Patch is a JSON merge patch (RFC 7396) of NetworkFacts.
	Patch json.RawMessage
}

// Decide implements Command.
func (c ChangeNetwork) Decide(s State, v Viewer, env Env) ([]Event, error) {
	n, err := networkTarget(s, v, env, c.ID, c.Revision)
	if err != nil {
		return nil, err
	}
	facts, err := patchRecord(n.Facts, c.Patch)
	if err != nil {
		return nil, err
	}
	if err := embargoStands(n.Facts.Handling, facts.Handling, env.Today()); err != nil {
		return nil, err
	}
	var errs fieldErrors
	chain := facts.check(&errs, v, env)
	if err := errs.err(); err != nil {
		return nil, err
	}
	if err := v.allow(ActionNetwork, chain); err != nil {
		return nil, err
	}
	if err := networkStaysInSight(NewScope(v, env.Today()), facts, chain); err != nil {
		return nil, err
	}
	patch, err := diffPatch(n.Facts, facts)
	if err != nil || string(patch) == "{}" {
		return nil, err
	}
	changed := NetworkChanged{Patch: patch}
	if facts.Territory != n.Facts.Territory {
		changed.Territories = chain
	}
	return []Event{env.event(v, n.ID, changed)}, nil
}

// RemoveNetwork takes the record of a network away that was opened in error. Places go on carrying its code.
type RemoveNetwork struct {
	ID       ID
	Revision int // 0 accepts any
	// Code is what the author named it by, empty when it was the id: a retry is known by it, when nothing leads to the id any more.
	Code string
}

// Decide implements Command.
func (c RemoveNetwork) Decide(s State, v Viewer, env Env) ([]Event, error) {
	n, err := networkTarget(s, v, env, c.ID, c.Revision)
	if err != nil {
		return nil, err
	}
	return []Event{env.event(v, n.ID, NetworkChanged{Removed: true})}, nil
}

// networkTarget finds the network that a command is about, like target.
func networkTarget(s State, v Viewer, env Env, id ID, revision int) (*Network, error) {
	n := s.Network(id)
	scope := NewScope(v, env.Today())
	if _, ok := scope.SeeNetwork(n); !ok {
		return nil, NotFound()
	}
	if err := v.allow(ActionNetwork, n.Territories); err != nil {
		return nil, err
	}
	if err := checkRevision("ce réseau", n.Revision, revision); err != nil {
		return nil, err
	}
	return n, nil
}

// AssignNetwork says which places belong to a network, by adding its code to places or taking it from them: each a change of the
// place, all or none.
type AssignNetwork struct {
	Code        string
	Add, Remove []ID
}

// mostAssigned is how many places one command may add to a network or take from it.
const mostAssigned = 1000

// Decide implements Command.
func (c AssignNetwork) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !IsNetworkCode(c.Code) {
		return nil, Invalid("code", "« "+clip(c.Code)+" » n’est pas un code de réseau (par exemple R-13-7KQ)")
	}
	if n := len(c.Add) + len(c.Remove); n > mostAssigned {
		return nil, Invalid("add", fmt.Sprintf("%d lieux, %d au plus", n, mostAssigned))
	}
	now := newTrial(s)
	var events []Event
	for _, part := range []struct {
		field string
		list  []ID
	}{{"add", c.Add}, {"remove", c.Remove}} {
		for i, id := range uniqueIDs(part.list) {
			one, err := c.assign(now, v, env, id, part.field == "add")
			if err != nil {
				return nil, atField(fmt.Sprintf("%s[%d]", part.field, i), err)
			}
			if err := now.fold(one); err != nil {
				return nil, err
			}
			events = append(events, one...)
		}
	}
	return events, nil
}

func (c AssignNetwork) assign(s State, v Viewer, env Env, id ID, add bool) ([]Event, error) {
	p, _, err := target(s, v, env, id, 0, ActionEdit)
	if err != nil {
		return nil, err
	}
	networks := slices.DeleteFunc(slices.Clone(p.Facts.Networks), func(code string) bool { return code == c.Code })
	if add {
		networks = append(networks, c.Code)
	}
	patch, err := json.Marshal(map[string][]string{"networks": networks})
	if err != nil {
		return nil, fmt.Errorf("assign network: %w", err)
	}
	return ChangePlace{ID: id, Patch: patch}.Decide(s, v, env)
}

// atField names the field that an error is about, where that is not a field of its own.
func atField(field string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return Invalid(field, e.Error())
	}
	return err
}

// FoldNetwork returns a network after an event that concerns it, nil when what opened it has been erased.
func FoldNetwork(before *Network, e Event) (*Network, error) {
	switch body := e.Body.(type) {
	case nil:
		return before, nil
	case NetworkRecorded:
		if before != nil {
			return nil, fmt.Errorf("fold entry %d: network %s exists already", e.Seq, e.Subject)
		}
		return &Network{
			ID: e.Subject, Code: body.Code, Revision: 1, Facts: body.Facts, Territories: body.Territories, By: e.Author, Recorded: e.Time,
			Changed: e.Time,
		}, nil
	case NetworkChanged:
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
	return nil, fmt.Errorf("fold entry %d: %s does not concern a network", e.Seq, e.Kind)
}
