package dealmap

import "time"

// Source is a record that is merged into a place, as a viewer may see it.
type Source struct {
	Sight Sight
	// At and By say when and by whom it was merged; By is empty for who sees the record less than whole.
	At time.Time
	By Author
	// Winners say whose word was taken for each field in which it differed from what the place said then.
	Winners []Winner
	// Changed are the fields that people have changed since: taking the record out again wants to know on which side they stay.
	Changed []string
}

// Sources returns what this scope sees of the records that are merged into a place; nothing when it does not see the place
// itself. record returns a record by its id.
func (s *Scope) Sources(p *Place, record func(ID) *Place) (list []Source) {
	sight, ok := s.See(p)
	if !ok || sight.Detail() < Shown || p.Cluster == nil {
		return nil
	}
	for _, step := range p.Cluster.Steps {
		if step.Member.IsZero() || step.Undone {
			continue
		}
		member, ok := s.SeeSource(record(step.Member))
		if !ok || member.Detail() < Shown {
			continue
		}
		source := Source{Sight: member, At: step.At, By: step.By}
		if sight.Detail() < Whole || member.Detail() < Whole {
			source.By = Author{}
		}
		for _, w := range step.Winners {
			if sight.names(w.Field) && member.names(w.Field) {
				source.Winners = append(source.Winners, w)
			}
		}
		changed, err := p.changedSince(step.Member)
		if err != nil {
			continue
		}
		for _, field := range changed {
			if sight.names(field) {
				source.Changed = append(source.Changed, field)
			}
		}
		list = append(list, source)
	}
	return list
}

// names reports whether a field, by the API's name, is seen.
func (s Sight) names(field string) bool {
	for _, f := range fieldNames {
		for _, name := range f.names {
			if name == field {
				return s.sees(f.field)
			}
		}
	}
	return true
}

// Notice tells the owners of a record that another unit merged it with another, or parted them again.
type Notice struct {
	At     time.Time
	By     Author // role, service and unit; never the person
	Place  Sight  // that goes on
	Member Sight  // that was merged into it
	Undone bool
}

// Notices returns what others did since a moment with the place and the records merged into it, where one of them belongs to
// the viewer's unit.
func (s *Scope) Notices(p *Place, record func(ID) *Place, since time.Time) (list []Notice) {
	place, ok := s.See(p)
	if !ok || !place.Showable() || p.Cluster == nil || p.Cluster.Base == nil {
		return nil
	}
	for _, step := range p.Cluster.Steps {
		if step.Member.IsZero() || !step.At.After(since) || s.viewer.Owns(Owner{step.By.Service, step.By.Unit}) {
			continue
		}
		other := record(step.Member)
		member, ok := s.SeeSource(other)
		if !ok || !member.Showable() || !s.viewer.Owns(p.Cluster.Base.Facts.Owner) && !s.viewer.Owns(other.Facts.Owner) {
			continue
		}
		by := step.By
		by.Subject = ""
		list = append(list, Notice{At: step.At, By: by, Place: place, Member: member, Undone: step.Undone})
	}
	return list
}
