package dealmap

import (
	"errors"
	"fmt"
	"strings"
)

// ErrorKind classifies an error for whoever must answer it; package web has the one table that maps it to HTTP.
type ErrorKind string

// The kinds of error. Absent and hidden are both NotFound, on purpose.
const (
	KindNotFound  ErrorKind = "not-found"
	KindInvalid   ErrorKind = "invalid"
	KindForbidden ErrorKind = "forbidden"
	// KindStale: the writer saw an older revision than the current one.
	KindStale ErrorKind = "stale"
	// KindConflict: the step is not possible from the present state, or the journal has moved on.
	KindConflict ErrorKind = "conflict"
	// KindDuplicate: visible places may be the same as the one to be added; Error.Candidates lists them.
	KindDuplicate ErrorKind = "possible-duplicate"
	// KindKeyReused: an idempotency key came back with another command.
	KindKeyReused ErrorKind = "idempotency-key-reused"
	// KindUnavailable: the journal cannot be written now; reading goes on.
	KindUnavailable ErrorKind = "unavailable"
)

// FieldError says what is wrong with one field of a command. Field is the API's name of it, dotted for nested ones.
type FieldError struct {
	Field   string
	Message string
	// Start and End delimit the offending span in bytes of the value, when there is one (End > Start).
	Start, End int
}

// Error is the domain's error: a kind, a sentence in French for the person, and the fields concerned.
type Error struct {
	Kind    ErrorKind
	Message string
	Fields  []FieldError
	// Candidates are what the viewer may see of the places that may be the same (KindDuplicate).
	Candidates []Sight
	// Matches are the candidates with how likely each is the same, and why.
	Matches []Match
	// Current is what the viewer may see of the place as it stands (KindStale).
	Current Sight
}

func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Message
	}
	parts := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = f.Field + " : " + f.Message
	}
	if e.Message == "" {
		return strings.Join(parts, " ; ")
	}
	return e.Message + " (" + strings.Join(parts, " ; ") + ")"
}

// KindOf returns the kind of the first domain error in err's chain, empty when there is none.
func KindOf(err error) ErrorKind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return ""
}

// Invalid makes an error about one field.
func Invalid(field, message string) *Error {
	return &Error{Kind: KindInvalid, Message: "donnée non valable", Fields: []FieldError{{Field: field, Message: message}}}
}

// NotFound is the one answer for what does not exist and for what the viewer may not see.
func NotFound() *Error {
	return &Error{Kind: KindNotFound, Message: "introuvable, ou hors de votre périmètre"}
}

// Forbidden says why the viewer may not do this to something that the viewer does see.
func Forbidden(format string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Message: fmt.Sprintf(format, args...)}
}

// fieldErrors gathers every offending field of one command, so that the person mends them all at once.
type fieldErrors []FieldError

func (f *fieldErrors) add(field, format string, args ...any) {
	*f = append(*f, FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (f *fieldErrors) addError(err error) {
	if e, ok := errors.AsType[*Error](err); ok {
		*f = append(*f, e.Fields...)
		return
	}
	if err != nil {
		*f = append(*f, FieldError{Field: "", Message: err.Error()})
	}
}

func (f fieldErrors) err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Message: "données non valables", Fields: f}
}
