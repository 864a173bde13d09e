package tiles

import (
	"container/list"
	"context"
	"sync"

	"golang.org/x/sync/singleflight"
)

// memo keeps the results of pure work, the least recently used leaving first, and does identical work asked for at the
// same time once. A key says everything that the result depends on.
type memo struct {
	most int // bytes

	mu     sync.Mutex
	size   int
	recent *list.List // of *remembered, the latest first
	byKey  map[string]*list.Element

	flight singleflight.Group
}

type remembered struct {
	key   string
	value sized
}

// sized is a result that knows how much memory it takes.
type sized interface{ bytes() int }

func newMemo(most int) *memo {
	return &memo{most: most, recent: list.New(), byKey: map[string]*list.Element{}}
}

func (m *memo) get(key string) (sized, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.byKey[key]
	if !ok {
		return nil, false
	}
	m.recent.MoveToFront(e)
	return e.Value.(*remembered).value, true
}

func (m *memo) put(key string, value sized) {
	size := value.bytes() + len(key)
	if size > m.most {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, there := m.byKey[key]; there {
		return
	}
	m.byKey[key] = m.recent.PushFront(&remembered{key, value})
	for m.size += size; m.size > m.most; {
		e := m.recent.Back()
		old := m.recent.Remove(e).(*remembered)
		delete(m.byKey, old.key)
		m.size -= old.value.bytes() + len(old.key)
	}
}

// do returns the value of a key, making it when it is not there. Work that was begun is finished even when ctx ends:
// others may be waiting for it.
func (m *memo) do(ctx context.Context, key string, work func() sized) (sized, error) {
	if value, ok := m.get(key); ok {
		return value, nil
	}
	done := m.flight.DoChan(key, func() (any, error) {
		if value, ok := m.get(key); ok {
			return value, nil
		}
		value := work()
		m.put(key, value)
		return value, nil
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case result := <-done:
		return result.Val.(sized), nil
	}
}
