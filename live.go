package dealmap

// Change is what one journal entry did to one place, kept so that each viewer can be told of it as far as they may see it.
type Change struct {
	Seq           Seq
	before, after *Place
}

// NewChange pairs a place before (nil: new) and after an entry (nil: erased).
func NewChange(seq Seq, before, after *Place) Change { return Change{seq, before, after} }

// See returns what a scope sees of the place before and after; both are zero when the change is none of its business. A
// place that comes into sight or leaves it has one side only.
func (c Change) See(s *Scope) (before, after Sight) {
	before, _ = s.See(c.before)
	after, _ = s.See(c.after)
	return before, after
}
