package dealmap

import "time"

// Command is a wish to change the map. Decide is pure: it judges the wish on the state as it stands and returns the events
// that fulfil it, or the error that says why not (absent or hidden: not found; stale revision: stale; rule broken:
// invalid; no right: forbidden; impossible step: conflict).
type Command interface {
	Decide(State, Viewer, Env) ([]Event, error)
}

// State is what Decide may ask of the map.
type State interface {
	// Place returns the place, nil when there is none.
	Place(ID) *Place
	Finder
	// Taken reports whether a reference belongs to a place or an operation already, or a code to a network, be it that places alone
	// carry it.
	Taken(reference string) bool
	// ByReference returns the place with a reference, nil when there is none.
	ByReference(reference string) *Place
	// EntriesOf returns the journal entries that concern a place, in order.
	EntriesOf(ID) []Seq
	// Grant returns the grant, nil when there is none; GrantsOf those of a subject, ended ones included.
	Grant(ID) *Grant
	GrantsOf(subject string) []*Grant
	// Token returns the token, nil when there is none; TokensOf those of a subject, ended ones included.
	Token(ID) *Token
	TokensOf(subject string) []*Token
	// Report returns the report, nil when there is none.
	Report(ID) *Report
	// Pair returns the verdict on two records (PairID), Import the import; nil when there is none.
	Pair(ID) *Pair
	Import(ID) *Import
	// Operation returns the operation, Meeting the meeting; nil when there is none.
	Operation(ID) *FieldOperation
	Meeting(ID) *Meeting
	// Link returns the link, Network the network; nil when there is none. Removed ones are returned too.
	Link(ID) *Link
	Network(ID) *Network
	// LinksOf returns the links that were stated of a record, in the order of their ids; NetworksCoded the networks with a code.
	LinksOf(place ID) []*Link
	// LinksBetween returns the links that were stated of two records, whichever leads to the other, in the order of their ids.
	LinksBetween(a, b ID) []*Link
	NetworksCoded(code string) []*Network
	// Row returns the record that a row of a list became, withdrawn ones left out.
	Row(RowHash) (ID, bool)
}

// Env is what Decide needs of the world, handed in so that deciding stays pure.
type Env struct {
	Now       time.Time
	Gazetteer Gazetteer
}

// Today is the day for rules that speak of days, in the zone of Env.Now.
func (e Env) Today() Date { return DateOf(e.Now) }

// Result is the outcome of a command that was made durable.
type Result struct {
	// Subject is the record that the first event concerns.
	Subject ID
	// Sight is what the author sees of the place afterwards; zero when the command concerned no place.
	Sight Sight
	// Events is the number of events written.
	Events int
	// Replayed reports that the request had been fulfilled before and that nothing was added.
	Replayed bool
}

func (e Env) event(v Viewer, subject ID, body Body) Event {
	return Event{
		Time: e.Now.UTC().Truncate(time.Millisecond), Motive: v.Motive, Case: v.Case,
		Author: Author{Subject: v.Subject, Role: v.Role, Service: v.Service, Unit: v.Unit},
		Kind:   body.kind(), Subject: subject, Body: body,
	}
}

// target finds the place that a command is about: visible to the viewer as itself, at the revision the viewer knows
// (0: any), and open to this action by this viewer.
func target(s State, v Viewer, env Env, id ID, revision int, action Action) (*Place, Scope, error) {
	p := s.Place(id)
	scope := NewScope(v, env.Today())
	sight, ok := scope.See(p)
	if !ok || !sight.Showable() {
		return nil, scope, NotFound()
	}
	if sight.Detail() == Blurred {
		return nil, scope, Forbidden("ce point n’est diffusé que flouté à votre service : vous ne pouvez pas %s", actionNames[action])
	}
	if err := v.allow(action, p.Territories); err != nil {
		return nil, scope, err
	}
	if revision != 0 && revision != p.Revision {
		err := stale("ce point", p.Revision, revision)
		err.Current = sight
		return nil, scope, err
	}
	return p, scope, nil
}

// staysInSight refuses facts that would hide the place from the very author of the change: an embargo is put on a record by
// the unit that owns it, which goes on seeing it; the procureur lifts it.
func staysInSight(v Viewer, env Env, facts Facts, chain []TerritoryCode) error {
	scope := NewScope(v, env.Today())
	if sight, ok := scope.See(&Place{Facts: facts, Territories: chain}); ok && sight.Showable() {
		return nil
	}
	return hidesFromAuthor("le point", facts.Owner)
}
