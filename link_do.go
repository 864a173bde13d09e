package dealmap

import (
	"encoding/json"
	"fmt"
)

// RecordLink records a link between two places.
type RecordLink struct {
	ID        ID // drawn by the caller
	Facts     LinkFacts
	Synthetic bool
}

// Decide implements Command.
func (c RecordLink) Decide(s State, v Viewer, env Env) ([]Event, error) {
	events, _, err := c.decide(s, v, env, NewScope(v, env.Today()))
	return events, err
}

// decide is Decide; known reports that the refusal is for repeating what is on the map already.
func (c RecordLink) decide(s State, v Viewer, env Env, scope Scope) (events []Event, known bool, err error) {
	if !v.May(ActionLink) {
		return nil, false, v.allow(ActionLink, nil)
	}
	var errs fieldErrors
	if c.ID.IsZero() || s.Link(c.ID) != nil {
		errs.add("id", "manque ou est déjà pris")
	}
	facts := c.Facts
	facts.check(&errs, v, env)
	facts.orient()
	from, to, ok := facts.ends(&errs, s, scope)
	if err := errs.err(); err != nil {
		return nil, false, err
	}
	if !ok {
		return nil, false, NotFound()
	}
	if err := mayLink(v, from, to); err != nil {
		return nil, false, err
	}
	if repeats, contradicts := facts.clash(s, scope, from, to, ID{}); len(repeats)+len(contradicts) > 0 {
		return nil, len(repeats) > 0, linkConflict(&facts, from, to, repeats, contradicts)
	}
	if err := linkStaysInSight(scope, facts, from, to); err != nil {
		return nil, false, err
	}
	return []Event{env.event(v, c.ID, LinkRecorded{Facts: facts, Synthetic: c.Synthetic})}, false, nil
}

// mayLink asks for the right to tie two places: at one of them.
func mayLink(v Viewer, from, to Sight) error {
	if v.MayAt(ActionLink, to.place.Territories) {
		return nil
	}
	return v.allow(ActionLink, from.place.Territories)
}

// linkStaysInSight refuses facts that would hide the link from the very author of the change.
func linkStaysInSight(scope Scope, facts LinkFacts, from, to Sight) error {
	if sight, ok := scope.SeeLink(&Link{Facts: facts}, from, to); ok && sight.Told() {
		return nil
	}
	return hidesFromAuthor("le lien", facts.Owner)
}

// ChangeLink changes what a link says. Its ends stay: another end is another link.
type ChangeLink struct {
	ID       ID
	Revision int // 0 accepts any
	// Patch is a JSON merge patch (RFC 7396) of LinkFacts.
	Patch json.RawMessage
}

// Decide implements Command.
func (c ChangeLink) Decide(s State, v Viewer, env Env) ([]Event, error) {
	l, sight, err := linkTarget(s, v, env, c.ID, c.Revision)
	if err != nil {
		return nil, err
	}
	facts, err := patchRecord(l.Facts, c.Patch)
	if err != nil {
		return nil, err
	}
	if facts.From != l.Facts.From || facts.To != l.Facts.To {
		return nil, Invalid("to", "les deux lieux d’un lien ne changent pas : notez un autre lien")
	}
	if err := embargoStands(l.Facts.Handling, facts.Handling, env.Today()); err != nil {
		return nil, err
	}
	var errs fieldErrors
	scope := NewScope(v, env.Today())
	facts.check(&errs, v, env)
	facts.orient()
	if facts.Until != l.Facts.Until || facts.Kind != l.Facts.Kind {
		facts.checkClosedEnd(&errs, "from", sight.From())
		facts.checkClosedEnd(&errs, "to", sight.To())
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	if repeats, contradicts := facts.clash(s, scope, sight.From(), sight.To(), l.ID); len(repeats)+len(contradicts) > 0 {
		return nil, linkConflict(&facts, sight.From(), sight.To(), repeats, contradicts)
	}
	if err := linkStaysInSight(scope, facts, sight.From(), sight.To()); err != nil {
		return nil, err
	}
	patch, err := diffPatch(l.Facts, facts)
	if err != nil || string(patch) == "{}" {
		return nil, err
	}
	return []Event{env.event(v, l.ID, LinkChanged{Patch: patch})}, nil
}

// RemoveLink takes a link away that was recorded in error.
type RemoveLink struct {
	ID       ID
	Revision int // 0 accepts any
}

// Decide implements Command.
func (c RemoveLink) Decide(s State, v Viewer, env Env) ([]Event, error) {
	l, _, err := linkTarget(s, v, env, c.ID, c.Revision)
	if err != nil {
		return nil, err
	}
	return []Event{env.event(v, l.ID, LinkChanged{Removed: true})}, nil
}

// linkTarget finds the link that a command is about, like target.
func linkTarget(s State, v Viewer, env Env, id ID, revision int) (*Link, LinkSight, error) {
	l := s.Link(id)
	if l == nil {
		return nil, LinkSight{}, NotFound()
	}
	scope := NewScope(v, env.Today())
	sight, ok := scope.SeeLink(l, sightOf(s, scope, l.Facts.From), sightOf(s, scope, l.Facts.To))
	if !ok || !sight.Told() {
		return nil, LinkSight{}, NotFound()
	}
	if err := mayLink(v, sight.From(), sight.To()); err != nil {
		return nil, LinkSight{}, err
	}
	if err := checkRevision("ce lien", l.Revision, revision); err != nil {
		return nil, LinkSight{}, err
	}
	return l, sight, nil
}

// FoldLink returns a link after an event that concerns it, nil when what opened it has been erased.
func FoldLink(before *Link, e Event) (*Link, error) {
	switch body := e.Body.(type) {
	case nil:
		return before, nil
	case LinkRecorded:
		if before != nil {
			return nil, fmt.Errorf("fold entry %d: link %s exists already", e.Seq, e.Subject)
		}
		return &Link{
			ID: e.Subject, Revision: 1, Facts: body.Facts, By: e.Author, Recorded: e.Time, Changed: e.Time, Synthetic: body.Synthetic,
		}, nil
	case LinkErased:
		return nil, nil
	case LinkChanged:
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
		return &after, nil
	}
	return nil, fmt.Errorf("fold entry %d: %s does not concern a link", e.Seq, e.Kind)
}
