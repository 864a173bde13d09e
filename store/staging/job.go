package staging

import (
	"context"
	"sync/atomic"

	"github.com/mesure5/dealmap"
)

// job is a long task on one list.
type job struct {
	what        atomic.Pointer[string]
	done, total atomic.Int64
	cancel      context.CancelFunc
	ended       chan struct{}
}

func (j *job) progress() *dealmap.Progress {
	return &dealmap.Progress{What: *j.what.Load(), Done: j.done.Load(), Total: j.total.Load()}
}

func (j *job) show(what string, done, total int64) {
	j.what.Store(&what)
	j.done.Store(done)
	j.total.Store(total)
}

func (d *Desk) jobOf(id dealmap.ID) *job {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.jobs[id]
}

// start runs a task on a list in the background; a list has one at a time.
func (d *Desk) start(id dealmap.ID, what string, run func(ctx context.Context, j *job)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.jobs[id] != nil {
		return &dealmap.Error{Kind: dealmap.KindConflict, Message: "un traitement de cette liste est en cours : attendez sa fin"}
	}
	ctx, cancel := context.WithCancel(d.running)
	j := &job{cancel: cancel, ended: make(chan struct{})}
	j.show(what, 0, 0)
	d.jobs[id] = j
	d.work.Go(func() {
		defer cancel()
		run(ctx, j)
		d.mu.Lock()
		delete(d.jobs, id)
		d.mu.Unlock()
		close(j.ended)
	})
	return nil
}

// Wait returns when nothing is under way on a list; progress, where it is not nil, is told how far it is from time to time.
func (d *Desk) Wait(ctx context.Context, id dealmap.ID, progress func(dealmap.Progress)) error {
	for {
		j := d.jobOf(id)
		if j == nil {
			return nil
		}
		select {
		case <-j.ended:
		case <-ctx.Done():
			return ctx.Err()
		case <-tick():
		}
		if progress != nil {
			progress(*j.progress())
		}
	}
}
