package dealmap

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// readHeader decodes a header. One in the form that Seal writes is read as it lies, which is most of the time that a replay takes; any
// other is left to encoding/json.
func readHeader(data []byte) (h header, err error) {
	r := headerReader{rest: data}
	if r.header(&h) {
		return h, nil
	}
	h = header{}
	err = json.Unmarshal(data, &h)
	return h, err
}

// headerReader reads the canonical form, which is a subset of JSON: fields in their order, no white space, no escapes in texts.
type headerReader struct{ rest []byte }

func (r *headerReader) header(h *header) bool {
	var seq, prev, at, kind, subject, body []byte
	ok := r.skip(`{"seq":`) && r.digits(&seq) &&
		r.skip(`,"prev":`) && r.text(&prev) &&
		r.skip(`,"time":`) && r.text(&at) &&
		r.skip(`,"author":`) && r.author(&h.Author) &&
		r.optional(`,"motive":`, &h.Motive) &&
		r.optional(`,"case":`, &h.Case) &&
		r.skip(`,"kind":`) && r.text(&kind) &&
		r.skip(`,"subject":`) && r.text(&subject) &&
		r.optional(`,"request":`, &h.Request) &&
		r.skip(`,"body":`) && r.text(&body) &&
		string(r.rest) == "}"
	if !ok {
		return false
	}
	n, err := strconv.ParseUint(string(seq), 10, 64)
	if err != nil || h.Prev.UnmarshalText(prev) != nil || h.Body.UnmarshalText(body) != nil || h.Subject.UnmarshalText(subject) != nil {
		return false
	}
	if h.Time.UnmarshalText(at) != nil || h.Time.Location() != time.UTC {
		return false
	}
	h.Seq, h.Kind = Seq(n), EventKind(kind)
	return true
}

func (r *headerReader) author(a *Author) bool {
	var role, service string
	ok := r.skip(`{"subject":`) && r.string(&a.Subject) && r.skip(`,"role":`) && r.string(&role) &&
		r.optional(`,"service":`, &service) && r.optional(`,"unit":`, &a.Unit) && r.skip(`}`)
	a.Role, a.Service = Role(role), Service(service)
	return ok
}

func (r *headerReader) skip(text string) bool {
	rest, ok := bytes.CutPrefix(r.rest, []byte(text))
	if ok {
		r.rest = rest
	}
	return ok
}

// digits reads a number without a sign or leading zeros.
func (r *headerReader) digits(to *[]byte) bool {
	n := 0
	for n < len(r.rest) && r.rest[n] >= '0' && r.rest[n] <= '9' {
		n++
	}
	if n == 0 || n > 1 && r.rest[0] == '0' {
		return false
	}
	*to, r.rest = r.rest[:n], r.rest[n:]
	return true
}

// text reads a text of printable ASCII without escapes. Others are rare in what names people's posts and reasons of consulting, and left
// to encoding/json, which knows what is valid.
func (r *headerReader) text(to *[]byte) bool {
	if len(r.rest) == 0 || r.rest[0] != '"' {
		return false
	}
	for n, c := range r.rest[1:] {
		if c == '"' {
			*to, r.rest = r.rest[1:n+1], r.rest[n+2:]
			return true
		}
		if c < ' ' || c > '~' || c == '\\' {
			return false
		}
	}
	return false
}

func (r *headerReader) string(to *string) bool {
	var text []byte
	if !r.text(&text) {
		return false
	}
	*to = string(text)
	return true
}

// optional reads a text that Seal leaves out when it is empty.
func (r *headerReader) optional(name string, to *string) bool {
	return !r.skip(name) || r.string(to)
}
