package ship

import (
	"context"
	"sync"
	"time"
)

// worker does something again and again, less often while it fails.
type worker struct {
	stop context.CancelFunc
	done chan struct{}
	once sync.Once
}

func (w *worker) work(every time.Duration, round func(context.Context) (goOn bool, err error)) {
	ctx, stop := context.WithCancel(context.Background())
	w.stop, w.done = stop, make(chan struct{})
	go func() {
		defer close(w.done)
		pause := every
		for {
			goOn, err := round(ctx)
			if !goOn {
				return
			}
			if pause = min(2*pause, mostPause); err == nil {
				pause = every
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(pause):
			}
		}
	}()
}

// end ends the work and then does the last of it.
func (w *worker) end(last func(context.Context)) {
	w.once.Do(func() {
		w.stop()
		<-w.done
		ctx, cancel := context.WithTimeout(context.Background(), lastWords)
		defer cancel()
		last(ctx)
	})
}
