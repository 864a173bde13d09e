package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
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
	who    caller
	// sites: it is about support sites, not about deal points.
	sites bool
}

// visit finds the viewer of a request, by the grant that holds now. With nothing but a refusal, visit is nil.
func (s *Server) visit(r *http.Request) (*visit, error) {
	v, _, err := s.visitBy(r)
	return v, err
}

// visitBy is visit that also says who calls, so that a long request can be judged anew.
func (s *Server) visitBy(r *http.Request) (*visit, caller, error) {
	who, err := s.callerOf(r)
	var v *visit
	if err == nil {
		traceOf(r).subject = who.session.subject
		v, err = s.visitOf(who)
	}
	if err == nil {
		err = who.ready()
	}
	if err == nil {
		err = s.enter(r, v.viewer.Subject)
	}
	if dealmap.KindOf(err) == kindBadToken {
		err = s.countBadToken(r, err)
	}
	if err != nil {
		return nil, who, err
	}
	v.sites = isAboutSites(r.URL.Path)
	traceOf(r).subject, traceOf(r).visit = v.viewer.Subject, v
	r.Body = &judgedBody{r.Body, func() error { return s.judgeAgain(r, who) }}
	return v, who, nil
}

// judgedBody judges whoever sends a body again once it is there: that may have taken a minute, and what comes of it is done in
// their name.
type judgedBody struct {
	io.ReadCloser
	judge func() error
}

// Read implements io.Reader.
func (b *judgedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		if refused := b.judge(); refused != nil {
			err = refused
		}
	}
	return n, err
}

// judgeAgain judges a caller as things stand now, the session too.
func (s *Server) judgeAgain(r *http.Request, who caller) (err error) {
	if who.token.IsZero() {
		if who.session, err = s.sessionAgain(r); err != nil {
			return err
		}
	}
	_, err = viewerOf(s.Map.Snapshot(), who, s.now())
	return err
}

// countBadToken slows whoever tries tokens. A good one passes all the same: it cannot be guessed, and programs share addresses.
func (s *Server) countBadToken(r *http.Request, err error) error {
	from := addressOf(r)
	s.log.Warn("token refused", "request", requestID(r), "from", from)
	if wait, ok := s.badTokens.take(sourceOf(from), s.now()); !ok {
		return later(wait, refuse(kindTooMany, "trop de jetons refusés depuis ce poste : attendez une minute"))
	}
	return err
}

// consult records that this visit is about to see something; it must succeed before any byte leaves. The line says what is
// seen (What and what goes with it); who, why and by what right is filled in here, and the map's position where it is not said.
// Finding it may have taken long, and keeping the line too: right and session must hold still after either.
func (s *Server) consult(r *http.Request, v *visit, line dealmap.Consultation) error {
	if err := s.stillMay(r, v); err != nil {
		return err
	}
	who := &v.viewer
	line.Time, line.Subject, line.Grant, line.Token = v.at.UTC(), who.Subject, who.Grant, who.Token
	line.Role, line.Service, line.Unit, line.Motive, line.Case = who.Role, who.Service, who.Unit, who.Motive, who.Case
	if line.Seq == 0 {
		line.Seq = v.seq
	}
	switch {
	case line.What == dealmap.WhatExport, line.What == dealmap.WhatGraphFile, line.What == dealmap.WhatDossier:
		line.Operation = dealmap.OpDisclosure
	case !who.Token.IsZero():
		line.Operation = dealmap.OpCombination
	default:
		line.Operation = dealmap.OpConsultation
	}
	if err := s.Consultations.Record(r.Context(), line); err != nil {
		if gone := r.Context().Err(); gone != nil {
			return gone // there is nobody to serve
		}
		s.log.Error("consultation not recorded", "request", requestID(r), "what", line.What, "error", err)
		return refuse(dealmap.KindUnavailable, "la consultation ne peut pas être journalisée : rien n’est affiché")
	}
	return s.stillMay(r, v)
}

// stillMay judges a visit as things stand now, by its session too when any has ended since that was read.
func (s *Server) stillMay(r *http.Request, v *visit) error {
	if err := s.cutOff(); err != nil {
		return err
	}
	if ends, t := s.final.ended(), traceOf(r); v.who.token.IsZero() && ends != t.ends {
		if _, err := s.sessionAgain(r); err != nil {
			return err
		}
		t.ends = ends
	}
	_, err := viewerOf(s.Map.Snapshot(), v.who, s.now())
	return err
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
	// place is the one that the body is the sheet of.
	place dealmap.ID
}

const geoJSON = "application/geo+json"

// answer runs a call for a signed-in person or a token, logs the consultation, and sends.
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

// answerPerson is answer for what only a person may do, in a session.
func (s *Server) answerPerson(w http.ResponseWriter, r *http.Request, call func(*visit) (reply, error)) {
	if err := noToken(r); err != nil {
		s.fail(w, r, err)
		return
	}
	s.answer(w, r, call)
}

// written is a body that is bytes already.
type written []byte

func encode(body any) ([]byte, error) {
	switch body := body.(type) {
	case written:
		return body, nil
	case *room:
		return body.data, nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(body)
	return b.Bytes(), err
}

// smallest is the size in bytes from which gzip gains something.
const smallest = 1024

func (s *Server) send(w http.ResponseWriter, r *http.Request, rep reply) {
	if rep.status == http.StatusNoContent {
		w.Header().Set("Cache-Control", "private, no-store")
		w.WriteHeader(rep.status)
		return
	}
	data, err := encode(rep.body)
	if err != nil {
		s.fail(w, r, fmt.Errorf("encode the answer of %s: %w", routeOf(r), err))
		return
	}
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
	h.Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(rep.status)
	_, err = w.Write(data) // the client may be gone
	if page, ok := rep.body.(*room); ok && err == nil {
		page.leave() // what was given up may still be on its way
	}
}
