package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/mesure5/dealmap"
)

// The values kept in a session.
const (
	sessionSubject  = "subject"
	sessionUsername = "username"
	sessionGrant    = "grant"
	sessionLocal    = "local"
	sessionMust     = "must_change"
	sessionEpoch    = "epoch"
	sessionMotive   = "motive"
	sessionCase     = "case"
	sessionBegan    = "began" // Unix seconds
	sessionSeen     = "seen"  // Unix seconds of a recent request
)

// session is who signed in, and why.
type session struct {
	subject, username string
	// grant is the one in force when the session began; the session ends with it.
	grant dealmap.ID
	// local: signed in with a password that is kept here, which must be changed first when mustChange.
	local, mustChange bool
	// epoch is that of the local account's sessions (endSessions).
	epoch           string
	motive, caseRef string
	began, seen     time.Time // seen: a recent request
}

// DefaultSessionLife is how long a session lasts at most unless Options says otherwise.
const DefaultSessionLife = 12 * time.Hour

func (s *Server) newSessions() *scs.SessionManager {
	m := scs.New()
	s.final = newFinalStore(s.Options.Sessions)
	m.Store = s.final
	m.Lifetime = s.SessionLife
	m.HashTokenInStore = true
	s.codec = newSessionCodec()
	m.Codec = s.codec
	m.Cookie.Name = "dealmap_session"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode // an identity provider sends the browser back from another site
	m.Cookie.Secure = !s.PlainHTTP
	m.Cookie.Persist = false
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.log.Error("sessions are not available", "request", requestID(r), "error", err)
		s.fail(w, r, noSessions())
	}
	return m
}

func noSessions() error {
	return refuse(dealmap.KindUnavailable, "les sessions ne sont pas disponibles")
}

func notSignedIn() error {
	return refuse(kindUnauthenticated, "connectez-vous pour voir la carte")
}

// withSession loads the session for what needs one; the application's files do not.
func (s *Server) withSession(next http.Handler) http.Handler {
	loaded := s.sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		under := func(prefix string) bool { return strings.HasPrefix(r.URL.Path, prefix) }
		data := under("/api/") || under("/tiles/")
		if !data && !under("/auth/") {
			next.ServeHTTP(w, r)
			return
		}
		w.Header()["Vary"] = append(make([]string, 0, 3), "Authorization") // with room for Cookie and Accept-Encoding
		if data && r.Method == http.MethodGet {
			if current, ok := s.readSession(r); ok {
				traceOf(r).session = &current
				w.Header().Add("Vary", "Cookie") // as LoadAndSave does
				next.ServeHTTP(w, r)
				return
			}
		}
		loaded.ServeHTTP(w, r)
	})
}

// sessionOf returns the session of a request.
func (s *Server) sessionOf(r *http.Request) (session, error) {
	if read := traceOf(r).session; read != nil {
		return *read, nil
	}
	return s.sessionIn(r.Context())
}

// currentSession returns the session of a request and notes that it is in use.
func (s *Server) currentSession(r *http.Request) (session, error) {
	found, err := s.sessionOf(r)
	// Noted now and then only: each note is a write to the store of sessions.
	if err == nil && traceOf(r).session == nil && s.worthNoting(found) {
		s.sessions.Put(r.Context(), sessionSeen, stamp(s.now()))
	}
	return found, err
}

// worthNoting reports whether a session was last noted to be in use long enough ago.
func (s *Server) worthNoting(found session) bool { return s.now().Sub(found.seen) > s.SessionIdle/10 }

// stamp writes a moment as Unix seconds; what unstamp cannot read is long ago.
func stamp(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func unstamp(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// sessionIn reads the session that a context carries. One that has ended is destroyed.
func (s *Server) sessionIn(ctx context.Context) (session, error) {
	found, alive, err := s.judgeSession(func(name string) string { return s.sessions.GetString(ctx, name) })
	if err != nil {
		return session{}, err
	}
	if !alive {
		if err := s.sessions.Destroy(ctx); err != nil {
			s.log.Error("ended session cannot be destroyed", "error", err)
		}
		return session{}, refuse(kindUnauthenticated, "votre session a pris fin : connectez-vous de nouveau")
	}
	return found, nil
}

// judgeSession makes a session of its values and says whether it still lasts.
func (s *Server) judgeSession(get func(name string) string) (found session, alive bool, err error) {
	found = session{
		subject: get(sessionSubject), username: get(sessionUsername), local: get(sessionLocal) != "", mustChange: get(sessionMust) != "",
		epoch: get(sessionEpoch), motive: get(sessionMotive), caseRef: get(sessionCase), began: unstamp(get(sessionBegan)), seen: unstamp(get(sessionSeen)),
	}
	if found.subject == "" {
		return session{}, false, notSignedIn()
	}
	now := s.now()
	alive = now.Sub(found.seen) <= s.SessionIdle && now.Sub(found.began) <= s.SessionLife
	if alive && found.local {
		epoch, err := s.epoch(found.subject)
		if err != nil {
			return session{}, false, err
		}
		alive = epoch == "" || epoch == found.epoch
	}
	if found.grant, err = dealmap.ParseID(get(sessionGrant)); err != nil {
		return found, false, nil // left by an earlier version
	}
	return found, alive, nil
}

// sessionAgain reads the session of a long request anew from the store: it may have ended elsewhere.
func (s *Server) sessionAgain(r *http.Request) (session, error) {
	cookie, err := r.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return session{}, notSignedIn()
	}
	ctx, err := s.sessions.Load(context.Background(), cookie.Value)
	if err != nil {
		return session{}, noSessions()
	}
	return s.sessionIn(ctx)
}

// openSession puts a session in the place of whatever the browser had. Its token is a new one, against fixation.
func (s *Server) openSession(ctx context.Context, opened session) error {
	if s.sessions.Clear(ctx) != nil || s.sessions.RenewToken(ctx) != nil {
		return noSessions()
	}
	flag := map[bool]string{true: "1"}
	for name, value := range map[string]string{
		sessionSubject: opened.subject, sessionUsername: opened.username, sessionGrant: opened.grant.String(),
		sessionLocal: flag[opened.local], sessionMust: flag[opened.mustChange], sessionEpoch: opened.epoch,
		sessionMotive: opened.motive, sessionCase: opened.caseRef,
		sessionBegan: stamp(opened.began), sessionSeen: stamp(opened.began),
	} {
		s.sessions.Put(ctx, name, value)
	}
	return nil
}

// epochKey is where the store of sessions keeps the epoch of an account; tokens of sessions have no spaces.
func epochKey(subject string) string { return "epoch " + subject }

// epoch is that in which a session of a local account must have been opened to be alive; empty: any.
func (s *Server) epoch(subject string) (string, error) {
	data, _, err := s.Options.Sessions.Find(epochKey(subject))
	if err != nil {
		s.log.Error("sessions are not available", "error", err)
		return "", noSessions()
	}
	return string(data), nil
}

// endSessions ends every session of a local account but those opened in the epoch that begins and is returned.
func (s *Server) endSessions(subject string) (epoch string, err error) {
	epoch, err = beginEpoch(s.Options.Sessions, subject, s.SessionLife)
	if err != nil {
		s.log.Error("sessions are not available", "error", err)
		return "", noSessions()
	}
	s.final.ends.Add(1)
	return epoch, nil
}

// EndSessions ends every session of a local account that a server with a SessionLife of at most longest keeps in a store, and
// within seconds the live streams of those. It is for who sets a password past the server.
func EndSessions(store scs.Store, username string, longest time.Duration) error {
	if _, err := beginEpoch(store, username, longest); err != nil {
		return fmt.Errorf("end the sessions of %q: %w", username, err)
	}
	return nil
}

func beginEpoch(store scs.Store, subject string, longest time.Duration) (epoch string, err error) {
	epoch = newID()
	// By then the last session opened before has ended by itself.
	return epoch, store.Commit(epochKey(subject), []byte(epoch), time.Now().Add(longest+time.Hour))
}
