package dealmap

import (
	"bytes"
	"slices"
	"time"
)

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

// PossibleDuplicate is a pair of places that look like one.
type PossibleDuplicate struct {
	A, B Sight
	Likeness
}

// DuplicateQuery asks for records that look like one place.
type DuplicateQuery struct {
	// Territories are those in which at least one of a pair lies; none asks for all.
	Territories []TerritoryCode
	// Import asks for pairs with a record of this import only.
	Import ID
	// Least is the least score.
	Least float64
	// After is the record after which the search goes on, in the order of ids; zero begins.
	After ID
	// Limit bounds the pairs, Look the records that are looked at.
	Limit, Look int
}

// PossibleDuplicates is one part of an answer.
type PossibleDuplicates struct {
	Pairs []PossibleDuplicate
	// Looked is the number of records that were looked at, Last the last of them; More says that there are others.
	Looked int
	Last   ID
	More   bool
}

// Differing returns the fields, by the API's names, in which two sights say something else, where both show them.
func Differing(a, b Sight) []string {
	return differingFields(a.facts(), b.facts(), a.Status(), b.Status(), func(name string) bool { return a.names(name) && b.names(name) })
}

// DifferingFrom is Differing for a wish to add a place and a sight.
func DifferingFrom(add *AddPlace, b Sight) []string {
	return differingFields(add.Facts, b.facts(), add.Status, b.Status(), b.names)
}

func differingFields(a, b Facts, statusA, statusB Status, seen func(string) bool) (list []string) {
	x, y := rawFields(a), rawFields(b)
	add := func(name string) {
		if seen(name) && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	for _, name := range factOrder {
		if !bytes.Equal(x[name], y[name]) {
			add(apiName(name))
		}
	}
	if statusA != statusB {
		add("status")
	}
	return list
}

// factOrder is the order in which fields are shown, without those that always differ between services.
var factOrder = []string{
	"kind", "name", "address", "position", "accuracy", "commune", "products", "hours", "intensity", "lookouts", "obstacles", "cameras", "landlord",
	"note", "owner", "grading", "handling", "networks", "case_references", "first_seen", "last_confirmed",
}

func (s Sight) facts() Facts {
	if s.place == nil {
		return Facts{}
	}
	return s.place.Facts
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
		if !ok || !member.Showable() || !s.owns(&p.Cluster.Base.Facts) && !s.owns(&p.Facts) && !s.owns(&other.Facts) {
			continue
		}
		by := step.By
		by.Subject = ""
		list = append(list, Notice{At: step.At, By: by, Place: place, Member: member, Undone: step.Undone})
	}
	return list
}

// owns reports whether a record, or one that was merged into it, is the viewer's unit's.
func (s *Scope) owns(f *Facts) bool { return slices.ContainsFunc(f.owners(), s.viewer.Owns) }
