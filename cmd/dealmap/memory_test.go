package main

import (
	"runtime/debug"
	"testing"
	"time"
)

// percent is that of the collector.
func percent() int {
	now := debug.SetGCPercent(100)
	debug.SetGCPercent(now)
	return now
}

// TestCollectorRunsAsUsualAgain reads maps one within the other, and one for longer than that may last.
func TestCollectorRunsAsUsualAgain(t *testing.T) {
	t.Setenv("GOGC", "") // it has the last word where it is set
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	usual := percent()
	var f fillings
	f.begin()
	f.begin()
	f.end()
	if f.limit(); percent() != seldom {
		t.Errorf("while a map is read, the heap may grow by %d %%", percent())
	}
	if f.end(); percent() != usual {
		t.Errorf("afterwards, the heap may grow by %d %%", percent())
	}
	f.begin()
	f.until = time.Now()
	if f.limit(); percent() != usual {
		t.Errorf("after a long time, the heap may grow by %d %%", percent())
	}
	if f.end(); percent() != usual {
		t.Errorf("in the end, the heap may grow by %d %%", percent())
	}
}
