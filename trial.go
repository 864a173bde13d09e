package dealmap

// trial is a state with what a command has decided so far: later parts of it see what the earlier ones do.
type trial struct {
	State
	places map[ID]*Place
	taken  map[string]bool
	rows   map[RowHash]ID
}

func newTrial(s State) *trial {
	return &trial{State: s, places: map[ID]*Place{}, taken: map[string]bool{}, rows: map[RowHash]ID{}}
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

// fold takes in events about places.
func (t *trial) fold(events []Event) error {
	for _, e := range events {
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
