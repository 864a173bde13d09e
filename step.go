package dealmap

import "fmt"

// StepPlace moves a place along its life: closes it, reopens it, or changes between the live statuses.
type StepPlace struct {
	ID       ID
	Revision int // 0 accepts any
	To       Status
	Date     Date // zero: today
	// Reason, Operation and DisplacedTo go with closing.
	Reason      ClosingReason
	Operation   string
	DisplacedTo string
	Note        string
	// Review is when somebody must look again. Zero: 90 days after Date, and 30 days after a closing, to see whether it lasts. A
	// record that is closed as a duplicate or a mistake takes none and keeps the one that it has, which is then never due
	// (Sight.Due).
	Review Date `json:",omitzero"`
}

// Decide implements Command.
func (c StepPlace) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if !known(Statuses(), string(c.To)) {
		return nil, Invalid("status", fmt.Sprintf("« %s » est inconnu (%s)", clip(string(c.To)), oneOf(Statuses())))
	}
	asked := ActionStep
	if c.To == Closed {
		asked = ActionClose
	}
	p := s.Place(c.ID)
	if p != nil {
		if action, ok := steps[p.Status][c.To]; ok {
			asked = action
		}
	}
	p, _, err := target(s, v, env, c.ID, c.Revision, asked)
	if err != nil {
		return nil, err
	}
	if _, ok := steps[p.Status][c.To]; !ok {
		return nil, &Error{Kind: KindConflict, Message: fmt.Sprintf("un point « %s » ne peut pas devenir « %s »",
			Label(Statuses(), string(p.Status)), Label(Statuses(), string(c.To)))}
	}
	var errs fieldErrors
	checkText(&errs, "note", c.Note, 0, 2000)
	date := c.Date
	if date.IsZero() {
		date = env.Today()
	}
	checkDay(&errs, "date", date, p.Facts.FirstSeen, env)
	if p.Closing != nil && date.Before(p.Closing.Date) {
		errs.add("date", "précède la fermeture (%s)", p.Closing.Date)
	}
	step := PlaceStepped{From: p.Status, To: c.To, Date: date, Note: c.Note}
	if c.To == Closed {
		step.Closing = (&Closing{Reason: c.Reason, Date: date, Operation: c.Operation, DisplacedTo: c.DisplacedTo}).check(&errs, "", env)
	}
	step.Review = c.review(&errs, date)
	if err := errs.err(); err != nil {
		return nil, err
	}
	return []Event{env.event(v, p.ID, step)}, nil
}

func (c *StepPlace) review(errs *fieldErrors, date Date) Date {
	nothingToSee := c.To == Closed && !c.Reason.onTheGround()
	switch {
	case !c.Review.IsZero() && nothingToSee:
		errs.add("next_review", "un doublon ou une erreur de saisie ne se vérifie pas sur place")
	case !c.Review.IsZero() && c.Review.Before(date):
		errs.add("next_review", "précède ce qui est à vérifier (%s)", date)
	case !c.Review.IsZero():
		return c.Review
	case nothingToSee:
	case c.To == Closed:
		return date.AddDays(checkDays)
	default:
		return date.AddDays(reviewDays)
	}
	return Date{}
}

// check returns the closing in canonical form.
func (c *Closing) check(errs *fieldErrors, prefix string, env Env) *Closing {
	closing := *c
	if !known(ClosingReasons(), string(closing.Reason)) {
		errs.add(prefix+"reason", "« %s » est inconnu (%s)", clip(string(closing.Reason)), oneOf(ClosingReasons()))
	}
	if closing.Date.IsZero() {
		errs.add(prefix+"date", "manque")
	}
	if env.Today().AddDays(1).Before(closing.Date) {
		errs.add(prefix+"date", "est dans l’avenir")
	}
	if reference, err := ParseOperationReference(closing.Operation); err == nil {
		closing.Operation = reference // whose characters the guard might take for a number plate
	} else if closing.Operation != "" {
		checkCode(errs, prefix+"operation", closing.Operation, 60)
	}
	if closing.DisplacedTo != "" {
		reference, err := ParseReference(closing.DisplacedTo)
		if err != nil {
			errs.add(prefix+"displaced_to", "« %s » n’est pas une référence (par exemple 13-K7QF3)", clip(closing.DisplacedTo))
		}
		closing.DisplacedTo = reference
	}
	return &closing
}

// checkClosed refuses a closing before the place was first seen; field is the one of both that is being written.
func checkClosed(errs *fieldErrors, field string, closing *Closing, facts Facts) {
	if closing != nil && !closing.Date.IsZero() && closing.Date.Before(facts.FirstSeen) {
		errs.add(field, "la fermeture (%s) précède la première observation (%s)", closing.Date, facts.FirstSeen)
	}
}

func checkDay(errs *fieldErrors, field string, day, first Date, env Env) {
	switch {
	case env.Today().AddDays(1).Before(day):
		errs.add(field, "est dans l’avenir")
	case day.Before(first):
		errs.add(field, "précède la première observation (%s)", first)
	}
}

// ConfirmPlace records a sighting: the place is still what the record says.
type ConfirmPlace struct {
	ID       ID
	Revision int  // 0 accepts any
	Date     Date // zero: today
	Note     string
}

// Decide implements Command.
func (c ConfirmPlace) Decide(s State, v Viewer, env Env) ([]Event, error) {
	p, _, err := target(s, v, env, c.ID, c.Revision, ActionConfirm)
	if err != nil {
		return nil, err
	}
	if p.Status == Closed {
		return nil, &Error{Kind: KindConflict, Message: "ce point est fermé : il se rouvre, il ne se confirme pas"}
	}
	var errs fieldErrors
	checkText(&errs, "note", c.Note, 0, 2000)
	date := c.Date
	if date.IsZero() {
		date = env.Today()
	}
	checkDay(&errs, "date", date, p.Facts.FirstSeen, env)
	if err := errs.err(); err != nil {
		return nil, err
	}
	confirmed := PlaceConfirmed{Date: date, Note: c.Note}
	if review := date.AddDays(reviewDays); p.Facts.NextReview.Before(review) {
		confirmed.Review = review
	}
	return []Event{env.event(v, p.ID, confirmed)}, nil
}
