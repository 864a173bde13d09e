package web

import (
	"bytes"
	"testing"
	"time"
)

func testKeys(t testing.TB, secret string) *keys {
	t.Helper()
	k, err := newKeys([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

const testSecret = "0123456789abcdef0123456789abcdef"

func TestSealedValues(t *testing.T) {
	t.Parallel()
	k, other := testKeys(t, testSecret), testKeys(t, "another secret of thirty-two bytes")
	sealed := k.close("cursor gn", []byte{1, 2, 3})
	if value, err := k.open("cursor gn", sealed); err != nil || !bytes.Equal(value, []byte{1, 2, 3}) {
		t.Errorf("opened %v, %v", value, err)
	}
	if sealed == k.close("cursor gn", []byte{1, 2, 3}) {
		t.Error("equal values seal alike")
	}
	for name, open := range map[string]func() ([]byte, error){
		"another purpose": func() ([]byte, error) { return k.open("cursor pn", sealed) },
		"another secret":  func() ([]byte, error) { return other.open("cursor gn", sealed) },
		"changed":         func() ([]byte, error) { return k.open("cursor gn", "A"+sealed[1:]) },
		"cut":             func() ([]byte, error) { return k.open("cursor gn", sealed[:10]) },
		"empty":           func() ([]byte, error) { return k.open("cursor gn", "") },
	} {
		if value, err := open(); err == nil && sealed[0] != 'A' {
			t.Errorf("%s: opened %v", name, value)
		}
	}
	if k.etag([]byte("a")) == k.etag([]byte("b")) || k.etag([]byte("a")) != testKeys(t, testSecret).etag([]byte("a")) || k.etag([]byte("a")) == other.etag([]byte("a")) {
		t.Error("tags are not a keyed hash")
	}
	if _, err := newKeys([]byte("short")); err == nil {
		t.Error("a short secret is accepted")
	}
}

func FuzzOpen(f *testing.F) {
	k := testKeys(f, testSecret)
	f.Add("")
	f.Add("AAAA")
	f.Add("====")
	f.Fuzz(func(t *testing.T, text string) {
		if value, err := k.open("cursor", text); err == nil {
			t.Fatalf("%q opens to %v", text, value)
		}
	})
}

func TestLimiter(t *testing.T) {
	t.Parallel()
	l := newLimiter(3, time.Minute)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 3 {
		if _, ok := l.take("a", now); !ok {
			t.Fatalf("try %d refused", i)
		}
	}
	if wait, ok := l.take("a", now); ok || wait != time.Minute {
		t.Errorf("fourth try: %v %v", wait, ok)
	}
	if _, ok := l.take("b", now); !ok {
		t.Error("another key is refused")
	}
	if _, ok := l.take("a", now.Add(time.Minute)); !ok {
		t.Error("refused after a minute")
	}
	if _, ok := l.take("a", now.Add(time.Minute)); ok {
		t.Error("a minute gave two tries")
	}
	l.giveBack("a")
	if _, ok := l.take("a", now.Add(time.Minute)); !ok {
		t.Error("a try given back is refused")
	}
	l.reset("a")
	for i := range 3 {
		if _, ok := l.take("a", now.Add(time.Minute)); !ok {
			t.Fatalf("try %d after reset refused", i)
		}
	}
	l.take("c", now.Add(time.Hour))
	if len(l.tries) != 1 {
		t.Errorf("%d buckets kept after an hour", len(l.tries))
	}
	l.maxLen = 1
	if _, ok := l.take("d", now.Add(time.Hour)); !ok || len(l.tries) > 1 {
		t.Errorf("a flood keeps others out (%v) or is kept (%d buckets)", !ok, len(l.tries))
	}
}
