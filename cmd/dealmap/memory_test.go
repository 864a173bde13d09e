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
	t.Setenv("GOMEMLIMIT", "1TiB")
	defer debug.SetGCPercent(percent())
	var c collector
	c.begin()
	c.begin()
	c.end()
	if c.adjust(); percent() != seldom {
		t.Errorf("while a map is read, the heap may grow by %d %%", percent())
	}
	if c.end(); percent() != twice {
		t.Errorf("afterwards, the heap may grow by %d %%", percent())
	}
	c.begin()
	c.until = time.Now()
	if c.adjust(); percent() != twice {
		t.Errorf("after a long time, the heap may grow by %d %%", percent())
	}
	if c.end(); percent() != twice {
		t.Errorf("in the end, the heap may grow by %d %%", percent())
	}
	t.Setenv("GOGC", "off")
	if c.begin(); percent() != twice {
		t.Errorf("although GOGC is set, the heap may grow by %d %%", percent())
	}
}

// TestGrowth wants the heap of a small map to be left alone, and that of a larger one to grow to leastMemory, or by headroom.
func TestGrowth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		live uint64
		want int
	}{{0, twice}, {1, twice}, {leastMemory / 2, twice}, {leastMemory * 2 / 3, 50}, {leastMemory - 1, headroom}, {leastMemory, headroom}, {1 << 40, headroom}} {
		if got := growth(c.live); got != c.want {
			t.Errorf("%d bytes may grow by %d %%, not %d", c.live, got, c.want)
		}
	}
}
