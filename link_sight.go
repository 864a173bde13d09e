package dealmap

import (
	"slices"
	"time"
)

// LinkSight is what one viewer may see of a link: all of it, or, for the CLCT, that there is one. Only Scope.SeeLink makes one that
// holds a link.
type LinkSight struct {
	link     *Link
	from, to Sight
	detail   Detail
	withheld fields
}

// SeeLink returns what this scope may see of a link whose ends are seen so: nothing unless both ends are seen as themselves, or
// both counted, and the tables that decide of places let the link be known by its own owner and handling, on the ground of both
// ends. What became one place by merging is not linked. The sights must be this scope's.
func (s *Scope) SeeLink(l *Link, from, to Sight) (LinkSight, bool) {
	if l == nil || l.Removed || from.place == nil || to.place == nil || from.place.ID == to.place.ID {
		return LinkSight{}, false
	}
	d, _ := detail(s, &audience{
		owner: &l.Facts.Owner, handling: &l.Facts.Handling, judged: true,
		standing: s.standing(from.place.Territories) | s.standing(to.place.Territories),
	})
	if d = LinkDetail(d, from.detail, to.detail); d == Nothing {
		return LinkSight{}, false
	}
	return LinkSight{link: l, from: from, to: to, detail: d, withheld: withheld(d, l.Facts.Handling.Code)}, true
}

// LinkDetail is how much of a link is seen when its own terms, and its two ends, are seen so: Nothing, Tallied, Shown or Whole.
// There is no blurred link: it would tell that two places which are not shown belong together.
func LinkDetail(own, from, to Detail) Detail {
	switch {
	case own >= Shown && from >= Shown && to >= Shown:
		return own
	case own == Tallied && from == Tallied && to == Tallied:
		return Tallied
	}
	return Nothing
}

// Detail tells how much is seen: Tallied, Shown or Whole.
func (s LinkSight) Detail() Detail { return s.detail }

// IsZero reports whether the sight is of nothing.
func (s LinkSight) IsZero() bool { return s.link == nil }

// Told reports whether the link is shown as itself, as opposed to being counted only.
func (s LinkSight) Told() bool { return s.detail >= Shown }

// From is what is seen of the place that the link leads from.
func (s LinkSight) From() Sight { return s.from }

// To is what is seen of the place that the link leads to.
func (s LinkSight) To() Sight { return s.to }

// Other is what is seen of the end that is not the one named.
func (s LinkSight) Other(id ID) Sight {
	if s.from.ID() == id {
		return s.to
	}
	return s.from
}

func (s LinkSight) joins(a, b Sight) bool {
	return s.from.ID() == a.ID() && s.to.ID() == b.ID() || s.from.ID() == b.ID() && s.to.ID() == a.ID()
}

// ID is the link's id; the zero ID when it is only counted.
func (s LinkSight) ID() ID { return toldLink(s, func(l *Link) ID { return l.ID }) }

// Revision counts the link's changes.
func (s LinkSight) Revision() int { return toldLink(s, func(l *Link) int { return l.Revision }) }

// Kind says how the places hang together. It is counted by.
func (s LinkSight) Kind() LinkKind { return s.link.Facts.Kind }

// Means is how goods are carried, empty when unknown. It is counted by.
func (s LinkSight) Means() Means { return s.link.Facts.Means }

// Strength weighs the link, from 1.
func (s LinkSight) Strength() int { return s.link.Facts.Strength }

// Since is the first day on which it held, zero when unknown.
func (s LinkSight) Since() Date { return s.link.Facts.Since }

// Until is the last day on which it held, zero while it holds.
func (s LinkSight) Until() Date { return s.link.Facts.Until }

// HoldsOn reports whether the link holds on a day, as far as is known.
func (s LinkSight) HoldsOn(day Date) bool {
	return !day.Before(s.Since()) && (s.Until().IsZero() || !s.Until().Before(day))
}

// HoldsWithin reports whether the link holds on some day from one to another, both included; a zero day is no bound.
func (s LinkSight) HoldsWithin(from, to Date) bool {
	return (s.Until().IsZero() || from.IsZero() || !s.Until().Before(from)) && (to.IsZero() || !to.Before(s.Since()))
}

// Network is the code of the network that the link belongs to, empty when unknown.
func (s LinkSight) Network() string {
	return toldLink(s, func(l *Link) string { return l.Facts.Network })
}

// Of reports whether the link belongs to a network: it says so, or both its ends do.
func (s LinkSight) Of(code string) bool {
	if s.link == nil || !s.Told() {
		return false
	}
	return s.link.Facts.Network == code ||
		s.link.Facts.Network == "" && slices.Contains(s.from.Networks(), code) && slices.Contains(s.to.Networks(), code)
}

// Note is free text; empty where the handling keeps it back.
func (s LinkSight) Note() string {
	if s.withheld&fieldNote != 0 {
		return ""
	}
	return toldLink(s, func(l *Link) string { return l.Facts.Note })
}

// Owner is the service and unit that the record belongs to.
func (s LinkSight) Owner() Owner { return toldLink(s, func(l *Link) Owner { return l.Facts.Owner }) }

// Grading is how far source and information may be trusted.
func (s LinkSight) Grading() Grading {
	return toldLink(s, func(l *Link) Grading { return l.Facts.Grading })
}

// Handling says who may know of the link; its groups are withheld on their own.
func (s LinkSight) Handling() Handling {
	h := toldLink(s, func(l *Link) Handling { return l.Facts.Handling })
	if s.withheld&fieldGroups != 0 {
		h.Groups = nil
	}
	return h
}

// SourceRecord names the line of the list that the link came from.
func (s LinkSight) SourceRecord() string {
	if s.withheld&fieldSource != 0 {
		return ""
	}
	return toldLink(s, func(l *Link) string { return l.Facts.SourceRecord })
}

// Recorded is when the link was recorded, Changed when it was last changed.
func (s LinkSight) Recorded() time.Time {
	return toldLink(s, func(l *Link) time.Time { return l.Recorded })
}

// Changed is when the link was last changed.
func (s LinkSight) Changed() time.Time {
	return toldLink(s, func(l *Link) time.Time { return l.Changed })
}

// Synthetic reports whether the record belongs to a demonstration map.
func (s LinkSight) Synthetic() bool { return s.link != nil && s.link.Synthetic }

// Withheld returns the API's names of the fields kept back, nil when there are none.
func (s LinkSight) Withheld() (names []string) {
	for _, f := range []struct {
		field fields
		name  string
	}{{fieldNote, "note"}, {fieldGroups, "handling.groups"}, {fieldSource, "source_record"}} {
		if s.withheld&f.field != 0 {
			names = append(names, f.name)
		}
	}
	return names
}

// MayDisclose reports whether the link may leave in an export with named recipients: its own handling and that of both places say
// so.
func (s LinkSight) MayDisclose() bool {
	return s.Told() && s.from.MayDisclose() && s.to.MayDisclose() && (s.detail == Whole || uses[s.link.Facts.Handling.Code].disclose)
}

// MayBeChanged reports whether a viewer may change the link.
func (s LinkSight) MayBeChanged(v *Viewer) bool {
	return s.Told() && (v.MayAt(ActionLink, s.from.place.Territories) || v.MayAt(ActionLink, s.to.place.Territories))
}

func toldLink[T any](s LinkSight, get func(*Link) T) T {
	if s.link == nil || !s.Told() {
		var zero T
		return zero
	}
	return get(s.link)
}

// LinkFilter is what is asked for of links; zero fields let everything through.
type LinkFilter struct {
	Kinds []LinkKind
	Means []Means
	// Network is the code of a network that the links belong to (LinkSight.Of).
	Network string
	// On asks for those that hold on a day, From and To for those that hold on some day from one to the other.
	On, From, To Date
	// Territory asks for those with an end in it.
	Territory TerritoryCode
}

// Match reports whether a link is asked for.
func (f *LinkFilter) Match(s LinkSight) bool {
	return (len(f.Kinds) == 0 || slices.Contains(f.Kinds, s.Kind())) && (len(f.Means) == 0 || slices.Contains(f.Means, s.Means())) &&
		(f.Network == "" || s.Of(f.Network)) && (f.On.IsZero() || s.HoldsOn(f.On)) && s.HoldsWithin(f.From, f.To) &&
		(f.Territory == "" || s.from.Within(f.Territory) || s.to.Within(f.Territory))
}

// IsZero reports whether the filter lets everything through.
func (f *LinkFilter) IsZero() bool {
	return len(f.Kinds) == 0 && len(f.Means) == 0 && f.Network == "" && f.On.IsZero() && f.From.IsZero() && f.To.IsZero() && f.Territory == ""
}
