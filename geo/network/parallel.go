package network

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// parts is into how many parts work is cut, whatever the number of processors, so that sums come out the same on any.
const parts = 32

// inParts does jobs 0 to total-1 on all processors. Job i is of part i modulo parts; begin is called once by each worker, and what
// it returns once for every part that the worker takes: that does the part's jobs in turn, asking next before each. It returns
// the error of ctx when it was cancelled. progress, which may be nil, is never called twice at once.
func inParts(ctx context.Context, total int, progress func(done, total int), begin func() func(part int, next func() bool)) error {
	var (
		taken atomic.Int64
		mu    sync.Mutex
		done  int
		group sync.WaitGroup
	)
	step := func() bool {
		if ctx.Err() != nil {
			return false
		}
		mu.Lock()
		defer mu.Unlock()
		if done++; progress != nil && (done*100/total != (done-1)*100/total) {
			progress(done, total)
		}
		return true
	}
	for range min(runtime.GOMAXPROCS(0), parts, total) {
		group.Go(func() {
			work := begin()
			for part := int(taken.Add(1)) - 1; part < parts && part < total; part = int(taken.Add(1)) - 1 {
				work(part, step)
			}
		})
	}
	group.Wait()
	return ctx.Err()
}
