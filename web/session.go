package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// The values kept in a session.
const (
	sessionSubject  = "subject"
	sessionUsername = "username"
	sessionMotive   = "motive"
	sessionCase     = "case"
	sessionBegan    = "began" // Unix seconds
	sessionSeen     = "seen"  // Unix seconds of a recent request
)

// session is who signed in, and why.
type session struct {
	subject, username, motive, caseRef string
	began                              time.Time
}

func (s *Server) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store = s.Options.Sessions
	m.Lifetime = s.SessionLife
	m.HashTokenInStore = true
	m.Codec = sessionCodec{}
	m.Cookie.Name = "dealmap_session"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = !s.PlainHTTP
	m.Cookie.Persist = false
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.log.Error("sessions are not available", "request", requestID(r), "error", err)
		s.fail(w, r, refuse(dealmap.KindUnavailable, "les sessions ne sont pas disponibles"))
	}
	return m
}

// withSession loads the session for what needs one; the application's files do not.
func (s *Server) withSession(next http.Handler) http.Handler {
	loaded := s.sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, "/tiles/") {
			loaded.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// currentSession returns the session of a request and notes that it is in use.
func (s *Server) currentSession(r *http.Request) (session, error) {
	now := s.now()
	found, seen, err := s.sessionIn(r.Context())
	if err != nil {
		return session{}, err
	}
	// Noted now and then only: each note is a write to the store of sessions.
	if now.Sub(seen) > s.SessionIdle/10 {
		s.sessions.Put(r.Context(), sessionSeen, stamp(now))
	}
	return found, nil
}

// stamp writes a moment as Unix seconds; what unstamp cannot read is long ago.
func stamp(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func unstamp(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// sessionIn reads the session that a context carries. An idle one is destroyed.
func (s *Server) sessionIn(ctx context.Context) (found session, seen time.Time, err error) {
	nobody := refuse(kindUnauthenticated, "connectez-vous pour voir la carte")
	found = session{
		subject: s.sessions.GetString(ctx, sessionSubject), username: s.sessions.GetString(ctx, sessionUsername),
		motive: s.sessions.GetString(ctx, sessionMotive), caseRef: s.sessions.GetString(ctx, sessionCase),
		began: unstamp(s.sessions.GetString(ctx, sessionBegan)),
	}
	if found.subject == "" {
		return session{}, seen, nobody
	}
	now, seen := s.now(), unstamp(s.sessions.GetString(ctx, sessionSeen))
	if now.Sub(seen) > s.SessionIdle || now.Sub(found.began) > s.SessionLife {
		if err := s.sessions.Destroy(ctx); err != nil {
			s.log.Error("idle session cannot be destroyed", "error", err)
		}
		return session{}, seen, refuse(kindUnauthenticated, "votre session a pris fin : connectez-vous de nouveau")
	}
	return found, seen, nil
}

// sessionAgain reads the session of a long request anew from the store: it may have ended elsewhere.
func (s *Server) sessionAgain(r *http.Request) (session, error) {
	cookie, err := r.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return session{}, refuse(kindUnauthenticated, "connectez-vous pour voir la carte")
	}
	ctx, err := s.sessions.Load(context.Background(), cookie.Value)
	if err != nil {
		return session{}, refuse(dealmap.KindUnavailable, "les sessions ne sont pas disponibles")
	}
	found, _, err := s.sessionIn(ctx)
	return found, err
}

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
	caseRef := ""
	if in.Case != nil {
		caseRef = strings.TrimSpace(*in.Case)
	}
	motive := strings.TrimSpace(in.Motive)
	if err := checkSignIn(in, motive, caseRef); err != nil {
		return api.Me{}, err
	}
	subject, err := s.verify(r, in.Username, in.Password)
	if err != nil {
		return api.Me{}, err
	}
	now := s.now()
	opened := session{subject: subject, username: in.Username, motive: motive, caseRef: caseRef, began: now}
	v, err := s.visitOf(opened)
	if err != nil {
		return api.Me{}, err
	}
	ctx := r.Context()
	if err := s.sessions.RenewToken(ctx); err != nil { // against fixation
		return api.Me{}, refuse(dealmap.KindUnavailable, "les sessions ne sont pas disponibles")
	}
	s.sessions.Put(ctx, sessionSubject, subject)
	s.sessions.Put(ctx, sessionUsername, in.Username)
	s.sessions.Put(ctx, sessionMotive, motive)
	s.sessions.Put(ctx, sessionCase, caseRef)
	s.sessions.Put(ctx, sessionBegan, stamp(now))
	s.sessions.Put(ctx, sessionSeen, stamp(now))
	traceOf(r).subject = subject
	return s.me(v, opened), nil
}

func checkSignIn(in api.SignIn, motive, caseRef string) error {
	var fields []dealmap.FieldError
	check := func(field, text string, least, most int) {
		switch n := len([]rune(text)); {
		case n < least:
			fields = append(fields, dealmap.FieldError{Field: field, Message: "manque"})
		case n > most:
			fields = append(fields, dealmap.FieldError{Field: field, Message: "trop long"})
		}
	}
	check("username", in.Username, 1, 100)
	check("password", in.Password, 1, 1000)
	for _, err := range []error{dealmap.CheckText("motive", motive, 3, 300), dealmap.CheckText("case", caseRef, 0, 100)} {
		if wrong, ok := errors.AsType[*dealmap.Error](err); ok {
			fields = append(fields, wrong.Fields...)
		}
	}
	if len(fields) > 0 {
		return &dealmap.Error{Kind: dealmap.KindInvalid, Message: "données non valables", Fields: fields}
	}
	return nil
}

// verify checks a password, slowly enough for guessing to be hopeless and boundedly enough not to exhaust the machine.
func (s *Server) verify(r *http.Request, username, password string) (subject string, err error) {
	now, from := s.now(), address(r)
	account := strings.ToLower(username) + "\x00" + from
	if _, ok := s.sources.take(from, now); !ok {
		return "", refuse(kindTooMany, "trop d’essais depuis ce poste : attendez une minute")
	}
	if _, ok := s.signIns.take(account, now); !ok {
		return "", refuse(kindTooMany, "trop d’essais pour ce compte : attendez une minute")
	}
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
	case <-r.Context().Done():
		return "", r.Context().Err()
	}
	subject, err = s.Accounts.Verify(r.Context(), username, password)
	switch dealmap.KindOf(err) {
	case dealmap.KindForbidden, dealmap.KindNotFound, dealmap.KindInvalid:
		s.log.Warn("sign-in refused", "request", requestID(r), "user", clip(username), "from", from)
		return "", refuse(kindBadCredentials, "identifiant ou mot de passe incorrect")
	}
	if err != nil {
		return "", err
	}
	s.signIns.reset(account)
	s.sources.giveBack(from)
	return subject, nil
}

// SignOut ends the session, if there is one.
func (s *Server) SignOut(w http.ResponseWriter, r *http.Request) {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		s.log.Error("session cannot be destroyed", "request", requestID(r), "error", err)
		s.fail(w, r, refuse(dealmap.KindUnavailable, "les sessions ne sont pas disponibles"))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// GetMe says who the viewer is.
func (s *Server) GetMe(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, func(v *visit) (reply, error) {
		current, _, err := s.sessionIn(r.Context())
		if err != nil {
			return reply{}, err
		}
		return reply{body: s.me(v, current)}, nil
	})
}

func (s *Server) me(v *visit, current session) api.Me {
	me := api.Me{
		Username: current.username, Name: v.viewer.Name, Role: api.Role(v.viewer.Role),
		RoleLabel: dealmap.Label(dealmap.Roles(), string(v.viewer.Role)), Service: string(v.viewer.Service),
		ServiceLabel: dealmap.Label(dealmap.Services(), string(v.viewer.Service)), Unit: v.viewer.Unit,
		Territories: []api.Territory{}, Allowed: []api.Action{}, SeesPoints: v.scope.SeesPoints(),
		SeesAggregates: v.scope.SeesAggregates(), Synthetic: v.snap.Synthetic(), Motive: current.motive, Case: current.caseRef,
		SignedInAt: current.began.UTC(), ExpiresAt: current.began.Add(s.SessionLife).UTC(),
	}
	for _, code := range v.viewer.Territories {
		me.Territories = append(me.Territories, s.territory(code))
	}
	for _, action := range actions {
		if v.viewer.May(action) {
			me.Allowed = append(me.Allowed, api.Action(action))
		}
	}
	return me
}

// actions are all actions, in the order in which the screen offers them.
var actions = []dealmap.Action{
	dealmap.ActionAdd, dealmap.ActionEdit, dealmap.ActionConfirm, dealmap.ActionStep, dealmap.ActionClose,
	dealmap.ActionReopen, dealmap.ActionImport, dealmap.ActionGrant,
}
