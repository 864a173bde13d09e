package dealmap

import "fmt"

// foldMerging folds the events that tie records together into the place that they concern.
func (p *Place) foldMerging(before *Place, e Event) error {
	switch body := e.Body.(type) {
	case PlaceMerged:
		c := p.cluster()
		if c.Base == nil {
			base := before.Content()
			c.Base = &base
		}
		c.Steps = append(c.Steps, ClusterStep{At: e.Time, By: e.Author, Member: body.Member, Take: body.Take, Winners: body.Winners})
		p.Cluster = c
		return p.apply(body.Change)
	case PlaceSplit:
		var moved []string
		for _, field := range body.Moved {
			moved = append(moved, factNames(field)...)
		}
		c, err := before.without(body.Member, moved)
		if err != nil {
			return err
		}
		p.Cluster = c
		return p.apply(body.Change)
	case PlaceFiled:
		c := p.cluster()
		c.Into, c.Withdrawn = body.Into, body.Withdrawn
		p.Cluster = c
		return p.apply(body.Change)
	}
	return fmt.Errorf("%s does not tie records together", e.Kind)
}

// apply changes what the place says.
func (p *Place) apply(change ContentChange) error {
	if len(change.Patch) > 0 {
		facts, err := patchRecord(p.Facts, change.Patch)
		if err != nil {
			return err
		}
		p.Facts = facts
	}
	if change.Status != "" {
		p.Status, p.Closing = change.Status, change.Closing
	}
	if change.Territories != nil {
		p.Territories = change.Territories
	}
	return nil
}
