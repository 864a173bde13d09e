package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

const (
	// leastMemory is what a heap may use, in bytes, before the garbage collector works harder than usual.
	leastMemory = 512 << 20
	// twice is by how many per cent a heap grows between two collections when the collector is left alone.
	twice = 100
	// headroom is by how many per cent that of a large map may grow.
	headroom = 35
	// seldom is by how many per cent the heap may grow between two collections while a map is read.
	seldom = 300
	// longest is how long that may last: what takes longer replays the journal, of which little stays.
	longest = 15 * time.Second
)

// watchMemory keeps the memory of a large map near what it holds: by itself the garbage collector lets the heap grow to twice
// that before it runs.
func watchMemory(ctx context.Context) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		collecting.adjust()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// collecting is how often the garbage collector runs in this process.
var collecting collector

// collector sets by how many per cent of what is in use the heap may grow until the next collection. It sets no limit: between two looks at what
// is in use, a map that is asked for much may come to hold more than any limit that was right at the first, and the collector would run without
// end. GOGC and GOMEMLIMIT, when they are set, have the last word.
type collector struct {
	mu    sync.Mutex
	maps  int       // that are being read: nearly all that is allocated then stays, and looking at it again and again would take more time than reading
	until time.Time // how long that may last
}

// begin lets the collector run seldom until end.
func (c *collector) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.maps++; c.maps == 1 {
		c.until = time.Now().Add(longest)
	}
	c.set()
}

func (c *collector) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.maps--
	c.set()
}

// adjust looks at what is in use.
func (c *collector) adjust() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set()
}

func (c *collector) set() {
	if os.Getenv("GOGC") != "" {
		return
	}
	percent := twice
	switch {
	case c.maps > 0 && time.Now().Before(c.until):
		percent = seldom
	case os.Getenv("GOMEMLIMIT") == "":
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		percent = growth(live[0].Value.Uint64())
	}
	debug.SetGCPercent(percent)
}

// growth is by how many per cent a heap may grow in which so many bytes are in use.
func growth(live uint64) int {
	if live >= leastMemory {
		return headroom
	}
	return int(min(max((leastMemory-live)*100/max(live, 1), headroom), twice))
}
