package web

import (
	"maps"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"
)

func TestSessionRefreshes(t *testing.T) {
	t.Parallel()
	deadline := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)
	codec := newSessionCodec()
	encode := func(until time.Time, set ...string) []byte {
		values := map[string]any{sessionSubject: "gn", sessionMotive: "essai", sessionSeen: "1795000000"}
		for i := 0; i < len(set); i += 2 {
			values = maps.Clone(values)
			values[set[i]] = set[i+1]
		}
		data, err := codec.Encode(until, values)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	before := encode(deadline)
	for name, c := range map[string]struct {
		after []byte
		want  bool
	}{
		"seen":     {encode(deadline, sessionSeen, "1795000400"), true},
		"the same": {before, true},
		"motive":   {encode(deadline, sessionMotive, "autre"), false},
		"epoch":    {encode(deadline, sessionEpoch, "x", sessionSeen, "1795000400"), false},
		"deadline": {encode(deadline.Add(time.Hour)), false},
		"another":  {[]byte("\x0egob"), false},
		"null":     {[]byte("null"), false},
	} {
		if got := SessionRefreshes(before, c.after); got != c.want || SessionRefreshes(c.after, before) != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// elsewhere is a store in which sessions end on other nodes.
type elsewhere struct {
	*memstore.MemStore
	ends atomic.Uint64
}

func (e *elsewhere) Ended() uint64 { return e.ends.Load() }

func TestEndsElsewhereAreHeardOf(t *testing.T) {
	t.Parallel()
	store := &elsewhere{MemStore: memstore.NewWithCleanupInterval(0)}
	f := newFinalStore(store)
	before := f.ended()
	store.ends.Add(1)
	if f.ended() == before {
		t.Error("not heard of")
	}
	before = f.ended()
	if err := f.Commit("token", nil, time.Now().Add(time.Hour)); err != nil || f.ended() != before {
		t.Errorf("a session that begins ends something (%v)", err)
	}
	if err := f.Delete("token"); err != nil || f.ended() == before {
		t.Errorf("not heard of (%v)", err)
	}
}
