package web

import (
	linked "container/list"
	"context"
	"runtime"
	"sync"
)

// leastDrawing is how many may draw a tile or count the map at once on the smallest machine. Both are work of the processor: more at
// once would only take more memory.
const leastDrawing = 8

func mostDrawing() int { return max(leastDrawing, 4*runtime.GOMAXPROCS(0)) }

// turn waits until a visit may draw or count, and puts the map as it then stands under it: what was erased or restricted meanwhile is not
// shown. done is called at the end of the work.
func (s *Server) turn(ctx context.Context, v *visit) (done func(), err error) {
	if done, err = s.drawing.wait(ctx, v.viewer.Subject); err != nil {
		return nil, err
	}
	now := s.Map.Snapshot()
	if then, ok := v.snap.(past); ok {
		then.now = now
		v.snap, v.seq = then, now.Seq()
		return done, nil
	}
	v.renew(now)
	return done, nil
}

// fair lets so many work at once, and those who wait go in turn, one of each subject after the other: whoever asks for much waits
// behind themselves and not in front of everybody else.
type fair struct {
	mu      sync.Mutex
	free    int
	turns   *linked.List               // of *queue, those who wait, the next first
	queues  map[string]*linked.Element // of turns, by subject
	waiting int
}

// queue is where the requests of one subject wait, the first of them first. It is never empty.
type queue struct {
	subject string
	waiting *linked.List // of chan struct{}, each closed when it is its turn
}

func newFair(most int) *fair {
	return &fair{free: most, turns: linked.New(), queues: map[string]*linked.Element{}}
}

// wait returns when it is a subject's turn; done ends it. When ctx ends first, its place goes to the next.
func (f *fair) wait(ctx context.Context, subject string) (done func(), err error) {
	f.mu.Lock()
	if f.free > 0 {
		f.free--
		f.mu.Unlock()
		return f.leave, nil
	}
	at, known := f.queues[subject]
	if !known {
		at = f.turns.PushBack(&queue{subject, linked.New()})
		f.queues[subject] = at
	}
	ready := make(chan struct{})
	mine := at.Value.(*queue).waiting.PushBack(ready)
	f.waiting++
	f.mu.Unlock()
	select {
	case <-ready:
		return f.leave, nil
	case <-ctx.Done():
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-ready: // given at the last moment
		f.next()
	default:
		f.remove(at, mine)
	}
	return nil, ctx.Err()
}

func (f *fair) leave() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next()
}

// next gives a turn that has ended to whoever comes next, of another subject when there is one.
func (f *fair) next() {
	at := f.turns.Front()
	if at == nil {
		f.free++
		return
	}
	f.turns.MoveToBack(at)
	first := at.Value.(*queue).waiting.Front()
	close(first.Value.(chan struct{}))
	f.remove(at, first)
}

func (f *fair) remove(at, waiter *linked.Element) {
	q := at.Value.(*queue)
	f.waiting--
	if q.waiting.Remove(waiter); q.waiting.Len() == 0 {
		f.turns.Remove(at)
		delete(f.queues, q.subject)
	}
}

// length is how many wait for their turn.
func (f *fair) length() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.waiting
}
