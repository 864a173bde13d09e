package dealmap

import (
	"fmt"
	"slices"
	"time"
)

// Token lets another program (QGIS, a script) read in a person's place: less than its owner may, and for a time. The secret is
// not in it: the journal says who may read what until when, the hash of the secret is kept apart.
type Token struct {
	ID      ID     `json:"id"`
	Subject string `json:"subject"` // the owner
	Grant   ID     `json:"grant"`   // the token ends with it
	Name    string `json:"name"`    // what it is for
	// Territories are those it reads in; empty: wherever its owner does.
	Territories []TerritoryCode `json:"territories,omitempty"`
	Motive      string          `json:"motive"`
	Case        string          `json:"case,omitempty"`
	From        time.Time       `json:"from"`
	Until       time.Time       `json:"until"`
}

// LongestToken is how long a token may last.
const LongestToken = 366 * 24 * time.Hour

// mostTokens is how many tokens in force one person may have.
const mostTokens = 20

// Active reports whether the token holds at a moment; its grant must hold too.
func (t *Token) Active(at time.Time) bool { return !at.Before(t.From) && at.Before(t.Until) }

// Narrow makes the viewer that a token stands for out of its owner, to whom the token's grant must belong; false when the
// owner works by another grant now.
func (t *Token) Narrow(owner Viewer) (Viewer, bool) {
	if owner.Grant != t.Grant || owner.Subject != t.Subject {
		return Viewer{}, false
	}
	owner.Token, owner.Limits = t.ID, slices.Clone(t.Territories)
	owner.Motive, owner.Case = t.Motive, t.Case
	return owner, true
}

// GiveToken makes a token for the viewer.
type GiveToken struct {
	ID    ID // drawn by the caller
	Token Token
}

// Decide implements Command.
func (c GiveToken) Decide(s State, v Viewer, env Env) ([]Event, error) {
	if err := v.allow(ActionToken, nil); err != nil {
		return nil, err
	}
	var errs fieldErrors
	t, now := c.Token, env.Now.UTC().Truncate(time.Millisecond)
	t.ID, t.Subject, t.Grant, t.From = c.ID, v.Subject, v.Grant, now
	t.Until = t.Until.UTC().Truncate(time.Millisecond)
	if c.ID.IsZero() || s.Token(c.ID) != nil {
		errs.add("id", "manque ou est déjà pris")
	}
	checkText(&errs, "name", t.Name, 1, 80)
	checkText(&errs, "motive", t.Motive, 3, 400)
	checkText(&errs, "case", t.Case, 0, 100)
	switch {
	case t.Until.IsZero():
		errs.add("until", "manque : un jeton a une fin")
	case !t.Until.After(now):
		errs.add("until", "la fin est déjà passée")
	case t.Until.Sub(now) > LongestToken:
		errs.add("until", "un jeton dure un an au plus")
	}
	if g := s.Grant(v.Grant); g == nil || !g.Active(env.Now) {
		return nil, Forbidden("vous n’avez pas, ou plus, d’habilitation")
	} else if !g.Until.IsZero() && t.Until.After(g.Until) {
		t.Until = g.Until
	}
	for i, code := range t.Territories {
		field := fmt.Sprintf("territories[%d]", i)
		if _, ok := env.Gazetteer.Chain(code); !ok && code != France {
			errs.add(field, "« %s » est un territoire inconnu", clip(string(code)))
		} else if code.is(LevelQPV) || code.is(LevelQRR) {
			errs.add(field, "un jeton ne se limite pas à moins d’une commune : il dirait où sont les points floutés")
		}
	}
	if slices.Contains(t.Territories, France) {
		t.Territories = nil
	}
	t.Territories = slices.Compact(sortedCodes(t.Territories))
	if err := errs.err(); err != nil {
		return nil, err
	}
	held := 0
	for _, other := range s.TokensOf(v.Subject) {
		if other.Active(env.Now) {
			held++
		}
	}
	if held >= mostTokens {
		return nil, &Error{Kind: KindConflict, Message: fmt.Sprintf("vous avez déjà %d jetons : révoquez-en un", held)}
	}
	return []Event{env.event(v, c.ID, TokenGiven{Token: t})}, nil
}

// EndToken ends a token at once: the viewer's own, or anybody's for an administrator.
type EndToken struct{ ID ID }

// Decide implements Command.
func (c EndToken) Decide(s State, v Viewer, env Env) ([]Event, error) {
	t := s.Token(c.ID)
	if t == nil || t.Subject != v.Subject && !v.May(ActionGrant) || !v.Token.IsZero() {
		return nil, NotFound()
	}
	if !t.Active(env.Now) {
		return nil, &Error{Kind: KindConflict, Message: "ce jeton a déjà pris fin"}
	}
	return []Event{env.event(v, c.ID, TokenEnded{At: env.Now.UTC().Truncate(time.Millisecond)})}, nil
}

// FoldTokens returns the tokens of everyone after an event; other events leave them as they are.
func FoldTokens(before map[ID]*Token, e Event) map[ID]*Token {
	switch body := e.Body.(type) {
	case TokenGiven:
		t := body.Token
		t.ID = e.Subject
		return with(before, t.ID, &t)
	case TokenEnded:
		old, ok := before[e.Subject]
		if !ok {
			return before
		}
		t := *old
		t.Until = body.At
		return with(before, t.ID, &t)
	}
	return before
}
