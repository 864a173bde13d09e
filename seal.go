package dealmap

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Hash is a SHA-256 digest.
type Hash [32]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText implements encoding.TextMarshaler.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("hash %q is not 64 hexadecimal digits", text)
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("hash %q is not 64 hexadecimal digits", text)
	}
	return nil
}

// SaltSize is the length of the random salt of a body, in bytes.
const SaltSize = 16

// Sealed is a journal entry as stored. Header is canonical JSON whose SHA-256 is the entry's hash and which holds the hash
// of the entry before and of salt and body; the body is kept apart, so that it can be erased and the chain still verifies.
type Sealed struct {
	Header []byte
	Hash   Hash
	Body   []byte // JSON; the salt is stored with it
}

// header is the canonical form; the order of its fields is part of the format.
type header struct {
	Seq     Seq       `json:"seq"`
	Prev    Hash      `json:"prev"`
	Time    time.Time `json:"time"`
	Author  Author    `json:"author"`
	Motive  string    `json:"motive,omitempty"`
	Case    string    `json:"case,omitempty"`
	Kind    EventKind `json:"kind"`
	Subject ID        `json:"subject"`
	Request string    `json:"request,omitempty"` // hex of key and digest
	Body    Hash      `json:"body"`
}

// ErrTampered is wrapped by every error that says that an entry is not what was written.
var ErrTampered = errors.New("journal entry does not match its hash")

// Seal makes the stored form of an event that follows the entry with hash prev. salt is SaltSize random bytes.
func Seal(prev Hash, e Event, salt []byte) (Sealed, error) {
	if e.Body == nil || e.Body.kind() != e.Kind {
		return Sealed{}, fmt.Errorf("seal entry %d: body is not of kind %s", e.Seq, e.Kind)
	}
	body, err := json.Marshal(e.Body)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal entry %d: %w", e.Seq, err)
	}
	h := header{
		Seq: e.Seq, Prev: prev, Time: e.Time.UTC(), Author: e.Author, Motive: e.Motive, Case: e.Case,
		Kind: e.Kind, Subject: e.Subject, Body: bodyHash(salt, body),
	}
	if !e.Request.IsZero() {
		h.Request = hex.EncodeToString(e.Request.Key[:]) + hex.EncodeToString(e.Request.Digest[:])
	}
	data, err := json.Marshal(h)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal entry %d: %w", e.Seq, err)
	}
	return Sealed{Header: data, Hash: sha256.Sum256(data), Body: body}, nil
}

// Unseal reads a stored entry back, and verifies that it follows prev and that the body is the one that was written. A
// nil body means that it was erased: the event then comes without one. It returns the entry's hash for the next call.
func Unseal(prev Hash, head, salt, body []byte) (Event, Hash, error) {
	h, err := readHeader(head)
	if err != nil {
		return Event{}, Hash{}, fmt.Errorf("%w: header: %w", ErrTampered, err)
	}
	if h.Prev != prev {
		return Event{}, Hash{}, fmt.Errorf("%w: entry %d does not follow the entry before it", ErrTampered, h.Seq)
	}
	e := Event{
		Seq: h.Seq, Time: h.Time, Author: h.Author, Motive: h.Motive, Case: h.Case, Kind: h.Kind, Subject: h.Subject,
	}
	if h.Request != "" {
		raw, err := hex.DecodeString(h.Request)
		if err != nil || len(raw) != 32 {
			return Event{}, Hash{}, fmt.Errorf("%w: entry %d: request", ErrTampered, h.Seq)
		}
		copy(e.Request.Key[:], raw)
		copy(e.Request.Digest[:], raw[16:])
	}
	if body != nil {
		if bodyHash(salt, body) != h.Body {
			return Event{}, Hash{}, fmt.Errorf("%w: entry %d: body", ErrTampered, h.Seq)
		}
		decoded, err := decodeBody(h.Kind, body)
		if err != nil {
			return Event{}, Hash{}, fmt.Errorf("entry %d: %w", h.Seq, err)
		}
		e.Body = decoded
	}
	return e, sha256.Sum256(head), nil
}

func bodyHash(salt, body []byte) Hash {
	d := sha256.New()
	d.Write(salt)
	d.Write(body)
	return Hash(d.Sum(nil))
}
