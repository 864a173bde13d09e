package web

import (
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// step reads the body of a step into the contract's type, finds the place and the revision that the client saw, and
// fulfils the command made of them.
func (s *Server) step(w http.ResponseWriter, r *http.Request, id string, into any, command func(v *visit, id dealmap.ID, revision int) (dealmap.Command, error)) {
	s.answer(w, r, func(v *visit) (reply, error) {
		if err := checkNames(r.URL.Query()); err != nil {
			return reply{}, err
		}
		revision, _, err := ifMatch(r)
		if err != nil {
			return reply{}, err
		}
		if _, err := readJSON(w, r, into); err != nil {
			return reply{}, err
		}
		sight, err := s.findToChange(r, v, id)
		if err != nil {
			return reply{}, err
		}
		cmd, err := command(v, sight.ID(), revision)
		if err != nil {
			return reply{}, err
		}
		return s.do(r, v, cmd)
	})
}

// livingStep is a step that starts from a closed place, or from one that is not: reopening and the other steps to active
// are different calls, and neither does the other's work.
type livingStep struct {
	dealmap.StepPlace
	Closed bool
}

// Decide implements dealmap.Command.
func (c livingStep) Decide(s dealmap.State, v dealmap.Viewer, env dealmap.Env) ([]dealmap.Event, error) {
	events, err := c.StepPlace.Decide(s, v, env)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	stepped, ok := events[0].Body.(dealmap.PlaceStepped)
	if ok && (stepped.From == dealmap.Closed) != c.Closed {
		if c.Closed {
			return nil, refuse(dealmap.KindConflict, "ce lieu n’est pas fermé")
		}
		return nil, refuse(dealmap.KindConflict, "ce lieu est fermé : il se rouvre")
	}
	return events, nil
}

// StepDealPoint moves a deal point between the live statuses.
func (s *Server) StepDealPoint(w http.ResponseWriter, r *http.Request, id api.Id, _ api.StepDealPointParams) {
	var in api.Step
	s.step(w, r, id, &in, func(_ *visit, id dealmap.ID, revision int) (dealmap.Command, error) {
		to := dealmap.Status(in.Status)
		switch to {
		case dealmap.Active, dealmap.Disrupted, dealmap.Dormant:
		default:
			return nil, dealmap.Invalid("status", "« "+clip(string(to))+" » : active, disrupted ou dormant est attendu ; fermer et rouvrir ont leurs appels")
		}
		step := dealmap.StepPlace{ID: id, Revision: revision, To: to, Date: dayOf(in.Date), Note: value(in.Note)}
		return livingStep{StepPlace: step}, nil
	})
}

// CloseDealPoint closes a deal point.
func (s *Server) CloseDealPoint(w http.ResponseWriter, r *http.Request, id api.Id, _ api.CloseDealPointParams) {
	var in api.Close
	s.step(w, r, id, &in, func(v *visit, id dealmap.ID, revision int) (dealmap.Command, error) {
		if err := v.checkDisplaced(id, value(in.DisplacedTo)); err != nil {
			return nil, err
		}
		return dealmap.StepPlace{
			ID: id, Revision: revision, To: dealmap.Closed, Date: dayOf(&in.Date), Reason: dealmap.ClosingReason(in.Reason),
			Operation: value(in.Operation), DisplacedTo: value(in.DisplacedTo), Note: value(in.Note),
			Review: dayOf(in.NextReview),
		}, nil
	})
}

// checkDisplaced wants the place where the trade went to be another one that the author sees. Absent and hidden are the same.
func (v *visit) checkDisplaced(id dealmap.ID, text string) error {
	reference, err := dealmap.ParseReference(text)
	if text == "" || err != nil {
		return nil // the domain says what is wrong with its form
	}
	target, seen := v.snap.ByReference(v.scope, reference)
	switch {
	case !seen:
		return dealmap.Invalid("displaced_to", "aucun lieu de votre périmètre ne porte la référence "+reference)
	case target.ID() == id:
		return dealmap.Invalid("displaced_to", "un lieu ne se déplace pas vers lui-même")
	}
	return nil
}

// ReopenDealPoint reopens a closed deal point.
func (s *Server) ReopenDealPoint(w http.ResponseWriter, r *http.Request, id api.Id, _ api.ReopenDealPointParams) {
	var in api.Reopen
	s.step(w, r, id, &in, func(_ *visit, id dealmap.ID, revision int) (dealmap.Command, error) {
		step := dealmap.StepPlace{ID: id, Revision: revision, To: dealmap.Active, Date: dayOf(in.Date), Note: value(in.Note)}
		return livingStep{StepPlace: step, Closed: true}, nil
	})
}

// ConfirmDealPoint records a sighting.
func (s *Server) ConfirmDealPoint(w http.ResponseWriter, r *http.Request, id api.Id, _ api.ConfirmDealPointParams) {
	var in api.Confirm
	s.step(w, r, id, &in, func(_ *visit, id dealmap.ID, revision int) (dealmap.Command, error) {
		return dealmap.ConfirmPlace{ID: id, Revision: revision, Date: dayOf(in.Date), Note: value(in.Note)}, nil
	})
}

// value is what a pointer of the contract points to, zero when it is nil.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
