package web

import (
	"encoding/json"
	"fmt"
	"maps"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// sessionCodec stores sessions as JSON. Every request decodes its session, and gob, the default of package scs, compiles
// a decoder each time. What was decoded lately is not decoded again: it depends on its bytes only.
type sessionCodec struct {
	lately *lru.Cache[string, decodedSession]
}

// decodedSession is only read.
type decodedSession struct {
	deadline time.Time
	values   map[string]any
}

type storedSession struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// mostDecoded bounds the sessions kept decoded; each takes about 2 KB.
const mostDecoded = 2048

func newSessionCodec() sessionCodec {
	lately, err := lru.New[string, decodedSession](mostDecoded)
	if err != nil {
		panic(err) // of a size that is not positive only
	}
	return sessionCodec{lately}
}

// Encode implements scs.Codec; values are strings.
func (sessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	stored := storedSession{Deadline: deadline, Values: make(map[string]string, len(values))}
	for name, value := range values {
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("encode session: %s is a %T", name, value)
		}
		stored.Values[name] = text
	}
	return json.Marshal(stored)
}

// Decode implements scs.Codec. What it cannot read, left by another version, is nobody's session: the person signs in again.
func (c sessionCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	stored, ok := c.read(data)
	if !ok {
		return time.Time{}, map[string]any{}, nil
	}
	return stored.deadline, maps.Clone(stored.values), nil
}

// read is Decode of what is only looked at; it reports false for what it cannot read.
func (c sessionCodec) read(data []byte) (decodedSession, bool) {
	if known, ok := c.lately.Get(string(data)); ok {
		return known, true
	}
	var stored storedSession
	if json.Unmarshal(data, &stored) != nil {
		return decodedSession{}, false
	}
	values := make(map[string]any, len(stored.Values))
	for name, text := range stored.Values {
		values[name] = text
	}
	decoded := decodedSession{stored.Deadline, values}
	c.lately.Add(string(data), decoded)
	return decoded, true
}

// get returns a value, empty when there is none.
func (d decodedSession) get(name string) string {
	text, _ := d.values[name].(string)
	return text
}
