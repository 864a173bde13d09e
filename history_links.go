package dealmap

import (
	"bytes"
	"encoding/json"
	"slices"
)

// SeeLinkHistory returns what a scope may see of the events that concern one link whose ends it sees so today, oldest first. An entry
// is shown when the link is visible today and was visible just after the entry by what it said then.
func SeeLinkHistory(scope *Scope, from, to Sight, events []Event) (all []HistoryEntry, err error) {
	var l *Link
	shown := false
	for _, e := range events {
		before := l
		if l, err = FoldLink(before, e); err != nil {
			return nil, err
		}
		sight, ok := scope.SeeLink(l, from, to)
		if shown = ok && sight.Told(); !shown {
			continue
		}
		entry := HistoryEntry{Time: e.Time, Kind: e.Kind, Revision: l.Revision, Author: e.Author, Erased: e.Body == nil}
		if sight.Detail() != Whole {
			entry.Author.Subject = ""
		}
		if body, ok := e.Body.(LinkChanged); ok && before != nil {
			entry.Fields = recordChanges(before.Facts, l.Facts, body.Patch, sight.Withheld())
			if was, ok := scope.SeeLink(before, from, to); !ok || !was.Told() {
				entry.forgetBefore()
			}
		}
		all = append(all, entry)
	}
	if !shown {
		return nil, nil
	}
	return all, nil
}

// SeeNetworkHistory returns what a scope may see of the events that concern the record of one network, oldest first, by the same
// rule.
func SeeNetworkHistory(scope *Scope, events []Event) (all []HistoryEntry, err error) {
	var n *Network
	shown := false
	for _, e := range events {
		before := n
		if n, err = FoldNetwork(before, e); err != nil {
			return nil, err
		}
		var sight NetworkSight
		if sight, shown = scope.SeeNetwork(n); !shown {
			continue
		}
		entry := HistoryEntry{Time: e.Time, Kind: e.Kind, Revision: n.Revision, Author: e.Author, Erased: e.Body == nil}
		if sight.Detail() != Whole {
			entry.Author.Subject = ""
		}
		if body, ok := e.Body.(NetworkChanged); ok && before != nil {
			entry.Fields = recordChanges(before.Facts, n.Facts, body.Patch, sight.Withheld())
			if _, ok := scope.SeeNetwork(before); !ok {
				entry.forgetBefore()
			}
		}
		all = append(all, entry)
	}
	if !shown {
		return nil, nil
	}
	return all, nil
}

// recordChanges are the fields that a patch changed, but for those withheld.
func recordChanges[T any](before, after T, patch json.RawMessage, hidden []string) (list []FieldChange) {
	if len(patch) == 0 {
		return nil
	}
	was, is := rawFieldsOf(before), rawFieldsOf(after)
	for _, name := range patchedFields(patch) {
		if slices.Contains(hidden, name) {
			continue
		}
		change := FieldChange{Field: name, Before: was[name], After: is[name]}
		if name == "handling" && slices.Contains(hidden, "handling.groups") {
			if change.Before, change.After = withoutGroups(change.Before), withoutGroups(change.After); bytes.Equal(change.Before, change.After) {
				continue
			}
		}
		list = append(list, change)
	}
	return list
}
