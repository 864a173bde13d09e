package dealmap

// AddPlace opens the record of a place.
type AddPlace struct {
	ID    ID // drawn by the caller
	Facts Facts
	// Draw is random and shown to nobody: the reference comes from it, so that nobody can tell that another place had taken
	// the first choice. Zero, for maps that are to be made again the same, derives the reference from the id.
	Draw [16]byte `json:"-"`
	// Status is where its life begins; empty means reported.
	Status Status
	// Closing goes with the status closed: lists that are imported hold closed points.
	Closing *Closing
	// AcceptDuplicates adds it although visible places may be the same.
	AcceptDuplicates bool
	Synthetic        bool
}

// Decide implements Command.
func (c AddPlace) Decide(s State, v Viewer, env Env) ([]Event, error) {
	prepared, err := c.Check(v, env)
	if err != nil {
		return nil, err
	}
	if err := staysInSight(v, env, prepared.Facts, prepared.Territories); err != nil {
		return nil, err
	}
	return c.open(prepared, s, v, env)
}

// open makes the event of a wish that was checked.
func (c AddPlace) open(prepared PlaceAdded, s State, v Viewer, env Env) ([]Event, error) {
	if s.Place(c.ID) != nil {
		return nil, &Error{Kind: KindConflict, Message: "cet identifiant est déjà pris"}
	}
	if !c.AcceptDuplicates {
		if found := duplicates(s, NewScope(v, env.Today()), prepared.Facts); len(found) > 0 {
			return nil, &Error{Kind: KindDuplicate, Candidates: sightsOf(found), Matches: found,
				Message: "un point proche existe déjà : est-ce le même ?"}
		}
	}
	departement := chainAt(prepared.Territories, LevelDepartement).ID()
	prepared.Reference = freeReference(departement, c.draw(), s.Taken)
	return []Event{env.event(v, c.ID, prepared)}, nil
}

func (c AddPlace) draw() [16]byte {
	if c.Draw == [16]byte{} {
		return c.ID
	}
	return c.Draw
}

// Check judges the wish on everything but the rest of the map, and returns the opening with defaults filled in and no
// reference yet. Imports check each line with it before they send the good ones.
func (c AddPlace) Check(v Viewer, env Env) (PlaceAdded, error) {
	if !v.May(ActionAdd) {
		return PlaceAdded{}, v.allow(ActionAdd, nil)
	}
	var errs fieldErrors
	if c.ID.IsZero() {
		errs.add("id", "manque")
	}
	facts := c.Facts
	if facts.Owner == (Owner{}) {
		facts.Owner = Owner{v.Service, v.Unit}
	}
	if facts.Accuracy == "" {
		facts.Accuracy = AccuracyStreet
		if facts.Position == nil {
			facts.Accuracy = AccuracyCommune
		}
	}
	if facts.FirstSeen.IsZero() {
		facts.FirstSeen = env.Today()
		if !facts.LastSeen.IsZero() && facts.LastSeen.Before(facts.FirstSeen) {
			facts.FirstSeen = facts.LastSeen
		}
		if c.Closing != nil && !c.Closing.Date.IsZero() && c.Closing.Date.Before(facts.FirstSeen) {
			facts.FirstSeen = c.Closing.Date
		}
	}
	if facts.LastSeen.IsZero() {
		facts.LastSeen = facts.FirstSeen
	}
	if facts.NextReview.IsZero() {
		facts.NextReview = env.Today().AddDays(reviewDays)
	}
	if facts.Handling.Reach == "" && len(facts.Handling.Groups) == 0 {
		facts.Handling.Reach = ReachNational
	}
	if facts.Handling.Code == "" {
		facts.Handling.Code = "H0"
	}
	chain := facts.check(&errs, env, true)
	status := c.Status
	if status == "" {
		status = Reported
	}
	if !known(Statuses(), string(status)) {
		errs.add("status", "« %s » est inconnu (%s)", clip(string(status)), oneOf(Statuses()))
	}
	closing := c.Closing
	switch {
	case status == Closed && closing == nil:
		errs.add("closing", "un point fermé a un motif et une date de fermeture")
	case status != Closed && closing != nil:
		errs.add("closing", "seul un point fermé a un motif de fermeture")
	case closing != nil:
		closing = closing.check(&errs, "closing.", env)
		checkClosed(&errs, "closing.date", closing, facts)
	}
	if err := errs.err(); err != nil {
		return PlaceAdded{}, err
	}
	if err := v.allow(ActionAdd, chain); err != nil {
		return PlaceAdded{}, err
	}
	return PlaceAdded{Status: status, Facts: facts, Closing: closing, Territories: chain, Synthetic: c.Synthetic}, nil
}

// mostDuplicates bounds the candidates of an entry.
const mostDuplicates = 10

// duplicates returns what the scope may see of the places that may be the one described, closed ones included: they come back.
// A hidden place is no candidate: it must not be hinted at.
func duplicates(s State, scope Scope, facts Facts) []Match {
	d := Describe(&facts)
	return Matches(s, &scope, &d, ProposeFrom, mostDuplicates, ID{})
}

// ImportPlaces opens many records at once, all or none; the caller has checked each with AddPlace.Check. Lists are entered for
// other units too: unlike AddPlace it opens records under an embargo that hides them from the author.
type ImportPlaces struct {
	Places []AddPlace
}

// Decide implements Command.
func (c ImportPlaces) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !v.May(ActionImport) {
		return nil, v.allow(ActionImport, nil)
	}
	events := make([]Event, 0, len(c.Places))
	batch := batchState{State: s, taken: make(map[string]bool, len(c.Places)), ids: make(map[ID]bool, len(c.Places))}
	for _, add := range c.Places {
		add.AcceptDuplicates = true
		if batch.ids[add.ID] {
			return nil, &Error{Kind: KindConflict, Message: "cet identifiant est déjà pris"}
		}
		prepared, err := add.Check(v, env)
		if err != nil {
			return nil, err
		}
		one, err := add.open(prepared, batch, v, env)
		if err != nil {
			return nil, err
		}
		batch.ids[add.ID] = true
		batch.taken[one[0].Body.(PlaceAdded).Reference] = true
		events = append(events, one...)
	}
	return events, nil
}

// batchState is the map with what the earlier places of a batch have taken.
type batchState struct {
	State
	taken map[string]bool
	ids   map[ID]bool
}

// Taken implements State.
func (b batchState) Taken(reference string) bool {
	return b.taken[reference] || b.State.Taken(reference)
}
