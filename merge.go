package dealmap

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// MergePlaces makes one place of two records: From is kept as it is, shown nowhere, and its id and reference lead to Into.
type MergePlaces struct {
	Into, From ID
	// Revisions are those that the author saw; 0 accepts any.
	IntoRevision, FromRevision int
	// Take says for single fields whose word is taken; the rules decide the others.
	Take map[string]Side
}

// Decide implements Command.
func (c MergePlaces) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if c.Into == c.From {
		return nil, Invalid("from", "un point ne se fusionne pas avec lui-même")
	}
	into, _, err := target(s, v, env, c.Into, c.IntoRevision, ActionMerge)
	if err != nil {
		return nil, err
	}
	from, _, err := target(s, v, env, c.From, c.FromRevision, ActionMerge)
	if err != nil {
		return nil, err
	}
	return mergeEvents(v, env, into, from, c.Take)
}

// mergeEvents are what merging one record into another is in the journal: an entry about each.
func mergeEvents(v Viewer, env Env, into, from *Place, take map[string]Side) ([]Event, error) {
	said, winners, err := combine(into.Content(), from.Content(), take)
	if err != nil {
		return nil, err
	}
	var errs fieldErrors
	said.Facts.check(&errs, env, false)
	if err := errs.err(); err != nil {
		return nil, err
	}
	if err := staysInSight(v, env, said.Facts, said.Territories); err != nil {
		return nil, err
	}
	change, err := into.changeTo(said)
	if err != nil {
		return nil, err
	}
	return []Event{
		env.event(v, into.ID, PlaceMerged{Member: from.ID, Change: change, Take: take, Winners: winners}),
		env.event(v, from.ID, PlaceFiled{Into: into.ID}),
	}, nil
}

// changeTo returns what leads from what the place says to something else.
func (p *Place) changeTo(said Content) (ContentChange, error) {
	patch, err := diffPatch(p.Facts, said.Facts)
	if err != nil {
		return ContentChange{}, err
	}
	change := ContentChange{Patch: patch}
	if !sameChain(p.Territories, said.Territories) {
		change.Territories = said.Territories
	}
	if p.Status != said.Status || !sameClosing(p.Closing, said.Closing) {
		change.Status, change.Closing = said.Status, said.Closing
	}
	return change, nil
}

func sameClosing(a, b *Closing) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// SplitPlace takes a record out of the place that it was merged into: both say again what they would say without that
// merge. What people changed since is kept, on the side that Assign names for each field.
type SplitPlace struct {
	ID       ID
	Revision int // 0 accepts any
	Member   ID
	// Assign says for each field that was changed since the merge on which side the change stays: SideInto (the place that goes
	// on), SideFrom (the record that is taken out) or SideBoth.
	Assign map[string]Side
}

// Decide implements Command.
func (c SplitPlace) Decide(s State, v Viewer, env Env) ([]Event, error) {
	p, scope, err := target(s, v, env, c.ID, c.Revision, ActionMerge)
	if err != nil {
		return nil, err
	}
	member := s.Place(c.Member)
	if _, ok := scope.SeeSource(member); !ok || !slices.Contains(p.Members(), c.Member) {
		return nil, NotFound()
	}
	changed, err := p.changedSince(c.Member)
	if err != nil {
		return nil, err
	}
	var errs fieldErrors
	for _, field := range slices.Sorted(maps.Keys(c.Assign)) {
		if !slices.Contains(changed, field) {
			errs.add("assign."+field, "ce champ n’a pas changé depuis la fusion")
		} else if side := c.Assign[field]; side != SideInto && side != SideFrom && side != SideBoth {
			errs.add("assign."+field, "« %s » est inconnu (into, from, both)", clip(string(side)))
		}
	}
	for _, field := range changed {
		if _, ok := c.Assign[field]; !ok {
			errs.add("assign."+field, "a changé depuis la fusion : dites sur quelle fiche garder ce changement")
		}
	}
	if p.embargoedSince(c.Member, env.Today()) && c.Assign["handling"] != SideBoth {
		errs.add("assign.handling", "un embargo a été mis depuis la fusion : il court sur les deux fiches (both), et seul le procureur le lève")
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	return splitEvents(s, v, env, p, member, c.Assign, false)
}

// splitEvents are what taking a record out again is in the journal. withdrawn leaves the record off the map.
func splitEvents(s State, v Viewer, env Env, p, member *Place, assign map[string]Side, withdrawn bool) ([]Event, error) {
	split := PlaceSplit{Member: member.ID}
	filed := PlaceFiled{Withdrawn: withdrawn}
	var moved, copied []string
	for field, side := range assign {
		if side == SideFrom {
			split.Moved = append(split.Moved, field)
			moved = append(moved, factNames(field)...)
		}
		if side != SideInto {
			copied = append(copied, factNames(field)...)
		}
	}
	slices.Sort(split.Moved)
	cluster, err := p.without(member.ID, moved)
	if err != nil {
		return nil, err
	}
	said, err := cluster.replay(s.Place)
	if err != nil {
		return nil, err
	}
	if split.Change, err = p.changeTo(said); err != nil {
		return nil, err
	}
	if len(copied) > 0 {
		if filed.Change, err = p.handOver(member, copied); err != nil {
			return nil, err
		}
	}
	return []Event{env.event(v, p.ID, split), env.event(v, member.ID, filed)}, nil
}

// handOver returns what a member takes along of what was changed while it was merged.
func (p *Place) handOver(member *Place, names []string) (ContentChange, error) {
	var change ContentChange
	patch := json.RawMessage("{}")
	for _, step := range p.stepsSince(member.ID) {
		if !step.Member.IsZero() {
			continue
		}
		_, taken, err := withoutFields(step.Patch, names)
		if err != nil {
			return change, err
		}
		if patch, err = composePatches(patch, taken); err != nil {
			return change, err
		}
		if step.Status != "" && slices.Contains(names, "status") {
			change.Status, change.Closing = step.Status, step.Closing
		}
		if step.Territories != nil && slices.Contains(names, "position") {
			change.Territories = step.Territories
		}
	}
	facts, err := patchRecord(member.Facts, patch)
	if err != nil {
		return change, err
	}
	change.Patch, err = diffPatch(member.Facts, facts)
	return change, err
}

// stepsSince returns the steps after a member came in.
func (p *Place) stepsSince(member ID) []ClusterStep {
	if p.Cluster == nil {
		return nil
	}
	at := slices.IndexFunc(p.Cluster.Steps, func(step ClusterStep) bool { return step.Member == member && !step.Undone })
	if at < 0 {
		return nil
	}
	return p.Cluster.Steps[at+1:]
}

// embargoedSince reports whether the place is under an embargo that was put on it after a member came in: it may have been meant
// for either record.
func (p *Place) embargoedSince(member ID, day Date) bool {
	if !p.Facts.Handling.UnderEmbargo(day) {
		return false
	}
	return slices.ContainsFunc(p.stepsSince(member), func(step ClusterStep) bool {
		var patch struct {
			Handling map[string]json.RawMessage `json:"handling"`
		}
		if !step.Member.IsZero() || json.Unmarshal(step.Patch, &patch) != nil {
			return false
		}
		_, put := patch.Handling["embargo_until"]
		return put
	})
}

// changedSince returns the fields, by the API's names, that people changed since a member came in, sorted.
func (p *Place) changedSince(member ID) ([]string, error) {
	changed := map[string]bool{}
	for _, step := range p.stepsSince(member) {
		if !step.Member.IsZero() {
			continue
		}
		for _, name := range patchedFields(step.Patch) {
			changed[apiName(name)] = true
		}
		if step.Status != "" {
			changed["status"] = true
		}
	}
	return slices.Sorted(maps.Keys(changed)), nil
}

// located are the facts that go together as the API's geometry.
var located = []string{"position", "accuracy", "commune", "commune_year"}

// factNames are the names of the facts that a field of the API stands for.
func factNames(field string) []string {
	if field == "geometry" {
		return located
	}
	return []string{field}
}

func apiName(fact string) string {
	if slices.Contains(located, fact) {
		return "geometry"
	}
	return fact
}

// without returns the cluster without a member, and without what was changed since in some facts.
func (p *Place) without(member ID, moved []string) (*Cluster, error) {
	c := p.cluster()
	at := slices.IndexFunc(c.Steps, func(step ClusterStep) bool { return step.Member == member && !step.Undone })
	if at < 0 || c.Base == nil {
		return nil, fmt.Errorf("split %s: %s is no member", p.ID, member)
	}
	c.Steps[at].Undone = true
	for i := at + 1; len(moved) > 0 && i < len(c.Steps); i++ {
		step := &c.Steps[i]
		if !step.Member.IsZero() {
			continue
		}
		var err error
		if step.Patch, _, err = withoutFields(step.Patch, moved); err != nil {
			return nil, err
		}
		if slices.Contains(moved, "status") {
			step.Status, step.Closing = "", nil
		}
		if slices.Contains(moved, "position") {
			step.Territories = nil
		}
	}
	return c, nil
}
