package web

import (
	"context"
	"encoding/binary"
	"net/http"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
)

const (
	// afterCookie holds the entry of the journal that its bearer wrote last, sealed: whichever node they ask next must know it.
	afterCookie = "dealmap_after"
	// afterLife is how long a browser bears it: a node that is further behind than that says so itself.
	afterLife = 5 * time.Minute
	// mostWait is how long a request waits for what its author wrote.
	mostWait = 5 * time.Second
)

// carry has a command carried out, and notes that the author wrote.
func (s *Server) carry(r *http.Request, v *visit, cmd dealmap.Command, key string) (dealmap.Result, error) {
	result, err := s.Map.Do(r.Context(), v.viewer, cmd, key)
	if err == nil {
		traceOf(r).wrote = true
	}
	return result, err
}

// ownWrites shows people what they wrote, whichever node they ask: a write is answered with a cookie that says how far the journal was,
// and what bears it waits until this node is there.
func (s *Server) ownWrites(next http.Handler) http.Handler {
	if s.Node == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !ofTheMap(r) {
			next.ServeHTTP(w, r)
			return
		}
		if seq := s.after(r); seq > s.Map.Snapshot().Seq() && !s.caughtUp(r, seq) {
			if mayWrite(r) {
				s.fail(w, r, later(mostWait, refuse(dealmap.KindUnavailable, "ce serveur n’a pas encore reçu votre dernière modification : réessayez dans quelques secondes")))
				return
			}
			w.Header().Set(headerStale, stamped(s.Node.Standing().staleSince(s.now())))
		}
		if mayWrite(r) {
			w = &afterWriter{ResponseWriter: w, server: s, r: r, before: s.Map.Snapshot().Seq()}
		}
		next.ServeHTTP(w, r)
	})
}

// ofTheMap reports whether a request is for the API or for tiles.
func ofTheMap(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/tiles/") || strings.HasPrefix(r.URL.Path, "/api/")
}

// readsByPost are the calls that read although they are sent as POST: what they ask for does not fit an address.
var readsByPost = map[string]bool{
	"/api/v1/within": true, "/api/v1/exports": true, "/api/v1/graph/exports": true, "/api/v1/graph/what-if": true, "/api/v1/graph/imports/reading": true,
	"/api/v1/audit/verification": true,
}

// mayWrite reports whether a request may write to the map. Signing in and out does not.
func mayWrite(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	return r.URL.Path != "/api/v1/session" && !strings.HasPrefix(r.URL.Path, "/api/v1/session/") && !readsByPost[r.URL.Path]
}

// after is the entry that a request says its author wrote; 0 when it says nothing that this installation sealed for them.
func (s *Server) after(r *http.Request) dealmap.Seq {
	borne := false
	for _, line := range r.Header["Cookie"] {
		borne = borne || strings.Contains(line, afterCookie)
	}
	if !borne || r.Header["Authorization"] != nil || strings.HasPrefix(r.URL.Path, "/api/v1/session") {
		return 0
	}
	cookie, err := r.Cookie(afterCookie)
	if err != nil {
		return 0
	}
	value, err := s.keys.open(afterPurpose(s.subjectOf(r)), cookie.Value)
	if err != nil || len(value) != 8 {
		return 0
	}
	return dealmap.Seq(binary.BigEndian.Uint64(value))
}

// subjectOf is whose session a request bears, whether or not it still lasts; empty for nobody's.
func (s *Server) subjectOf(r *http.Request) string {
	if read := traceOf(r).session; read != nil {
		return read.subject
	}
	return s.sessions.GetString(r.Context(), sessionSubject)
}

func afterPurpose(subject string) string { return "after " + subject }

// caughtUp waits for an entry and reports whether the map shows it. An engine that is out of reach is not waited for.
func (s *Server) caughtUp(r *http.Request, seq dealmap.Seq) bool {
	if !s.Node.Standing().Reached() {
		return false
	}
	ctx, cancel := context.WithTimeout(r.Context(), mostWait)
	defer cancel()
	return s.Map.Await(ctx, seq) == nil
}

// afterWriter sets the cookie of a write as its answer begins.
type afterWriter struct {
	http.ResponseWriter
	server *Server
	r      *http.Request
	before dealmap.Seq
	begun  bool
}

// WriteHeader implements http.ResponseWriter.
func (w *afterWriter) WriteHeader(status int) {
	w.begin(status)
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *afterWriter) Write(data []byte) (int, error) {
	w.begin(http.StatusOK)
	return w.ResponseWriter.Write(data)
}

// Unwrap lets http.ResponseController reach flushing and deadlines.
func (w *afterWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// begin sets the cookie where something was written: by a command, also when what came after it failed, or by what works at the
// request's behest. A command that was done before, on another node maybe, counts as well.
func (w *afterWriter) begin(status int) {
	if w.begun {
		return
	}
	w.begun = true
	t, seq := traceOf(w.r), w.server.Map.Snapshot().Seq()
	if t.subject == "" || !(t.wrote || (status < 300 && seq > w.before)) {
		return
	}
	value := w.server.keys.close(afterPurpose(t.subject), binary.BigEndian.AppendUint64(nil, uint64(seq)))
	http.SetCookie(w, &http.Cookie{
		Name: afterCookie, Value: value, Path: "/", MaxAge: int(afterLife.Seconds()),
		HttpOnly: true, SameSite: w.server.sessions.Cookie.SameSite, Secure: w.server.sessions.Cookie.Secure,
	})
}
