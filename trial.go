package dealmap

import "slices"

// trial is a state with what a command has decided so far: later parts of it see what the earlier ones do.
type trial struct {
	State
	places map[ID]*Place
	taken  map[string]bool
	rows   map[RowHash]ID
	linked map[ID]*Link
	links  map[[2]ID][]*Link
	coded  map[string][]*Network
}

func newTrial(s State) *trial {
	return &trial{State: s, places: map[ID]*Place{}, taken: map[string]bool{}, rows: map[RowHash]ID{}, linked: map[ID]*Link{}, links: map[[2]ID][]*Link{}, coded: map[string][]*Network{}}
}

// Place implements State.
func (t *trial) Place(id ID) *Place {
	if p, ok := t.places[id]; ok {
		return p
	}
	return t.State.Place(id)
}

// Taken implements State.
func (t *trial) Taken(reference string) bool { return t.taken[reference] || t.State.Taken(reference) }

// Row implements State.
func (t *trial) Row(row RowHash) (ID, bool) {
	if id, ok := t.rows[row]; ok {
		return id, true
	}
	return t.State.Row(row)
}

// Link implements State.
func (t *trial) Link(id ID) *Link {
	if l, ok := t.linked[id]; ok {
		return l
	}
	return t.State.Link(id)
}

// LinksBetween implements State.
func (t *trial) LinksBetween(a, b ID) []*Link {
	return slices.Concat(t.State.LinksBetween(a, b), t.links[[2]ID{a, b}], t.links[[2]ID{b, a}])
}

// NetworksCoded implements State.
func (t *trial) NetworksCoded(code string) []*Network {
	return append(slices.Clone(t.State.NetworksCoded(code)), t.coded[code]...)
}

// fold takes in events about places, and the opening of links and networks.
func (t *trial) fold(events []Event) error {
	for _, e := range events {
		switch e.Body.(type) {
		case LinkRecorded:
			l, err := FoldLink(nil, e)
			if err != nil {
				return err
			}
			ends := [2]ID{l.Facts.From, l.Facts.To}
			t.linked[l.ID] = l
			t.links[ends] = append(t.links[ends], l)
			continue
		case NetworkRecorded:
			n, err := FoldNetwork(nil, e)
			if err != nil {
				return err
			}
			t.taken[n.Code] = true
			t.coded[n.Code] = append(t.coded[n.Code], n)
			continue
		}
		after, err := Fold(t.Place(e.Subject), e)
		if err != nil {
			return err
		}
		t.places[e.Subject] = after
		if after != nil {
			t.taken[after.Reference] = true
			if after.Origin != nil {
				t.rows[after.Origin.Row] = after.ID
			}
		}
	}
	return nil
}
