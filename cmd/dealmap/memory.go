package main

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// leastMemory is what a process may use before the garbage collector works harder than usual.
	leastMemory = 512 << 20
	// headroom is how much more than what is in use a large map is given: the collector left alone takes twice as much.
	headroom = 1.5
)

// watchMemory keeps the memory of a large map near what it holds: by itself the garbage collector lets the heap grow to twice
// that before it runs. GOMEMLIMIT, when it is set, has the last word.
func watchMemory(ctx context.Context) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		metrics.Read(live)
		limit := max(leastMemory, headroom*float64(live[0].Value.Uint64()))
		debug.SetMemoryLimit(int64(min(limit, math.MaxInt64/2)))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
