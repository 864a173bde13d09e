package web

import (
	"errors"
	"net/http"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// GetSession says whether anybody is signed in, and what they must do before they see anything.
func (s *Server) GetSession(w http.ResponseWriter, r *http.Request) {
	state := api.SessionState{Motives: motives()}
	if s.oidc != nil {
		state.OidcLabel = some(s.oidc.Label)
	}
	current, err := s.sessionOf(r)
	if err == nil {
		var v *visit
		if v, err = s.visitOf(caller{session: current}); err == nil {
			state.SignedIn, state.Me, state.Name = true, new(s.me(v, current)), some(v.viewer.Name)
			state.PasswordChangeRequired, state.MotiveRequired = current.mustChange, current.motive == ""
		}
	}
	if dealmap.KindOf(err) == dealmap.KindUnavailable {
		s.fail(w, r, err)
		return
	}
	s.send(w, r, reply{body: state})
}

func motives() []api.MotiveTerm {
	out := make([]api.MotiveTerm, 0, len(dealmap.Motives()))
	for _, m := range dealmap.Motives() {
		out = append(out, api.MotiveTerm{Value: m.Value, Label: m.Label, Case: m.Case, Text: m.Text})
	}
	return out
}

// StateMotive takes down why somebody consults from now on; what they have seen before stays under the motive of then.
func (s *Server) StateMotive(w http.ResponseWriter, r *http.Request) {
	s.inSession(w, r, func(v *visit, current session) (reply, error) {
		if current.mustChange {
			return reply{}, passwordFirst()
		}
		var in api.StatedMotive
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		motive, caseRef, err := dealmap.StateMotive(in.Motive, value(in.MotiveText), value(in.Case))
		if err != nil {
			return reply{}, err
		}
		s.sessions.Put(r.Context(), sessionMotive, motive)
		s.sessions.Put(r.Context(), sessionCase, caseRef)
		current.motive, current.caseRef = motive, caseRef
		return reply{body: s.me(v, current)}, nil
	})
}

// ChangePassword gives a local account a password of its owner's choice and ends its other sessions.
func (s *Server) ChangePassword(w http.ResponseWriter, r *http.Request) {
	s.inSession(w, r, func(v *visit, current session) (reply, error) {
		var in api.ChangePasswordJSONBody
		if _, err := readJSON(w, r, &in); err != nil {
			return reply{}, err
		}
		switch {
		case !current.local:
			return reply{}, dealmap.Forbidden("votre mot de passe est celui de votre fournisseur d’identité : changez-le chez lui")
		case in.New == in.Old:
			return reply{}, dealmap.Invalid("new", "c’est le mot de passe actuel")
		}
		if _, err := s.verify(r, current.username, in.Old); dealmap.KindOf(err) == kindBadCredentials {
			return reply{}, dealmap.Invalid("old", "ce n’est pas le mot de passe actuel")
		} else if err != nil {
			return reply{}, err
		}
		done, err := s.hash(r.Context())
		if err != nil {
			return reply{}, err
		}
		err = s.Accounts.ChangeFrom(r.Context(), current.username, in.Old, in.New, addressOf(r))
		done()
		if err != nil {
			return reply{}, renameField(err, "password", "new")
		}
		// A new token too: whoever knew the old one of this very session is out as well.
		if current.epoch, err = s.endSessions(current.subject); err != nil {
			return reply{}, err
		}
		if s.sessions.RenewToken(r.Context()) != nil {
			return reply{}, noSessions()
		}
		s.sessions.Put(r.Context(), sessionEpoch, current.epoch)
		s.sessions.Put(r.Context(), sessionMust, "")
		s.log.Info("password changed", "request", requestID(r), "user", v.viewer.Subject)
		return reply{status: http.StatusNoContent}, nil
	})
}

// renameField gives an error about a field the name that the field has in this call.
func renameField(err error, from, to string) error {
	e, ok := errors.AsType[*dealmap.Error](err)
	if !ok {
		return err
	}
	renamed := *e
	renamed.Fields = nil
	for _, f := range e.Fields {
		if f.Field == from {
			f.Field = to
		}
		renamed.Fields = append(renamed.Fields, f)
	}
	return &renamed
}

// inSession runs a call that is about the session itself: also before its motive is stated and its password is changed.
func (s *Server) inSession(w http.ResponseWriter, r *http.Request, call func(*visit, session) (reply, error)) {
	var rep reply
	err := noToken(r)
	var current session
	if err == nil {
		current, err = s.currentSession(r)
	}
	var v *visit
	if err == nil {
		traceOf(r).subject = current.subject
		v, err = s.visitOf(caller{session: current})
	}
	if err == nil {
		rep, err = call(v, current)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.send(w, r, rep)
}
