package consultations

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestACrowdIsWrittenAtOnce holds back a line that somebody waits for when several were waited for the last time, no longer than need be, and no line
// of somebody who is alone.
func TestACrowdIsWrittenAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		ask := func(n int) {
			for range n {
				if err := q.hand(context.Background(), line{done: make(chan error, 1)}); err != nil {
					t.Error(err)
				}
			}
		}
		soon := func(do func()) {
			go func() {
				time.Sleep(Patience / 2)
				do()
			}()
		}
		gathers := func(want int, within time.Duration) {
			t.Helper()
			begun := time.Now()
			lines, open := q.gather()
			if took := time.Since(begun); len(lines) != want || took != within || !open {
				t.Errorf("%d lines after %v, not %d after %v", len(lines), took, want, within)
			}
		}
		ask(1)
		gathers(1, 0)
		ask(3)
		gathers(3, 0)
		ask(1)
		soon(func() { ask(2) })
		gathers(3, Patience/2)
		ask(1)
		gathers(1, Patience) // the others do not come
		ask(1)
		gathers(1, 0)
		ask(2)
		gathers(2, 0)
		ask(1)
		soon(q.close)
		if lines, open := q.gather(); len(lines) != 1 || open {
			t.Errorf("%d lines of a queue that was closed, open %v", len(lines), open)
		}
	})
}
