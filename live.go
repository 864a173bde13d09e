package dealmap

// Change is what one journal entry did to one place or one link, kept so that each viewer can be told of it as far as they may see
// it.
type Change struct {
	Seq           Seq
	before, after *Place
	linked        *linkChange
}

// linkChange has the places, as they were, that the ends of the link stood for.
type linkChange struct {
	before, after *Link
	ends          [2]*Place
}

// NewChange pairs a place before (nil: new) and after an entry (nil: erased).
func NewChange(seq Seq, before, after *Place) Change {
	return Change{Seq: seq, before: before, after: after}
}

// NewLinkChange pairs a link before (nil: new) and after an entry (nil: erased). ends are the places, as they then were, that its ends
// stood for; nil where there was none.
func NewLinkChange(seq Seq, before, after *Link, ends [2]*Place) Change {
	return Change{Seq: seq, linked: &linkChange{before, after, ends}}
}

// Links reports whether the change is of a link.
func (c Change) Links() bool { return c.linked != nil }

// SeeLink is See for a change of a link. ends returns what the scope sees of the place that a record is now. A change of a link with an
// end that was hidden then is told to nobody who comes to see that end later: the link may be gone, and they never knew of it.
func (c Change) SeeLink(s *Scope, ends func(ID) Sight) (before, after LinkSight) {
	if c.linked == nil {
		return before, after
	}
	for _, end := range c.linked.ends {
		if then, _ := s.See(end); then.Detail() < Shown {
			return before, after
		}
	}
	see := func(l *Link) (sight LinkSight) {
		if l != nil {
			sight, _ = s.SeeLink(l, ends(l.Facts.From), ends(l.Facts.To))
		}
		return sight
	}
	return see(c.linked.before), see(c.linked.after)
}

// See returns what a scope sees of the place before and after; both are zero when the change is none of its business. A
// place that comes into sight or leaves it has one side only.
func (c Change) See(s *Scope) (before, after Sight) {
	before, _ = s.See(c.before)
	after, _ = s.See(c.after)
	return before, after
}
