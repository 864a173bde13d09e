package web

import (
	"encoding/json"
	"fmt"
	"time"
)

// sessionCodec stores sessions as JSON. Every request decodes its session, and gob, the default of package scs, compiles
// a decoder each time.
type sessionCodec struct{}

type storedSession struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
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
func (sessionCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	var stored storedSession
	if json.Unmarshal(data, &stored) != nil {
		return time.Time{}, map[string]any{}, nil
	}
	values := make(map[string]any, len(stored.Values))
	for name, text := range stored.Values {
		values[name] = text
	}
	return stored.Deadline, values, nil
}
