package web

import (
	"testing"
	"time"
)

func TestSessionCodec(t *testing.T) {
	t.Parallel()
	deadline := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)
	codec := newSessionCodec()
	data, err := codec.Encode(deadline, map[string]any{sessionSubject: "gn", sessionBegan: "1795000000"})
	if err != nil {
		t.Fatal(err)
	}
	until, values, err := codec.Decode(data)
	if err != nil || !until.Equal(deadline) || values[sessionSubject] != "gn" || values[sessionBegan] != "1795000000" {
		t.Errorf("%v %v %v", until, values, err)
	}
	values[sessionSubject] = "somebody else"
	if _, again, _ := codec.Decode(data); again[sessionSubject] != "gn" {
		t.Errorf("what a request writes to its session, others read: %v", again)
	}
	if _, err := codec.Encode(deadline, map[string]any{"n": 1}); err == nil {
		t.Error("a value that would come back as another type is stored")
	}
	if _, values, err := codec.Decode([]byte("\x0egob")); err != nil || len(values) != 0 {
		t.Errorf("of another version: %v %v", values, err)
	}
	if !unstamp("nonsense").IsZero() || unstamp(stamp(deadline)).Unix() != deadline.Unix() {
		t.Error("stamps")
	}
}
