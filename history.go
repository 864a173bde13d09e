package dealmap

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
)

// HistoryEntry is one entry of a place's history as one viewer may see it.
type HistoryEntry struct {
	Time     time.Time
	Kind     EventKind
	Revision int
	// Author is shown by role, service and unit; Subject is left out for those who do not see the place whole.
	Author  Author
	From    Status
	To      Status
	Date    Date
	Closing *Closing
	Note    string
	Fields  []FieldChange
	Erased  bool
	// Member is the record that was merged into the place or taken out of it; of a record that was merged, the place that it went
	// into.
	Member ID
	// Into is the place that the record was merged into, or was taken out of: who does not see it is not to see the entry.
	Into ID
}

// FieldChange is one field before and after, as JSON values; absent ones are nil.
type FieldChange struct {
	Field  string
	Before json.RawMessage
	After  json.RawMessage
}

// SeeHistory returns what a scope may see of the events that concern one record, oldest first, whether it stands for itself or
// was merged into a place. An entry is shown when the place is visible today and was visible to this scope just after the entry, and fields withheld at either moment are left out.
func SeeHistory(scope *Scope, events []Event) ([]HistoryEntry, error) {
	var all []HistoryEntry
	var p *Place
	for _, e := range events {
		before := p
		after, err := Fold(before, e)
		if err != nil {
			return nil, err
		}
		p = after
		sight, ok := scope.SeeSource(after)
		if !ok || sight.Detail() < Shown {
			continue
		}
		entry := historyEntry(sight, before, after, e)
		if earlier, ok := scope.SeeSource(before); !ok || earlier.Detail() < Shown {
			entry.forgetBefore()
		} else {
			entry.withholdBefore(earlier.Withheld())
		}
		all = append(all, entry)
	}
	now, ok := scope.SeeSource(p)
	if !ok || now.Detail() < Shown {
		return nil, nil
	}
	withholdToday(all, now.Detail(), now.Withheld())
	return all, nil
}

// withholdToday takes out of entries what is withheld today, whatever was told when they were written.
func withholdToday(all []HistoryEntry, detail Detail, hidden []string) {
	for i := range all {
		if detail != Whole {
			all[i].Author.Subject = ""
		}
		if slices.Contains(hidden, "note") {
			all[i].Note = ""
		}
		all[i].Fields = withoutHidden(all[i].Fields, hidden)
	}
}

// withholdBefore takes out what the fields said that were withheld before the entry.
func (h *HistoryEntry) withholdBefore(hidden []string) {
	for i := range h.Fields {
		switch f := &h.Fields[i]; {
		case slices.Contains(hidden, f.Field):
			f.Before = nil
		case f.Field == "handling" && slices.Contains(hidden, "handling.groups"):
			f.Before = withoutGroups(f.Before)
		}
	}
}

// withoutHidden are the changes but for those of fields that are withheld, and without groups where those are.
func withoutHidden(changes []FieldChange, hidden []string) (list []FieldChange) {
	for _, c := range changes {
		if slices.Contains(hidden, c.Field) {
			continue
		}
		if c.Field == "handling" && slices.Contains(hidden, "handling.groups") {
			if c.Before, c.After = withoutGroups(c.Before), withoutGroups(c.After); bytes.Equal(c.Before, c.After) {
				continue // only the groups changed
			}
		}
		list = append(list, c)
	}
	return list
}

func historyEntry(sight Sight, before, after *Place, e Event) HistoryEntry {
	entry := HistoryEntry{Time: e.Time, Kind: e.Kind, Revision: after.Revision, Author: e.Author, Erased: e.Body == nil}
	if sight.Detail() != Whole {
		entry.Author.Subject = ""
	}
	switch body := e.Body.(type) {
	case PlaceAdded:
		entry.To, entry.Date, entry.Closing = body.Status, body.Facts.FirstSeen, body.Closing
	case PlaceStepped:
		entry.From, entry.To, entry.Date, entry.Closing = body.From, body.To, body.Date, body.Closing
		entry.Note = body.Note
	case PlaceConfirmed:
		entry.Date, entry.Note = body.Date, body.Note
	case PlaceChanged:
		entry.Fields = fieldChanges(sight, before, after, body.Patch)
	case PlaceMerged:
		entry.Member = body.Member
		entry.change(sight, before, after, body.Change)
	case PlaceSplit:
		entry.Member = body.Member
		entry.change(sight, before, after, body.Change)
	case PlaceFiled:
		entry.Member = body.Into
		if entry.Into = body.Into; body.Into.IsZero() && before != nil {
			entry.Into = before.Into()
		}
		entry.change(sight, before, after, body.Change)
	}
	if !sight.sees(fieldNote) {
		entry.Note = "" // the remark of a step is a remark
	}
	return entry
}

// change tells what merging or parting changed.
func (h *HistoryEntry) change(sight Sight, before, after *Place, change ContentChange) {
	if len(change.Patch) > 0 {
		h.Fields = fieldChanges(sight, before, after, change.Patch)
	}
	if before != nil && change.Status != "" {
		h.From, h.To, h.Closing = before.Status, after.Status, after.Closing
	}
}

// forgetBefore takes out what the place was before it came into sight.
func (h *HistoryEntry) forgetBefore() {
	h.From = ""
	for i := range h.Fields {
		h.Fields[i].Before = nil
	}
}

func fieldChanges(sight Sight, before, after *Place, patch json.RawMessage) []FieldChange {
	var was, is map[string]json.RawMessage
	if before != nil {
		was = rawFields(before.Facts)
	}
	is = rawFields(after.Facts)
	var list []FieldChange
	for _, name := range patchedFields(patch) {
		shown := name
		if name == "position" {
			shown = "geometry"
		}
		list = append(list, FieldChange{Field: shown, Before: was[name], After: is[name]})
	}
	return withoutHidden(list, sight.Withheld())
}

// withoutGroups leaves out of a handling who else is in on it.
func withoutGroups(handling json.RawMessage) json.RawMessage {
	var h Handling
	if handling == nil || json.Unmarshal(handling, &h) != nil {
		return nil
	}
	h.Groups = nil
	data, err := json.Marshal(h)
	if err != nil {
		return nil
	}
	return data
}

func rawFields(facts Facts) map[string]json.RawMessage { return rawFieldsOf(facts) }

func rawFieldsOf[T any](facts T) map[string]json.RawMessage {
	data, err := json.Marshal(facts)
	if err != nil {
		return nil
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(data, &m) != nil {
		return nil
	}
	return m
}
