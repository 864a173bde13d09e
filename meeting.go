package dealmap

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"
)

// Meeting is a meeting of a CLCT, the committee of prefect and prosecutor that steers the fight against dealing in a territory:
// the day from which « since last time » is counted. A territory has at most one a day.
type Meeting struct {
	ID        ID
	Territory TerritoryCode
	// Territories is the chain of Territory, itself first.
	Territories []TerritoryCode
	Date        Date
	By          Author
	At          time.Time
	// Removed: it had been noted by mistake.
	Removed bool
}

// MarshalJSON refuses: outputs are made of MeetingSights.
func (Meeting) MarshalJSON() ([]byte, error) { return nil, errSealed }

// MeetingID names the meeting of a territory on a day.
func MeetingID(territory TerritoryCode, day Date) ID {
	digest := sha256.Sum256([]byte("meeting\x00" + string(territory) + "\x00" + day.String()))
	id := ID(digest[:16])
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// MeetingSight is a meeting as one viewer may see it. Only Scope.SeeMeeting makes one that holds a meeting.
type MeetingSight struct{ meeting *Meeting }

// SeeMeeting returns what this scope may see of a meeting: all of it for Ofast, for the CLCT whose territory holds its, and for
// Cross and investigators who work in its territory or around it; nothing for anybody else.
func (s *Scope) SeeMeeting(m *Meeting) (MeetingSight, bool) {
	v := &s.viewer
	if m == nil || m.Removed || s.rules == nil || !v.unlimited(m.Territories) {
		return MeetingSight{}, false
	}
	within := func(chain []TerritoryCode) bool { return chainHolds(chain, m.Territory) }
	switch {
	case v.Role == RoleOfast,
		s.SeesAggregates() && v.Covers(m.Territories),
		slices.Contains(services, v.Role) && slices.ContainsFunc(v.Chains, within):
		return MeetingSight{m}, true
	}
	return MeetingSight{}, false
}

// ID is the meeting's id.
func (s MeetingSight) ID() ID { return s.meeting.ID }

// Territory is whose CLCT met.
func (s MeetingSight) Territory() TerritoryCode { return s.meeting.Territory }

// Territories is the chain of the territory, itself first; the caller must not change the slice.
func (s MeetingSight) Territories() []TerritoryCode { return s.meeting.Territories }

// Date is the day of the meeting.
func (s MeetingSight) Date() Date { return s.meeting.Date }

// By is who noted it: role, service and unit.
func (s MeetingSight) By() Author { return s.meeting.By }

// At is when it was noted.
func (s MeetingSight) At() time.Time { return s.meeting.At }

// HoldMeeting notes that a CLCT met.
type HoldMeeting struct {
	Territory TerritoryCode
	Date      Date // zero: today
}

// Decide implements Command.
func (c HoldMeeting) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !v.May(ActionMeet) {
		return nil, v.allow(ActionMeet, nil)
	}
	var errs fieldErrors
	chain, ok := env.Gazetteer.Chain(c.Territory)
	if !ok {
		errs.add("territory", "« %s » n’est pas un territoire où se réunit un CLCT", clip(string(c.Territory)))
	}
	day := c.Date
	if day.IsZero() {
		day = env.Today()
	}
	switch tomorrow := env.Today().AddDays(1); { // it is tomorrow already overseas
	case tomorrow.Before(day):
		errs.add("date", "est dans l’avenir : une réunion se note une fois qu’elle a eu lieu")
	case day.Before(firstOperation):
		errs.add("date", "précède l’année 2000")
	}
	if err := errs.err(); err != nil {
		return nil, err
	}
	if err := v.allow(ActionMeet, chain); err != nil {
		return nil, err
	}
	id := MeetingID(c.Territory, day)
	if m := s.Meeting(id); m != nil && !m.Removed {
		return nil, &Error{Kind: KindConflict, Message: fmt.Sprintf("la réunion du %s est déjà notée", day.French())}
	}
	return []Event{env.event(v, id, MeetingNoted{Territory: c.Territory, Territories: chain, Date: day})}, nil
}

// RemoveMeeting takes a meeting away that was noted by mistake.
type RemoveMeeting struct{ ID ID }

// Decide implements Command.
func (c RemoveMeeting) Decide(s State, v Viewer, env Env) ([]Event, error) {
	m := s.Meeting(c.ID)
	scope := NewScope(v, env.Today())
	if _, ok := scope.SeeMeeting(m); !ok {
		return nil, NotFound()
	}
	if err := v.allow(ActionMeet, m.Territories); err != nil {
		return nil, err
	}
	return []Event{env.event(v, c.ID, MeetingNoted{Territory: m.Territory, Territories: m.Territories, Date: m.Date, Removed: true})}, nil
}

// FoldMeeting returns a meeting after an event that concerns it.
func FoldMeeting(before *Meeting, e Event) (*Meeting, error) {
	switch body := e.Body.(type) {
	case nil:
		return before, nil
	case MeetingNoted:
		return &Meeting{
			ID: e.Subject, Territory: body.Territory, Territories: body.Territories, Date: body.Date, By: e.Author, At: e.Time, Removed: body.Removed,
		}, nil
	}
	return nil, fmt.Errorf("fold entry %d: %s does not concern a meeting", e.Seq, e.Kind)
}
