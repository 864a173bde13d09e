package dealmap

import (
	"encoding/json"
	"time"
)

// Origin says which row of which import brought a record.
type Origin struct {
	Import ID `json:"import"`
	// Row is a digest of the row as its list has it and of the unit whose list it is, so that the same row is known again.
	Row RowHash `json:"row"`
	// Line is that of the row in its file, from 1.
	Line int `json:"line"`
}

// RowHash is a digest of one row of one unit's lists.
type RowHash [16]byte

// MarshalText implements encoding.TextMarshaler.
func (h RowHash) MarshalText() ([]byte, error) { return ID(h).MarshalText() }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *RowHash) UnmarshalText(text []byte) error { return (*ID)(h).UnmarshalText(text) }

// Cluster ties a record to those that it was merged with. Merging loses nothing: every record stays as it was when it was
// merged, and what the surviving one says is computed from them, step by step, so that any of them can be taken out again.
type Cluster struct {
	// Into is the place that this record was merged into; zero while it stands for itself.
	Into ID
	// Withdrawn: the import that brought the record was undone.
	Withdrawn bool
	// Base is what the record said before anything was merged into it, nil when nothing ever was.
	Base *Content
	// Steps are what has happened to it since, in order.
	Steps []ClusterStep
}

// Content is what a record says.
type Content struct {
	Facts       Facts
	Status      Status
	Closing     *Closing
	Territories []TerritoryCode
}

// ClusterStep is one thing that happened to a place that others were merged into: another record came in, or somebody
// changed what the place says.
type ClusterStep struct {
	At time.Time
	By Author
	// Member is the record that came in; zero for a change.
	Member ID
	// Undone: the member was taken out again.
	Undone bool
	// Take is what the person chose for single fields, and Winners whose word was taken for those that differed.
	Take    map[string]Side
	Winners []Winner
	// Patch is what a change set: a JSON merge patch (RFC 7396) of Facts; Status and Closing with it when it was a step of
	// the place's life.
	Patch   json.RawMessage
	Status  Status
	Closing *Closing
	// Territories is the chain when the change moved the place.
	Territories []TerritoryCode
}

// Stands reports whether the record is a place of the map: neither merged into another nor withdrawn with its import.
func (p *Place) Stands() bool {
	return p.Cluster == nil || p.Cluster.Into.IsZero() && !p.Cluster.Withdrawn
}

// Into returns the place that the record was merged into, the zero ID while it stands for itself.
func (p *Place) Into() ID {
	if p.Cluster == nil {
		return ID{}
	}
	return p.Cluster.Into
}

// Members returns the records that are merged into the place, in the order in which they came.
func (p *Place) Members() []ID {
	if p.Cluster == nil {
		return nil
	}
	var list []ID
	for _, step := range p.Cluster.Steps {
		if !step.Member.IsZero() && !step.Undone {
			list = append(list, step.Member)
		}
	}
	return list
}

// Content returns what the record says.
func (p *Place) Content() Content { return Content{p.Facts, p.Status, p.Closing, p.Territories} }

// cluster returns a copy of the place's cluster that may be changed: folded places are shared.
func (p *Place) cluster() *Cluster {
	if p.Cluster == nil {
		return &Cluster{}
	}
	c := *p.Cluster
	c.Steps = append([]ClusterStep(nil), c.Steps...)
	return &c
}

// noteEdit keeps a change to a place that others were merged into as a step of its own, so that it outlives their being taken
// out again. Changes that follow each other are one step.
func (p *Place) noteEdit(before *Place, e Event) error {
	if p.Cluster == nil || p.Cluster.Base == nil {
		return nil
	}
	patch, err := diffPatch(before.Facts, p.Facts)
	if err != nil {
		return err
	}
	step := ClusterStep{At: e.Time, By: e.Author, Patch: patch}
	if p.Status != before.Status {
		step.Status, step.Closing = p.Status, p.Closing
	}
	if !sameChain(p.Territories, before.Territories) {
		step.Territories = p.Territories
	}
	c := p.cluster()
	if last := len(c.Steps) - 1; last >= 0 && c.Steps[last].Member.IsZero() {
		earlier := c.Steps[last]
		if step.Patch, err = composePatches(earlier.Patch, step.Patch); err != nil {
			return err
		}
		if step.Status == "" {
			step.Status, step.Closing = earlier.Status, earlier.Closing
		}
		if step.Territories == nil {
			step.Territories = earlier.Territories
		}
		c.Steps = c.Steps[:last]
	}
	c.Steps = append(c.Steps, step)
	p.Cluster = c
	return nil
}

func sameChain(a, b []TerritoryCode) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// replay computes what a place says from what it said before the first merge and from its steps. member returns what a record
// that was merged into it says.
func (c *Cluster) replay(member func(ID) *Place) (Content, error) {
	said := *c.Base
	for _, step := range c.Steps {
		switch {
		case step.Undone:
		case !step.Member.IsZero():
			other := member(step.Member)
			if other == nil {
				continue // erased since
			}
			said = putTogether(said, other.Content(), step.Take).out
		default:
			facts, err := patchRecord(said.Facts, step.Patch)
			if err != nil {
				return Content{}, err
			}
			said.Facts = facts
			if step.Status != "" {
				said.Status, said.Closing = step.Status, step.Closing
			}
			if step.Territories != nil {
				said.Territories = step.Territories
			}
		}
	}
	return said, nil
}
