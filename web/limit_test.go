package web

import (
	"fmt"
	"testing"
	"time"

	"github.com/mesure5/dealmap"
)

// TestAFloodOfSourcesKeepsNobodyOut: whoever comes from everywhere neither takes all memory nor keeps others from signing in.
func TestAFloodOfSourcesKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	l, now := newLimiter(2, time.Minute), time.Now()
	l.maxLen = 1000
	for i := range 5000 {
		if _, ok := l.take(fmt.Sprint("flood ", i), now); !ok {
			t.Fatalf("source %d is kept out", i)
		}
	}
	if len(l.tries) > l.maxLen {
		t.Errorf("%d are kept", len(l.tries))
	}
	for try, want := range []bool{true, true, false} {
		if _, ok := l.take("somebody", now); ok != want {
			t.Errorf("try %d: %t", try, ok)
		}
	}
}

// TestASubscriberIsOneSource: whoever has a network of IPv6 addresses has one source.
func TestASubscriberIsOneSource(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.7", "2001:db8:0:1::1": "2001:db8:0:1::/64", "2001:db8:0:1:ffff:ffff:ffff:ffff": "2001:db8:0:1::/64",
		"2001:db8:0:2::1": "2001:db8:0:2::/64", "@": "@",
	} {
		if got := sourceOf(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// TestFewWaitForHashing: those who come while many wait are told so at once, instead of waiting for minutes.
func TestFewWaitForHashing(t *testing.T) {
	t.Parallel()
	s := &Server{hashing: make(chan struct{})} // nobody's turn ever comes
	refused := make(chan error)
	for range mostHashing + 5 {
		go func() {
			if _, err := s.hash(t.Context()); t.Context().Err() == nil {
				refused <- err
			}
		}()
	}
	for range 5 {
		if err := <-refused; dealmap.KindOf(err) != dealmap.KindUnavailable {
			t.Errorf("%v", err)
		}
	}
}
