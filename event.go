package dealmap

import (
	"encoding/json"
	"fmt"
	"time"
)

// Seq is the position of an entry in the journal, from 1; 0 is before the first. It never leaves the server in clear:
// gaps would tell of hidden activity.
type Seq uint64

// EventKind names what an event says. Kinds only grow: a journal written by any earlier version stays readable, so a kind's
// name and the names of its body's fields never change meaning, and new fields are optional.
type EventKind string

// The kinds of event.
const (
	EventPlaceAdded     EventKind = "place.added"
	EventPlaceChanged   EventKind = "place.changed"
	EventPlaceStepped   EventKind = "place.stepped"
	EventPlaceConfirmed EventKind = "place.confirmed"
	EventGrantGiven     EventKind = "grant.given"
	EventGrantEnded     EventKind = "grant.ended"
	// EventPlaceErased: the record is gone, its entries' bodies with it.
	EventPlaceErased     EventKind = "place.erased"
	EventTokenGiven      EventKind = "token.given"
	EventTokenEnded      EventKind = "token.ended"
	EventReportSubmitted EventKind = "report.submitted"
	EventReportSettled   EventKind = "report.settled"
)

// Concerns is the kind of record that an event is about.
type Concerns int

// The kinds of record.
const (
	ConcernsPlace Concerns = iota
	ConcernsGrant
	ConcernsToken
	ConcernsReport
)

// Concerns returns what events of this kind are about.
func (k EventKind) Concerns() Concerns {
	switch k {
	case EventGrantGiven, EventGrantEnded:
		return ConcernsGrant
	case EventTokenGiven, EventTokenEnded:
		return ConcernsToken
	case EventReportSubmitted, EventReportSettled:
		return ConcernsReport
	}
	return ConcernsPlace
}

// Operation is the processing operation that events of this kind are, empty for those that process no data of the map.
func (k EventKind) Operation() Operation {
	switch k {
	case EventPlaceAdded, EventReportSubmitted:
		return OpCollection
	case EventPlaceChanged, EventPlaceStepped, EventPlaceConfirmed, EventReportSettled:
		return OpAlteration
	case EventPlaceErased:
		return OpErasure
	}
	return ""
}

// EventKinds returns all kinds with their labels.
func EventKinds() []Term {
	return []Term{
		{"place.added", "Création"}, {"place.changed", "Modification"}, {"place.stepped", "Changement d’état"},
		{"place.confirmed", "Confirmation"}, {"place.erased", "Effacement"}, {"grant.given", "Habilitation donnée"},
		{"grant.ended", "Habilitation terminée"}, {"token.given", "Jeton créé"}, {"token.ended", "Jeton révoqué"},
		{"report.submitted", "Signalement reçu"}, {"report.settled", "Signalement traité"},
	}
}

// Author is who wrote an event, as they were at that moment.
type Author struct {
	Subject string  `json:"subject"`
	Role    Role    `json:"role"`
	Service Service `json:"service,omitempty"`
	Unit    string  `json:"unit,omitempty"`
}

// Event is one thing that happened, as decided by a command.
type Event struct {
	Seq     Seq // set when appended
	Time    time.Time
	Author  Author
	Motive  string
	Case    string
	Kind    EventKind
	Subject ID
	// Request ties the event to the request that asked for it, so that a retry adds nothing twice; zero when none.
	Request Request
	// Body is one of the body types below; nil once it has been erased.
	Body Body
}

// Request identifies a request by its author's idempotency key and what it asked.
type Request struct {
	Key    [16]byte // of author and idempotency key
	Digest [16]byte // of the command, to tell a retry from a key used again
}

// IsZero reports whether the event came without an idempotency key.
func (r Request) IsZero() bool { return r == Request{} }

// Body is the content of an event of one kind.
type Body interface{ kind() EventKind }

// PlaceAdded opens the record of a place.
type PlaceAdded struct {
	Reference   string          `json:"reference"`
	Status      Status          `json:"status"`
	Facts       Facts           `json:"facts"`
	Closing     *Closing        `json:"closing,omitempty"`
	Territories []TerritoryCode `json:"territories"`
	Synthetic   bool            `json:"synthetic,omitempty"`
}

// PlaceChanged changes facts: Patch is a JSON merge patch (RFC 7396) of Facts that holds what really changes.
type PlaceChanged struct {
	Patch json.RawMessage `json:"patch"`
	// Territories is the new chain when the place moved.
	Territories []TerritoryCode `json:"territories,omitempty"`
}

// PlaceStepped moves a place along its life.
type PlaceStepped struct {
	From    Status   `json:"from"`
	To      Status   `json:"to"`
	Date    Date     `json:"date"`
	Closing *Closing `json:"closing,omitempty"`
	Note    string   `json:"note,omitempty"`
	Review  Date     `json:"next_review,omitzero"`
}

// PlaceConfirmed records a sighting.
type PlaceConfirmed struct {
	Date   Date   `json:"date"`
	Note   string `json:"note,omitempty"`
	Review Date   `json:"next_review,omitzero"`
}

// GrantGiven gives a person rights.
type GrantGiven struct {
	Grant Grant `json:"grant"`
}

// GrantEnded ends a grant before its time.
type GrantEnded struct {
	At time.Time `json:"at"`
}

// PlaceErased erases a record: the bodies of Entries go from the journal, for good.
type PlaceErased struct {
	Reason   ErasureReason `json:"reason"`
	Decision string        `json:"decision,omitempty"`
	Entries  []Seq         `json:"entries"`
}

// TokenGiven makes an API token.
type TokenGiven struct {
	Token Token `json:"token"`
}

// TokenEnded ends a token before its time.
type TokenEnded struct {
	At time.Time `json:"at"`
}

// ReportSubmitted hands in a report.
type ReportSubmitted struct {
	Statement   Statement       `json:"statement"`
	Territories []TerritoryCode `json:"territories"`
}

// ReportSettled says what became of a report.
type ReportSettled struct {
	Status ReportStatus `json:"status"`
	Answer string       `json:"answer,omitempty"`
}

func (PlaceErased) kind() EventKind     { return EventPlaceErased }
func (TokenGiven) kind() EventKind      { return EventTokenGiven }
func (TokenEnded) kind() EventKind      { return EventTokenEnded }
func (ReportSubmitted) kind() EventKind { return EventReportSubmitted }
func (ReportSettled) kind() EventKind   { return EventReportSettled }
func (PlaceAdded) kind() EventKind      { return EventPlaceAdded }
func (PlaceChanged) kind() EventKind    { return EventPlaceChanged }
func (PlaceStepped) kind() EventKind    { return EventPlaceStepped }
func (PlaceConfirmed) kind() EventKind  { return EventPlaceConfirmed }
func (GrantGiven) kind() EventKind      { return EventGrantGiven }
func (GrantEnded) kind() EventKind      { return EventGrantEnded }

func decodeBody(kind EventKind, data []byte) (Body, error) {
	switch kind {
	case EventPlaceAdded:
		return decodeAs[PlaceAdded](data)
	case EventPlaceChanged:
		return decodeAs[PlaceChanged](data)
	case EventPlaceStepped:
		return decodeAs[PlaceStepped](data)
	case EventPlaceConfirmed:
		return decodeAs[PlaceConfirmed](data)
	case EventGrantGiven:
		return decodeAs[GrantGiven](data)
	case EventGrantEnded:
		return decodeAs[GrantEnded](data)
	case EventPlaceErased:
		return decodeAs[PlaceErased](data)
	case EventTokenGiven:
		return decodeAs[TokenGiven](data)
	case EventTokenEnded:
		return decodeAs[TokenEnded](data)
	case EventReportSubmitted:
		return decodeAs[ReportSubmitted](data)
	case EventReportSettled:
		return decodeAs[ReportSettled](data)
	}
	return nil, fmt.Errorf("event kind %q is unknown to this version", kind)
}

func decodeAs[T Body](data []byte) (Body, error) {
	var body T
	if err := json.Unmarshal(data, &body); err != nil {
		return nil, fmt.Errorf("decode body of %s: %w", body.kind(), err)
	}
	return body, nil
}
