package dealmap

import (
	"fmt"
	"time"

	"github.com/paulmach/orb"
)

// ReportStatus is where a report stands.
type ReportStatus string

// The statuses of a report.
const (
	ReportReceived ReportStatus = "received"
	ReportKept     ReportStatus = "kept"     // it led to a place, or to what is known of one
	ReportDeclined ReportStatus = "declined" // nothing to be done with it
)

// ReportStatuses returns the statuses of reports with their labels.
func ReportStatuses() []Term {
	return []Term{{"received", "Reçu"}, {"kept", "Retenu"}, {"declined", "Sans suite"}}
}

// Statement is what a report says.
type Statement struct {
	Text     string     `json:"text"`
	Address  string     `json:"address,omitempty"`
	Commune  string     `json:"commune,omitempty"` // INSEE code; filled from the position where that tells it
	Position *orb.Point `json:"position,omitempty"`
	Products []Product  `json:"products,omitempty"`
	Hours    string     `json:"hours,omitempty"`
	Seen     Date       `json:"seen,omitzero"`
}

// Report is what somebody who may not see the map tells those who keep it. A Cross works through them; whoever submitted one
// sees it, and what became of it, and nothing else.
type Report struct {
	ID        ID
	Statement Statement
	Status    ReportStatus
	// Answer is what the Cross tells whoever submitted it.
	Answer      string
	By          Author
	Territories []TerritoryCode
	Received    time.Time
	Settled     time.Time
}

// MarshalJSON refuses: outputs are made of ReportSights.
func (Report) MarshalJSON() ([]byte, error) { return nil, errSealed }

// ReportSight is a report as one viewer may see it. Only Scope.SeeReport makes one that holds a report.
type ReportSight struct {
	report *Report
	// Mine: the viewer submitted it, or a colleague of the same organisation.
	Mine bool
}

// SeeReport returns what this scope may see of a report: the whole of it for who submitted it (and their unit), for the Cross of
// its territory and for Ofast; nothing for anybody else.
func (s *Scope) SeeReport(r *Report) (ReportSight, bool) {
	v := &s.viewer
	if r == nil || s.rules == nil || !v.unlimited(r.Territories) {
		return ReportSight{}, false
	}
	mine := v.Subject == r.By.Subject || v.Role == r.By.Role && v.Owns(Owner{Service: r.By.Service, Unit: r.By.Unit})
	if mine || v.MayAt(ActionSettle, r.Territories) {
		return ReportSight{report: r, Mine: mine}, true
	}
	return ReportSight{}, false
}

// ID is the report's id.
func (s ReportSight) ID() ID { return s.report.ID }

// Statement is what it says.
func (s ReportSight) Statement() Statement { return s.report.Statement }

// Status is where it stands.
func (s ReportSight) Status() ReportStatus { return s.report.Status }

// Answer is what whoever submitted it is told.
func (s ReportSight) Answer() string { return s.report.Answer }

// By is who submitted it: role, service and unit.
func (s ReportSight) By() Author { return s.report.By }

// Received and Settled are when it came and when it was settled (zero: not yet).
func (s ReportSight) Received() time.Time { return s.report.Received }

// Settled is when it was settled, zero when it was not.
func (s ReportSight) Settled() time.Time { return s.report.Settled }

// At returns the report's territory of a level, empty when unknown.
func (s ReportSight) At(level Level) TerritoryCode { return chainAt(s.report.Territories, level) }

// SubmitReport hands a report in.
type SubmitReport struct {
	ID        ID // drawn by the caller
	Statement Statement
}

// Decide implements Command.
func (c SubmitReport) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if err := v.allow(ActionReport, nil); err != nil {
		return nil, err
	}
	var errs fieldErrors
	if c.ID.IsZero() || s.Report(c.ID) != nil {
		errs.add("id", "manque ou est déjà pris")
	}
	st := c.Statement
	checkText(&errs, "text", st.Text, 3, 2000)
	checkText(&errs, "address", st.Address, 0, 200)
	checkText(&errs, "hours", st.Hours, 0, 200)
	for i, p := range st.Products {
		if !known(Products(), string(p)) {
			errs.add(fmt.Sprintf("products[%d]", i), "« %s » est inconnu (%s)", clip(string(p)), oneOf(Products()))
		}
	}
	st.Products = sortedProducts(st.Products)
	if !st.Seen.IsZero() && env.Today().Before(st.Seen) {
		errs.add("seen", "est dans l’avenir")
	}
	// A report lies where a place would lie.
	where := Facts{Commune: st.Commune, Position: st.Position, Accuracy: AccuracyStreet}
	if st.Position == nil {
		where.Accuracy = AccuracyCommune
	}
	chain := where.locate(&errs, env)
	if err := errs.err(); err != nil {
		return nil, err
	}
	st.Commune = where.Commune
	return []Event{env.event(v, c.ID, ReportSubmitted{Statement: st, Territories: chain})}, nil
}

// SettleReport says what became of a report.
type SettleReport struct {
	ID     ID
	Status ReportStatus // kept or declined
	Answer string
}

// Decide implements Command.
func (c SettleReport) Decide(s State, v Viewer, env Env) ([]Event, error) {
	r := s.Report(c.ID)
	scope := NewScope(v, env.Today())
	if _, ok := scope.SeeReport(r); !ok {
		return nil, NotFound()
	}
	if err := v.allow(ActionSettle, r.Territories); err != nil {
		return nil, err
	}
	var errs fieldErrors
	if c.Status != ReportKept && c.Status != ReportDeclined {
		errs.add("status", "« %s » est inconnu (kept, declined)", clip(string(c.Status)))
	}
	checkText(&errs, "answer", c.Answer, 0, 500)
	if err := errs.err(); err != nil {
		return nil, err
	}
	if r.Status != ReportReceived {
		return nil, &Error{Kind: KindConflict, Message: "ce signalement est déjà traité"}
	}
	return []Event{env.event(v, c.ID, ReportSettled{Status: c.Status, Answer: c.Answer})}, nil
}

// FoldReport returns a report after an event that concerns it, nil when what opened it has been erased.
func FoldReport(before *Report, e Event) (*Report, error) {
	switch body := e.Body.(type) {
	case nil:
		return before, nil
	case ReportSubmitted:
		if before != nil {
			return nil, fmt.Errorf("fold entry %d: report %s exists already", e.Seq, e.Subject)
		}
		return &Report{
			ID: e.Subject, Statement: body.Statement, Status: ReportReceived, By: e.Author, Territories: body.Territories, Received: e.Time,
		}, nil
	case ReportSettled:
		if before == nil {
			return nil, nil
		}
		after := *before
		after.Status, after.Answer, after.Settled = body.Status, body.Answer, e.Time
		return &after, nil
	}
	return nil, fmt.Errorf("fold entry %d: %s does not concern a report", e.Seq, e.Kind)
}
