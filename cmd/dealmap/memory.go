package main

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

const (
	// leastMemory is what a process may use before the garbage collector works harder than usual.
	leastMemory = 512 << 20
	// headroom is how much more than what is in use a large map is given: the collector left alone takes twice as much.
	headroom = 1.5
	// seldom is by how many per cent the heap may grow between two collections while a map is read.
	seldom = 300
	// longest is how long that may last: what takes longer replays the journal, of which little stays.
	longest = 15 * time.Second
)

// watchMemory keeps the memory of a large map near what it holds: by itself the garbage collector lets the heap grow to twice
// that before it runs. GOMEMLIMIT, when it is set, has the last word.
func watchMemory(ctx context.Context) {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		filling.limit()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// filling is whether this process reads maps: nearly all that it allocates then stays, and collecting it again and again, as it grows beyond what
// was in use a moment ago, would take more time than reading.
var filling fillings

type fillings struct {
	mu      sync.Mutex
	maps    int
	until   time.Time // zero when the collector runs as usual
	percent int       // of the collector, as usual
}

// limit sets the limit by what is in use, unless a map is being read.
func (f *fillings) limit() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.until.IsZero() && time.Now().Before(f.until) {
		return
	}
	f.usual()
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	limit := max(leastMemory, headroom*float64(live[0].Value.Uint64()))
	debug.SetMemoryLimit(int64(min(limit, math.MaxInt64/2)))
}

// begin lets the collector run seldom until end. GOMEMLIMIT and GOGC, when they are set, have the last word.
func (f *fillings) begin() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.maps++; f.maps > 1 || os.Getenv("GOGC") != "" {
		return
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(math.MaxInt64)
	}
	f.until, f.percent = time.Now().Add(longest), debug.SetGCPercent(seldom)
}

func (f *fillings) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.maps--; f.maps == 0 {
		f.usual()
	}
}

// usual lets the collector run as often as it did.
func (f *fillings) usual() {
	if !f.until.IsZero() {
		debug.SetGCPercent(f.percent)
		f.until = time.Time{}
	}
}
