package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// SignIn opens a session for a local account.
func (s *Server) SignIn(w http.ResponseWriter, r *http.Request) {
	me, err := s.signIn(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.send(w, r, reply{status: http.StatusCreated, body: me})
}

func (s *Server) signIn(w http.ResponseWriter, r *http.Request) (api.Me, error) {
	var in api.SignIn
	if _, err := readJSON(w, r, &in); err != nil {
		return api.Me{}, err
	}
	motive, caseRef, err := dealmap.StateMotive(in.Motive, value(in.MotiveText), value(in.Case))
	if err := checkSignIn(in, err); err != nil {
		return api.Me{}, err
	}
	// Read before the password is verified: a session must not outlive a change of password that comes between.
	epoch, err := s.epoch(in.Username)
	if err != nil {
		return api.Me{}, err
	}
	mustChange, err := s.verify(r, in.Username, in.Password)
	if err != nil {
		return api.Me{}, err
	}
	opened := session{
		subject: in.Username, username: in.Username, local: true, mustChange: mustChange, epoch: epoch,
		motive: motive, caseRef: caseRef,
	}
	v, opened, err := s.begin(r, opened)
	if err != nil {
		return api.Me{}, err
	}
	return s.me(v, opened), nil
}

// begin opens a session for somebody who has shown who they are: by the grant in force, without which there is none.
func (s *Server) begin(r *http.Request, opened session) (*visit, session, error) {
	now := s.now()
	viewer, ok := s.Map.Snapshot().Viewer(opened.subject, now)
	if !ok {
		return nil, opened, noGrant()
	}
	opened.grant, opened.began = viewer.Grant, now
	v, err := s.visitOf(caller{session: opened})
	if err == nil {
		err = s.openSession(r.Context(), opened)
	}
	if err != nil {
		return nil, opened, err
	}
	traceOf(r).subject = opened.subject
	return v, opened, nil
}

// checkSignIn gathers what is wrong with the form; motive is what was found wrong with the motive.
func checkSignIn(in api.SignIn, motive error) error {
	var fields []dealmap.FieldError
	check := func(field, text string, most int) {
		switch n := len([]rune(text)); {
		case n < 1:
			fields = append(fields, dealmap.FieldError{Field: field, Message: "manque"})
		case n > most:
			fields = append(fields, dealmap.FieldError{Field: field, Message: "trop long"})
		}
	}
	check("username", in.Username, 100)
	check("password", in.Password, 1000)
	if wrong, ok := errors.AsType[*dealmap.Error](motive); ok {
		fields = append(fields, wrong.Fields...)
	}
	if len(fields) > 0 {
		return &dealmap.Error{Kind: dealmap.KindInvalid, Message: "données non valables", Fields: fields}
	}
	return motive
}

// verify checks a password, slowly enough for guessing to be hopeless and boundedly enough not to exhaust the machine.
func (s *Server) verify(r *http.Request, username, password string) (mustChange bool, err error) {
	now, from := s.now(), addressOf(r)
	source := sourceOf(from)
	account := strings.ToLower(username) + "\x00" + source
	if wait, ok := s.sources.take(source, now); !ok {
		return false, later(wait, refuse(kindTooMany, "trop d’essais depuis ce poste : attendez une minute"))
	}
	if wait, ok := s.signIns.take(account, now); !ok {
		return false, later(wait, refuse(kindTooMany, "trop d’essais pour ce compte : attendez une minute"))
	}
	done, err := s.hash(r.Context())
	if err != nil {
		return false, err
	}
	mustChange, err = s.Accounts.VerifyFrom(r.Context(), username, password, from)
	done()
	if locked, ok := errors.AsType[*LockedError](err); ok {
		s.log.Warn("sign-in to a locked account", "request", requestID(r), "user", clip(username), "from", from)
		until := locked.Until.In(s.zone)
		return false, later(until.Sub(now), refuse(kindLocked, "trop d’échecs : ce compte est bloqué jusqu’à %s", until.Format("15 h 04")))
	}
	switch dealmap.KindOf(err) {
	case dealmap.KindForbidden, dealmap.KindNotFound, dealmap.KindInvalid:
		s.log.Warn("sign-in refused", "request", requestID(r), "user", clip(username), "from", from)
		return false, refuse(kindBadCredentials, "identifiant ou mot de passe incorrect")
	}
	if err != nil {
		return false, err
	}
	s.signIns.reset(account)
	s.sources.giveBack(source)
	return mustChange, nil
}

// mostHashing is how many may wait for their turn to have a password hashed: some seconds' worth.
const mostHashing = 128

// hash waits for a turn to hash a password, of which there are few; done gives it back.
func (s *Server) hash(ctx context.Context) (done func(), err error) {
	defer s.queued.Add(-1)
	if s.queued.Add(1) > mostHashing {
		return nil, refuse(dealmap.KindUnavailable, "trop de connexions en même temps : réessayez dans un instant")
	}
	select {
	case s.hashing <- struct{}{}:
		return func() { <-s.hashing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// SignOut ends the session, if there is one.
func (s *Server) SignOut(w http.ResponseWriter, r *http.Request) {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		s.log.Error("session cannot be destroyed", "request", requestID(r), "error", err)
		s.fail(w, r, noSessions())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
