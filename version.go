package dealmap

// Version is a place as it stood from one entry until the next that concerns it, kept so that it can be said later what a
// scope saw of it.
type Version struct {
	// Seq is the entry that made it so.
	Seq   Seq
	place *Place
}

// NewVersion says what a place was after an entry (nil: erased).
func NewVersion(seq Seq, p *Place) Version { return Version{seq, p} }

// See returns what a scope saw of the place then, and false when that was nothing.
func (v Version) See(s *Scope) (Sight, bool) { return s.See(v.place) }
