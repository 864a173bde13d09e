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
	// EventPlaceMerged: another record was merged into the place; EventPlaceSplit: it was taken out again. EventPlaceFiled says
	// of that other record, and of one whose import was undone, where it is kept.
	EventPlaceMerged       EventKind = "place.merged"
	EventPlaceSplit        EventKind = "place.split"
	EventPlaceFiled        EventKind = "place.filed"
	EventPairSettled       EventKind = "pair.settled"
	EventImportMoved       EventKind = "import.moved"
	EventOperationRecorded EventKind = "operation.recorded"
	// EventOperationChanged: what an operation says changed, or it was taken away; EventMeetingNoted: a CLCT met, or did not after
	// all.
	EventOperationChanged EventKind = "operation.changed"
	EventMeetingNoted     EventKind = "meeting.noted"
	// EventLinkErased: a link went with a place that was erased, the bodies of its entries too.
	EventLinkRecorded    EventKind = "link.recorded"
	EventLinkChanged     EventKind = "link.changed"
	EventLinkErased      EventKind = "link.erased"
	EventNetworkRecorded EventKind = "network.recorded"
	EventNetworkChanged  EventKind = "network.changed"
)

// Concerns is the kind of record that an event is about.
type Concerns int

// The kinds of record.
const (
	ConcernsPlace Concerns = iota
	ConcernsGrant
	ConcernsToken
	ConcernsReport
	ConcernsPair
	ConcernsImport
	ConcernsOperation
	ConcernsMeeting
	ConcernsLink
	ConcernsNetwork
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
	case EventPairSettled:
		return ConcernsPair
	case EventImportMoved:
		return ConcernsImport
	case EventOperationRecorded, EventOperationChanged:
		return ConcernsOperation
	case EventMeetingNoted:
		return ConcernsMeeting
	case EventLinkRecorded, EventLinkChanged, EventLinkErased:
		return ConcernsLink
	case EventNetworkRecorded, EventNetworkChanged:
		return ConcernsNetwork
	}
	return ConcernsPlace
}

// Operation is the processing operation that events of this kind are, empty for those that process no data of the map.
func (k EventKind) Operation() Operation {
	switch k {
	case EventPlaceAdded, EventReportSubmitted, EventOperationRecorded, EventLinkRecorded, EventNetworkRecorded:
		return OpCollection
	case EventPlaceChanged, EventPlaceStepped, EventPlaceConfirmed, EventPlaceMerged, EventPlaceSplit, EventPlaceFiled, EventPairSettled,
		EventReportSettled, EventOperationChanged, EventLinkChanged, EventNetworkChanged:
		return OpAlteration
	case EventPlaceErased, EventLinkErased:
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
		{"place.merged", "Fusion"}, {"place.split", "Séparation"}, {"place.filed", "Rangement d’une fiche"},
		{"pair.settled", "Verdict sur un doublon possible"}, {"import.moved", "Import"},
		{"operation.recorded", "Opération notée"}, {"operation.changed", "Opération modifiée ou retirée"}, {"meeting.noted", "Réunion du CLCT"},
		{"link.recorded", "Lien noté"}, {"link.changed", "Lien modifié ou retiré"}, {"link.erased", "Lien effacé"},
		{"network.recorded", "Réseau noté"}, {"network.changed", "Réseau modifié ou retiré"},
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
	Origin      *Origin         `json:"origin,omitempty"`
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

// ContentChange leads from what a place says to something else.
type ContentChange struct {
	// Patch is a JSON merge patch (RFC 7396) of Facts.
	Patch json.RawMessage `json:"patch,omitempty"`
	// Territories is the new chain when the place moves; Status and Closing are the new ones when Status is there.
	Territories []TerritoryCode `json:"territories,omitempty"`
	Status      Status          `json:"status,omitempty"`
	Closing     *Closing        `json:"closing,omitempty"`
}

// PlaceMerged says that another record was merged into the place.
type PlaceMerged struct {
	Member  ID              `json:"member"`
	Change  ContentChange   `json:"change"`
	Take    map[string]Side `json:"take,omitempty"`
	Winners []Winner        `json:"winners,omitempty"`
}

// PlaceSplit says that a record was taken out of the place again. Moved names the fields whose later changes went with it.
type PlaceSplit struct {
	Member ID            `json:"member"`
	Change ContentChange `json:"change"`
	Moved  []string      `json:"moved,omitempty"`
}

// PlaceFiled says where a record is kept: in the place Into, off the map with its import (Withdrawn), or, with neither, as a
// place of its own again.
type PlaceFiled struct {
	Into      ID            `json:"into,omitzero"`
	Withdrawn bool          `json:"withdrawn,omitempty"`
	Change    ContentChange `json:"change,omitzero"`
}

// PairSettled is a verdict on two records.
type PairSettled struct {
	A       ID      `json:"a"`
	B       ID      `json:"b"`
	Verdict Verdict `json:"verdict"`
}

// ImportMoved says that an import has begun or come further; what it is comes with its beginning.
type ImportMoved struct {
	To         ImportStatus `json:"to"`
	Name       string       `json:"name,omitempty"`
	Digest     Hash         `json:"digest,omitzero"`
	Counts     ImportCounts `json:"counts,omitzero"`
	KeepEdited bool         `json:"keep_edited,omitempty"`
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

// OperationRecorded opens the record of an operation.
type OperationRecorded struct {
	Reference   string          `json:"reference"`
	Facts       OperationFacts  `json:"facts"`
	Territories []TerritoryCode `json:"territories"`
}

// OperationChanged changes what an operation says: Patch is a JSON merge patch (RFC 7396) of OperationFacts that holds what
// really changes. Removed takes it away.
type OperationChanged struct {
	Patch json.RawMessage `json:"patch,omitempty"`
	// Territories is the new chain when it took place elsewhere.
	Territories []TerritoryCode `json:"territories,omitempty"`
	Removed     bool            `json:"removed,omitempty"`
}

// MeetingNoted says that the CLCT of a territory met on a day, or, Removed, that this had been noted by mistake.
type MeetingNoted struct {
	Territory   TerritoryCode   `json:"territory"`
	Territories []TerritoryCode `json:"territories"`
	Date        Date            `json:"date"`
	Removed     bool            `json:"removed,omitempty"`
}

// LinkRecorded opens the record of a link.
type LinkRecorded struct {
	Facts     LinkFacts `json:"facts"`
	Synthetic bool      `json:"synthetic,omitempty"`
}

// LinkChanged changes what a link says: Patch is a JSON merge patch (RFC 7396) of LinkFacts that holds what really changes. Removed
// takes it away.
type LinkChanged struct {
	Patch   json.RawMessage `json:"patch,omitempty"`
	Removed bool            `json:"removed,omitempty"`
}

// LinkErased erases a link with one of its places: the bodies of Entries go from the journal, for good.
type LinkErased struct {
	Reason   ErasureReason `json:"reason"`
	Decision string        `json:"decision,omitempty"`
	Entries  []Seq         `json:"entries"`
}

// NetworkRecorded opens the record of a network.
type NetworkRecorded struct {
	Code        string          `json:"code"`
	Facts       NetworkFacts    `json:"facts"`
	Territories []TerritoryCode `json:"territories"`
}

// NetworkChanged changes what a network says: Patch is a JSON merge patch (RFC 7396) of NetworkFacts that holds what really changes.
// Removed takes the record away.
type NetworkChanged struct {
	Patch json.RawMessage `json:"patch,omitempty"`
	// Territories is the new chain when it is at home elsewhere.
	Territories []TerritoryCode `json:"territories,omitempty"`
	Removed     bool            `json:"removed,omitempty"`
}

// Erasing is the body of an entry that asks for the bodies of others to be erased, all about the same record.
type Erasing interface{ Erases() []Seq }

// Erases implements Erasing.
func (b PlaceErased) Erases() []Seq { return b.Entries }

// Erases implements Erasing.
func (b LinkErased) Erases() []Seq { return b.Entries }

func (LinkRecorded) kind() EventKind      { return EventLinkRecorded }
func (LinkChanged) kind() EventKind       { return EventLinkChanged }
func (LinkErased) kind() EventKind        { return EventLinkErased }
func (NetworkRecorded) kind() EventKind   { return EventNetworkRecorded }
func (NetworkChanged) kind() EventKind    { return EventNetworkChanged }
func (OperationRecorded) kind() EventKind { return EventOperationRecorded }
func (OperationChanged) kind() EventKind  { return EventOperationChanged }
func (MeetingNoted) kind() EventKind      { return EventMeetingNoted }
func (PlaceMerged) kind() EventKind       { return EventPlaceMerged }
func (PlaceSplit) kind() EventKind        { return EventPlaceSplit }
func (PlaceFiled) kind() EventKind        { return EventPlaceFiled }
func (PairSettled) kind() EventKind       { return EventPairSettled }
func (ImportMoved) kind() EventKind       { return EventImportMoved }
func (PlaceErased) kind() EventKind       { return EventPlaceErased }
func (TokenGiven) kind() EventKind        { return EventTokenGiven }
func (TokenEnded) kind() EventKind        { return EventTokenEnded }
func (ReportSubmitted) kind() EventKind   { return EventReportSubmitted }
func (ReportSettled) kind() EventKind     { return EventReportSettled }
func (PlaceAdded) kind() EventKind        { return EventPlaceAdded }
func (PlaceChanged) kind() EventKind      { return EventPlaceChanged }
func (PlaceStepped) kind() EventKind      { return EventPlaceStepped }
func (PlaceConfirmed) kind() EventKind    { return EventPlaceConfirmed }
func (GrantGiven) kind() EventKind        { return EventGrantGiven }
func (GrantEnded) kind() EventKind        { return EventGrantEnded }

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
	case EventPlaceMerged:
		return decodeAs[PlaceMerged](data)
	case EventPlaceSplit:
		return decodeAs[PlaceSplit](data)
	case EventPlaceFiled:
		return decodeAs[PlaceFiled](data)
	case EventPairSettled:
		return decodeAs[PairSettled](data)
	case EventImportMoved:
		return decodeAs[ImportMoved](data)
	case EventOperationRecorded:
		return decodeAs[OperationRecorded](data)
	case EventOperationChanged:
		return decodeAs[OperationChanged](data)
	case EventMeetingNoted:
		return decodeAs[MeetingNoted](data)
	case EventLinkRecorded:
		return decodeAs[LinkRecorded](data)
	case EventLinkChanged:
		return decodeAs[LinkChanged](data)
	case EventLinkErased:
		return decodeAs[LinkErased](data)
	case EventNetworkRecorded:
		return decodeAs[NetworkRecorded](data)
	case EventNetworkChanged:
		return decodeAs[NetworkChanged](data)
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
