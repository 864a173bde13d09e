package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
)

// readSession reads the session that a request's cookie names, when it is alive and nothing is to be noted in it. What only reads needs no
// copy of it that could be written back: that is most of what is asked for.
func (s *Server) readSession(r *http.Request) (found session, ok bool) {
	cookie, err := r.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return session{}, false
	}
	data, there, err := s.final.Find(storedToken(cookie.Value))
	if err != nil || !there {
		return session{}, false
	}
	values, ok := s.codec.read(data)
	if !ok {
		return session{}, false
	}
	found, alive, err := s.judgeSession(values.get)
	return found, err == nil && alive && !s.worthNoting(found)
}

// storedToken is under what name scs keeps a session (HashTokenInStore).
func storedToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
