package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mesure5/dealmap"
)

// asked is one request of a client with everything that was answered to it, retries included.
type asked struct {
	author, key string
	// change is a change of place, which the client had seen at revision base; otherwise a place was added.
	change bool
	place  dealmap.ID
	base   int
	body   map[string]any // what is sent, each time
	tries  []try
}

// try is one time that the request was sent.
type try struct {
	node       string
	sent, done time.Time
	status     int // of HTTP; 0: no answer came
	place      dealmap.ID
	revision   int
	problem    string // type of the problem, or what went wrong
}

// acknowledged returns the try that was answered with success.
func (a *asked) acknowledged() (try, bool) {
	for _, t := range a.tries {
		if t.status >= 200 && t.status < 300 {
			return t, true
		}
	}
	return try{}, false
}

// refused reports that the last answer was a decision against the request. A node that says so has looked for its key before, so the
// request must not be in the journal, whatever became of earlier tries.
func (a *asked) refused() bool {
	return len(a.tries) > 0 && decided(a.tries[len(a.tries)-1].status)
}

// decided are the answers that are about what was asked, not about who asks or how busy the node is. 404 is none of them: a node that is
// a little behind does not have the place yet.
func decided(status int) bool {
	switch status {
	case 400, 409, 412, 422:
		return true
	}
	return false
}

// requestKey is the name under which the journal knows a request (store/request.go).
func requestKey(author, key string) [16]byte {
	named, err := json.Marshal([2]string{author, key})
	if err != nil {
		panic(err) // two texts are always JSON
	}
	sum := sha256.Sum256(named)
	return [16]byte(sum[:16])
}

// ledger is what all clients asked.
type ledger struct {
	mu  sync.Mutex
	all []asked
}

func (l *ledger) add(a asked) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, a)
}

// copy returns what was asked so far.
func (l *ledger) copy() []asked {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.all)
}

// acknowledgedSince reports whether a node has acknowledged a request that it was sent after a moment.
func (l *ledger) acknowledgedSince(node string, since time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.all) - 1; i >= 0; i-- {
		if t, ok := l.all[i].acknowledged(); ok && t.node == node && t.sent.After(since) {
			return true
		}
	}
	return false
}

// longestPause is the longest time between from and to in which no write was acknowledged by one of the nodes that counts names.
func (l *ledger) longestPause(from, to time.Time, counts func(node string) bool) time.Duration {
	var moments []time.Time
	for _, a := range l.copy() {
		if t, ok := a.acknowledged(); ok && counts(t.node) {
			moments = append(moments, t.done)
		}
	}
	return longestGap(moments, from, to)
}

// refusals counts what a node answered to writes sent to it between from and to, other than success, and says how long the slowest of these
// answers took.
func (l *ledger) refusals(node string, from, to time.Time) (map[string]int, time.Duration) {
	counts, slowest := map[string]int{}, time.Duration(0)
	for _, a := range l.copy() {
		for _, t := range a.tries {
			if t.node != node || t.sent.Before(from) || t.done.After(to) || t.status >= 200 && t.status < 300 || decided(t.status) {
				continue
			}
			what := "no answer"
			if t.status != 0 {
				what = fmt.Sprintf("%d %s", t.status, t.problem)
			}
			counts[what]++
			slowest = max(slowest, t.done.Sub(t.sent))
		}
	}
	return counts, slowest
}
