package dealmap

import (
	"fmt"
	"slices"
	"time"
)

// ImportStatus is where an import stands.
type ImportStatus string

// The statuses of an import: its rows are coming onto the map, they are all there, they are being taken back, they are all
// taken back.
const (
	ImportComing  ImportStatus = "coming"
	ImportDone    ImportStatus = "done"
	ImportUndoing ImportStatus = "undoing"
	ImportUndone  ImportStatus = "undone"
)

// Import is one list that was brought onto the map.
type Import struct {
	ID   ID
	Name string // of the file
	// Digest is the SHA-256 of the file.
	Digest Hash
	Status ImportStatus
	Opened time.Time
	Moved  time.Time // when it came to its status
	By     Author
	// MovedBy is who brought it to its status.
	MovedBy Author
	// Counts are of rows.
	Counts ImportCounts
	// KeepEdited: an undoing leaves on the map what people have changed since.
	KeepEdited bool
}

// ImportCounts says what became of the rows of a list.
type ImportCounts struct {
	Rows        int `json:"rows"`
	Added       int `json:"added"`       // became places of their own
	Merged      int `json:"merged"`      // were merged into places that were there
	Known       int `json:"known"`       // had been brought before
	Quarantined int `json:"quarantined"` // set aside
	Skipped     int `json:"skipped"`     // left out on purpose
	Kept        int `json:"kept"`        // stayed when the import was undone
}

// SeeImport reports whether a scope may know of an import: its author, their unit, and Ofast.
func (s *Scope) SeeImport(i *Import) bool {
	v := &s.viewer
	if i == nil || s.rules == nil || !v.Token.IsZero() || !v.May(ActionImport) {
		return false
	}
	return v.Role == RoleOfast || v.Subject == i.By.Subject || v.Owns(Owner{i.By.Service, i.By.Unit})
}

// OpenImport begins to bring a list onto the map.
type OpenImport struct {
	ID     ID // drawn by the caller
	Name   string
	Digest Hash
	Counts ImportCounts
}

// Decide implements Command.
func (c OpenImport) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !v.May(ActionImport) {
		return nil, v.allow(ActionImport, nil)
	}
	if s.Import(c.ID) != nil {
		return nil, &Error{Kind: KindConflict, Message: "cet import est déjà validé, ou quelqu’un d’autre le valide en ce moment"}
	}
	var errs fieldErrors
	if c.ID.IsZero() {
		errs.add("id", "manque")
	}
	checkText(&errs, "name", c.Name, 1, 200)
	if err := errs.err(); err != nil {
		return nil, err
	}
	return []Event{env.event(v, c.ID, ImportMoved{To: ImportComing, Name: c.Name, Digest: c.Digest, Counts: c.Counts})}, nil
}

// importSteps is the life of an import.
var importSteps = map[ImportStatus][]ImportStatus{
	ImportComing:  {ImportDone, ImportUndoing},
	ImportDone:    {ImportUndoing},
	ImportUndoing: {ImportUndone},
}

// MoveImport says that an import has come further.
type MoveImport struct {
	ID     ID
	To     ImportStatus
	Counts ImportCounts
	// KeepEdited goes with ImportUndoing.
	KeepEdited bool
}

// Decide implements Command.
func (c MoveImport) Decide(s State, v Viewer, env Env) ([]Event, error) {
	i, err := importOf(s, v, env, c.ID)
	if err != nil {
		return nil, err
	}
	for _, next := range importSteps[i.Status] {
		if next == c.To {
			return []Event{env.event(v, c.ID, ImportMoved{To: c.To, Counts: c.Counts, KeepEdited: c.KeepEdited})}, nil
		}
	}
	return nil, &Error{Kind: KindConflict, Message: fmt.Sprintf("cet import est « %s »", Label(ImportStatuses(), string(i.Status)))}
}

// ImportStatuses returns the statuses of imports with their labels.
func ImportStatuses() []Term {
	return []Term{{"coming", "En cours de validation"}, {"done", "Validé"}, {"undoing", "En cours d’annulation"}, {"undone", "Annulé"}}
}

func importOf(s State, v Viewer, env Env, id ID) (*Import, error) {
	i := s.Import(id)
	scope := NewScope(v, env.Today())
	if !scope.SeeImport(i) {
		return nil, NotFound()
	}
	return i, nil
}

// ImportRow is one row of a list with what is to become of it.
type ImportRow struct {
	Add AddPlace
	// Into is the place that it is merged into, zero for a place of its own.
	Into ID
	// Revision of Into when that was decided, and how sure one has to be when it has changed since (Likeness.Score).
	Revision int
	Least    float64
}

// ImportRows brings rows of an import onto the map, all or none of them. A row whose place is gone, hidden or no longer alike
// becomes a place of its own, which is then proposed as a possible duplicate; so does one that cannot be merged.
type ImportRows struct {
	Import ID
	Rows   []ImportRow
}

// Decide implements Command.
func (c ImportRows) Decide(s State, v Viewer, env Env) ([]Event, error) {
	i, err := importOf(s, v, env, c.Import)
	if err != nil {
		return nil, err
	}
	if i.Status != ImportComing {
		return nil, &Error{Kind: KindConflict, Message: "cet import n’est plus en cours"}
	}
	now := newTrial(s)
	var all []Event
	for _, row := range c.Rows {
		origin := row.Add.Origin
		if origin == nil || origin.Import != c.Import {
			return nil, Invalid("origin", "cette ligne n’est pas de cet import")
		}
		if now.Place(row.Add.ID) != nil {
			continue // brought before the interruption
		}
		if _, ok := now.Row(origin.Row); ok {
			continue // somebody brought the same row meanwhile
		}
		row.Add.AcceptDuplicates = true
		prepared, err := row.Add.Check(v, env)
		if err != nil {
			return nil, err
		}
		events, err := row.Add.open(prepared, now, v, env)
		if err != nil {
			return nil, err
		}
		if err := now.fold(events); err != nil {
			return nil, err
		}
		all = append(all, events...)
		merging := row.merge(now, v, env)
		if err := now.fold(merging); err != nil {
			return nil, err
		}
		all = append(all, merging...)
	}
	return all, nil
}

// merge returns the events that merge the row's new place into the one that was decided on, none when that cannot be any
// more.
func (r ImportRow) merge(s State, v Viewer, env Env) []Event {
	if r.Into.IsZero() {
		return nil
	}
	into := survivor(s, r.Into)
	if into == nil {
		return nil
	}
	into, scope, err := target(s, v, env, into.ID, 0, ActionMerge)
	if err != nil {
		return nil
	}
	from := s.Place(r.Add.ID)
	if into.ID != r.Into || into.Revision != r.Revision {
		described := Describe(&from.Facts)
		found := Matches(s, &scope, &described, r.Least, mostDuplicates, from.ID)
		at := slices.IndexFunc(found, func(m Match) bool { return m.Sight.ID() == into.ID })
		if at < 0 || found[at].Blocked != "" {
			return nil
		}
	}
	events, err := mergeEvents(v, env, into, from, nil)
	if err != nil {
		return nil
	}
	return events
}

// survivor follows a record to the place that it was merged into.
func survivor(s State, id ID) *Place {
	for range 100 {
		p := s.Place(id)
		if p == nil || p.Into().IsZero() {
			return p
		}
		id = p.Into()
	}
	return nil
}

// UndoRows takes records of an import off the map again, out of the places that they were merged into too. What was merged
// into them stands by itself again. Records that people have changed since stay where they are when the import's undoing says
// so, and so do those that people have hidden since from the author of the undoing; what the list itself said to hide goes.
type UndoRows struct {
	Import ID
	Places []ID
}

// Decide implements Command.
func (c UndoRows) Decide(s State, v Viewer, env Env) ([]Event, error) {
	i, err := importOf(s, v, env, c.Import)
	if err != nil {
		return nil, err
	}
	if i.Status != ImportUndoing {
		return nil, &Error{Kind: KindConflict, Message: "cet import n’est pas en cours d’annulation"}
	}
	now := newTrial(s)
	scope := NewScope(v, env.Today())
	var all []Event
	do := func(events []Event, err error) error {
		if err == nil {
			err = now.fold(events)
		}
		all = append(all, events...)
		return err
	}
	for _, id := range c.Places {
		p := now.Place(id)
		if p == nil || p.Origin == nil || p.Origin.Import != c.Import || p.Cluster != nil && p.Cluster.Withdrawn || i.KeepEdited && p.Edits > 0 {
			continue
		}
		if _, ok := scope.SeeSource(p); !ok && p.Edits > 0 {
			continue
		}
		for _, member := range p.Members() {
			inner := now.Place(member)
			if inner == nil {
				continue
			}
			until := embargoOver(now, inner, env.Today())
			if err := do(splitEvents(now, v, env, now.Place(id), inner, nil, false)); err != nil {
				return nil, err
			}
			if inner = now.Place(member); inner.Facts.Handling.EmbargoUntil.Before(until) {
				hidden := inner.Content()
				hidden.Facts.Handling.EmbargoUntil = until
				change, err := inner.changeTo(hidden)
				if err := do([]Event{env.event(v, member, PlaceFiled{Change: change})}, err); err != nil {
					return nil, err
				}
			}
		}
		p = now.Place(id)
		if parent := now.Place(p.Into()); parent != nil {
			if err = do(splitEvents(now, v, env, parent, p, nil, true)); err == nil {
				err = sayAnew(now, parent.Into(), func(about ID, body PlaceFiled) error {
					return do([]Event{env.event(v, about, body)}, nil)
				})
			}
		} else {
			err = do([]Event{env.event(v, id, PlaceFiled{Withdrawn: true})}, nil)
		}
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// embargoOver returns until when embargoes run that were put on what a record was merged into, since: they outlive its being
// taken out.
func embargoOver(s State, p *Place, day Date) (until Date) {
	for range 100 {
		parent := s.Place(p.Into())
		if parent == nil {
			break
		}
		if running := parent.Facts.Handling.EmbargoUntil; parent.embargoedSince(p.ID, day) && until.Before(running) {
			until = running
		}
		p = parent
	}
	return until
}

// sayAnew has a place, and those that it was merged into, say what their members now say; file writes what that changes.
func sayAnew(s State, id ID, file func(ID, PlaceFiled) error) error {
	for range 100 {
		p := s.Place(id)
		if p == nil || p.Cluster == nil || p.Cluster.Base == nil {
			return nil
		}
		said, err := p.Cluster.replay(s.Place)
		if err != nil {
			return err
		}
		change, err := p.changeTo(said)
		if err != nil {
			return err
		}
		if err := file(id, PlaceFiled{Into: p.Into(), Change: change}); err != nil {
			return err
		}
		id = p.Into()
	}
	return nil
}

// FoldImport returns an import after an event that concerns it.
func FoldImport(before *Import, e Event) (*Import, error) {
	switch body := e.Body.(type) {
	case nil:
		return before, nil
	case ImportMoved:
		after := Import{ID: e.Subject, Name: body.Name, Digest: body.Digest, Opened: e.Time, By: e.Author, Counts: body.Counts}
		if before != nil {
			after = *before
			if body.Counts != (ImportCounts{}) {
				after.Counts = body.Counts
			}
		}
		after.MovedBy = e.Author
		after.Status, after.Moved, after.KeepEdited = body.To, e.Time, body.KeepEdited || after.KeepEdited
		return &after, nil
	}
	return nil, fmt.Errorf("fold entry %d: %s does not concern an import", e.Seq, e.Kind)
}
