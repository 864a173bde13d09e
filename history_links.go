package dealmap

import "encoding/json"

// SeeLinkHistory returns what a scope may see of the events that concern one link whose ends it sees so today, oldest first. An entry
// is shown when the link is visible today and was visible just after the entry by what it said then; fields withheld at either moment
// are left out, and what they said before where they were withheld then.
func SeeLinkHistory(scope *Scope, from, to Sight, events []Event) (all []HistoryEntry, err error) {
	var l *Link
	var sight LinkSight
	for _, e := range events {
		before := l
		if l, err = FoldLink(before, e); err != nil {
			return nil, err
		}
		if sight, _ = scope.SeeLink(l, from, to); !sight.Told() {
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
			} else {
				entry.withholdBefore(was.Withheld())
			}
		}
		all = append(all, entry)
	}
	if !sight.Told() {
		return nil, nil
	}
	withholdToday(all, sight.Detail(), sight.Withheld())
	return all, nil
}

// SeeNetworkHistory returns what a scope may see of the events that concern the record of one network, oldest first, by the same
// rule.
func SeeNetworkHistory(scope *Scope, events []Event) (all []HistoryEntry, err error) {
	var n *Network
	var sight NetworkSight
	for _, e := range events {
		before := n
		if n, err = FoldNetwork(before, e); err != nil {
			return nil, err
		}
		if sight, _ = scope.SeeNetwork(n); sight.IsZero() {
			continue
		}
		entry := HistoryEntry{Time: e.Time, Kind: e.Kind, Revision: n.Revision, Author: e.Author, Erased: e.Body == nil}
		if sight.Detail() != Whole {
			entry.Author.Subject = ""
		}
		if body, ok := e.Body.(NetworkChanged); ok && before != nil {
			entry.Fields = recordChanges(before.Facts, n.Facts, body.Patch, sight.Withheld())
			if was, ok := scope.SeeNetwork(before); !ok {
				entry.forgetBefore()
			} else {
				entry.withholdBefore(was.Withheld())
			}
		}
		all = append(all, entry)
	}
	if sight.IsZero() {
		return nil, nil
	}
	withholdToday(all, sight.Detail(), sight.Withheld())
	return all, nil
}

// recordChanges are the fields that a patch changed, but for those withheld.
func recordChanges[T any](before, after T, patch json.RawMessage, hidden []string) (list []FieldChange) {
	if len(patch) == 0 {
		return nil
	}
	was, is := rawFieldsOf(before), rawFieldsOf(after)
	for _, name := range patchedFields(patch) {
		list = append(list, FieldChange{Field: name, Before: was[name], After: is[name]})
	}
	return withoutHidden(list, hidden)
}
