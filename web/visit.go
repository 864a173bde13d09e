package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/mesure5/dealmap"
)

// visit is one request of a person who is signed in: who, what they may see, and the map that the whole answer is made
// from.
type visit struct {
	viewer dealmap.Viewer
	scope  dealmap.Scope
	snap   Snapshot
	seq    dealmap.Seq  // of the present, also when snap is of the past
	at     time.Time    // for which the scope was made; the consultation line bears it
	told   []dealmap.ID // places that the answer names by their reference, beside those that it is about
}

// visit finds the viewer of a request: the session's subject with the grant that holds now.
func (s *Server) visit(r *http.Request) (*visit, error) {
	session, err := s.currentSession(r)
	if err != nil {
		return nil, err
	}
	traceOf(r).subject = session.subject
	v, err := s.visitOf(session)
	traceOf(r).visit = v
	return v, err
}

func (s *Server) visitOf(session session) (*visit, error) {
	snap, at := s.Map.Snapshot(), s.now()
	viewer, ok := snap.Viewer(session.subject, at)
	if !ok {
		return nil, refuse(dealmap.KindForbidden, "vous n’avez pas, ou plus, d’habilitation")
	}
	viewer.Motive, viewer.Case = session.motive, session.caseRef
	return &visit{viewer: viewer, scope: dealmap.NewScope(viewer, dealmap.DateOf(at)), snap: snap, seq: snap.Seq(), at: at}, nil
}

// consult records that this visit is about to see something; it must succeed before any byte leaves. The line says what is
// seen (What and what goes with it); who, why and by what right is filled in here, and the map's position where it is not said.
func (s *Server) consult(r *http.Request, v *visit, line dealmap.Consultation) error {
	who := &v.viewer
	line.Time, line.Subject, line.Grant, line.Token = v.at.UTC(), who.Subject, who.Grant, who.Token
	line.Role, line.Service, line.Unit, line.Motive, line.Case = who.Role, who.Service, who.Unit, who.Motive, who.Case
	if line.Seq == 0 {
		line.Seq = v.seq
	}
	switch {
	case line.What == dealmap.WhatExport:
		line.Operation = dealmap.OpDisclosure
	case !who.Token.IsZero():
		line.Operation = dealmap.OpCombination
	default:
		line.Operation = dealmap.OpConsultation
	}
	if err := s.Consultations.Record(r.Context(), line); err != nil {
		level := slog.LevelError
		if r.Context().Err() != nil {
			level = slog.LevelDebug // whoever asked has gone, there is nobody to serve
		}
		s.log.Log(r.Context(), level, "consultation not recorded", "request", requestID(r), "what", line.What, "error", err)
		return refuse(dealmap.KindUnavailable, "la consultation ne peut pas être journalisée : rien n’est affiché")
	}
	return nil
}

// reply is an answer before it is bytes.
type reply struct {
	status    int    // 200 when zero
	mediaType string // application/json when empty
	header    map[string]string
	body      any
	// line is that of the consultation log, nil for what shows nothing of the map.
	line *dealmap.Consultation
	// shared marks what changes rarely: it gets a validator and may be kept by the browser.
	shared bool
}

const geoJSON = "application/geo+json"

// answer runs a call for a signed-in person, logs the consultation, and sends.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, call func(*visit) (reply, error)) {
	v, err := s.visit(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	rep, err := call(v)
	if err == nil && rep.line != nil {
		err = s.consult(r, v, *rep.line)
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.send(w, r, rep)
}

// smallest is the size in bytes from which gzip gains something.
const smallest = 1024

func (s *Server) send(w http.ResponseWriter, r *http.Request, rep reply) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(rep.body); err != nil {
		s.fail(w, r, fmt.Errorf("encode the answer of %s: %w", routeOf(r), err))
		return
	}
	data := b.Bytes()
	h := w.Header()
	h.Set("Content-Type", "application/json")
	if rep.mediaType != "" {
		h.Set("Content-Type", rep.mediaType)
	}
	h.Add("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "private, no-store")
	for name, value := range rep.header {
		h.Set(name, value)
	}
	if rep.shared {
		tag := weak(contentTag(data))
		h.Set("ETag", tag)
		h.Set("Cache-Control", "private, no-cache")
		if matches(r.Header.Get("If-None-Match"), tag) {
			h.Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if len(data) >= smallest && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		data = zipFast(data)
	}
	if rep.status == 0 {
		rep.status = http.StatusOK
	}
	w.WriteHeader(rep.status)
	_, _ = w.Write(data) // the client may be gone
}
