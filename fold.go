package dealmap

import (
	"fmt"
	"maps"
)

// Fold returns the place after an event. It is pure and total over what Decide makes: before is nil for a new place and is
// never changed; the result is nil when the place, or its opening entry, has been erased.
func Fold(before *Place, e Event) (*Place, error) {
	after, err := foldPlace(before, e)
	if err == nil && before != nil && after != nil {
		after.notePast(before, e.Time)
	}
	return after, err
}

func foldPlace(before *Place, e Event) (*Place, error) {
	if added, ok := e.Body.(PlaceAdded); ok {
		if before != nil {
			return nil, fmt.Errorf("fold entry %d: place %s exists already", e.Seq, e.Subject)
		}
		return &Place{
			ID: e.Subject, Reference: added.Reference, Revision: 1, Status: added.Status, Facts: added.Facts,
			Closing: added.Closing, Territories: added.Territories, Added: e.Time, Changed: e.Time,
			Synthetic: added.Synthetic, Origin: added.Origin, Turned: turned(added.Status, added.Closing, added.Facts.FirstSeen),
		}, nil
	}
	if _, ok := e.Body.(PlaceErased); ok {
		return nil, nil
	}
	if before == nil {
		return nil, nil // what follows an erased opening has nothing to change
	}
	after := *before
	after.Revision++
	after.Changed = e.Time
	switch body := e.Body.(type) {
	case nil: // erased
	case PlaceChanged:
		facts, err := patchRecord(before.Facts, body.Patch)
		if err != nil {
			return nil, fmt.Errorf("fold entry %d: %w", e.Seq, err)
		}
		after.Facts = facts
		if body.Territories != nil {
			after.Territories = body.Territories
		}
	case PlaceStepped:
		after.Status = body.To
		after.Closing = body.Closing
		after.Turned = turned(body.To, body.Closing, body.Date)
		if body.To == Active || body.To == Disrupted {
			after.seen(body.Date)
		}
		after.review(body.Review)
	case PlaceConfirmed:
		after.seen(body.Date)
		after.review(body.Review)
	case PlaceMerged, PlaceSplit, PlaceFiled:
		if err := after.foldMerging(before, e); err != nil {
			return nil, fmt.Errorf("fold entry %d: %w", e.Seq, err)
		}
		if after.Status != before.Status {
			after.Turned = turned(after.Status, after.Closing, DateOf(e.Time))
		}
		return &after, nil
	default:
		return nil, fmt.Errorf("fold entry %d: %s does not concern a place", e.Seq, e.Kind)
	}
	after.Edits++
	if err := after.noteEdit(before, e); err != nil {
		return nil, fmt.Errorf("fold entry %d: %w", e.Seq, err)
	}
	return &after, nil
}

// seen notes that dealers were there on a day; one who puts a place to sleep or closes it has not seen them.
func (p *Place) seen(day Date) {
	if p.Facts.LastSeen.Before(day) {
		p.Facts.LastSeen = day
	}
}

func (p *Place) review(review Date) {
	if !review.IsZero() {
		p.Facts.NextReview = review
	}
}

// FoldGrants returns the grants of everyone after an event; other events leave them as they are.
func FoldGrants(before map[ID]*Grant, e Event) map[ID]*Grant {
	switch body := e.Body.(type) {
	case GrantGiven:
		g := body.Grant
		g.ID = e.Subject
		return with(before, g.ID, &g)
	case GrantEnded:
		old, ok := before[e.Subject]
		if !ok {
			return before
		}
		g := *old
		g.Until = body.At
		return with(before, g.ID, &g)
	}
	return before
}

// with returns the map with one entry more; before stays as it is.
func with[T any](before map[ID]*T, id ID, entry *T) map[ID]*T {
	after := maps.Clone(before)
	if after == nil {
		after = map[ID]*T{}
	}
	after[id] = entry
	return after
}
