package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mesure5/dealmap"
	"github.com/mesure5/dealmap/web/api"
)

// problemURN begins the stable type of every problem.
const problemURN = "urn:dealmap:problem:"

// problemKind is the status and the title that go with a type of problem.
type problemKind struct {
	status int
	title  string
}

// problems is the one table from what went wrong to HTTP. The first eight are the domain's kinds of error, the others arise
// here, in speaking HTTP.
var problems = map[dealmap.ErrorKind]problemKind{
	dealmap.KindNotFound:    {http.StatusNotFound, "Introuvable"},
	dealmap.KindInvalid:     {http.StatusUnprocessableEntity, "Données non valables"},
	dealmap.KindForbidden:   {http.StatusForbidden, "Action non permise"},
	dealmap.KindStale:       {http.StatusPreconditionFailed, "Modifié entre-temps"},
	dealmap.KindConflict:    {http.StatusConflict, "Impossible dans l’état présent"},
	dealmap.KindDuplicate:   {http.StatusConflict, "Doublon possible"},
	dealmap.KindKeyReused:   {http.StatusUnprocessableEntity, "Clé d’idempotence déjà employée pour une autre demande"},
	dealmap.KindUnavailable: {http.StatusServiceUnavailable, "Service indisponible"},

	kindMalformed:            {http.StatusBadRequest, "Demande illisible"},
	kindParameter:            {http.StatusBadRequest, "Paramètre non valable"},
	kindUnauthenticated:      {http.StatusUnauthorized, "Connexion nécessaire"},
	kindBadCredentials:       {http.StatusUnauthorized, "Identifiants refusés"},
	kindLocked:               {http.StatusUnauthorized, "Compte bloqué pour un temps"},
	kindBadToken:             {http.StatusUnauthorized, "Jeton refusé"},
	kindMotiveRequired:       {http.StatusForbidden, "Motif de consultation nécessaire"},
	kindPasswordChange:       {http.StatusForbidden, "Mot de passe à changer"},
	kindCrossOrigin:          {http.StatusForbidden, "Demande venue d’un autre site"},
	kindNoSuchPath:           {http.StatusNotFound, "Adresse inconnue"},
	kindMethod:               {http.StatusMethodNotAllowed, "Méthode non admise ici"},
	kindTooLarge:             {http.StatusRequestEntityTooLarge, "Demande trop volumineuse"},
	kindLongAddress:          {http.StatusRequestURITooLong, "Adresse trop longue"},
	kindMediaType:            {http.StatusUnsupportedMediaType, "Type de contenu non admis"},
	kindPreconditionRequired: {http.StatusPreconditionRequired, "En-tête If-Match nécessaire"},
	kindTooMany:              {http.StatusTooManyRequests, "Trop de demandes"},
	kindInternal:             {http.StatusInternalServerError, "Erreur interne"},
}

// The kinds of problem that only exist in HTTP.
const (
	kindMalformed            dealmap.ErrorKind = "malformed"
	kindParameter            dealmap.ErrorKind = "invalid-parameter"
	kindUnauthenticated      dealmap.ErrorKind = "not-signed-in"
	kindBadCredentials       dealmap.ErrorKind = "bad-credentials"
	kindLocked               dealmap.ErrorKind = "locked"
	kindBadToken             dealmap.ErrorKind = "bad-token"
	kindMotiveRequired       dealmap.ErrorKind = "motive-required"
	kindPasswordChange       dealmap.ErrorKind = "password-change-required"
	kindCrossOrigin          dealmap.ErrorKind = "cross-origin"
	kindNoSuchPath           dealmap.ErrorKind = "no-such-path"
	kindMethod               dealmap.ErrorKind = "method-not-allowed"
	kindTooLarge             dealmap.ErrorKind = "too-large"
	kindLongAddress          dealmap.ErrorKind = "address-too-long"
	kindMediaType            dealmap.ErrorKind = "unsupported-media-type"
	kindPreconditionRequired dealmap.ErrorKind = "precondition-required"
	kindTooMany              dealmap.ErrorKind = "too-many-requests"
	kindInternal             dealmap.ErrorKind = "internal"
)

// refuse makes an error of a kind with a sentence for the person.
func refuse(kind dealmap.ErrorKind, format string, args ...any) error {
	return &dealmap.Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// delayed is an error that passes with time.
type delayed struct {
	error
	wait time.Duration
}

func (e *delayed) Unwrap() error { return e.error }

// later says how long to wait before trying again (Retry-After).
func later(wait time.Duration, err error) error { return &delayed{err, wait} }

// badParameter names the parameter of the path, the query or a header that cannot be used.
func badParameter(name, format string, args ...any) error {
	return &dealmap.Error{
		Kind: kindParameter, Message: "un paramètre de l’adresse n’est pas valable",
		Fields: []dealmap.FieldError{{Field: name, Message: fmt.Sprintf(format, args...)}},
	}
}

// asParameter turns a domain error about a value into one about the parameter that it came in.
func asParameter(name string, err error) error {
	e, ok := errors.AsType[*dealmap.Error](err)
	if !ok || e.Kind != dealmap.KindInvalid {
		return err
	}
	message := e.Message
	if len(e.Fields) > 0 {
		message = e.Fields[0].Message
	}
	return badParameter(name, "%s", message)
}

// parameterErrors turns a domain error about fields into one about parameters of the same names.
func parameterErrors(err error) error {
	e, ok := errors.AsType[*dealmap.Error](err)
	if !ok || e.Kind != dealmap.KindInvalid {
		return err
	}
	return &dealmap.Error{Kind: kindParameter, Message: "un paramètre de l’adresse n’est pas valable", Fields: e.Fields}
}

// statusGone is logged and measured when the client has left before the answer; nobody receives it.
const statusGone = 499

// fail answers with the problem that err is. What is not meant for the person is logged under the request's number and
// never sent.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, cause error) {
	if errors.Is(cause, context.Canceled) && r.Context().Err() != nil {
		w.WriteHeader(statusGone)
		return
	}
	p := s.problem(r, cause)
	data, err := json.Marshal(p)
	if err != nil {
		s.log.Error("problem cannot be encoded", "request", requestID(r), "error", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Del("ETag")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	if late, ok := errors.AsType[*delayed](cause); ok {
		h.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(late.wait.Seconds())))))
	} else if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
		h.Set("Retry-After", "5")
	}
	if dealmap.KindOf(cause) == kindBadToken {
		h["Www-Authenticate"] = []string{`Bearer realm="dealmap", error="invalid_token"`, `Basic realm="dealmap", charset="UTF-8"`}
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(data) // the client may be gone
}

// problem is the RFC 9457 form of an error.
func (s *Server) problem(r *http.Request, err error) api.Problem {
	e, ok := errors.AsType[*dealmap.Error](err)
	if !ok || problems[e.Kind].status == 0 {
		s.log.Log(r.Context(), slog.LevelError, "request failed", "request", requestID(r), "route", routeOf(r), "error", err)
		e = &dealmap.Error{Kind: kindInternal, Message: "L’incident est enregistré sous le numéro " + requestID(r) + "."}
	} else if e.Kind == dealmap.KindUnavailable {
		s.log.Error("not available", "request", requestID(r), "route", routeOf(r), "error", err)
	}
	kind := problems[e.Kind]
	p := api.Problem{
		Type: problemURN + string(e.Kind), Title: kind.title, Status: kind.status,
		Detail: some(e.Message), Instance: some("urn:dealmap:request:" + requestID(r)),
	}
	if len(e.Fields) > 0 {
		p.Errors = new(fieldProblems(routeOf(r), e.Fields))
	}
	v := traceOf(r).visit
	if v == nil { // nobody signed in is shown a place
		return p
	}
	if len(e.Candidates) > 0 {
		p.Candidates = new(s.features(v, e.Candidates))
		if len(e.Matches) == len(e.Candidates) {
			like := make([]api.Likeness, len(e.Matches))
			for i, match := range e.Matches {
				like[i] = likeness(match.Likeness)
			}
			p.Likeness = &like
		}
	}
	if !e.Current.IsZero() {
		p.Current = new(s.feature(v, e.Current))
	}
	return p
}

func fieldProblems(route string, fields []dealmap.FieldError) []api.FieldProblem {
	list := make([]api.FieldProblem, 0, len(fields))
	for i, f := range fields {
		if slices.Contains(fields[:i], f) {
			continue // two rules that say the same of one field
		}
		p := api.FieldProblem{Field: apiField(route, f.Field), Message: f.Message}
		if f.End > f.Start {
			p.Start, p.End = new(f.Start), new(f.End)
		}
		list = append(list, p)
	}
	return list
}

// apiField is the contract's name of a domain field.
func apiField(route, name string) string {
	if name == "position" && !strings.HasPrefix(route, reportsRoute) {
		return "geometry"
	}
	return name
}

// some is a pointer to a value, nil for the zero value: an optional property of the contract.
func some[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}
