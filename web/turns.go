package web

import (
	"context"
	"sync"
)

// turns lets everybody have one thing at a time made for them, so that whoever asks for many does not keep the others waiting
// for what is made for one after the other.
type turns struct {
	mu  sync.Mutex
	one map[string]*turn
}

type turn struct {
	free    chan struct{} // holds one token
	waiting int
}

func newTurns() *turns { return &turns{one: map[string]*turn{}} }

// wait returns when it is a subject's next turn; done ends it.
func (t *turns) wait(ctx context.Context, subject string) (done func(), err error) {
	t.mu.Lock()
	own := t.one[subject]
	if own == nil {
		own = &turn{free: make(chan struct{}, 1)}
		own.free <- struct{}{}
		t.one[subject] = own
	}
	own.waiting++
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if own.waiting--; own.waiting == 0 {
			delete(t.one, subject)
		}
	}
	select {
	case <-own.free:
		return func() { own.free <- struct{}{}; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
