package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
)

// caller is who makes a request: somebody in a session, or a program with an API token.
type caller struct {
	session session    // zero with a token
	token   dealmap.ID // zero in a session
}

// callerOf finds who makes a request. A request that bears a token is judged by it alone, whatever cookie comes with it.
func (s *Server) callerOf(r *http.Request) (caller, error) {
	if text, given := credential(r); given {
		id, err := s.Accounts.VerifyToken(r.Context(), text)
		switch dealmap.KindOf(err) {
		case dealmap.KindForbidden, dealmap.KindNotFound, dealmap.KindInvalid:
			return caller{}, badToken()
		}
		return caller{token: id}, err
	}
	current, err := s.currentSession(r)
	return caller{session: current}, err
}

// credential is the text of the API token that a request bears: as a Bearer token, or as the password of HTTP Basic.
func credential(r *http.Request) (text string, given bool) {
	headers := r.Header.Values("Authorization")
	if len(headers) == 0 {
		return "", false
	}
	if len(headers) > 1 {
		return "", true
	}
	if _, password, ok := r.BasicAuth(); ok {
		return password, true
	}
	if scheme, rest, _ := strings.Cut(headers[0], " "); strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(rest), true
	}
	return "", true
}

// badToken is the one answer to every token that does not hold, for whatever reason.
func badToken() error {
	return refuse(kindBadToken, "ce jeton n’est pas, ou plus, valable")
}

// noToken refuses tokens where only a person may act.
func noToken(r *http.Request) error {
	if _, given := credential(r); given {
		return dealmap.Forbidden("un jeton ne permet que de lire la carte")
	}
	return nil
}

func noGrant() error {
	return refuse(dealmap.KindForbidden, "vous n’avez pas, ou plus, d’habilitation")
}

func passwordFirst() error {
	return refuse(kindPasswordChange, "changez d’abord le mot de passe qui vous a été donné")
}

// visitOf judges a caller as things stand: by the grant, and the token, that hold at this moment.
func (s *Server) visitOf(who caller) (*visit, error) {
	snap, at := s.Map.Snapshot(), s.now()
	viewer, err := viewerOf(snap, who, at)
	if err != nil {
		return nil, err
	}
	return &visit{viewer: viewer, scope: dealmap.NewScope(viewer, dealmap.DateOf(at)), snap: snap, seq: snap.Seq(), at: at, who: who}, nil
}

func viewerOf(snap Snapshot, who caller, at time.Time) (dealmap.Viewer, error) {
	if !who.token.IsZero() {
		token, ok := snap.Token(who.token)
		if !ok || !token.Active(at) {
			return dealmap.Viewer{}, badToken()
		}
		owner, ok := snap.Viewer(token.Subject, at)
		if !ok {
			return dealmap.Viewer{}, badToken()
		}
		viewer, ok := token.Narrow(owner)
		if !ok {
			return dealmap.Viewer{}, badToken()
		}
		return viewer, nil
	}
	viewer, ok := snap.Viewer(who.session.subject, at)
	if !ok {
		return dealmap.Viewer{}, noGrant()
	}
	// A session dies with its grant; another grant does not bring it back to life.
	if viewer.Grant != who.session.grant {
		return dealmap.Viewer{}, refuse(kindUnauthenticated, "votre habilitation a changé : connectez-vous de nouveau")
	}
	viewer.Motive, viewer.Case = who.session.motive, who.session.caseRef
	return viewer, nil
}

// ready says what a person must do before anything is shown.
func (c caller) ready() error {
	switch {
	case !c.token.IsZero():
		return nil
	case c.session.mustChange:
		return passwordFirst()
	case c.session.motive == "":
		return refuse(kindMotiveRequired, "dites d’abord le motif de votre consultation")
	}
	return nil
}
