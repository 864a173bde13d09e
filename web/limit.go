package web

import (
	"net/netip"
	"sync"
	"time"
)

// sourceOf is what an address is limited by: itself, or the network of an IPv6 address, of which one subscriber has 2^64.
func sourceOf(address string) string {
	at, err := netip.ParseAddr(address)
	if err != nil || !at.Is6() {
		return address
	}
	network, err := at.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return network.String()
}

// limiter refuses sign-ins that fail too often: a bucket of tries for each key that refills with time. A success gives the
// tries back.
type limiter struct {
	burst  float64
	every  time.Duration // one try comes back
	mu     sync.Mutex
	tries  map[string]bucket
	swept  time.Time
	maxLen int
}

type bucket struct {
	left float64
	at   time.Time
}

func newLimiter(burst int, every time.Duration) *limiter {
	return &limiter{burst: float64(burst), every: every, tries: map[string]bucket{}, maxLen: 100_000}
}

// take uses one try up, and returns how long to wait when there is none.
func (l *limiter) take(key string, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	b := l.now(key, now)
	if b.left < 1 {
		return time.Duration((1 - b.left) * float64(l.every)), false
	}
	if _, known := l.tries[key]; !known && len(l.tries) >= l.maxLen {
		// A flood of keys must not take all memory, nor keep everybody else out: any of them goes.
		for other := range l.tries {
			delete(l.tries, other)
			break
		}
	}
	b.left--
	l.tries[key] = b
	return 0, true
}

// reset gives all tries back.
func (l *limiter) reset(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tries, key)
}

func (l *limiter) now(key string, now time.Time) bucket {
	b, ok := l.tries[key]
	if !ok {
		return bucket{l.burst, now}
	}
	b.left = min(l.burst, b.left+float64(now.Sub(b.at))/float64(l.every))
	b.at = now
	return b
}

// sweep forgets full buckets, at most once in a while.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for key := range l.tries {
		if l.now(key, now).left >= l.burst {
			delete(l.tries, key)
		}
	}
}

// giveBack returns one try.
func (l *limiter) giveBack(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b, ok := l.tries[key]; ok {
		b.left = min(l.burst, b.left+1)
		l.tries[key] = b
	}
}
