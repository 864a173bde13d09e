package dealmap

import "fmt"

// ImportNetwork brings the places and links of a network that a file describes, all or none. What the map has already is not added
// twice.
type ImportNetwork struct {
	// Network opens a record; nil when none is to be opened.
	Network *RecordNetwork
	// Code is the network that links and members belong to; with Network it is the code of that.
	Code string
	// Places are those that the file describes and the map has not.
	Places []AddPlace
	// Members are places of the map, or of Places, that belong to the network.
	Members []ID
	Links   []RecordLink
	// Digest is of the file and how it is read: it names what is asked when the same request comes again.
	Digest Hash
}

const (
	// MostImportedPlaces and MostImportedLinks bound what one file brings.
	MostImportedPlaces = 20_000
	MostImportedLinks  = 200_000
)

// Decide implements Command.
func (c ImportNetwork) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !v.May(ActionLink) {
		return nil, v.allow(ActionLink, nil)
	}
	if len(c.Places)+len(c.Members) > MostImportedPlaces {
		return nil, Invalid("nodes", fmt.Sprintf("%d lieux au plus par fichier", MostImportedPlaces))
	}
	if len(c.Links) > MostImportedLinks {
		return nil, Invalid("links", fmt.Sprintf("%d liens au plus par fichier", MostImportedLinks))
	}
	now := newTrial(s)
	var events []Event
	take := func(field string, one []Event, err error) error {
		if err != nil {
			return atField(field, err)
		}
		events = append(events, one...)
		return now.fold(one)
	}
	code := c.Code
	if c.Network != nil {
		record := *c.Network
		record.Code = c.Code
		one, err := record.Decide(now, v, env)
		if err := take("network", one, err); err != nil {
			return nil, err
		}
		code = one[0].Body.(NetworkRecorded).Code
	}
	for i, add := range c.Places {
		one, err := add.Decide(now, v, env)
		if err := take(fmt.Sprintf("places[%d]", i), one, err); err != nil {
			return nil, err
		}
	}
	for i, id := range uniqueIDs(c.Members) {
		if code == "" {
			return nil, Invalid("code", "manque : à quel réseau ces lieux appartiennent-ils ?")
		}
		one, err := AssignNetwork{Code: code}.assign(now, v, env, id, true)
		if err := take(fmt.Sprintf("members[%d]", i), one, err); err != nil {
			return nil, err
		}
	}
	scope := NewScope(v, env.Today())
	for i, record := range c.Links {
		if record.Facts.Network == "" {
			record.Facts.Network = code
		}
		one, known, err := record.decide(now, v, env, scope)
		if known {
			continue
		}
		if err := take(fmt.Sprintf("links[%d]", i), one, err); err != nil {
			return nil, err
		}
	}
	return events, nil
}
